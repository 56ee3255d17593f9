"""Emptying an outbox of `OwedMail`: claim, check again, send, mark. A small sister of `delivery`.

Each step is a transaction of its own, so a worker may die between any two: its lease lapses and another one goes on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.template.loader import render_to_string

from .models import MAIL_LEASE, OwedMail
from .postman import NotSent, Postman, code
from .settling import pause

log = logging.getLogger(__name__)

M = TypeVar("M", bound=OwedMail)
S = OwedMail.Status
BATCH = 20
MOST_ATTEMPTS = 8


class Gone(Exception):
    """The mail is no longer owed; the message is a code that says why."""


class Outbox(Generic[M]):
    """The mails of one table. `letter` writes one as it goes out now, or raises `Gone`; `related` is what it reads."""

    def __init__(self, rows: type[M], letter: Callable[[M], EmailMultiAlternatives], *related: str) -> None:
        self.rows: Any = rows._default_manager
        self.letter = letter
        self.related = related

    def owed(self) -> QuerySet[M]:
        """Due now on the database's clock, and not leased to a worker."""
        unleased = Q(claimed_at=None) | Q(claimed_at__lt=Now() - MAIL_LEASE)
        found: QuerySet[M] = self.rows.filter(unleased, status=S.OWED, next_try_at__lte=Now())
        return found

    def deliver(self) -> bool:
        """Settle one batch of what is due; True when the batch was full and the mail server answers."""
        claimed_at, batch = self.claim()
        postman = Postman()
        try:
            for pk in batch:
                mail = self.begin(pk, claimed_at)
                if mail is not None:
                    self.settle(mail, postman)
        finally:
            postman.leave()
        return len(batch) == BATCH and postman.away is None

    def claim(self) -> tuple[datetime | None, list[UUID]]:
        """Lease a batch to this worker; others skip its rows. What has been begun too often is given up here."""
        with transaction.atomic():
            due = self.owed().order_by("next_try_at", "pk").select_for_update(skip_locked=True)
            found = dict(due.values_list("pk", "attempts")[:BATCH])
            worn_out = [pk for pk, tries in found.items() if tries >= MOST_ATTEMPTS]
            self.rows.filter(pk__in=worn_out).update(
                status=S.FAILED, settled_at=Now(), claimed_at=None, why="WorkerLost"
            )
            mine = self.rows.filter(pk__in=found.keys() - set(worn_out))
            mine.update(claimed_at=Now())
            return mine.values_list("claimed_at", flat=True).first(), list(mine.values_list("pk", flat=True))

    def begin(self, pk: UUID, claimed_at: datetime | None) -> M | None:
        """Count the attempt and renew the lease; None when the lease has passed to another worker."""
        with transaction.atomic():
            held_now = self.rows.filter(pk=pk, status=S.OWED, claimed_at=claimed_at)
            if not held_now.update(claimed_at=Now(), attempts=F("attempts") + 1):
                return None
            begun: M = self.rows.select_related(*self.related).get(pk=pk)
            return begun

    def settle(self, mail: M, postman: Postman) -> None:
        """Send one mail, or drop it, or put it off."""
        try:
            postman.send(self.letter(mail))
        except Gone as gone:
            self.mark(mail, S.DROPPED, str(gone))
        except (*NotSent, ValueError) as error:
            self.put_off(mail, code(error))
        else:
            self.mark(mail, S.SENT)

    def mark(self, mail: M, status: str, why: str = "") -> None:
        self.held(mail).update(status=status, settled_at=Now(), claimed_at=None, why=why)

    def put_off(self, mail: M, why: str) -> None:
        """Try again later, each time later; after the last attempt give up visibly."""
        log.warning("mail not sent", extra={"mail": str(mail.pk), "attempt": mail.attempts, "why": why})
        if mail.attempts >= MOST_ATTEMPTS:
            self.mark(mail, S.FAILED, why)
        else:
            self.held(mail).update(claimed_at=None, next_try_at=Now() + pause(mail.attempts), why=why)

    def held(self, mail: M) -> QuerySet[M]:
        """The mail while this worker's lease on it lasts."""
        found: QuerySet[M] = self.rows.filter(pk=mail.pk, status=S.OWED, claimed_at=mail.claimed_at)
        return found


def written(mail: OwedMail, to: str, name: str, *, subject: str, **context: object) -> EmailMultiAlternatives:
    """A mail in plain text and HTML from the templates emails/`name`. The Message-ID is the row's at every try."""
    context = {**context, "subject": subject, "portal_name": settings.PORTAL_NAME, "to": to}
    kind = "-".join(mail._meta.verbose_name_raw.split())
    headers = {
        "Message-ID": f"<{kind}.{mail.pk}@{urlsplit(settings.PORTAL_ADDRESS).hostname}>",
        "Auto-Submitted": "auto-generated",
    }
    # One line: a line break in a name would begin another header of the mail.
    text = render_to_string(f"emails/{name}.txt", context)
    made = EmailMultiAlternatives(" ".join(subject.split()), text, to=[to], headers=headers)
    made.attach_alternative(render_to_string(f"emails/{name}.html", context), "text/html")
    return made
