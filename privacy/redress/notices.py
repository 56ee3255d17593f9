"""Who is told of redress: the privacy officers of the agency, and who decides on an appeal. Never what was asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.dateformat import format as in_words

from agencies.models import Membership, Role, User
from portal.audit.models import Event
from portal.notices import said
from portal.notices.said import Said
from privacy.notices import GROUP

from .models import RedressRequest


def _request(event: Event) -> RedressRequest:
    if "request" not in vars(event):
        vars(event)["request"] = RedressRequest.objects.select_related("agency", "appeal").get(pk=event.subject_id)
    found: RedressRequest = vars(event)["request"]
    return found


def _people(event: Event, *roles: Role) -> QuerySet[User]:
    members = Membership.objects.current().with_role(*roles).filter(agency=_request(event).agency_id)
    return User.objects.filter(memberships__in=members).distinct()


def _officers(event: Event) -> QuerySet[User]:
    """Who can answer: while somebody has it in hand and still may, that one."""
    request = _request(event)
    officers = _people(event, Role.PRIVACY_OFFICER)
    mine = officers.filter(pk=request.handler_id) if request.handler_id else officers.none()
    return mine if mine.exists() else officers


def _others(event: Event) -> QuerySet[User]:
    """Who can decide on an appeal: anybody of the two roles but who answered."""
    request = _request(event)
    answered = [request.decided_by_id, request.handler_id]
    return _people(event, Role.PRIVACY_OFFICER, Role.ADMINISTRATOR).exclude(pk__in=[pk for pk in answered if pk])


def _in_charge(event: Event) -> QuerySet[User]:
    return _others(event) if _request(event).decided_at else _officers(event)


def _asks_still(event: Event, person: User) -> bool:
    return RedressRequest.objects.asking().filter(pk=event.subject_id).exists()


def _not_taken(event: Event, person: User) -> bool:
    return RedressRequest.objects.open().filter(pk=event.subject_id, handler=None).exists()


def _day(event: Event) -> str:
    request = _request(event)
    return in_words(date.fromisoformat(event.detail["day"]) if "day" in event.detail else request.due_on, "M j, Y")


def _said(
    kind: str,
    subject: str,
    body: str,
    told: Callable[[Event], QuerySet[User]],
    asks: str,
    due: Callable[[Event, User], bool] = _asks_still,
) -> Said:
    """What one kind of event says; {n} the number of the request, {day} by when."""
    return Said(f"redress.{kind}", subject, body, told, _page, GROUP, asks, due)


def _page(event: Event) -> str:
    return reverse("redress:detail", args=[event.subject_id])


NAMES = {"n": lambda event: _request(event).number, "day": _day}

SAID = (
    _said(
        "received",
        "{n}: somebody asks your agency about information on them",
        "It is to be answered by {day}. Whoever takes it first has it in hand.",
        _officers,
        "a request to your agency by somebody whom its records are about",
        _not_taken,
    ),
    _said(
        "due_soon",
        "{n} is to be answered soon",
        "Who asked is to hear by {day}.",
        _in_charge,
        "a request to your agency that is due",
    ),
    _said(
        "due_late",
        "{n} is late",
        "Who asked was to hear by {day}.",
        _in_charge,
        "a request to your agency that is late",
    ),
    _said(
        "appealed",
        "{n}: there is an appeal against an answer of your agency",
        "Somebody else than who answered decides on it.",
        _others,
        "an appeal that you can decide on",
    ),
)


def register() -> None:
    """Called once when the app is ready."""
    said.register(SAID, NAMES)
