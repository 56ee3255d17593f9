"""Who sits at a meeting now: the newest record of each seat counts."""

from uuid import UUID

from agencies.models import User

from .models import Attendance, Meeting


def sitting(meeting: Meeting) -> dict[UUID, User]:
    """Seat -> who sits there, holder or alternate."""
    found: dict[UUID, User] = {}
    for entry in Attendance.objects.filter(meeting=meeting).select_related("person").order_by("sequence"):
        if entry.move == Attendance.Move.ARRIVED:
            found[entry.seat_id] = entry.person
        else:
            found.pop(entry.seat_id, None)
    return found
