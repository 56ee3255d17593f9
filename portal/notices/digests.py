"""The daily digest: what one person is owed on that channel and is due goes out as one mail.

The discipline is that of single notices (see delivery.py): claim, count the attempt, check each again, send, mark. A
digest is claimed under a lock on its person, so that two workers never split one. All its rows are marked together:
a worker that dies before that leaves them owed, and the next one sends the same mail under the same Message-ID.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from celery.exceptions import SoftTimeLimitExceeded
from django.contrib.auth import get_user_model
from django.db import OperationalError, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from portal.kernel.clock import database_now

from . import kinds
from .letters import digest
from .models import MOST_ATTEMPTS, Notice
from .postman import NotSent, Postman, code
from .settling import Status, mark, put_off, still_owed, surely

PEOPLE = 20
"""How many digests one run claims at once."""

AHEAD = 400
"""How many due notices are looked through for their people."""


@dataclass
class Checked:
    """What became of each notice when it was looked at again before sending."""

    lines: list[tuple[Notice, kinds.Words]] = field(default_factory=list)
    dropped: list[tuple[Notice, str]] = field(default_factory=list)
    broken: list[tuple[Notice, str]] = field(default_factory=list)
    """Those whose words could not be made: they are tried again and do not hold up the others."""


def deliver_some(postman: Postman, until: float) -> bool:
    """Send some digests that are due; True when more may be due that could be sent now."""
    claimed_at, people = claim()
    full = len(people) == PEOPLE
    try:
        while people and time.monotonic() < until:
            notices = begin(people.popleft(), claimed_at)
            if notices:
                settle(notices, postman)
    finally:
        give_back(people, claimed_at)
    return (full or bool(people)) and postman.away is None


def claim() -> tuple[datetime, deque[UUID]]:
    """Lease all that is due to some people, each locked while it is decided; whom another worker decides on is left."""
    with transaction.atomic():
        due = Notice.objects.owed().filter(channel=Notice.Channel.DIGEST)
        ahead = due.order_by("next_try_at", "pk").values_list("recipient", flat=True)[:AHEAD]
        waiting = get_user_model().objects.filter(pk__in=list(dict.fromkeys(ahead))).order_by("pk")
        people = list(waiting.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True)[:PEOPLE])
        mine = due.filter(recipient__in=people)
        mine.filter(attempts__gte=MOST_ATTEMPTS).update(
            status=Status.FAILED, settled_at=Now(), claimed_at=None, why="WorkerLost"
        )
        claimed_at = database_now()
        mine.update(claimed_at=claimed_at)
        return claimed_at, deque(people)


def begin(person: UUID, claimed_at: datetime) -> list[Notice]:
    """Count the attempt and renew the lease; empty when the lease has passed to another worker."""
    with transaction.atomic():
        now = database_now()
        if not _held([person], claimed_at).update(claimed_at=now, attempts=F("attempts") + 1):
            return []
        return list(_held([person], now).select_related("event", "recipient__notice_preferences").order_by("pk"))


def settle(notices: list[Notice], postman: Postman) -> None:
    """Send one person's digest, or put it off whole. Raises OperationalError when the database is away."""
    try:
        checked = check(notices)
        if checked.lines:
            postman.send(digest(notices, checked.lines))
    except OperationalError:
        raise
    except (*NotSent, *kinds.Mistake) as error:
        _put_off([(notice, code(error)) for notice in notices])
    except SoftTimeLimitExceeded as error:
        _put_off([(notice, code(error)) for notice in notices])
        raise
    else:
        surely(lambda: _mark(checked))


def check(notices: list[Notice]) -> Checked:
    """Look at each again: what was done, read in the portal or switched off meanwhile is left out."""
    found = Checked()
    read = _read_in_the_portal(notices)
    kinds.read_subjects(notice.event for notice in notices)
    for notice in notices:
        try:
            with transaction.atomic():
                words, why = still_owed(notice)
        except OperationalError:
            raise
        except (*NotSent, *kinds.Mistake) as error:
            found.broken.append((notice, code(error)))
            continue
        if words is None or notice.event_id in read:
            found.dropped.append((notice, why or "read_already"))
        else:
            found.lines.append((notice, words))
    return found


def _read_in_the_portal(notices: list[Notice]) -> set[UUID]:
    """Events that the person has read of in the portal."""
    mine = Notice.objects.inbox_of(notices[0].recipient_id).filter(read_at__isnull=False)
    events = mine.filter(event__in=[notice.event_id for notice in notices])
    return set(events.values_list("event", flat=True))


def _mark(checked: Checked) -> None:
    """All in one transaction: a digest is sent whole or owed whole."""
    with transaction.atomic():
        for notice, _ in checked.lines:
            mark(notice, Status.SENT)
        for notice, why in checked.dropped:
            mark(notice, Status.DROPPED, why)
        for notice, why in checked.broken:
            put_off(notice, why)


def _put_off(notices: list[tuple[Notice, str]]) -> None:
    with transaction.atomic():
        for notice, why in notices:
            put_off(notice, why)


def give_back(people: deque[UUID], claimed_at: datetime) -> None:
    """Let other workers have at once what this one did not begin."""
    if people:
        _held(list(people), claimed_at).update(claimed_at=None)


def _held(people: list[UUID], claimed_at: datetime) -> QuerySet[Notice]:
    """What these people are owed under this lease."""
    mine = Notice.objects.filter(channel=Notice.Channel.DIGEST, status=Status.OWED, claimed_at=claimed_at)
    return mine.filter(recipient__in=people)
