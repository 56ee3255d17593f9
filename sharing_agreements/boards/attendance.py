"""Who sits at a meeting, when they came and went, and whether that is a quorum: read from what was recorded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agencies.models import User

from .models import Attendance, Charter, Meeting, Seat
from .rule import Rule


def sitting(meeting: Meeting) -> dict[UUID, User]:
    """Seat -> who sits there, holder or alternate: the newest record of each seat counts."""
    return {stay.seat.pk: stay.person for stay in stays(meeting) if stay.until is None}


@dataclass
class Stay:
    """Somebody in a seat, from when until when."""

    seat: Seat
    person: User
    since: datetime
    until: datetime | None = None
    took_chair: datetime | None = None
    """When they took the chair pro tem, if they did."""


def stays(meeting: Meeting) -> list[Stay]:
    """Every stay at a meeting, in the order in which they began; one without an end lasts, or lasted to the end."""
    found: list[Stay] = []
    now: dict[UUID, Stay] = {}
    entries = Attendance.objects.filter(meeting=meeting).select_related("seat__agency", "person").order_by("sequence")
    for entry in entries:
        if entry.move == Attendance.Move.ARRIVED:
            now[entry.seat_id] = Stay(entry.seat, entry.person, entry.at)
            found.append(now[entry.seat_id])
        elif entry.move == Attendance.Move.PRESIDES:
            now[entry.seat_id].took_chair = entry.at
        elif (stay := now.pop(entry.seat_id, None)) is not None:
            stay.until = entry.at
    return found


def in_the_chair(there: list[Stay], chair: Seat | None) -> Stay | None:
    """Who presides: whoever sits in the chair's seat, else the last who took the chair pro tem and still sits.

    A chair who comes late presides from then on, and a member who took the chair does again when the chair leaves.
    """
    here = [stay for stay in there if stay.until is None]
    for stay in here:
        if chair is not None and stay.seat.pk == chair.pk:
            return stay
    took = [(stay.took_chair, stay) for stay in here if stay.took_chair is not None]
    return max(took, key=lambda each: each[0])[1] if took else None


@dataclass(frozen=True)
class Presence:
    """How many voting seats are taken, and how many make a quorum."""

    present: int
    in_office: int
    needed: int

    @property
    def is_quorum(self) -> bool:
        return self.present >= self.needed

    @property
    def in_words(self) -> str:
        verdict = "met" if self.is_quorum else "not met"
        return f"{self.present} of {self.in_office} voting members present; a quorum is {self.needed}: {verdict}"


def presence(meeting: Meeting, charter: Charter) -> Presence:
    """Who is there now, by the rule in force. Recusals from a motion are counted when its ballot is."""
    here, in_office = sitting(meeting), set(Seat.objects.in_office().filter(board=meeting.board_id).values_list("pk"))
    return Presence(
        present=sum((seat,) in in_office for seat in here),
        in_office=len(in_office),
        needed=Rule.under(charter).needed_for_quorum(len(in_office)),
    )


def may_sit(seat: Seat, charter: Charter) -> Iterator[User]:
    """Who has a right to this seat at a meeting: its holder, and the alternate where the charter allows one."""
    for person in (seat.holder, seat.alternate if charter.alternates else None):
        if person is not None and person.is_active and not person.is_portal_administrator:
            yield person
