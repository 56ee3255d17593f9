"""Boards, charters and seats."""

from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from agencies.models import Membership, User
from portal.audit.record import record
from portal.kernel import history
from portal.kernel.errors import Refused
from portal.notices.tell import tell
from sharing_agreements.boards import policy
from sharing_agreements.boards.models import Board, Charter, Seat
from sharing_agreements.grants import database_now


@transaction.atomic(durable=True)
def establish_board(
    *, actor: User, name: str, kind: str, created_by_act: str = "", time_zone: str = "America/Los_Angeles"
) -> Board:
    policy.may_establish(actor)
    board = Board(name=name.strip(), kind=kind, created_by_act=created_by_act, time_zone=time_zone)
    board.full_clean()
    history.save(board, actor=actor, reason="Established")
    record("board.established", board, actor=actor)
    return board


@transaction.atomic(durable=True)
def adopt_charter(
    *,
    actor: User,
    board_id: UUID,
    adopted_on: date,
    responsible_for: list[str],
    states: list[str],
    quorum: str,
    threshold: str,
    quorum_number: int | None = None,
    chair_may_suspend: bool = False,
    ratify_within_days: int = 14,
    ballot_days: int = 7,
) -> Charter:
    """Enter the charter that the board adopted; ballots that are open keep the rule under which they opened."""
    policy.may_establish(actor)
    board = Board.objects.for_update(board_id)
    if quorum == Charter.Quorum.FIXED and not quorum_number:
        raise ValidationError({"quorum_number": "Say how many members make a quorum."})
    if adopted_on > timezone.localdate():
        raise ValidationError({"adopted_on": "Enter a charter once the board has adopted it."})
    newest = board.charters.aggregate(newest=Max("number"))["newest"] or 0
    charter = Charter(
        board=board,
        number=newest + 1,
        adopted_on=adopted_on,
        responsible_for=responsible_for,
        states=states,
        quorum=quorum,
        quorum_number=quorum_number,
        threshold=threshold,
        chair_may_suspend=chair_may_suspend,
        ratify_within_days=ratify_within_days,
        ballot_days=ballot_days,
    )
    charter.full_clean(exclude=["states"])
    if _says_the_same(charter, board):
        raise Refused(f"Charter {newest} says the same already.", code="same_charter")
    history.save(charter, actor=actor, reason="Adopted")
    record("board.charter_adopted", board, actor=actor, charter=charter.number)
    return charter


def _says_the_same(charter: Charter, board: Board) -> bool:
    """Whether the charter in force has the same rules, as when a form is sent twice."""
    rules = [field.name for field in Charter._meta.fields if field.name not in {"id", "board", "number"}]
    newest = board.charters.order_by("-number").first()
    return newest is not None and all(getattr(newest, name) == getattr(charter, name) for name in rules)


@transaction.atomic(durable=True)
def fill_seat(
    *,
    actor: User,
    board_id: UUID,
    number: int,
    title: str,
    membership_id: UUID,
    is_chair: bool = False,
    is_voting: bool = True,
) -> Seat:
    """Seat a person for the agency where they work."""
    policy.may_establish(actor)
    board = Board.objects.for_update(board_id)
    membership = Membership.objects.current().select_related("person").get(pk=membership_id)
    if is_chair and not is_voting:
        raise ValidationError({"is_voting": "The chair's seat is a voting one."})
    if membership.person.is_portal_administrator:
        raise Refused("A portal administrator holds no seat. Choose a member of the agency.", code="administrator")
    if board.seats.filter(number=number, ended_at=None).exists():
        raise Refused(f"Seat {number} is taken. Vacate it first.", code="taken")
    if board.seats.filter(holder=membership.person, ended_at=None).exists():
        raise Refused(f"{membership.person} holds a seat on this board already.", code="seated")
    if is_chair and (chair := board.seats.filter(is_chair=True, ended_at=None).first()):
        raise Refused(f"Seat {chair.number} is the chair's. Vacate it first.", code="chaired")
    seat = Seat(
        board=board,
        number=number,
        title=title,
        agency_id=membership.agency_id,
        holder=membership.person,
        is_chair=is_chair,
        is_voting=is_voting,
        started_at=database_now(),
    )
    seat.full_clean()
    history.save(seat, actor=actor, reason="Seated")
    tell(record("board.seat_filled", board, actor=actor, seat=number, holder=str(membership.person_id)))
    return seat


@transaction.atomic(durable=True)
def vacate_seat(*, actor: User, seat_id: UUID, reason: str) -> Seat:
    """End a term of office; ballots that are open keep the elector."""
    policy.may_establish(actor)
    if not reason.strip():
        raise ValidationError({"reason": "Say why the term of office ends."})
    board = Board.objects.for_update(Seat.objects.get(pk=seat_id).board_id)
    seat = Seat.objects.for_update(seat_id)
    if seat.ended_at is not None:
        raise Refused("The seat is vacant already.", code="vacant")
    seat.ended_at = database_now()
    history.save(seat, actor=actor, reason=reason)
    record("board.seat_vacated", board, actor=actor, seat=seat.number, reason=reason)
    return seat
