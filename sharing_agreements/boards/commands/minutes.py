"""Minutes: drafted from what was recorded, edited, and approved at a later meeting."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from agencies.models import User
from portal.kernel import history
from portal.kernel.clock import database_now
from sharing_agreements.boards import meeting_policy as policy
from sharing_agreements.boards.drafting import draft
from sharing_agreements.boards.models import AgendaItem, Meeting, Minutes

from .meetings import note


@transaction.atomic(durable=True)
def draft_minutes(*, actor: User, meeting_id: UUID) -> Minutes:
    """Write the minutes from what was recorded; the members are asked to read them."""
    Meeting.objects.for_update(meeting_id)
    meeting = Meeting.objects.select_related("board").get(pk=meeting_id)
    policy.may_draft_minutes(actor, meeting)
    public, closed = draft(meeting)
    minutes = Minutes(meeting=meeting, public_text=public, closed_text=closed, drafted_by=actor)
    history.save(minutes, actor=actor, reason="Drafted")
    note("minutes_drafted", meeting, actor=actor)
    return minutes


@transaction.atomic(durable=True)
def edit_minutes(*, actor: User, minutes_id: UUID, sha256: str, public_text: str, closed_text: str = "") -> Minutes:
    """Correct the draft; every earlier wording stays in the history. `sha256`: of the wording that is corrected."""
    Minutes.objects.for_update(minutes_id)
    minutes = Minutes.objects.select_related("meeting__board").get(pk=minutes_id)
    policy.may_edit_minutes(actor, minutes)
    policy.is_what_was_read(minutes, sha256)
    if not public_text.strip():
        raise ValidationError({"public_text": "Minutes say what was done."})
    minutes.public_text, minutes.closed_text = public_text.strip(), closed_text.strip()
    history.save(minutes, actor=actor, reason="Edited")
    note("minutes_edited", minutes.meeting, actor=actor)
    return minutes


@transaction.atomic(durable=True)
def approve_minutes(*, actor: User, item_id: UUID, sha256: str) -> Minutes:
    """Record at a later meeting that the board approved the minutes that this item of its agenda names.

    `sha256`: of the wording that was read.
    """
    found = AgendaItem.objects.get(pk=item_id)
    Meeting.objects.for_update(found.meeting_id)
    if found.minutes_id:
        Minutes.objects.for_update(found.minutes_id)
    item = AgendaItem.objects.select_related("meeting__board", "minutes__meeting__board").get(pk=item_id)
    minutes = policy.may_approve_minutes(actor, item)
    policy.is_what_was_read(minutes, sha256)
    minutes.approved_at, minutes.approved_in = database_now(), item.meeting
    history.save(minutes, actor=actor, reason="Approved")
    note("minutes_approved", minutes.meeting, actor=actor, approved_in=str(item.meeting_id))
    return minutes
