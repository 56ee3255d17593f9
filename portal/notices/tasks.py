"""What Celery runs for notices."""

import logging

from celery import shared_task
from django.db import InterfaceError, OperationalError

from . import delivery
from .models import Notice
from .tell import nudge

log = logging.getLogger(__name__)

FORGET_AT_ONCE = 5_000


@shared_task(
    name="portal.notices.deliver",
    ignore_result=True,
    soft_time_limit=delivery.SOFT_LIMIT.total_seconds(),
    time_limit=delivery.HARD_LIMIT.total_seconds(),
)
def deliver_notices() -> None:
    """Send what is owed, one bounded run at a time: rung after commits, and by beat for what no ring announced."""
    try:
        more = delivery.deliver()
    except (InterfaceError, OperationalError) as error:
        # What this run had claimed comes free when its lease lapses.
        log.warning("database away while delivering: %s", type(error.__cause__).__name__)
        return
    if more:
        nudge()


@shared_task(name="portal.notices.forget", ignore_result=True)
def forget_notices() -> None:
    """Remove notices that were delivered long ago, some at a time: who was told is no history, what happened is."""
    while some := list(Notice.objects.over().values_list("pk", flat=True)[:FORGET_AT_ONCE]):
        Notice.objects.filter(pk__in=some).delete()
