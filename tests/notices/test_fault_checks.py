"""What `make faults` looks for is found where it is: a wrong state, a decision made twice, a mail lost or doubled."""

from __future__ import annotations

from email.message import Message

import pytest

from benchmarks.fault_checks import approvals, digests_of, notices_of
from benchmarks.faults import HARMS, plan, report
from portal.audit.record import record
from portal.notices import commands
from portal.notices.delivery import deliver
from portal.notices.letters import message_id
from portal.notices.models import Notice
from sharing_agreements import grants
from tests import make
from tests.sharing_agreements.conftest import OwnerSql, Pair, owner_sql, pair

from . import probe
from .test_digests import morning

__all__ = ["owner_sql", "pair"]

pytestmark = pytest.mark.django_db


def mail(message_id: str, to: str = "", subject: str = "") -> Message:
    made = Message()
    made["Message-ID"], made["To"], made["Subject"] = message_id, to, subject
    return made


def test_an_approval_is_whole_or_counted(pair: Pair, owner_sql: OwnerSql) -> None:
    agreement = make.agreement_in_force(pair.court, pair.police, pair.cases)
    whole = approvals([agreement.pk])
    assert (whole.illegal, whole.double) == (0, 0)
    record("agreement.decided", agreement, actor=None)
    assert approvals([agreement.pk]).double == 1
    owner_sql("UPDATE sharing_agreements_grant SET revoked_at = now()")
    grants.heal()
    assert approvals([agreement.pk]).illegal >= 1


def test_a_mail_that_did_not_come_is_lost_and_one_that_came_twice_a_copy() -> None:
    person = probe.someone()
    event = probe.happen([person])
    deliver()
    name = message_id(Notice.objects.get(channel="email"))
    for mails, lost, copies in (([], 1, 0), ([name], 0, 0), ([name, name], 0, 1)):
        found = notices_of([event], [mail(each) for each in mails], event.at)
        assert (found.lost, found.copies) == (lost, copies)
    Notice.objects.all().delete()
    assert notices_of([event], [], event.at).lost == 1, "who was to be told has no notice"


def test_lines_of_digests_are_counted() -> None:
    person = probe.someone()
    commands.choose(actor=person, ways={probe.KIND.group.key: "digest"}, digest_hour=7)
    event = probe.happen([person])
    morning()
    deliver()
    came = mail("<digest-1@x>", person.email, "Your daily digest: 1 notice")
    for mails, lost, copies in (([], 1, 0), ([came], 0, 0), ([came, came], 0, 1)):
        found = digests_of([event], mails)
        assert (found.lost, found.copies) == (lost, copies)


def test_a_soak_goes_on_with_the_same_harms_and_fails_for_what_must_not_be() -> None:
    assert plan(7, 1000)[:5] == plan(7, 5)
    assert set(plan(7, len(HARMS))) == set(HARMS)
    fine = {"recoveries": [1.0], **dict.fromkeys(("owed", "approved", "lost", "illegal", "double", "stray"), 0)}
    assert report([{**fine, "copies": 2}]) == 0, "copies in a crash window are allowed"
    for wrong in ("lost", "illegal", "double", "stray"):
        assert report([{**fine, "copies": 0, wrong: 1}]) == 1
