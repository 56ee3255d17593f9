"""Who may accept texts, and who publishes the rules of behavior. Each check returns None or raises."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied

from agencies.models import RECORD_ROLES, Membership, Role, User
from agencies.policy import acts_for, audits, keeps_portal


def may_accept(person: User, membership: Membership) -> None:
    """Accept for oneself, acting for an agency as somebody who looks at records."""
    mine = membership.person_id == person.pk and membership.has(*RECORD_ROLES)
    if not mine or not Membership.objects.current().filter(pk=membership.pk).exists():
        raise PermissionDenied("Whoever looks at records accepts the policies and rules for them, each for themselves.")


def may_publish_rules(person: User) -> None:
    """Publish a text of the portal's rules of behavior: who keeps the portal."""
    if not (person.is_active and person.is_portal_administrator):
        raise PermissionDenied("Only a portal administrator publishes the rules of behavior.")


def may_see_who_accepted(person: User, agency_id: UUID) -> None:
    """See who at an agency accepted what: who answers for its people, accounts or privacy, and its auditors."""
    answers = acts_for(person, agency_id, Role.ADMINISTRATOR) or acts_for(person, agency_id, Role.PRIVACY_OFFICER)
    if not answers and not keeps_portal(person) and not audits(person, agency_id):
        raise PermissionDenied("Administrators, privacy officers and auditors of an agency see who accepted what.")
