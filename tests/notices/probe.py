"""A kind of event that only tests know. A worker process that imports this module knows it too."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from agencies.models import User
from portal.audit.models import Event
from portal.audit.record import record
from portal.kernel import history
from portal.notices import kinds
from portal.notices.groups import Group, Way
from portal.notices.models import LEASE, Notice
from portal.notices.tell import tell

NAME = "probe.happened"

gone: set[UUID] = set()
"""People whom the event does not concern any more, in this process."""

_number = count(1)


def _concerns(event: Event, person: User) -> bool:
    return str(person.pk) in event.detail["people"] and person.pk not in gone


KIND = kinds.Kind(
    name=NAME,
    subject=lambda event: f"Probe {event.detail['number']}",
    body=lambda event: "Something happened that a test waits for.",
    link=lambda event: f"/probe/{event.pk}/",
    audience=lambda event: User.objects.filter(pk__in=event.detail["people"]),
    concerns=_concerns,
    group=Group("probe", "Probes", "When a test makes something happen.", default=Way.NOW),
)


def someone(email: str = "", **facts: Any) -> User:
    """A person with an account and nothing else."""
    person = User(email=email or f"probe{next(_number)}@agency.example", **facts)
    person.set_unusable_password()
    history.save(person, actor=None)
    return person


def happen(people: Iterable[User]) -> Event:
    """Commits one event that owes each of these people its messages, as a command would."""
    told = list(people)
    ids = [str(person.pk) for person in told]
    with transaction.atomic():
        return tell(record(NAME, told[0], actor=None, number=next(_number), people=ids))


def lapse_leases() -> None:
    """As if the time of every lease had passed."""
    Notice.objects.exclude(claimed_at=None).update(claimed_at=F("claimed_at") - LEASE - timedelta(seconds=1))


def come_due() -> None:
    """As if the time of every next try had come."""
    Notice.objects.filter(status=Notice.Status.OWED).update(next_try_at=Now())


def emails() -> QuerySet[Notice]:
    """All mails, in the order of their addresses."""
    return Notice.objects.filter(channel=Notice.Channel.EMAIL).order_by("recipient__email")


def statuses() -> list[str]:
    """How it stands with all mails, in the order of their addresses."""
    return list(emails().values_list("status", flat=True))
