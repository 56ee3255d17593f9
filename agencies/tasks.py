"""Sending account mails: claim, send, mark. PostgreSQL holds what is owed; a lost nudge costs a minute, not a mail."""

from datetime import timedelta
from smtplib import SMTPException

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from .letters import Gone, letter
from .models import AccountMail

S = AccountMail.Status
BATCH = 20
MOST_ATTEMPTS = 8
KEPT = timedelta(days=30)


@shared_task(name="agencies.tasks.send_account_mails")
def send_account_mails() -> int:
    """Send what is due, in batches; the number of mails sent. Beat runs it each minute, commands nudge it."""
    sent = 0
    while claimed := claim():
        sent += sum(send(mail) for mail in claimed)
    return sent


@shared_task(name="agencies.tasks.forget_account_mails")
def forget_account_mails() -> int:
    """Remove what was settled a month ago: the bookkeeping of mails is no history."""
    old = AccountMail.objects.exclude(status=S.OWED).filter(settled_at__lt=timezone.now() - KEPT)
    return old.delete()[0]


def claim() -> list[AccountMail]:
    """Lease a batch to this worker; others skip the rows while it decides."""
    with transaction.atomic():
        due = AccountMail.objects.owed().order_by("next_try_at").select_for_update(skip_locked=True, of=("self",))
        claimed = list(due.select_related("invitation__agency", "invitation__invited_by", "person")[:BATCH])
        AccountMail.objects.filter(pk__in=[mail.pk for mail in claimed]).update(claimed_at=timezone.now())
    return claimed


def send(mail: AccountMail) -> bool:
    """Send one claimed mail and mark it. The Message-ID is the row's, so that a mail sent twice shows once."""
    mail.attempts += 1
    try:
        letter(mail).send()
    except Gone as gone:
        settle(mail, S.DROPPED, str(gone))
        return False
    except (SMTPException, OSError) as error:
        postpone(mail, type(error).__name__)
        return False
    settle(mail, S.SENT)
    return True


def settle(mail: AccountMail, status: str, why: str = "") -> None:
    mail.status, mail.why, mail.settled_at, mail.claimed_at = status, why[:100], timezone.now(), None
    mail.save()


def postpone(mail: AccountMail, why: str) -> None:
    """Try again in 1, 2, 4 ... minutes, and give up visibly after the last attempt."""
    if mail.attempts >= MOST_ATTEMPTS:
        settle(mail, S.FAILED, why)
        return
    mail.why, mail.claimed_at = why[:100], None
    mail.next_try_at = timezone.now() + timedelta(minutes=2 ** (mail.attempts - 1))
    mail.save()
