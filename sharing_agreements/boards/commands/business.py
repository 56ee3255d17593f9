"""Meetings, motions, and the chair's own power."""

from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import Length

from agencies.models import User
from portal.audit.record import record
from portal.kernel import history
from portal.kernel.errors import Refused
from portal.notices.tell import tell
from sharing_agreements import steps
from sharing_agreements.boards import policy
from sharing_agreements.boards.models import Board, ChairSuspension, Meeting, Motion
from sharing_agreements.boards.steps import drop_motions
from sharing_agreements.grants import database_now
from sharing_agreements.lifecycle import S, move
from sharing_agreements.models import Agreement


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


@transaction.atomic(durable=True)
def move_motion(
    *, actor: User, board_id: UUID, agreement_id: UUID, kind: str, text: str = "", meeting_id: UUID | None = None
) -> Motion:
    """Put an agreement before the board: to approve it, to suspend it, to ratify a suspension, to resume it."""
    agreement = Agreement.objects.for_update(agreement_id)
    board = Board.objects.for_update(board_id)
    seat = policy.may_move(actor, board, agreement, kind)
    motion = Motion(
        board=board,
        number=_next_number(board),
        kind=kind,
        agreement=agreement,
        version=agreement.current_version,
        meeting=board.meetings.get(pk=meeting_id) if meeting_id else None,
        text=text.strip() or _standard_text(kind, agreement),
        mover=seat,
    )
    motion.full_clean()
    history.save(motion, actor=actor, reason="Moved")
    if kind == Motion.Kind.APPROVE:
        move(agreement, S.BEFORE_BOARD)
        history.save(agreement, actor=actor, reason=f"Taken up as motion {motion.number}")
    steps.note(
        "agreement.motion_made",
        agreement,
        actor=actor,
        acting_agency_id=seat.agency_id,
        board=str(board.pk),
        motion=motion.number,
        motion_id=str(motion.pk),
        motion_kind=kind,
    )
    return motion


def _next_number(board: Board) -> str:
    prefix = f"{database_now():%Y}-"
    taken = board.motions.filter(number__startswith=prefix).values_list("number", flat=True)
    newest = taken.order_by(Length("number"), "number").last()  # 1000 comes after 999
    return f"{prefix}{int(newest.removeprefix(prefix)) + 1 if newest else 1:03d}"


def _standard_text(kind: str, agreement: Agreement) -> str:
    version = agreement.current_version.number if agreement.current_version else 1
    what = {
        Motion.Kind.APPROVE: f"approve version {version} of agreement {agreement.number} as noticed",
        Motion.Kind.SUSPEND: f"suspend agreement {agreement.number} from the moment this motion carries",
        Motion.Kind.RATIFY: f"ratify the chair's suspension of agreement {agreement.number}",
        Motion.Kind.RESUME: f"resume agreement {agreement.number} from the moment this motion carries",
    }[Motion.Kind(kind)]
    return f"That the Board {what}."


@transaction.atomic(durable=True)
def suspend_by_chair(*, actor: User, board_id: UUID, agreement_id: UUID, reason: str) -> Agreement:
    """The chair closes access at once where the charter allows it; the board ratifies in time or resumes it."""
    agreement = Agreement.objects.for_update(agreement_id)
    board = Board.objects.for_update(board_id)
    policy.may_suspend_alone(actor, board, agreement)
    if not reason.strip():
        raise ValidationError({"reason": "Say why; the board decides on it."})
    ratify_by = database_now() + timedelta(days=policy.charter_of(board).ratify_within_days)
    suspension = ChairSuspension(
        agreement=agreement, board=board, chair=actor, reason=reason.strip(), at=database_now(), ratify_by=ratify_by
    )
    history.save(suspension, actor=actor, reason="Suspended by the chair")
    drop_motions(agreement, actor=actor, reason="The chair suspended the agreement")
    steps.suspend(
        agreement,
        actor=actor,
        reason=reason.strip(),
        by="chair",
        board=str(board.pk),
        ratify_by=ratify_by.isoformat(),
    )
    return agreement
