"""The one hook upward: each floor says here which events owe a message, to whom, and in what words."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.core.exceptions import MultipleObjectsReturned, ObjectDoesNotExist, PermissionDenied
from django.urls import NoReverseMatch
from django.utils import timezone

from portal.kernel.errors import Refused

from .groups import Group

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from agencies.models import User
    from portal.audit.models import Event

Mistake = (
    ObjectDoesNotExist,
    MultipleObjectsReturned,
    LookupError,
    AttributeError,
    TypeError,
    ValueError,
    NoReverseMatch,
    PermissionDenied,
    Refused,
)
"""What the functions of a kind raise when its subject is gone, or when its words do not fit the event."""


def always(event: "Event", person: "User") -> bool:
    """Most messages tell what happened, and are due however late they come."""
    return True


@dataclass(frozen=True)
class Kind:
    """What one kind of event owes.

    `audience(event)` gives the people to tell, in the transaction of the event. `concerns(event, person)` is asked
    again just before sending, and by the inbox: someone who left or lost the role gets nothing. `subject` and `body`
    are plain words without record content; `link(event)` is a path of the portal. `group` is what a person chooses
    about who does not want to be told, or not at once.
    """

    name: str
    subject: Callable[["Event"], str]
    body: Callable[["Event"], str]
    link: Callable[["Event"], str]
    audience: Callable[["Event"], Iterable["User"]]
    concerns: Callable[["Event", "User"], bool]
    group: Group
    asks: str = ""
    """What it asks of the reader: "your vote". Such a message goes out at once and can't be switched off."""
    tells_actor: bool = False
    """Whether the person who did it is told too: that one's own password changed, say."""
    still_due: Callable[["Event", "User"], bool] = always
    """For a message that asks for something: whether the person has not done it yet. Asked just before sending."""


@dataclass(frozen=True)
class Words:
    """A message as it is read: one line, a sentence or two, and the path of the portal that it leads to."""

    subject: str
    body: str
    link: str
    group: str = ""
    """The name of the group under which a digest says it."""


_kinds: dict[str, list[Kind]] = {}
_subjects: dict[str, Callable[[], "QuerySet[Any]"]] = {}


def register_subject(label: str, rows: Callable[[], "QuerySet[Any]"]) -> None:
    """Say how the subjects with this label are read for the words of notices, with what the words need of them."""
    _subjects[label] = rows


def subject(event: "Event") -> Any:
    """The subject of an event, read once for each event. Raises ObjectDoesNotExist."""
    if "subject" not in vars(event):
        vars(event)["subject"] = _subjects[event.subject_label]().get(pk=event.subject_id)
    return vars(event)["subject"]


def read_subjects(events: Iterable["Event"]) -> None:
    """Read the subjects of several events at once, one statement for each kind of subject."""
    by_label: dict[str, list[Event]] = {}
    for event in events:
        if event.subject_label in _subjects:
            by_label.setdefault(event.subject_label, []).append(event)
    for label, mine in by_label.items():
        found = _subjects[label]().in_bulk({event.subject_id for event in mine})
        for event in mine:
            if event.subject_id in found:
                vars(event)["subject"] = found[event.subject_id]


def register(kind: Kind) -> None:
    """Add a message that an event owes; several floors may owe different people a message for one event."""
    _kinds.setdefault(kind.name, []).append(kind)


def forget(kind: Kind) -> None:
    """Take back a registration; for tests."""
    _kinds[kind.name].remove(kind)


def of(event_kind: str) -> list[Kind]:
    """All that is owed for this kind of event, first what asks something."""
    return sorted(_kinds.get(event_kind, []), key=lambda kind: not kind.asks)


def every() -> list[Kind]:
    """All kinds of all floors."""
    return [kind for kinds in _kinds.values() for kind in kinds]


def groups() -> list[Group]:
    """The groups of all kinds, by name."""
    return sorted({kind.group.key: kind.group for kind in every()}.values(), key=lambda group: group.name)


def concerned(event: "Event", person: "User") -> list[Kind]:
    """The messages through which this person is still concerned. Raises `Mistake`."""
    return [kind for kind in of(event.kind) if kind.concerns(event, person)]


def is_due(event: "Event", person: "User") -> bool:
    """Whether anything of what the event owes this person is still to be said. Raises `Mistake`."""
    return any(kind.still_due(event, person) for kind in concerned(event, person))


def words(event: "Event", person: "User") -> Words | None:
    """What this person may still read about the event, or None. Raises `Mistake`."""
    kind = next((kind for kind in of(event.kind) if kind.concerns(event, person)), None)
    return say(kind, event, person) if kind is not None else None


def say(kind: Kind, event: "Event", person: "User") -> Words:
    """The words of one kind about the event. Raises `Mistake`."""
    with timezone.override(ZoneInfo(person.time_zone)):  # a moment in the words is one of the reader's own clock
        # One line each: a line break in a subject would begin another header of the mail.
        return Words(" ".join(kind.subject(event).split()), kind.body(event), kind.link(event), kind.group.name)


def told(event: "Event") -> dict["User", list[Kind]]:
    """Whom the event owes a message, and which kinds say so; who did it is told only by a kind that says so."""
    found: dict[User, list[Kind]] = {}
    for kind in of(event.kind):
        for person in kind.audience(event):
            if kind.tells_actor or person.pk != event.actor_id:
                found.setdefault(person, []).append(kind)
    return found
