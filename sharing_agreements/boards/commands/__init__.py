"""The verbs of a board: the only writers of boards, meetings, motions, ballots and votes."""

from .ballots import cancel_ballot, cast_vote, open_ballot, settle
from .business import move_motion, remark, second, suspend_by_chair, withdraw_motion
from .meetings import convene
from .reminding import remind_of_ballot, remind_of_suspension
from .setting_up import adopt_charter, establish_board, fill_seat, vacate_seat

__all__ = [
    "adopt_charter",
    "cancel_ballot",
    "cast_vote",
    "convene",
    "establish_board",
    "fill_seat",
    "move_motion",
    "open_ballot",
    "remark",
    "remind_of_ballot",
    "remind_of_suspension",
    "second",
    "settle",
    "suspend_by_chair",
    "vacate_seat",
    "withdraw_motion",
]
