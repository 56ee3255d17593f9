"""What Celery runs for account mails. PostgreSQL holds what is owed; a lost ring costs a minute, not a mail."""

import logging
from datetime import timedelta

from celery import shared_task
from django.db import InterfaceError, OperationalError
from django.db.models.functions import Now

from . import mails
from .models import AccountMail
from .outbox import account_mails

log = logging.getLogger(__name__)

KEPT = timedelta(days=30)


@shared_task(name="agencies.tasks.send_account_mails", ignore_result=True)
def send_account_mails() -> None:
    """Send what is due, one batch at a time: rung after commits, and by beat for what no ring announced."""
    try:
        more = account_mails.deliver()
    except (InterfaceError, OperationalError) as error:
        log.warning("database away while mailing", extra={"error": type(error.__cause__).__name__})
        return
    if more:
        mails.nudge()


@shared_task(name="agencies.tasks.forget_account_mails", ignore_result=True)
def forget_account_mails() -> None:
    """Remove what was settled a month ago: the bookkeeping of mails is no history."""
    AccountMail.objects.exclude(status=AccountMail.Status.OWED).filter(settled_at__lt=Now() - KEPT).delete()
