"""Emptying the outbox of account mails: claim, check again, send, mark. A small sister of portal.notices.delivery.

Each step is a transaction of its own, so a worker may die between any two: its lease lapses and another one goes on.
"""

import logging
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from portal.notices.postman import NotSent, Postman, code
from portal.notices.settling import pause

from .letters import Gone, letter
from .models import AccountMail

log = logging.getLogger(__name__)

S = AccountMail.Status
BATCH = 20
MOST_ATTEMPTS = 8


def deliver() -> bool:
    """Settle one batch of what is due; True when the batch was full and the mail server answers."""
    claimed_at, batch = claim()
    postman = Postman()
    try:
        for pk in batch:
            mail = begin(pk, claimed_at)
            if mail is not None:
                settle(mail, postman)
    finally:
        postman.leave()
    return len(batch) == BATCH and postman.away is None


def claim() -> tuple[datetime | None, list[UUID]]:
    """Lease a batch to this worker; others skip its rows. What has been begun too often is given up here."""
    with transaction.atomic():
        due = AccountMail.objects.owed().order_by("next_try_at", "pk").select_for_update(skip_locked=True)
        found = dict(due.values_list("pk", "attempts")[:BATCH])
        worn_out = [pk for pk, tries in found.items() if tries >= MOST_ATTEMPTS]
        AccountMail.objects.filter(pk__in=worn_out).update(
            status=S.FAILED, settled_at=Now(), claimed_at=None, why="WorkerLost"
        )
        mine = AccountMail.objects.filter(pk__in=found.keys() - set(worn_out))
        mine.update(claimed_at=Now())
        return mine.values_list("claimed_at", flat=True).first(), list(mine.values_list("pk", flat=True))


def begin(pk: UUID, claimed_at: datetime | None) -> AccountMail | None:
    """Count the attempt and renew the lease; None when the lease has passed to another worker."""
    with transaction.atomic():
        held_now = AccountMail.objects.filter(pk=pk, status=S.OWED, claimed_at=claimed_at)
        if not held_now.update(claimed_at=Now(), attempts=F("attempts") + 1):
            return None
        return AccountMail.objects.select_related("invitation__agency", "invitation__invited_by", "person").get(pk=pk)


def settle(mail: AccountMail, postman: Postman) -> None:
    """Send one mail, or drop it, or put it off."""
    try:
        postman.send(letter(mail))
    except Gone as gone:
        mark(mail, S.DROPPED, str(gone))
    except (*NotSent, ValueError) as error:
        put_off(mail, code(error))
    else:
        mark(mail, S.SENT)


def mark(mail: AccountMail, status: str, why: str = "") -> None:
    held(mail).update(status=status, settled_at=Now(), claimed_at=None, why=why)


def put_off(mail: AccountMail, why: str) -> None:
    """Try again later, each time later; after the last attempt give up visibly."""
    log.warning("account mail not sent", extra={"mail": str(mail.pk), "attempt": mail.attempts, "why": why})
    if mail.attempts >= MOST_ATTEMPTS:
        mark(mail, S.FAILED, why)
    else:
        held(mail).update(claimed_at=None, next_try_at=Now() + pause(mail.attempts), why=why)


def held(mail: AccountMail) -> QuerySet[AccountMail]:
    """The mail while this worker's lease on it lasts."""
    return AccountMail.objects.filter(pk=mail.pk, status=S.OWED, claimed_at=mail.claimed_at)
