"""What people do with notices. Delivery itself is a worker's, in delivery.py."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from portal.audit.record import record

from . import policy
from .models import Notice
from .tell import nudge

if TYPE_CHECKING:
    from agencies.models import User


@transaction.atomic(durable=True)
def mark_read(*, actor: "User", notice_id: UUID) -> Notice:
    """The recipient has read one notice; a second time changes nothing."""
    notice = Notice.objects.select_for_update(of=("self",), no_key=True).get(pk=notice_id)
    policy.may_mark_read(actor, notice)
    Notice.objects.filter(pk=notice.pk).unread().update(read_at=Now())
    notice.refresh_from_db(fields=["read_at"])
    return notice


@transaction.atomic(durable=True)
def mark_all_read(*, actor: "User", up_to: datetime) -> int:
    """The recipient has read everything that was delivered until then; how many notices that were.

    `up_to` is when the newest one of the page was delivered: what arrived after the page was made stays unread.
    """
    return Notice.objects.inbox_of(actor.pk).unread().filter(settled_at__lte=up_to).update(read_at=Now())


@transaction.atomic(durable=True)
def retry_notice(*, actor: "User", notice_id: UUID) -> Notice:
    """Owe a failed message again, with all its attempts. Raises PermissionDenied, Refused (not_failed)."""
    notice = Notice.objects.select_for_update(of=("self",), no_key=True).get(pk=notice_id)
    policy.may_retry(actor, notice)
    _owe_again(notice, actor)
    return notice


@transaction.atomic(durable=True)
def retry_all_notices(*, actor: "User") -> int:
    """Owe every failed message again, as after an outage of the mail server; how many there were."""
    policy.may_tend_failed(actor)
    failed = list(Notice.objects.failed().select_for_update(of=("self",), no_key=True).order_by("pk"))
    for notice in failed:
        _owe_again(notice, actor)
    return len(failed)


def _owe_again(notice: Notice, actor: "User") -> None:
    record("notice.retried", notice, actor=actor, failed_because=notice.why, attempts=notice.attempts)
    again = Notice.objects.filter(pk=notice.pk)
    again.update(status=Notice.Status.OWED, settled_at=None, attempts=0, next_try_at=Now(), why="")
    notice.refresh_from_db()
    transaction.on_commit(nudge, robust=True)
