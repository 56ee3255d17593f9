"""The secret address of a person's calendar."""

import hashlib
import secrets

from django.db import transaction

from agencies.models import User
from portal.audit.record import record
from portal.kernel import history
from portal.kernel.clock import database_now
from portal.kernel.errors import Refused
from sharing_agreements.boards import meeting_policy as policy
from sharing_agreements.boards.models import CalendarFeed


def fingerprint(key: str) -> str:
    """What the row keeps of a key."""
    return hashlib.sha256(key.encode()).hexdigest()


@transaction.atomic(durable=True)
def renew_calendar(*, actor: User) -> str:
    """Make the address, or another in place of the one that was; returns its key, which is kept nowhere."""
    person = User.objects.for_update(actor.pk)
    policy.may_have_feed(person)
    key = secrets.token_urlsafe(32)
    feed = CalendarFeed.objects.filter(person=person).first() or CalendarFeed(person=person)
    feed.key_hash, feed.made_at = fingerprint(key), database_now()
    history.save(feed, actor=actor, reason="Address made")
    record("person.calendar_renewed", person, actor=actor)
    return key


@transaction.atomic(durable=True)
def revoke_calendar(*, actor: User) -> None:
    """Close the address; whoever holds it finds nothing any more."""
    person = User.objects.for_update(actor.pk)
    feed = CalendarFeed.objects.filter(person=person).first()
    if feed is None:
        raise Refused("There is no address to close.", code="no_feed")
    history.delete(feed, actor=actor, reason="Address closed")
    record("person.calendar_revoked", person, actor=actor)
