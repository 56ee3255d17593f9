"""Who is told that a text awaits being accepted."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse

from agencies.models import RECORD_ROLES, Membership, User
from portal.audit.models import Event
from portal.notices import said
from portal.notices.said import Said
from privacy.models import PrivacyPolicy
from privacy.notices import GROUP
from sharing_agreements.models import Grant

from . import due
from .models import Acceptance

ASKS = "accepting policies and rules without which shared records stay closed to you"


def _policy(event: Event) -> PrivacyPolicy:
    return PrivacyPolicy.objects.get(pk=event.subject_id)


def _lookers(members: QuerySet[Membership]) -> QuerySet[User]:
    return User.objects.filter(memberships__in=members).distinct()


def _records() -> QuerySet[Membership]:
    return Membership.objects.current().with_role(*RECORD_ROLES)


def _everybody(event: Event) -> QuerySet[User]:
    return _lookers(_records())


def _under_policy(event: Event) -> QuerySet[User]:
    """Who looks at what the agency shares, and at what is shared with it."""
    owner = _policy(event).agency_id
    recipients = Grant.objects.standing().filter(record_set__owner=owner).values("recipient")
    return _lookers(_records().filter(agency__in=recipients) | _records().filter(agency=owner))


def _themselves(event: Event) -> QuerySet[User]:
    return _lookers(_records().filter(person=event.subject_id))


def _missing(event: Event, person: User) -> bool:
    """Whether they still have anything to accept, wherever they look at records."""
    return any(due.missing(each) for each in _records().filter(person=person).select_related("agency"))


def _ending(event: Event, person: User) -> bool:
    told = Acceptance.objects.filter(pk__in=event.detail["acceptances"])
    return due.ending_acceptances(person).filter(pk__in=told).exists()


def _page(event: Event) -> str:
    return reverse("acknowledgement:mine")


SAID = (
    Said(
        "policy.published",
        "Accept a new privacy policy to go on with shared records",
        "{policy}: version {version} is in force. The records that it concerns are closed to you until you accept it.",
        _under_policy,
        _page,
        GROUP,
        ASKS,
        _missing,
    ),
    Said(
        "rules.published",
        "Accept the new rules of behavior to go on with shared records",
        "Version {number} of the rules of behavior is in force. Shared records are closed to you until you accept it.",
        _everybody,
        _page,
        GROUP,
        ASKS,
        _missing,
    ),
    Said(
        "acceptances.end",
        "Accept policies and rules anew, so that shared records stay open",
        "A year is nearly over since you accepted some of the texts without which shared records are closed to you.",
        _themselves,
        _page,
        GROUP,
        ASKS,
        _ending,
    ),
)

NAMES = {
    "policy": _policy,
    "version": lambda event: event.detail["version"],
    "number": lambda event: event.detail["number"],
}


def register() -> None:
    """Called once when the app is ready."""
    said.register(SAID, NAMES)
