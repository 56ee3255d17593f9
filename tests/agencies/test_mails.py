"""The outbox of account mails."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db.models.functions import Now

from agencies import commands, links, mails
from agencies.letters import letter
from agencies.models import AccountMail, Invitation, Membership
from agencies.outbox import account_mails as outbox
from agencies.tasks import forget_account_mails
from portal.notices.models import MAIL_LEASE
from portal.notices.outbox import MOST_ATTEMPTS
from tests import kept, make

pytestmark = pytest.mark.django_db
S = AccountMail.Status


@kept.fixture
def administrator() -> Membership:
    found = make.person(roles=("agency_administrator",))
    while outbox.deliver():
        pass
    mail.outbox.clear()
    return found


def invite(administrator: Membership, email: str = "new@agency.example") -> Invitation:
    return commands.invite(
        actor=administrator.person, agency_id=administrator.agency_id, email=email, roles=["clerk"], title="Clerk"
    )


def test_the_mail_holds_the_link_and_says_who_where_and_until_when(administrator: Membership) -> None:
    invited = invite(administrator)
    outbox.deliver()
    [sent] = mail.outbox
    body = str(sent.body)
    assert sent.to == ["new@agency.example"]
    assert links.link_of(invited) in body
    for words in (str(administrator.person), administrator.agency.name, "Clerk", "The link works once, until"):
        assert words in body
    assert sent.extra_headers["Message-ID"] == f"<account-mail.{invited.mails.get().pk}@localhost>"
    assert invited.mails.get().status == S.SENT


def test_a_name_with_a_line_break_makes_no_header(administrator: Membership) -> None:
    row = AccountMail.objects.select_related("invitation__agency").get(invitation=invite(administrator))
    assert row.invitation
    assert row.invitation.agency
    row.invitation.agency.name = "Marlow\r\nBcc: everybody@x.example"
    assert "Bcc" not in letter(row).message()


@pytest.mark.parametrize("why", ["withdrawn", "accepted"])
def test_what_nobody_needs_any_more_is_not_sent(administrator: Membership, why: str) -> None:
    invited = invite(administrator)
    if why == "withdrawn":
        commands.withdraw_invitation(actor=administrator.person, invitation_id=invited.pk)
    else:
        make.joined(invited)
    outbox.deliver()
    row = invited.mails.get()
    assert (row.status, row.why) == (S.DROPPED, why)
    assert [message for message in mail.outbox if message.to == [invited.email]] == []


def test_a_mail_server_that_is_away_costs_time_and_no_mail(
    administrator: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(self: EmailBackend) -> None:
        raise TimeoutError

    invited = invite(administrator)
    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "open", away)
        assert outbox.deliver() is False
    row = invited.mails.get()
    assert (row.status, row.attempts, row.why) == (S.OWED, 1, "TimeoutError")
    assert not outbox.owed().exists()
    AccountMail.objects.update(next_try_at=row.made_at)
    outbox.deliver()
    row.refresh_from_db()
    assert (row.status, row.attempts) == (S.SENT, 2)


def test_what_fails_for_good_is_visible_and_can_be_sent_again(administrator: Membership) -> None:
    invited = invite(administrator)
    AccountMail.objects.update(attempts=MOST_ATTEMPTS)
    outbox.deliver()
    assert invited.mails.get().status == S.FAILED
    commands.send_invitation_again(actor=administrator.person, invitation_id=invited.pk)
    outbox.deliver()
    assert sorted(invited.mails.values_list("status", flat=True)) == [S.FAILED, S.SENT]


def test_a_worker_whose_lease_has_passed_to_another_marks_nothing(administrator: Membership) -> None:
    invited = invite(administrator)
    claimed_at, [pk] = outbox.claim()
    mine = outbox.begin(pk, claimed_at)
    assert mine is not None
    AccountMail.objects.filter(pk=pk).update(claimed_at=Now() - MAIL_LEASE - timedelta(seconds=1))
    theirs, _ = outbox.claim()
    outbox.mark(mine, S.SENT)
    outbox.put_off(mine, "TimeoutError")
    row = invited.mails.get()
    assert (row.status, row.claimed_at, row.why) == (S.OWED, theirs, "")
    assert outbox.begin(pk, claimed_at) is None


def test_a_lost_ring_loses_no_mail(administrator: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any) -> bool:
        return False

    monkeypatch.setattr(mails, "ring", broken)
    invite(administrator)
    assert outbox.owed().count() == 1


def test_bookkeeping_is_forgotten_after_a_month(administrator: Membership) -> None:
    invited = invite(administrator)
    outbox.deliver()
    forget_account_mails()
    assert invited.mails.count() == 1
    AccountMail.objects.update(settled_at="2020-01-01T00:00:00Z")
    forget_account_mails()
    assert invited.mails.count() == 0
