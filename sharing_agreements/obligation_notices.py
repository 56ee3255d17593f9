"""Who is told of what is due: the administrators of the agency that owes it, as long as it is not done. The drafters of
the lead agency hear what of it another party leaves undone, and what it did."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from agencies.models import Membership, MembershipQuerySet, Role, User
from portal.audit.models import Event
from portal.notices import kinds
from portal.notices.groups import Group

from . import obligations
from .models import Agreement, Fulfilment
from .notices import drafters

OWED = Group(
    "obligations",
    "What is due under agreements, budgets and initiatives of my agency",
    "When something is due soon or overdue, when another party of an agreement that my agency leads did it, when a "
    "budget is adopted or its invoices are sent or paid, and when an initiative of my agency goes on or waits for it.",
    reads=lambda person: (
        Membership.objects.current().with_role(Role.ADMINISTRATOR, Role.DRAFTER).filter(person=person).exists()
    ),
)


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


def _of_lead(event: Event) -> MembershipQuerySet:
    """Who draws agreements up for the lead agency, where it is another party that owes."""
    return drafters(event).exclude(agency=event.detail["agency"])


def _drafters(event: Event) -> QuerySet[User]:
    return User.objects.filter(memberships__in=_of_lead(event)).distinct()


def _is_done(event: Event, person: User) -> bool:
    detail = event.detail
    due_on = date.fromisoformat(detail["due_on"])
    said = Fulfilment.objects.standing().filter(obligation=detail["obligation"], agency=detail["agency"])
    return said.filter(due_on=due_on).exists()


def _is_not_done(event: Event, person: User) -> bool:
    return not _is_done(event, person)


def _kind(name: str, subject: str, body: str, asks: str) -> kinds.Kind:
    return kinds.Kind(
        name=f"agreement.{name}",
        subject=lambda event: subject.format(a=kinds.subject(event), d=event.detail),
        body=lambda event: body.format(a=kinds.subject(event), d=event.detail),
        link=lambda event: reverse("agreements:obligations", args=[event.subject_id]),
        audience=_administrators,
        concerns=lambda event, person: _members(event).filter(person=person).exists(),
        group=OWED,
        asks=asks,
        still_due=_open,
    )


def _to_lead(name: str, subject: str, body: str, due: Callable[[Event, User], bool]) -> kinds.Kind:
    """What the lead agency hears of the others; it asks for nothing, so that a daily digest will do."""
    return replace(
        _kind(name, subject, body, asks=""),
        audience=_drafters,
        concerns=lambda event, person: _of_lead(event).filter(person=person).exists(),
        still_due=due,
    )


def register() -> None:
    """Called once when the app is ready."""
    for kind in (*_to_who_owes(), *_to_who_leads()):
        kinds.register(kind)


def _to_who_owes() -> Iterable[kinds.Kind]:
    yield _kind(
        "obligation_due",
        "{a.number}: due {d[due]}",
        "{d[party]} owes under clause {d[clause]} of {a.title} something by {d[due]}. Do it, then mark it as done.",
        "what your agency owes under an agreement and is due soon, if you administer it",
    )
    yield _kind(
        "obligation_overdue",
        "{a.number}: overdue since {d[due]}",
        "{d[party]} owed under clause {d[clause]} of {a.title} something by {d[due]}. Do it and mark it as done.",
        "what your agency owes under an agreement and is overdue, if you administer it",
    )


def _to_who_leads() -> Iterable[kinds.Kind]:
    yield _to_lead(
        "obligation_overdue",
        "{a.number}: {d[party]} is overdue since {d[due]}",
        "{d[party]} owed under clause {d[clause]} of {a.title} something by {d[due]}, and has not marked it as done. "
        "Ask it what stands in the way.",
        _open,
    )
    yield _to_lead(
        "obligation_done",
        "{a.number}: {d[party]} marked as done what was due {d[due]}",
        "{d[party]} says that it did what it owes under clause {d[clause]} of {a.title} by {d[due]}. "
        "Read what it did, and the file that shows it, where there is one.",
        _is_done,
    )
    yield _to_lead(
        "obligation_reopened",
        "{a.number}: {d[party]} took back that it did what was due {d[due]}",
        "{d[party]} had marked as done what it owes under clause {d[clause]} of {a.title} by {d[due]}. "
        "It is open again, and says why.",
        _is_not_done,
    )
