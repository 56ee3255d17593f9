"""What people do with notices. Delivery itself is a worker's, in delivery.py."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import Now

from portal.audit.record import record
from portal.kernel import history
from portal.kernel.clock import database_now

from . import kinds, policy
from .groups import Way
from .models import Notice, Preferences, preferences_of
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
def choose(*, actor: "User", ways: dict[str, str], digest_hour: int) -> Preferences:
    """Say how one is told from now on, by key of the group. Raises ValidationError.

    What waits for a digest goes with the next one of the new hour; what is no longer wanted is dropped before sending.
    """
    person = get_user_model().objects.for_update(actor.pk)
    groups = {group.key: group for group in kinds.groups()}
    for key, way in ways.items():
        if key not in groups or way not in Way.values:
            raise ValidationError("Choose a way of being told for a group of this page.")
        if groups[key].fixed:
            raise ValidationError(f"{groups[key].name} cannot be changed. {groups[key].fixed}")
    if digest_hour not in range(24):
        raise ValidationError({"digest_hour": "Choose a full hour of the day."})
    chosen = preferences_of(person)
    chosen.ways, chosen.digest_hour = {**chosen.ways, **ways}, digest_hour
    history.save(chosen, actor=actor, reason="Own preferences")
    record("notices.preferences_chosen", person, actor=actor, ways=chosen.ways, digest_hour=digest_hour)
    waiting = Notice.objects.filter(recipient=person, channel=Notice.Channel.DIGEST, status=Notice.Status.OWED)
    now = database_now()
    waiting.filter(attempts=0, claimed_at=None, next_try_at__gt=now).update(next_try_at=chosen.next_digest(now))
    return chosen


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
