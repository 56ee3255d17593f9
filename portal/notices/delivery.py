"""Emptying the outbox: claim, check again, send, mark.

Each step is a transaction of its own and a worker may die between any two. Then its lease lapses and another worker
goes on; only a death between sending and marking sends a mail twice, under the same Message-ID. What a worker began
on is counted before it begins, so that a notice that kills its workers comes to an end too.
"""

import logging
import time
from collections import deque
from datetime import datetime, timedelta
from email.errors import MessageError
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import TypeAlias
from uuid import UUID

from celery.exceptions import SoftTimeLimitExceeded
from django.core.mail import EmailMessage, get_connection
from django.db import DatabaseError, OperationalError, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.template import TemplateDoesNotExist, TemplateSyntaxError

from . import kinds
from .letters import letter
from .models import LEASE, MOST_ATTEMPTS, Notice

log = logging.getLogger(__name__)

Channel: TypeAlias = Notice.Channel
Status: TypeAlias = Notice.Status

BATCH = {Channel.PORTAL: 200, Channel.EMAIL: 50}
BUDGET = LEASE / 4
"""How long one run may go on beginning notices. What it claimed and did not begin, it gives back."""

SOFT_LIMIT, HARD_LIMIT = LEASE / 2, LEASE * 3 / 4
"""Celery's limits for a run: the lease outlasts every worker that may still be sending."""

FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=12)
"""Before another try: 1, 4, 16, 64 minutes and so on. The eight tries span more than a day, as an outage may."""

NotSent = (SMTPException, OSError, MessageError, TemplateDoesNotExist, TemplateSyntaxError, DatabaseError)
"""What composing or sending one mail raises, beside `kinds.Mistake`; ValueError there has bad headers and addresses."""


class Postman:
    """One connection to the mail server for a whole batch, opened when the first mail needs it.

    A server that can't be reached is asked once: every later mail of the batch fails with the same error at once.
    """

    def __init__(self) -> None:
        self.connection = get_connection()
        self.away: OSError | None = None

    def send(self, mail: EmailMessage) -> None:
        """Raises SMTPException or OSError; after either the next mail gets a new connection."""
        if self.away is not None:
            raise self.away
        try:
            self.connection.open()
        except OSError as error:  # SMTPException is one
            self.away = error
            raise
        try:
            self.connection.send_messages([mail])
        except OSError:
            self.leave()
            raise

    def leave(self) -> None:
        """Say good-bye; a server that does not listen any more is left without."""
        try:
            self.connection.close()
        except OSError:
            log.info("mail server gone before good-bye")


def deliver() -> bool:
    """Settle what is due, the portal's own inbox first; True when more is due that could be sent now."""
    until = time.monotonic() + BUDGET.total_seconds()
    postman = Postman()
    try:
        more = [deliver_some(channel, postman, until) for channel in (Channel.PORTAL, Channel.EMAIL)]
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
        return Notice.objects.select_related("event", "recipient").get(pk=pk)


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
        mark(notice, Status.DROPPED if why else Status.SENT, why)


def still_owed(notice: Notice) -> tuple[kinds.Words | None, str]:
    """What the recipient may still be told, or why nothing: asked just before sending, not when it was owed."""
    if not notice.recipient.is_active:
        return None, "recipient_inactive"
    words = kinds.words(notice.event, notice.recipient)
    if words is None:
        return None, "no_longer_concerned"
    return (words, "") if kinds.is_due(notice.event, notice.recipient) else (None, "done_already")


def mark(notice: Notice, status: Status, why: str = "") -> None:
    """Write down how it ended, if the lease is still this worker's."""
    values = {"status": status, "settled_at": Now(), "claimed_at": None, "why": why}
    if not held(notice).update(**values):
        log.warning("notice %s: lease lost before it was marked %s", notice.pk, status)


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


def give_back(batch: deque[UUID], claimed_at: datetime | None) -> None:
    """Let other workers have at once what this one did not begin."""
    if batch:
        Notice.objects.filter(pk__in=batch, status=Status.OWED, claimed_at=claimed_at).update(claimed_at=None)


def pause(attempts: int) -> timedelta:
    return min(FIRST_PAUSE * int(4 ** (attempts - 1)), LONGEST_PAUSE)


def code(error: Exception) -> str:
    """An error as a class name and, from a mail server, its three digits: messages may quote addresses or content."""
    digits = ""
    if isinstance(error, SMTPResponseException):
        digits = f" {error.smtp_code}"
    elif isinstance(error, SMTPRecipientsRefused):
        digits = "".join(f" {reply[0]}" for reply in error.recipients.values())
    return (type(error).__name__ + digits)[:100]
