"""How a try on one notice ends: sent, dropped, put off or given up. What deliveries of every channel share."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import TypeAlias

from celery.exceptions import SoftTimeLimitExceeded
from django.db.models import QuerySet
from django.db.models.functions import Now

from . import kinds
from .groups import Way
from .models import MOST_ATTEMPTS, Notice, preferences_of

log = logging.getLogger(__name__)

Status: TypeAlias = Notice.Status
Channel: TypeAlias = Notice.Channel

FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=12)
"""Before another try: 1, 4, 16, 64 minutes and so on. The eight tries span more than a day, as an outage may."""

UNWANTED = {
    Channel.PORTAL: {Way.OFF},
    Channel.EMAIL: {Way.OFF, Way.PORTAL},
    Channel.DIGEST: {Way.OFF, Way.PORTAL},
}
"""Ways that a person may have chosen since, under which a notice of the channel is not wanted any more."""


def still_owed(notice: Notice) -> tuple[kinds.Words | None, str]:
    """What the recipient may still be told, or why nothing: asked just before sending, not when it was owed."""
    event, person = notice.event, notice.recipient
    if not person.is_active:
        return None, "recipient_inactive"
    concerned = kinds.concerned(event, person)
    if not concerned:
        return None, "no_longer_concerned"
    due = [kind for kind in concerned if kind.still_due(event, person)]
    if not due:
        return None, "done_already"
    if preferences_of(person).way(due) in UNWANTED[Channel(notice.channel)]:
        return None, "switched_off"
    return kinds.say(due[0], event, person), ""


def mark(notice: Notice, status: Status, why: str = "") -> None:
    """Write down how it ended, if the lease is still this worker's."""
    values = {"status": status, "settled_at": Now(), "claimed_at": None, "why": why}
    if not held(notice).update(**values):
        log.warning("notice %s: lease lost before it was marked %s", notice.pk, status)


def surely(write: Callable[[], None]) -> None:
    """Write down what has been sent, though the time of the run ends just then: unmarked, it would be sent again."""
    try:
        write()
    except SoftTimeLimitExceeded:
        write()
        raise


def put_off(notice: Notice, why: str) -> None:
    """Try again later on the database's clock, each time later; after the last attempt give up visibly."""
    log.warning("notice %s not sent, attempt %s: %s", notice.pk, notice.attempts, why)
    if notice.attempts >= MOST_ATTEMPTS:
        mark(notice, Status.FAILED, why)
    else:
        held(notice).update(claimed_at=None, next_try_at=Now() + pause(notice.attempts), why=why)


def held(notice: Notice) -> "QuerySet[Notice]":
    """The notice while this worker's lease on it lasts: nobody else has claimed it since."""
    return Notice.objects.filter(pk=notice.pk, status=Status.OWED, claimed_at=notice.claimed_at)


def pause(attempts: int) -> timedelta:
    return min(FIRST_PAUSE * int(4 ** (attempts - 1)), LONGEST_PAUSE)
