"""Who asks a supervisor to approve an inquiry, and who decides."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied

from agencies.models import Membership, Role, User
from portal.kernel.clock import database_now
from portal.kernel.errors import Refused
from portal.records.models import Inquiry, InquiryApproval


def supervisors(inquiry: Inquiry) -> list[Membership]:
    """Who could decide: supervisors of the agency, other than who asks."""
    here = Membership.objects.current().with_role(Role.SUPERVISOR).filter(agency=inquiry.membership.agency_id)
    return list(here.exclude(person=inquiry.membership.person_id).select_related("person"))


def _open(inquiry: Inquiry) -> None:
    if inquiry.ended_at is not None or inquiry.open_until <= database_now():
        raise Refused("The inquiry is over. State the purpose anew, and ask for that inquiry.", code="over")


def may_ask_approval(person: User, inquiry: Inquiry) -> None:
    if inquiry.membership.person_id != person.pk:
        raise PermissionDenied("This is another person's inquiry.")
    _open(inquiry)
    if InquiryApproval.objects.filter(inquiry=inquiry).exists():
        raise Refused(
            "Your supervisors were asked already; there is one answer to each inquiry.", code="asked", repeated=True
        )
    if not supervisors(inquiry):
        raise Refused(
            "Nobody at your agency has the role of a supervisor. Ask your agency's administrator for one.",
            code="supervisor",
        )


def may_decide_approval(person: User, approval: InquiryApproval) -> None:
    """A supervisor of the agency, never of their own inquiry; once, and while the inquiry is open."""
    if person.pk not in {each.person_id for each in supervisors(approval.inquiry)}:
        raise PermissionDenied("Inquiries are approved by a supervisor of the same agency, not by who makes them.")
    if approval.decided_at is not None:
        raise Refused("It is decided already.", code="decided", repeated=True)
    _open(approval.inquiry)
