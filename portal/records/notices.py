"""Agencies that looked at a record hear that it was corrected, or that it is no longer theirs to see; never what it
says, and never why it was taken back."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet
from django.urls import reverse

from agencies.models import Agency, User
from portal.audit.models import Event
from portal.notices import kinds
from privacy.models import DataCategory
from privacy.notices import GROUP

from . import readers


def _told(event: Event) -> QuerySet[User]:
    """Nobody is told, or reads any more, of a correction of what was taken back since."""
    if event.acting_agency_id is None or (event.kind == "record.corrected" and _taken_back_since(event)):
        return User.objects.none()
    members = readers.members(event.subject_id, event.acting_agency_id)
    return User.objects.filter(memberships__in=members).distinct()


def _taken_back_since(event: Event) -> bool:
    since = Event.objects.filter(subject_label=event.subject_label, subject_id=event.subject_id)
    return since.filter(kind="record.recalled", sequence__gt=event.sequence).exists()


def _owner(event: Event) -> str:
    """Who took it back or corrected it; `_told` has seen to it that somebody did."""
    return Agency.objects.get(pk=str(event.acting_agency_id)).name


def _what(event: Event) -> str:
    return str(DataCategory(event.detail["category"]).label).lower()


def _kind(
    name: str, subject: str, body: Callable[[Event], str], link: Callable[[Event], str], asks: str = ""
) -> kinds.Kind:
    return kinds.Kind(
        name=name,
        subject=lambda event: subject,
        body=body,
        link=link,
        audience=_told,
        concerns=lambda event, person: _told(event).filter(pk=person.pk).exists(),
        group=GROUP,
        asks=asks,
    )


def register() -> None:
    """Called once when the app is ready."""
    kinds.register(
        _kind(
            "record.corrected",
            "A record that your agency looked at was corrected",
            lambda event: (
                f"{_owner(event)} corrected this: {_what(event)}. "
                "Look at the record again before you rely on what you have of it."
            ),
            lambda event: reverse("records:detail", args=[event.subject_id]),
        )
    )
    kinds.register(
        _kind(
            "record.recalled",
            "A record that your agency looked at was taken back",
            lambda event: (
                f"{_owner(event)} took back a record that your agency looked at. It is no longer open to you. "
                "Destroy or return what you copied of it, and note that you did."
            ),
            lambda event: reverse("workbench:home"),
            asks="copies of a record that its owner took back",
        )
    )
