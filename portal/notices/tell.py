"""Owing messages: the outbox rows of an event, in the event's own transaction."""

import logging

from django.db import transaction

from portal.audit.models import Event

from . import kinds
from .models import Notice

log = logging.getLogger(__name__)


def tell(event: Event) -> Event:
    """Write the notices that `event` owes, and nudge the worker after commit (a lost nudge costs a minute, not a notice)."""
    people = kinds.recipients(event).values()
    owed = [Notice(event=event, recipient=person, channel=channel) for person in people for channel in Notice.Channel]
    if owed:
        Notice.objects.bulk_create(owed)
        transaction.on_commit(nudge, robust=True)
    return event


def nudge() -> None:
    """Ring the doorbell. The broker may be down; the sweep finds what is owed."""
    from .tasks import deliver_notices

    try:
        deliver_notices.apply_async(retry=False)
    except OSError:
        log.warning("broker unreachable; the sweep will deliver")
