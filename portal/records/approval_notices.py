"""Who is told of an inquiry that waits for a supervisor, of the answer, and of what a protected inquiry was shown."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse

from agencies.models import Agency, Membership, Role, User
from portal.audit.models import Event
from portal.notices import said
from portal.notices.said import Said
from privacy.notices import GROUP

from . import policy
from .models import Inquiry, InquiryApproval
from .obliged import SHOWN

ASKS = "inquiries of colleagues that wait for a supervisor"


def _inquiry(event: Event) -> Inquiry:
    return Inquiry.objects.select_related("membership__person").get(pk=event.subject_id)


def _supervisors(event: Event) -> QuerySet[User]:
    return User.objects.filter(pk__in=[each.person_id for each in policy.supervisors(_inquiry(event))])


def _awaits(event: Event, person: User) -> bool:
    undecided = InquiryApproval.objects.filter(inquiry=event.subject_id, decided_at=None)
    return undecided.filter(inquiry__in=Inquiry.objects.open()).exists()


def _asker(event: Event) -> QuerySet[User]:
    here = Membership.objects.current().filter(inquiries=event.subject_id)
    return User.objects.filter(memberships__in=here)


def _keepers(event: Event) -> QuerySet[User]:
    """Privacy officers of the agency whose record it is."""
    here = Membership.objects.current().with_role(Role.PRIVACY_OFFICER).filter(agency=event.detail["owner"])
    return User.objects.filter(memberships__in=here).distinct()


def _agency(event: Event) -> str:
    return Agency.objects.get(pk=str(event.acting_agency_id)).name


SAID = (
    Said(
        "inquiry.approval_asked",
        "{asker} asks you to approve inquiry {number}",
        "Some data of other agencies opens to it only with your approval. It ends with the inquiry, so answer today.",
        _supervisors,
        lambda event: reverse("records:approval", args=[event.subject_id]),
        GROUP,
        ASKS,
        _awaits,
    ),
    Said(
        "inquiry.approved",
        "Inquiry {number} is approved",
        "What waited for a supervisor is shown to you now, as long as the inquiry is open.",
        _asker,
        lambda event: reverse("records:ask_approval"),
        GROUP,
    ),
    Said(
        "inquiry.refused",
        "Inquiry {number} is not approved",
        "The page of the inquiry says why.",
        _asker,
        lambda event: reverse("records:ask_approval"),
        GROUP,
    ),
    Said(
        SHOWN,
        "{agency} was shown protected data of a record of yours",
        "Inquiry {number} of {agency} was shown data of which you are to be told, under {rules}.",
        _keepers,
        lambda event: reverse("records:disclosures", args=[event.detail["record"]]),
        GROUP,
    ),
)

NAMES = {
    "number": lambda event: _inquiry(event).number,
    "asker": lambda event: _inquiry(event).membership.person,
    "agency": _agency,
    "rules": lambda event: " and ".join(f"rule {each}" for each in event.detail["rules"]),
}


def register() -> None:
    """Called once when the app is ready."""
    said.register(SAID, NAMES)
