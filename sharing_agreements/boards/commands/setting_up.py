"""Boards, charters and seats."""

import re
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from agencies.models import Membership, User
from portal.audit.record import record
from portal.kernel import history
from portal.kernel.clock import database_now
from portal.kernel.errors import Refused
from portal.notices.tell import tell
from sharing_agreements.boards import policy
from sharing_agreements.boards.models import Board, Charter, Seat

LONGEST_TERM = timedelta(days=20 * 366)


@transaction.atomic(durable=True)
def establish_board(
    *,
    actor: User,
    name: str,
    kind: str,
    short_name: str = "",
    parent_id: UUID | None = None,
    origin: str = Board.Origin.AGREEMENT,
    created_by_act: str = "",
    time_zone: str = "America/Los_Angeles",
    meets_in_public: bool = True,
) -> Board:
    """Enter a governing body. `origin`: what created it; `created_by_act`: the citation of that.

    `short_name`: stands before the numbers of its motions, for good; empty: the initials of the name.
    """
    policy.may_establish(actor)
    board = Board(
        name=name.strip(),
        short_name=short_name.strip().upper() or _initials(name),
        kind=kind,
        parent_id=parent_id,
        origin=origin,
        created_by_act=created_by_act.strip(),
        time_zone=time_zone,
        meets_in_public=meets_in_public,
    )
    board.full_clean()
    history.save(board, actor=actor, reason="Established")
    record("board.established", board, actor=actor)
    return board


def _initials(name: str) -> str:
    """`Cedar Basin Governance Board` -> `CBGB`; with a number behind it where another board has that already."""
    words = re.findall(r"[A-Z][A-Za-z0-9]*", name)
    plain = "".join(word[0] for word in words)[:4] or "B"
    taken = set(Board.objects.filter(short_name__startswith=plain).values_list("short_name", flat=True))
    free = (each for each in (plain, *(f"{plain}{number}" for number in range(2, 100))) if each not in taken)
    return next(free, plain)


@transaction.atomic(durable=True)
def adopt_charter(*, actor: User, board_id: UUID, adopted_on: date, **rules: Any) -> Charter:
    """Enter the first charter that the board adopted; from then on it amends its charter by a motion.

    `rules`: by the names of the fields of `Charter`.
    """
    board = Board.objects.for_update(board_id)
    policy.may_enter_charter(actor, board)
    if adopted_on.year < 1900:
        raise ValidationError({"adopted_on": "Look at the year; no charter here is that old."})
    if adopted_on > timezone.localdate():
        raise ValidationError({"adopted_on": "Enter a charter once the board has adopted it."})
    charter = Charter(board=board, number=1, adopted_on=adopted_on, **rules)
    if charter.quorum == Charter.Quorum.FIXED and not charter.quorum_number:
        raise ValidationError({"quorum_number": "Say how many members make a quorum."})
    charter.full_clean(exclude=["states", "special_for"])
    history.save(charter, actor=actor, reason="Adopted")
    tell(record("board.charter_adopted", board, actor=actor, charter=charter.number))
    return charter


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
    alternate_membership_id: UUID | None = None,
    term_ends_at: datetime | None = None,
) -> Seat:
    """Seat a person for the agency where they work; a member of the same agency may stand by as the alternate."""
    policy.may_establish(actor)
    board = Board.objects.for_update(board_id)
    membership = Membership.objects.current().select_related("person").get(pk=membership_id)
    end_terms(board)
    seat = Seat(
        board=board,
        number=number,
        title=title,
        agency_id=membership.agency_id,
        holder=membership.person,
        is_chair=is_chair,
        is_voting=is_voting,
        started_at=database_now(),
        term_ends_at=term_ends_at,
    )
    if alternate_membership_id:
        seat.alternate = alternate_of(seat, alternate_membership_id)
    _check_term(seat)
    _must_be_free(seat, membership.person)
    seat.full_clean()
    history.save(seat, actor=actor, reason="Seated")
    tell(record("board.seat_filled", board, actor=actor, seat=number, holder=str(membership.person_id)))
    return seat


def _check_term(seat: Seat) -> None:
    """What is entered about the seat itself."""
    if seat.is_chair and not seat.is_voting:
        raise ValidationError({"is_voting": "The chair's seat is a voting one."})
    ends, now = seat.term_ends_at, database_now()
    if ends is not None and ends <= now:
        raise ValidationError({"term_ends_at": "A term of office ends at a time to come."})
    if ends is not None and ends > now + LONGEST_TERM:
        raise ValidationError(
            {"term_ends_at": "This is more than 20 years ahead. Leave it empty for a term without end."}
        )


def _must_be_free(seat: Seat, holder: User) -> None:
    """The place on the board and the person who takes it."""
    board = seat.board
    if holder.is_portal_administrator:
        raise Refused("A portal administrator holds no seat. Choose a member of the agency.", code="administrator")
    if seat.is_voting:
        _must_have_room(board)
    if board.seats.filter(number=seat.number, ended_at=None).exists():
        raise Refused(f"Seat {seat.number} is taken. Vacate it first.", code="taken")
    if board.seats.filter(Q(holder=holder) | Q(alternate=holder), ended_at=None).exists():
        raise Refused(f"{holder} holds a seat on this board, or stands by for one, already.", code="seated")
    if seat.is_chair and (chair := board.seats.filter(is_chair=True, ended_at=None).first()):
        raise Refused(f"Seat {chair.number} is the chair's. Vacate it first.", code="chaired")


def end_terms(board: Board) -> None:
    """Note the end of terms that have run out, so that their seats can be filled."""
    for seat in board.seats.filter(ended_at=None, term_ends_at__lte=database_now()):
        seat.ended_at = seat.term_ends_at
        history.save(seat, actor=None, reason="The term of office ran out")


def _must_have_room(board: Board) -> None:
    """Refuse a voting seat beyond those that the charter has."""
    charter = board.charters.order_by("-number").first()
    if charter is None or charter.voting_seats == 0:
        return
    if board.seats.filter(is_voting=True, ended_at=None).count() >= charter.voting_seats:
        raise Refused(
            f"The charter has {charter.voting_seats} voting seats, and all are filled. "
            "Vacate one, or seat this person without a vote.",
            code="no_room",
        )


def alternate_of(seat: Seat, membership_id: UUID) -> User:
    """Who stands by: another member of the agency, who holds no seat here and is no portal administrator."""
    other = Membership.objects.current().select_related("person").filter(pk=membership_id).first()
    if other is None or other.agency_id != seat.agency_id or other.person_id == seat.holder_id:
        raise ValidationError({"alternate": "An alternate is another member of the same agency."})
    if other.person.is_portal_administrator:
        raise Refused("A portal administrator is no alternate. Choose another member.", code="administrator")
    taken = Q(holder=other.person) | Q(alternate=other.person)
    if seat.board.seats.filter(taken, ended_at=None).exclude(pk=seat.pk).exists():
        raise Refused(f"{other.person} holds a seat here, or stands by for one, already.", code="seated")
    return other.person


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
    vacated = record(
        "board.seat_vacated",
        board,
        actor=actor,
        seat=seat.number,
        reason=reason,
        holder=str(seat.holder_id or ""),
        stood_by=str(seat.alternate_id or ""),
    )
    tell(vacated)
    return seat
