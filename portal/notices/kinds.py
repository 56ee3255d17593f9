"""The one hook upward: each floor says here which events owe a message, to whom, and in what words."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from agencies.models import User
    from portal.audit.models import Event


@dataclass(frozen=True)
class Kind:
    """What one kind of event owes.

    `audience(event)` gives the people to tell, in the transaction of the event. `concerns(event, person)` is asked again
    just before sending: someone who left or lost the role gets nothing. `subject` and `body` are plain words without
    record content; `link(event)` is a path of the portal.
    """

    name: str
    subject: Callable[["Event"], str]
    body: Callable[["Event"], str]
    link: Callable[["Event"], str]
    audience: Callable[["Event"], Iterable["User"]]
    concerns: Callable[["Event", "User"], bool]


_kinds: dict[str, list[Kind]] = {}


def register(kind: Kind) -> None:
    """Add a message that an event owes; several floors may owe different people a message for one event."""
    _kinds.setdefault(kind.name, []).append(kind)


def of(event_kind: str) -> list[Kind]:
    """All that is owed for this kind of event."""
    return _kinds.get(event_kind, [])


def for_person(event: "Event", person: "User") -> Kind | None:
    """The message through which this person is still concerned, or None."""
    return next((kind for kind in of(event.kind) if kind.concerns(event, person)), None)


def recipients(event: "Event") -> dict[UUID, "User"]:
    """Everybody whom the event owes a message, once each, without the person who did it."""
    found = {person.pk: person for kind in of(event.kind) for person in kind.audience(event)}
    found.pop(event.actor_id, None)  # type: ignore[call-overload]
    return found
