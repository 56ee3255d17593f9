"""Meetings: calling them, and their agenda."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from agencies.models import User
from portal.audit.record import record
from portal.kernel import history
from portal.kernel.errors import Refused
from portal.notices.tell import tell
from sharing_agreements.boards import policy
from sharing_agreements.boards.models import Board, Meeting
from sharing_agreements.grants import database_now


@transaction.atomic(durable=True)
def convene(*, actor: User, board_id: UUID, starts_at: datetime, place: str, business: str) -> Meeting:
    """Call a meeting; every member gets notice."""
    board = Board.objects.for_update(board_id)
    policy.may_preside(actor, board)
    if starts_at <= database_now():
        raise ValidationError({"starts_at": "A meeting is called for a time to come."})
    if board.meetings.filter(starts_at=starts_at).exists():
        raise Refused("A meeting is called for that time already.", code="convened")
    meeting = Meeting(board=board, starts_at=starts_at, place=place.strip(), business=business, called_by=actor)
    meeting.full_clean()
    history.save(meeting, actor=actor, reason="Convened")
    tell(record("board.convened", board, actor=actor, meeting=str(meeting.pk), starts_at=starts_at.isoformat()))
    return meeting
