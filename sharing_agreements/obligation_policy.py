"""Who may say that something was done, and when. Each check returns None or raises."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.utils.dateformat import format as spell

from agencies.models import Role, User
from agencies.policy import acts_for
from portal.kernel.errors import Refused

from . import succession
from .models import Fulfilment
from .obligations import Occurrence


def may_answer_for(person: User, agency_id: UUID) -> None:
    """Whoever administers the agency that owes it; nobody else knows for it."""
    if not acts_for(person, agency_id, Role.ADMINISTRATOR):
        raise PermissionDenied("Only an administrator of the agency that owes it marks it as done.")


def may_mark_done(person: User, occurrence: Occurrence) -> None:
    may_answer_for(person, occurrence.agency.pk)
    done = occurrence.fulfilment
    if done is not None:
        mine = done.done_by_id == person.pk
        raise Refused(f"It is marked as done already, by {done.done_by}.", code="done", repeated=mine)
    begins = succession.starts_at(occurrence.agreement)
    if begins > occurrence.now:
        day = begins.astimezone(ZoneInfo(occurrence.agreement.lead_agency.time_zone))
        raise Refused(f"The text begins on {spell(day, 'M j, Y')}. Mark it as done from then on.", code="not_begun")
    if occurrence.early:
        raise Refused("Another day comes first. Mark that one as done.", code="early")


def may_take_back(person: User, fulfilment: Fulfilment) -> None:
    """Say that what was marked as done was not."""
    may_answer_for(person, fulfilment.agency_id)
    if hasattr(fulfilment, "withdrawal"):
        mine = fulfilment.withdrawal.by_id == person.pk
        raise Refused("This was taken back already; the day is open again.", code="taken_back", repeated=mine)
