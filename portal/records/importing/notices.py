"""The person who started an import is told when it needs them and when it is done."""

from collections.abc import Callable

from django.urls import reverse

from agencies.models import Membership, Role, User
from portal.audit.models import Event
from portal.notices import kinds
from portal.notices.groups import Group, Way
from portal.records.models import Import

GROUP = Group(
    "imports",
    "Imports",
    "When an import that you started is read, and when it is committed.",
    default=Way.NOW,
    reads=lambda person: Membership.objects.current().with_role(Role.CUSTODIAN).filter(person=person).exists(),
)


def _batch(event: Event) -> Import:
    return Import.objects.select_related("record_set").get(pk=event.subject_id)


def _keeps(event: Event, person: User) -> bool:
    """Whether the person is still a custodian of the agency that owns the records."""
    custodians = Membership.objects.current().with_role(Role.CUSTODIAN)
    return custodians.filter(person=person, agency=_batch(event).record_set.owner_id).exists()


def _kind(name: str, subject: str, body: Callable[[Event], str], asks: str = "") -> kinds.Kind:
    return kinds.Kind(
        name=name,
        subject=lambda event: subject.format(_batch(event).record_set.name),
        body=body,
        link=lambda event: reverse("records:import", args=[event.subject_id]),
        audience=lambda event: User.objects.filter(pk=_batch(event).started_by_id),
        concerns=lambda event, person: _batch(event).started_by_id == person.pk and _keeps(event, person),
        group=GROUP,
        asks=asks,
    )


NEXT = "Look at what would change, then commit it."


def _some(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def register() -> None:
    """Called once when the app is ready."""
    kinds.register(
        _kind(
            "import.read",
            "Import into {} is read",
            lambda event: f"{_some(event.detail['cases'], 'docket')} read, {event.detail['refused']} refused. {NEXT}",
            asks="an import that is read and awaits you",
        )
    )
    kinds.register(
        _kind(
            "import.committed",
            "Import into {} is committed",
            lambda event: f"{_some(event.detail['added'], 'record')} added, {event.detail['changed']} changed.",
        )
    )
