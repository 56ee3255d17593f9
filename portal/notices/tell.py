"""Owing messages: the outbox rows of an event, in the event's own transaction."""

from django.db import transaction

from portal.audit.models import Event
from portal.kernel import doorbell

from . import kinds
from .models import Notice


def tell(event: Event) -> Event:
    """Write the notices that `event` owes, and ring the worker after commit; a lost ring costs seconds, no notice."""
    people = kinds.recipients(event).values()
    owed = [Notice(event=event, recipient=person, channel=channel) for person in people for channel in Notice.Channel]
    if owed:
        # Told twice, an event still owes each person one message on each channel.
        Notice.objects.bulk_create(owed, ignore_conflicts=True)
        transaction.on_commit(nudge, robust=True)
    return event


def nudge() -> None:
    """Ring the doorbell. It neither raises nor waits long when the broker is away: the sweep finds what is owed."""
    from .tasks import deliver_notices  # noqa: PLC0415 - the task imports this module

    doorbell.ring(deliver_notices)
