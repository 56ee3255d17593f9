"""Governance boards: charter, seats, meetings, motions, ballots, and what was decided."""

from .ballots import Ballot, Decision, Elector, Reminder, Vote
from .boards import Board, Charter, MotionKind, Seat, may_sit
from .meetings import AgendaItem, Attendance, CalendarFeed, Meeting, Minutes
from .motions import HEEDED, ChairSuspension, Motion, PolicyReferral, Remark, Sanction

__all__ = [
    "HEEDED",
    "AgendaItem",
    "Attendance",
    "Ballot",
    "Board",
    "CalendarFeed",
    "ChairSuspension",
    "Charter",
    "Decision",
    "Elector",
    "Meeting",
    "Minutes",
    "Motion",
    "MotionKind",
    "PolicyReferral",
    "Remark",
    "Reminder",
    "Sanction",
    "Seat",
    "Vote",
    "may_sit",
]
