"""How an agreement stands is told by every part of its pages, not by its mark alone."""

from __future__ import annotations

import re

import pytest
from django.db import transaction
from django.db.models import QuerySet
from django.test import Client

from sharing_agreements import commands
from sharing_agreements.models import Agreement
from sharing_agreements.steps import note
from tests import make

from .conftest import OwnerSql, Pair
from .test_views import at, read, works

pytestmark = pytest.mark.django_db

S = Agreement.Status


def past_its_end(made: Agreement, owner_sql: OwnerSql) -> None:
    """Its dates moved as time would."""
    owner_sql(
        "ALTER TABLE sharing_agreements_agreementversion DISABLE TRIGGER version_final",
        "UPDATE sharing_agreements_agreementversion SET effective_on = '2020-01-01', ends_on = '2021-01-01'",
        "ALTER TABLE sharing_agreements_agreementversion ENABLE TRIGGER version_final",
    )
    made.refresh_from_db()


def pages_of(client: Client, agreement: Agreement) -> tuple[str, str]:
    return read(client.get(at("detail", agreement.pk))), read(client.get(at("terms", agreement.pk)))


def large_marks(page: str) -> list[str]:
    """The words at the large dots of the lifeline that have come."""
    return re.findall(r'<circle class="f-(?:accent|stop)" [^>]*r="9"/><text[^>]*>([^<]+)', page)


def test_a_page_says_in_every_part_whether_the_agreement_shares(pair: Pair) -> None:
    made = make.agreement_in_force(pair.court, pair.police, pair.cases)
    client = works(pair.police)
    page, terms = pages_of(client, made)
    assert "What it shares</h2>" in page
    assert large_marks(page) == ["In force"]
    assert "Gives</th>" in page
    make.suspended(made, make.the_board())
    page, terms = pages_of(client, made)
    assert "nothing of this is open until the board resumes it" in page
    assert "nothing of this is open until the board resumes it" in terms
    assert "What it shared</h2>" in page
    assert "What it shares" not in page
    assert "Gave</th>" in page
    assert large_marks(page) == ["Suspended"]


@pytest.mark.parametrize("status", [S.IN_FORCE, S.SUSPENDED])
def test_an_agreement_past_its_last_day_is_told_as_over(pair: Pair, owner_sql: OwnerSql, status: str) -> None:
    made = make.agreement_in_force(pair.court, pair.police, pair.cases)
    if status == S.SUSPENDED:
        make.suspended(made, make.the_board())
    past_its_end(made, owner_sql)
    page, terms = pages_of(works(pair.police), made)
    assert "Its last day was" in page
    assert "Dec 31, 2020" in page
    assert "until the board resumes it" not in page
    assert "What it shared</h2>" in page
    assert large_marks(page) == ["Expired"]
    assert "nothing is shared under it any more" in terms


@pytest.mark.parametrize(("status", "word"), [(S.TERMINATED, "Terminated"), (S.SUPERSEDED, "Superseded")])
def test_a_terminated_agreement_is_told_as_over(pair: Pair, status: S, word: str) -> None:
    made = make.agreement_in_force(pair.court, pair.police, pair.cases)
    QuerySet(Agreement).filter(pk=made.pk).update(status=status)
    with transaction.atomic():
        note(f"agreement.{status}", made, actor=made.author, reason="Replaced by another")
    page, terms = pages_of(works(pair.police), made)
    assert "Reason: “Replaced by another”" in page
    assert large_marks(page) == [word]
    assert "What it shared</h2>" in page
    assert f"{word}: nothing is shared under it any more" in terms


def test_a_draft_and_a_withdrawn_one_promise_nothing(pair: Pair) -> None:
    made = make.submitted(pair.court, pair.police, pair.cases)
    client = works(pair.police)
    assert "What it would share</h2>" in pages_of(client, made)[0]
    assert "Signing opens when the board approves" in read(client.get(at("signatures", made.pk)))
    commands.withdraw(actor=made.author, agreement_id=made.pk, reason="Not needed")
    assert "What it would have shared</h2>" in pages_of(client, made)[0]
    assert "It never came into force" in pages_of(client, made)[1]
    assert "Signing opens" not in read(client.get(at("signatures", made.pk)))


def test_the_signatures_page_says_that_signing_is_open(pair: Pair) -> None:
    made = make.carry(make.ballot(make.the_board(), make.submitted(pair.court, pair.police, pair.cases)))
    page = read(works(pair.police).get(at("signatures", made.pk)))
    assert "Signing is open" in page
    assert "Signing opens" not in page
