"""Who is told of what is due: the administrators of the agency that owes it, as long as it is not done."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from agencies.models import Membership, MembershipQuerySet, Role, User
from portal.audit.models import Event
from portal.notices import kinds

from . import obligations
from .models import Agreement
from .notices import ACCESS


def _members(event: Event) -> MembershipQuerySet:
    return Membership.objects.current().with_role(Role.ADMINISTRATOR).filter(agency=event.detail["agency"])


def _administrators(event: Event) -> QuerySet[User]:
    return User.objects.filter(memberships__in=_members(event)).distinct()


def _open(event: Event, person: User) -> bool:
    """Whether it is still asked for, as things stand now: not done, not ended, not left."""
    agreement = Agreement.objects.get(pk=event.subject_id)
    detail = event.detail
    due_on = date.fromisoformat(detail["due_on"])
    found = obligations.find(agreement, UUID(detail["obligation"]), UUID(detail["agency"]), due_on)
    return found is not None and found.is_asked_for


def _kind(name: str, subject: str, body: str, asks: str) -> kinds.Kind:
    return kinds.Kind(
        name=f"agreement.{name}",
        subject=lambda event: subject.format(a=kinds.subject(event), d=event.detail),
        body=lambda event: body.format(a=kinds.subject(event), d=event.detail),
        link=lambda event: reverse("agreements:obligations", args=[event.subject_id]),
        audience=_administrators,
        concerns=lambda event, person: _members(event).filter(person=person).exists(),
        group=ACCESS,
        asks=asks,
        still_due=_open,
    )


def register() -> None:
    """Called once when the app is ready."""
    kinds.register(
        _kind(
            "obligation_due",
            "{a.number}: due {d[due]}",
            "{d[party]} owes under clause {d[clause]} of {a.title} something by {d[due]}. Do it, then mark it as done.",
            "what your agency owes under an agreement and is due soon, if you administer it",
        )
    )
    kinds.register(
        _kind(
            "obligation_overdue",
            "{a.number}: overdue since {d[due]}",
            "{d[party]} owed under clause {d[clause]} of {a.title} something by {d[due]}. Do it and mark it as done.",
            "what your agency owes under an agreement and is overdue, if you administer it",
        )
    )
