"""Who is told that a change in law takes effect soon. Floors above add who waits for it there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.dateformat import format as spell

from agencies.models import Membership, Role, User
from portal.audit.models import Event
from portal.notices import kinds, said
from portal.notices.groups import Group
from portal.notices.said import Said
from privacy.notices import GROUP

from .models import LawChange

EFFECT = "law.change_takes_effect"


def takes_effect(body: str, told: Callable[[Event], QuerySet[User]], group: Group) -> Said:
    """A message to some of those who wait for a change."""
    return Said(
        EFFECT,
        "Change {d[number]} of {c.agency} takes effect on {effect}",
        body,
        told,
        lambda event: reverse("workbench:law_change", args=[event.subject_id]),
        group,
        still_due=_still,
    )


def _still(event: Event, person: User) -> bool:
    """Whether it still takes effect on the day that was said."""
    day = date.fromisoformat(event.detail["effective_on"])
    return LawChange.objects.filter(pk=event.subject_id, effective_on=day).exists()


def _officers(event: Event) -> QuerySet[User]:
    change: LawChange = kinds.subject(event)
    officers = Membership.objects.current().with_role(Role.PRIVACY_OFFICER).filter(agency=change.agency_id)
    return User.objects.filter(memberships__in=officers, is_active=True).distinct()


NAMES = {
    "c": kinds.subject,
    "d": lambda event: event.detail,
    "effect": lambda event: spell(date.fromisoformat(event.detail["effective_on"]), "M j, Y"),
}


def register() -> None:
    """Called once when the app is ready."""
    kinds.register_subject(LawChange._meta.label, lambda: LawChange.objects.select_related("agency"))
    body = "Look at the gaps that it closes, and at what your policy says until then."
    said.register([takes_effect(body, _officers, GROUP)], NAMES)
