"""Who is told that a draft awaits review, adoption or publication."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.dateformat import format as spell

from agencies.models import Membership, Role, User
from portal.audit.models import Event
from portal.kernel.policy import allows
from portal.notices import kinds, said
from portal.notices.said import Said
from privacy.models import PolicyVersion, PrivacyPolicy
from privacy.notices import GROUP

from . import policy, progress, yearly

Told = Callable[[Event], QuerySet[User]]
Due = Callable[[Event, User], bool]


def version_of(event: Event) -> PolicyVersion:
    """The draft that the event is about, read once. Raises DoesNotExist once it was discarded."""
    if "version" not in vars(event):
        vars(event)["version"] = PolicyVersion.objects.select_related("policy__agency").get(
            pk=event.detail["version_id"]
        )
    found: PolicyVersion = vars(event)["version"]
    return found


def _agency(event: Event) -> UUID:
    return PrivacyPolicy.objects.get(pk=event.subject_id).agency_id


def _people(members: QuerySet[Membership]) -> QuerySet[User]:
    return User.objects.filter(memberships__in=members).distinct()


def officers(event: Event) -> QuerySet[User]:
    return _people(Membership.objects.current().with_role(Role.PRIVACY_OFFICER).filter(agency=_agency(event)))


def _reviewers(event: Event) -> QuerySet[User]:
    return _people(policy.reviewers(version_of(event).policy.agency_id))


def _heads(event: Event) -> QuerySet[User]:
    """Heads of the agency who could adopt it: they wrote nothing of it."""
    version = version_of(event)
    return _people(policy.heads(version.policy.agency_id)).exclude(pk__in=progress.drafters(version))


def _review_due(event: Event, person: User) -> bool:
    return policy.awaits(version_of(event), person)


def _adoption_due(event: Event, person: User) -> bool:
    return allows(policy.may_adopt, person, version_of(event))


def _publication_due(event: Event, person: User) -> bool:
    return allows(policy.may_publish, person, version_of(event))


def _yearly_due(event: Event, person: User) -> bool:
    """Whether the same day still stands: nobody said that it is right, and no other version took over."""
    due = yearly.due_on(version_of(event))
    return due is not None and due.isoformat() == event.detail["due_on"]


def _day(event: Event) -> str:
    due = event.detail.get("due_on")
    return spell(date.fromisoformat(due), "M j, Y") if due else ""


def _page(name: str) -> Callable[[Event], str]:
    return lambda event: reverse(f"privacy:{name}", args=[event.detail["version_id"]])


def _said(
    kind: str, subject: str, body: str, told: Told, page: str, *, asks: str = "", due: Due = kinds.always
) -> Said:
    """What one kind of event says to some people; {v} the version, {day} by when."""
    return Said(f"policy.{kind}", subject, body, told, _page(page), GROUP, asks, due)


NAMES = {"v": version_of, "day": _day}

SAID = (
    _said(
        "review_asked",
        "Your agency's privacy policy awaits a review",
        "{v} is a draft. Say of each provision that somebody else wrote how far it meets what its section asks.",
        _reviewers,
        "review",
        asks="a review of your agency's privacy policy",
        due=_review_due,
    ),
    _said(
        "reviewed",
        "Your agency's privacy policy awaits its adoption",
        "{v} is reviewed whole. Read what the review found, then adopt it for the agency, or tell the privacy officer "
        "what is to change.",
        _heads,
        "adopt",
        asks="the adoption of your agency's privacy policy, if you head the agency",
        due=_adoption_due,
    ),
    _said(
        "reviewed",
        "The draft of your privacy policy is reviewed",
        "{v}: every provision is reviewed as it reads now. The page says what the reviewer found.",
        officers,
        "version",
    ),
    _said(
        "adopted_by_head",
        "Your privacy policy is adopted and can be published",
        "{v} is adopted as it reads now. Publish it: any change before that ends the adoption.",
        officers,
        "publish",
        asks="the publication of a policy that your agency's head adopted",
        due=_publication_due,
    ),
    _said(
        "adopted_by_board",
        "A board adopted your privacy policy, and it can be published",
        "{v} is adopted as it reads now. Publish it: any change before that ends the adoption.",
        officers,
        "publish",
        asks="the publication of a policy that a board adopted",
        due=_publication_due,
    ),
    _said(
        "yearly_review_due",
        "Your privacy policy is due for its yearly review",
        "{v} is to be looked through by {day}. Say that it is still right, or begin a new version.",
        officers,
        "still_right",
        asks="the yearly review of your privacy policy",
        due=_yearly_due,
    ),
    _said(
        "yearly_review_late",
        "The yearly review of your privacy policy is overdue",
        "{v} was to be looked through by {day}. Say that it is still right, or begin a new version.",
        officers,
        "still_right",
        asks="the yearly review of your privacy policy",
        due=_yearly_due,
    ),
)  # fmt: skip


def register() -> None:
    """Called once when the app is ready."""
    said.register(SAID, NAMES)
