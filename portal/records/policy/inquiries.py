"""Who may look at records at all, and state why."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.db.models.functions import Now, TruncDate

from agencies.models import RECORD_ROLES, Membership, Training, User
from portal.kernel.errors import Refused
from portal.records.models import Inquiry


def may_look(person: User, membership: Membership | None) -> None:
    """Records are looked at by clerks, custodians and privacy officers, never by a portal administrator."""
    if membership is None or person.is_portal_administrator or not membership.has(*RECORD_ROLES):
        raise PermissionDenied(
            "Records are searched by an agency's clerks, records custodians and privacy officers. "
            "If that is your work, ask your agency's administrator for the role."
        )


def may_open_inquiry(person: User, membership: Membership) -> None:
    if membership.person_id != person.pk or not Membership.objects.current().filter(pk=membership.pk).exists():
        raise PermissionDenied("You act under a membership that is not yours, or has ended.")
    may_look(person, membership)
    today = TruncDate(Now(), tzinfo=ZoneInfo(membership.agency.time_zone))
    if not Training.objects.filter(person=person, completed_on__lte=today, expires_on__gte=today).exists():
        raise Refused(
            "No training of yours is current, so no record is open to you. Complete one, and ask your agency's "
            "administrator to record it.",
            code="training",
        )


def may_end_inquiry(person: User, inquiry: Inquiry) -> None:
    if inquiry.membership.person_id != person.pk:
        raise PermissionDenied("This is another person's inquiry.")


def may_save(person: User, membership: Membership) -> None:
    """Searches are kept by whoever may search, each for themselves."""
    if membership.person_id != person.pk or not Membership.objects.current().filter(pk=membership.pk).exists():
        raise PermissionDenied("A saved search is its owner's alone.")
    may_look(person, membership)
