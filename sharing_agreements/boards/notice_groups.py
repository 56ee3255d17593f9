"""What those who sit on boards choose about."""

from __future__ import annotations

from django.db.models import Q

from agencies.models import User
from portal.notices.groups import Group

from .models import Seat


def _sits(person: User) -> bool:
    """Whether the person holds a seat, or stands by for one."""
    return Seat.objects.in_term().filter(Q(holder=person) | Q(alternate=person)).exists()


BOARDS = Group(
    "boards",
    "Boards on which I sit",
    "When something comes before the board or is decided: motions, ballots, agreements, seats, the charter.",
    reads=_sits,
)
MEETINGS = Group(
    "meetings",
    "Meetings of these boards",
    "When the agenda changes, a meeting begins or ends, and when minutes can be read.",
    reads=_sits,
)
"""In the digest by default: one motion has three such messages and a meeting five. A vote is asked for at once."""
