"""The verbs of a board: the only writers of boards, meetings, motions, ballots and votes."""

from .ballots import cast_vote, open_ballot, settle
from .business import convene, move_motion, suspend_by_chair
from .setting_up import adopt_charter, establish_board, fill_seat, vacate_seat

__all__ = [
    "adopt_charter",
    "cast_vote",
    "convene",
    "establish_board",
    "fill_seat",
    "move_motion",
    "open_ballot",
    "settle",
    "suspend_by_chair",
    "vacate_seat",
]
