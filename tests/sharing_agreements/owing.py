"""A text that asks for things by a day: what its tests begin with."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.timezone import localdate

from agencies.models import Agency, Role, User
from sharing_agreements import commands, obligations
from sharing_agreements.models import Agreement, Fulfilment
from sharing_agreements.obligations import Occurrence
from tests import kept, make

from .conftest import OwnerSql, Pair


@kept.fixture
def drafted(pair: Pair) -> Agreement:
    return make.draft(pair.court, pair.police, pair.cases, effective_on=localdate() - timedelta(days=900))


@kept.fixture
def owing(drafted: Agreement) -> Agreement:
    """In force since just now: an audit by each party every year, a review by the police half a year from now."""
    police = Agency.objects.get(name="Cedar Police")
    make.obligation(drafted)
    make.obligation(
        drafted, "9.2", what="Review the list of users.", owes="party", agency_id=police.pk, every_months=None,
        first_on=localdate() + timedelta(days=20),
    )  # fmt: skip
    return make.through(drafted)


def in_force_since(owner_sql: OwnerSql, agreement: Agreement, days: int) -> None:
    """As if it had come into force so many days ago."""
    owner_sql(
        f"UPDATE sharing_agreements_agreement SET in_force_at = now() - interval '{days} days' "
        f"WHERE id = '{agreement.pk}'"
    )


def days_of(agreement: Agreement, agency: Agency | None = None, code: str = "O1") -> list[Occurrence]:
    found = obligations.of_agreement(Agreement.objects.get(pk=agreement.pk))
    return [each for each in found if each.obligation.code == code and agency in {None, each.agency}]


def keeper(agency: Agency) -> User:
    return make.someone(agency, Role.ADMINISTRATOR)


def done(each: Occurrence, actor: User | None = None, note: str = "Audited by the clerk.", **more: Any) -> Fulfilment:
    return commands.mark_done(
        actor=actor or keeper(each.agency),
        agreement_id=each.agreement.pk,
        obligation_id=each.obligation.pk,
        agency_id=each.agency.pk,
        due_on=each.due_on,
        note_of_it=note,
        **more,
    )
