"""The timeline of an agreement with a long life: what stands on it, what of it one sees, and that no words overlap."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import pairwise
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from agencies.models import Agency, Role, User
from sharing_agreements import closing, commands, timeline
from sharing_agreements.boards.models import Motion
from sharing_agreements.models import Agreement
from tests import make

from .conftest import OwnerSql, Pair

pytestmark = pytest.mark.django_db

Change = Agreement.Change
Passing = Callable[[int], None]
MOMENTS = {
    "audit_event": ("at",),
    "sharing_agreements_signature": ("at",),
    "sharing_agreements_withdrawal": ("given_at", "effective_at", "taken_back_at"),
    "sharing_agreements_certificate": ("at", "closed_at"),
    "sharing_agreements_grant": ("not_before", "not_after", "suspended_at", "revoked_at"),
    "sharing_agreements_agreement": ("in_force_at", "closes_at"),
    "sharing_agreements_agreementversion": ("effective_on", "ends_on"),
}


@pytest.fixture
def days_pass(owner_sql: OwnerSql) -> Passing:
    """As if so many days went by: everything that happened, or was agreed for a day, lies so much further back."""

    def passing(days: int) -> None:
        for table, names in MOMENTS.items():
            step = f"{days}" if table.endswith("version") else f"interval '{days} days'"
            owner_sql(
                f"ALTER TABLE {table} DISABLE TRIGGER USER",
                f"UPDATE {table} SET {', '.join(f'{name} = {name} - {step}' for name in names)}",
                f"ALTER TABLE {table} ENABLE TRIGGER USER",
            )

    return passing


def fresh(agreement: Agreement) -> Agreement:
    return Agreement.objects.select_related("current_version", "lead_agency").get(pk=agreement.pk)


def today(agency: Agency) -> date:
    return datetime.now(ZoneInfo(agency.time_zone)).date()


def long_life(pair: Pair, days_pass: Passing) -> list[Agreement]:
    """Signed, amended, suspended and resumed, joined by a third agency, which leaves; renewed, and ending soon."""
    board, third = make.the_board(), make.agency("Cedar Sheriff")
    first = make.agreement_in_force(
        pair.court, pair.police, pair.cases, ends_on=today(pair.court) + timedelta(days=730)
    )
    days_pass(200)
    amended = make.through(make.reworded(make.change(fresh(first))))
    days_pass(60)
    make.suspended(fresh(amended), board)
    days_pass(30)
    make.carry(make.ballot(board, fresh(amended), Motion.Kind.RESUME))
    days_pass(90)
    joined = make.through(make.change(fresh(amended), Change.JOINDER, joins_id=third.pk))
    days_pass(100)
    sheriff = make.someone(third, Role.SIGNATORY)
    notice = commands.give_notice(actor=sheriff, agreement_id=joined.pk, agency_id=third.pk, reason="Costs")
    days_pass(3)
    commands.take_back_notice(actor=sheriff, withdrawal_id=notice.pk)
    days_pass(20)
    commands.give_notice(actor=sheriff, agreement_id=joined.pk, agency_id=third.pk, reason="Costs, after all")
    days_pass(100)
    return [fresh(each) for each in (first, amended, joined)]


def history(person: User, agreement: Agreement) -> str:
    client = Client()
    client.force_login(person)
    return client.get(reverse("agreements:history", args=[agreement.pk])).content.decode()


def test_a_long_life_is_told_in_order(pair: Pair, days_pass: Passing) -> None:
    line = long_life(pair, days_pass)
    found = timeline.timeline_of(line[-1], line)
    assert found is not None
    assert [mark.what for mark in found.marks] == [
        *["Cedar Court signed", "Cedar Police signed", "In force"],
        *["Cedar Court signed", "Cedar Police signed", "Amendment in force"],
        *["Suspended", "In force again"],
        *["Cedar Court signed", "Cedar Sheriff signed", "Joinder in force"],
        *[
            "Cedar Sheriff gave notice",
            "Cedar Sheriff took it back",
            "Cedar Sheriff gave notice",
            "Cedar Sheriff leaves",
        ],
        *["180 days left", "90 days left", "30 days left", "Last day"],
    ]
    assert (len(found.force), len(found.pauses)) == (3, 1)
    for (_, until), (since, _) in pairwise(found.force):
        assert until == since, "one takes over from the other"
    rows = timeline.table(found)["rows"]
    assert [row[1] for row in rows] == [mark.what for mark in found.marks]
    coming = [row[1] for row in rows if "to come" in row[0]]
    assert coming == ["90 days left", "30 days left", "Last day"]
    assert {row[2] for row in rows} == {each.number for each in line}


def test_words_stand_apart_and_within_the_picture(pair: Pair, days_pass: Passing) -> None:
    line = long_life(pair, days_pass)
    found = timeline.timeline_of(line[0], line)
    assert found is not None
    drawn = ElementTree.fromstring(str(timeline.draw(found)))  # noqa: S314 - our own
    height = float(drawn.attrib["viewBox"].split()[3])
    words = [float(each.attrib["y"]) for each in drawn.findall("g/text") if "t-soft" not in each.get("class", "")]
    assert len(words) == len(found.marks) + 1, "and today"
    assert all(below - above >= timeline.STEP - 1 for above, below in pairwise(words))
    assert words[0] >= timeline.TOP - 1
    assert words[-1] + 16 < height
    assert not re.search(r"\b(style|fill|stroke)=", str(timeline.draw(found))), "colour by class"


def test_certificates_and_a_termination_end_it(pair: Pair, days_pass: Passing) -> None:
    made = make.agreement_in_force(pair.court, pair.police, pair.cases, ends_on=today(pair.court) + timedelta(days=90))
    days_pass(10)
    make.carry(make.ballot(make.the_board(), fresh(made), "terminate"))
    days_pass(5)
    custodian = make.person(pair.police, roles=(Role.CUSTODIAN,)).person
    commands.certify(
        actor=custodian,
        agreement_id=made.pk,
        agency_id=pair.police.pk,
        record_set_id=pair.cases.pk,
        manner="purged",
        method="Deleted",
    )
    assert [duty.certificate is not None for duty in closing.of_agreement(fresh(made))] == [True]
    found = timeline.timeline_of(fresh(made), [fresh(made)])
    assert found is not None
    assert [mark.what for mark in found.marks][-2:] == ["Terminated", "Cedar Police certified: destroyed"]
    assert "Last day" not in [mark.what for mark in found.marks]


def test_of_texts_that_one_does_not_read_nothing_stands_on_it(pair: Pair, days_pass: Passing) -> None:
    """Who joined later reads the text that it signed; a draft is the lead agency's alone."""
    first, amended, joined = long_life(pair, days_pass)
    drafted = make.change(joined, Change.RENEWAL, ends_on=today(pair.court) + timedelta(days=800))
    sheriff = make.someone(Agency.objects.get(name="Cedar Sheriff"), Role.SIGNATORY)
    chief = make.someone(pair.police, Role.SIGNATORY)
    newcomer, old = history(sheriff, joined), history(chief, joined)
    assert "Joinder in force" in newcomer
    assert "Amendment in force" not in newcomer
    for each in (first, amended):
        assert f'<td data-label="Agreement"><span>{each.number}</span>' not in newcomer
        assert each.number in old
    assert "Amendment in force" in old
    assert drafted.number not in old


def test_a_draft_has_no_timeline(pair: Pair) -> None:
    drafted = make.draft(pair.court, pair.police, pair.cases)
    assert timeline.timeline_of(fresh(drafted), [fresh(drafted)]) is None
    assert "p-pic--time" not in history(drafted.author, drafted)
