"""Who is told of what happens to a privacy policy, and in what words."""

from __future__ import annotations

from django.urls import reverse

from agencies.models import Membership, MembershipQuerySet, Role, User
from portal.audit.models import Event
from portal.notices import kinds
from portal.notices.groups import Group

from .models import PrivacyPolicy

TOLD = (Role.CLERK, Role.CUSTODIAN, Role.PRIVACY_OFFICER, Role.ADMINISTRATOR)

GROUP = Group(
    "privacy",
    "Privacy at my agency",
    "When a new version of its policy is in force, somebody asks about information on them, a record that it looked "
    "at is corrected or taken back, a supervisor is asked for an inquiry, and answers, and before a change in law of "
    "its own takes effect.",
    reads=lambda person: Membership.objects.current().with_role(*TOLD, Role.SUPERVISOR).filter(person=person).exists(),
)


def _policy(event: Event) -> PrivacyPolicy:
    return PrivacyPolicy.objects.get(pk=event.subject_id)


def _members(event: Event) -> MembershipQuerySet:
    return Membership.objects.current().with_role(*TOLD).filter(agency=_policy(event).agency_id)


def register() -> None:
    """Called once when the app is ready."""
    kinds.register(
        kinds.Kind(
            name="policy.published",
            subject=lambda event: f"Version {event.detail['version']} of your privacy policy is in force",
            body=lambda event: (
                f"{_policy(event)}: version {event.detail['version']} is published. "
                "Read what changed: it decides what other agencies see of your records."
            ),
            link=lambda event: reverse("public:policy", args=[event.subject_id]),
            audience=lambda event: User.objects.filter(memberships__in=_members(event)).distinct(),
            concerns=lambda event, person: _members(event).filter(person=person).exists(),
            group=GROUP,
        )
    )
