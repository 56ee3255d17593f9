"""What Celery runs for redress. What a lost ring or a missed run left is found by the next."""

import logging
from datetime import timedelta

from celery import shared_task
from django.db import Error, InterfaceError, OperationalError
from django.db.models.functions import Now

from portal.kernel.errors import Refused

from . import commands, mails, reminding
from .models import KEPT, RedressMail, RedressRequest

log = logging.getLogger(__name__)

MAILS_KEPT = timedelta(days=30)


@shared_task(name="privacy.redress.tasks.send_redress_mails", ignore_result=True)
def send_redress_mails() -> None:
    """Send what is due, one batch at a time."""
    try:
        more = mails.redress_mails.deliver()
    except (InterfaceError, OperationalError) as error:
        log.warning("database away while mailing", extra={"error": type(error.__cause__).__name__})
        return
    if more:
        mails.nudge()


@shared_task(name="privacy.redress.tasks.remind_of_requests", ignore_result=True)
def remind_of_requests() -> None:
    """Remind of each request that is due; the command says nothing twice. One that goes wrong holds up no other."""
    for request in RedressRequest.objects.asking().select_related("agency", "appeal"):
        if reminding.due(request) is None:
            continue
        try:
            commands.remind(request_id=request.pk)
        except Error as error:
            log.warning("nobody reminded of request %s: %s", request.pk, type(error).__name__)


@shared_task(name="privacy.redress.tasks.forget_requests", ignore_result=True)
def forget_requests() -> None:
    """Forget who asked long ago, and the bookkeeping of mails."""
    RedressMail.objects.exclude(status=RedressMail.Status.OWED).filter(settled_at__lt=Now() - MAILS_KEPT).delete()
    for pk in RedressRequest.objects.filter(forgotten_at=None, decided_at__lt=Now() - KEPT).values_list(
        "pk", flat=True
    ):
        try:
            commands.forget(request_id=pk)
        except Refused:  # its appeal was decided later
            continue
        except Error as error:
            log.warning("request %s not forgotten: %s", pk, type(error).__name__)
