"""Who is told that a review of readiness waits, that an action is due, and that a year has passed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.dateformat import format as spell

from agencies.models import Membership, User
from agencies.notices import REGISTER, holding
from portal.audit.models import Event
from portal.kernel.policy import allows
from portal.notices import kinds, said
from portal.notices.said import Said

from . import due, policy
from .models import Assessment, PlanAction

Told = Callable[[Event], QuerySet[User]]
Due = Callable[[Event, User], bool]


def _people(which: Q) -> QuerySet[User]:
    return User.objects.filter(which, is_active=True).distinct()


def _assessment(event: Event) -> Assessment:
    found: Assessment = kinds.subject(event)
    return found


def _action(event: Event) -> PlanAction:
    found: PlanAction = kinds.subject(event)
    return found


def _planners(event: Event) -> QuerySet[User]:
    return _people(holding([kinds.subject(event).agency_id], *policy.WRITERS))


def _reviewers(event: Event) -> QuerySet[User]:
    return _people(Q(memberships__in=policy.reviewers(_assessment(event))))


def _owner(event: Event) -> QuerySet[User]:
    """Whoever answers for an action, while they work at the agency."""
    action = _action(event)
    works = Membership.objects.current().filter(agency=action.agency_id, person=action.owner_id)
    return _people(Q(memberships__in=works))


def _owner_and_planners(event: Event) -> QuerySet[User]:
    action = _action(event)
    works = Membership.objects.current().filter(agency=action.agency_id, person=action.owner_id)
    return _people(Q(memberships__in=works) | holding([action.agency_id], *policy.WRITERS))


def _review_due(event: Event, person: User) -> bool:
    return allows(policy.may_review, person, _assessment(event))


def _is_draft(event: Event, person: User) -> bool:
    return _assessment(event).status == Assessment.Status.DRAFT


def _again_due(event: Event, person: User) -> bool:
    day = due.again_on(_assessment(event))
    return day is not None and day.isoformat() == event.detail["due_on"]


def _is_open(event: Event, person: User) -> bool:
    """Whether the action is still to be done, by the same day where the event names one."""
    day = due.action_on(_action(event))
    return day is not None and day.isoformat() == event.detail.get("due_on", day.isoformat())


def _day(event: Event) -> str:
    found = event.detail.get("due_on")
    return spell(date.fromisoformat(found), "M j, Y") if found else ""


def _page(name: str) -> Callable[[Event], str]:
    return lambda event: reverse(f"readiness:{name}", args=[event.subject_id])


def _of_agency(event: Event) -> str:
    return reverse("readiness:agency", args=[kinds.subject(event).agency_id])


def _said(
    kind: str,
    words: tuple[str, str],
    told: Told,
    link: Callable[[Event], str],
    *,
    asks: str = "",
    still: Due = kinds.always,
) -> Said:
    """What one kind of event says; {a} the agency, {v} the version, {n} the action, {day} by when."""
    return Said(kind, *words, told, link, REGISTER, asks, still)


NAMES = {
    "a": lambda event: kinds.subject(event).agency,
    "v": lambda event: _assessment(event).number,
    "n": lambda event: _action(event).number,
    "day": _day,
}

SAID = (
    _said(
        "readiness.submitted",
        ("The readiness of {a} awaits a review", "Version {v} is complete. Accept it, or send it back."),
        _reviewers,
        _page("review"),
        asks="a review of your agency's readiness",
        still=_review_due,
    ),
    _said(
        "readiness.sent_back",
        ("The readiness of {a} was sent back", "The reviewer of version {v} said what is to change."),
        _planners,
        _page("detail"),
        asks="changes to your agency's readiness that a reviewer asked for",
        still=_is_draft,
    ),
    _said(
        "readiness.reviewed",
        (
            "The readiness of {a} is reviewed",
            "Version {v} is final. Partners see its scores; choose who reads the answers.",
        ),
        _planners,
        _page("detail"),
    ),
    _said(
        "readiness.again_soon",
        ("The readiness of {a} is to be assessed again", "The next version is due by {day}."),
        _planners,
        _of_agency,
        asks="the yearly assessment of your agency's readiness",
        still=_again_due,
    ),
    _said(
        "readiness.again_late",
        ("The yearly assessment of the readiness of {a} is overdue", "The next version was due by {day}."),
        _planners,
        _of_agency,
        asks="the yearly assessment of your agency's readiness",
        still=_again_due,
    ),
    _said(
        "plan_action.added",
        ("You answer for an action of {a}", "Action {n} of its plan for readiness is yours. The plan says by when."),
        _owner,
        _page("action"),
    ),
    _said(
        "plan_action.given",
        ("You answer for an action of {a}", "Action {n} of its plan for readiness is yours now."),
        _owner,
        _page("action"),
    ),
    _said(
        "plan_action.due_soon",
        ("An action of {a} is due by {day}", "Do action {n} of its plan for readiness, and say what came of it."),
        _owner,
        _page("action"),
        asks="an action of your agency's plan for readiness",
        still=_is_open,
    ),
    _said(
        "plan_action.due_late",
        ("An action of {a} is overdue", "Action {n} of its plan for readiness was due by {day}."),
        _owner_and_planners,
        _page("action"),
        asks="an action of your agency's plan for readiness",
        still=_is_open,
    ),
)


def register() -> None:
    """Called once when the app is ready."""
    for model in (Assessment, PlanAction):
        kinds.register_subject(model._meta.label, model.objects.select_related("agency").all)
    said.register(SAID, NAMES)
