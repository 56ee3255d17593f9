"""Reminders of missing signatures: only to who has not answered, once each step, then to those who can see to it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from agencies.models import Role, User
from portal.audit.models import Event
from portal.notices.delivery import deliver
from portal.notices.models import Notice
from sharing_agreements import commands, reminding
from sharing_agreements.models import Agreement, Party, SignatureReminder
from sharing_agreements.tasks import remind_signatories
from tests import make

from .conftest import OwnerSql, Pair

pytestmark = pytest.mark.django_db

Step = SignatureReminder.Step
NOW = datetime(2026, 7, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "step"),
    [(6.99, None), (7, Step.FIRST), (13.99, Step.FIRST), (14, Step.SECOND), (21, Step.ESCALATED), (90, Step.ESCALATED)],
)
def test_what_is_due_when(days: float, step: SignatureReminder.Step | None) -> None:
    assert reminding.due(NOW - timedelta(days=days), NOW) == step


def asked(owner_sql: OwnerSql, days: int) -> None:
    """As if every signature had been asked for so long ago."""
    kinds = ", ".join(f"'{kind}'" for kind in reminding.ASKED)
    owner_sql(f"UPDATE audit_event SET at = now() - interval '{days} days 1 minute' WHERE kind IN ({kinds})")


def told(kind: str) -> set[User]:
    """Whom the newest event of this kind owes a mail at once."""
    event = Event.objects.filter(kind=kind).order_by("-at").first()
    return {notice.recipient for notice in Notice.objects.filter(event=event, channel="email")} if event else set()


def signs(agreement: Agreement, party: Party) -> None:
    signatory = make.person(party.agency, roles=(Role.SIGNATORY,)).person
    commands.sign(actor=signatory, agreement_id=agreement.pk, party_id=party.pk, sha256=party.version.sha256)


def test_only_who_has_not_signed_is_reminded_then_others_hear_of_it(pair: Pair, owner_sql: OwnerSql) -> None:
    chief = make.someone(pair.police, Role.SIGNATORY)
    keeper = make.person(pair.police, roles=(Role.ADMINISTRATOR,)).person
    make.person(pair.police, roles=(Role.CLERK,))
    agreement = make.in_signing(pair.court, pair.police, pair.cases)
    remind_signatories()
    assert not SignatureReminder.objects.exists(), "nothing before a week is over"
    signs(agreement, Party.objects.get(version=agreement.current_version, agency=pair.court))
    for days, steps in ((8, [Step.FIRST]), (15, [Step.FIRST, Step.SECOND])):
        asked(owner_sql, days)
        for _ in range(3):
            remind_signatories()
        assert list(SignatureReminder.objects.order_by("pk").values_list("step", flat=True)) == steps
        assert told("agreement.signature_reminded") == {chief}
    asked(owner_sql, 22)
    for _ in range(3):
        remind_signatories()
    drafters = set(User.objects.filter(memberships__agency=pair.court, memberships__roles__contains=[Role.DRAFTER]))
    assert told("agreement.signature_escalated") >= {keeper} | drafters
    assert chief not in told("agreement.signature_escalated")
    assert Event.objects.filter(kind__startswith="agreement.signature_").count() == 3


def test_a_reminder_that_waits_is_not_sent_to_who_signed_meanwhile(pair: Pair, owner_sql: OwnerSql) -> None:
    chief = make.person(pair.police, roles=(Role.SIGNATORY,)).person
    agreement = make.in_signing(pair.court, pair.police, pair.cases)
    asked(owner_sql, 8)
    remind_signatories()
    party = Party.objects.get(version=agreement.current_version, agency=pair.police)
    commands.sign(actor=chief, agreement_id=agreement.pk, party_id=party.pk, sha256=party.version.sha256)
    deliver()
    mine = Notice.objects.filter(event__kind="agreement.signature_reminded", recipient=chief)
    assert set(mine.values_list("status", "why")) == {(Notice.Status.DROPPED, "done_already")}
    asked(owner_sql, 22)
    remind_signatories()
    assert not SignatureReminder.objects.filter(party=party).exclude(step=Step.FIRST).exists()


def test_nobody_is_reminded_of_an_agreement_that_ended_or_of_anothers_turn(pair: Pair, owner_sql: OwnerSql) -> None:
    agreement = make.signing_in_turn(pair.court, pair.police, pair.cases)
    asked(owner_sql, 8)
    first, _ = Party.objects.filter(version=agreement.current_version).order_by("position")
    assert list(reminding.waiting()) == [first]
    signs(agreement, first)
    remind_signatories()
    assert not SignatureReminder.objects.exists(), "the other's turn has only begun"
    drafter = make.person(pair.court, roles=(Role.DRAFTER,)).person
    commands.withdraw(actor=drafter, agreement_id=agreement.pk, reason="Another way was found")
    asked(owner_sql, 22)
    remind_signatories()
    assert not SignatureReminder.objects.exists()
