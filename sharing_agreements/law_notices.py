"""Who is told that a change in law takes effect for which an agreement waits: who draws it up for its lead agency."""

from __future__ import annotations

from django.db.models import QuerySet

from agencies.models import Membership, Role, User
from portal.audit.models import Event
from portal.notices import kinds, said
from privacy.law.models import LawChange
from privacy.law.notices import NAMES, takes_effect

from .models import Agreement
from .notices import DRAWN_UP

OVER = (Agreement.Status.TERMINATED, Agreement.Status.SUPERSEDED, Agreement.Status.REJECTED, Agreement.Status.WITHDRAWN)


def _drafters(event: Event) -> QuerySet[User]:
    change: LawChange = kinds.subject(event)
    waiting = Agreement.objects.filter(awaits__change=change).exclude(status__in=OVER)
    if change.audience == LawChange.Audience.AGENCY:
        waiting = waiting.filter(lead_agency=change.agency_id)
    members = Membership.objects.current().with_role(Role.DRAFTER).filter(agency__in=waiting.values("lead_agency"))
    return User.objects.filter(memberships__in=members, is_active=True).distinct()


def register() -> None:
    """Called once when the app is ready."""
    body = "An agreement that your agency leads waits for it. From that day on it can go on."
    said.register([takes_effect(body, _drafters, DRAWN_UP)], NAMES)
