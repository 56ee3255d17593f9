"""Owing messages: the outbox rows of an event, in the event's own transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from django.db import transaction

from portal.audit.models import Event
from portal.kernel import doorbell
from portal.kernel.clock import database_now

from . import kinds
from .groups import Way
from .models import Notice, Preferences

if TYPE_CHECKING:
    from agencies.models import User

Channel = Notice.Channel
CHANNELS = {
    Way.NOW: (Channel.PORTAL, Channel.EMAIL),
    Way.DIGEST: (Channel.PORTAL, Channel.DIGEST),
    Way.PORTAL: (Channel.PORTAL,),
    Way.OFF: (),
}


def tell(event: Event) -> Event:
    """Write the notices that `event` owes, and ring the worker after commit; a lost ring costs seconds, no notice."""
    owed = list(_notices(event))
    if owed:
        # Told twice, an event still owes each person one message on each channel.
        Notice.objects.bulk_create(owed, ignore_conflicts=True)
        transaction.on_commit(nudge, robust=True)
    return event


def _notices(event: Event) -> Iterator[Notice]:
    """One for each person and channel that their preferences name; of a digest due at the hour that they chose."""
    told = kinds.told(event)
    if not told:
        return
    chosen, now = _chosen(told), database_now()
    for person, concerned in told.items():
        for channel in CHANNELS[chosen[person].way(concerned)]:
            notice = Notice(event=event, recipient=person, channel=channel)
            if channel == Channel.DIGEST:
                notice.next_try_at = chosen[person].next_digest(now)
            yield notice


def _chosen(people: Iterable[User]) -> dict[User, Preferences]:
    """The preferences of these people, with the defaults of those who chose nothing."""
    rows = {row.person_id: row for row in Preferences.objects.filter(person__in=list(people))}
    found = {person: rows.get(person.pk) or Preferences() for person in people}
    for person, row in found.items():
        row.person = person
    return found


def nudge() -> None:
    """Ring the doorbell. It neither raises nor waits long when the broker is away: the sweep finds what is owed."""
    from .tasks import deliver_notices  # noqa: PLC0415 - the task imports this module

    doorbell.ring(deliver_notices)
