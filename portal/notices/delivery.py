"""Emptying the outbox: claim, check again, send, mark.

Each step is a transaction of its own and a worker may die between any two. Then its lease lapses and another worker
goes on; only a death between sending and marking sends a mail twice, under the same Message-ID. What a worker began
on is counted before it begins, so that a notice that kills its workers comes to an end too.
"""

import time
from collections import deque
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from celery.exceptions import SoftTimeLimitExceeded
from django.db import OperationalError, transaction
from django.db.models import F
from django.db.models.functions import Now

from . import digests, kinds
from .letters import letter
from .models import LEASE, MOST_ATTEMPTS, Notice
from .postman import NotSent, Postman, code
from .settling import mark, put_off, still_owed, surely

Channel: TypeAlias = Notice.Channel
Status: TypeAlias = Notice.Status

BATCH = {Channel.PORTAL: 200, Channel.EMAIL: 50}
BUDGET = LEASE / 4
"""How long one run may go on beginning notices. What it claimed and did not begin, it gives back."""

SOFT_LIMIT, HARD_LIMIT = LEASE / 2, LEASE * 3 / 4
"""Celery's limits for a run: the lease outlasts every worker that may still be sending."""


def deliver() -> bool:
    """Settle what is due, the portal's own inbox first, digests last; True when more is due that could be sent now."""
    until = time.monotonic() + BUDGET.total_seconds()
    postman = Postman()
    try:
        more = [deliver_some(channel, postman, until) for channel in (Channel.PORTAL, Channel.EMAIL)]
        more.append(digests.deliver_some(postman, until))
    finally:
        postman.leave()
    return any(more)


def deliver_some(channel: Channel, postman: Postman, until: float) -> bool:
    """Settle one batch of a channel; True when the batch was full or the time was up."""
    claimed_at, batch = claim(channel)
    full = len(batch) == BATCH[channel]
    try:
        while batch and time.monotonic() < until:
            notice = begin(batch.popleft(), claimed_at)
            if notice is not None:
                settle(notice, postman)
    finally:
        give_back(batch, claimed_at)
    return (full or bool(batch)) and postman.away is None


def claim(channel: Channel) -> tuple[datetime | None, deque[UUID]]:
    """Lease a batch to this worker; others skip its rows while it decides, and afterwards until the lease lapses.

    A notice whose last allowed try ended without a word (its worker was killed each time) is given up here.
    """
    with transaction.atomic():
        due = Notice.objects.owed().filter(channel=channel).order_by("next_try_at", "pk")
        found = due.select_for_update(skip_locked=True).values_list("pk", "attempts")[: BATCH[channel]]
        attempts = dict(found)
        worn_out = [pk for pk, tries in attempts.items() if tries >= MOST_ATTEMPTS]
        Notice.objects.filter(pk__in=worn_out).update(
            status=Status.FAILED, settled_at=Now(), claimed_at=None, why="WorkerLost"
        )
        batch = deque(pk for pk, tries in attempts.items() if tries < MOST_ATTEMPTS)
        mine = Notice.objects.filter(pk__in=batch)
        mine.update(claimed_at=Now())
        return mine.values_list("claimed_at", flat=True).first(), batch


def begin(pk: UUID, claimed_at: datetime | None) -> Notice | None:
    """Count the attempt and renew the lease; None when the lease has passed to another worker."""
    with transaction.atomic():
        held = Notice.objects.filter(pk=pk, status=Status.OWED, claimed_at=claimed_at)
        if not held.update(claimed_at=Now(), attempts=F("attempts") + 1):
            return None
        return Notice.objects.select_related("event", "recipient__notice_preferences").get(pk=pk)


def settle(notice: Notice, postman: Postman) -> None:
    """Send one notice, or drop it, or put it off. Raises OperationalError when the database is away."""
    try:
        with transaction.atomic():
            words, why = still_owed(notice)
            mail = letter(notice, words) if words and notice.channel == Channel.EMAIL else None
        if mail is not None:
            postman.send(mail)
    except OperationalError:
        raise
    except (*NotSent, *kinds.Mistake) as error:
        put_off(notice, code(error))
    except SoftTimeLimitExceeded as error:
        put_off(notice, code(error))
        raise
    else:
        surely(lambda: mark(notice, Status.DROPPED if why else Status.SENT, why))


def give_back(batch: deque[UUID], claimed_at: datetime | None) -> None:
    """Let other workers have at once what this one did not begin."""
    if batch:
        Notice.objects.filter(pk__in=batch, status=Status.OWED, claimed_at=claimed_at).update(claimed_at=None)
