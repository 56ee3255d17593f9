"""The verbs of a board: the only writers of boards, meetings, motions, ballots and votes."""

from .alone import approve_by_chair, suspend_by_chair
from .ballots import cancel_ballot, cast_vote, open_ballot, settle
from .business import move_motion, refer_policy, remark, second, take_back_policy, withdraw_motion
from .calendars import renew_calendar, revoke_calendar
from .meetings import (
    add_item,
    adjourn,
    arrive,
    call_to_order,
    cancel_meeting,
    convene,
    drop_item,
    leave,
    move_item_up,
    note_discussion,
    take_chair,
)
from .minutes import approve_minutes, draft_minutes, edit_minutes
from .reminding import remind_of_ballot, remind_of_suspension
from .seats import change_alternate, correct_seat
from .setting_up import adopt_charter, establish_board, fill_seat, vacate_seat

__all__ = [
    "add_item",
    "adjourn",
    "adopt_charter",
    "approve_by_chair",
    "approve_minutes",
    "arrive",
    "call_to_order",
    "cancel_ballot",
    "cancel_meeting",
    "cast_vote",
    "change_alternate",
    "convene",
    "correct_seat",
    "draft_minutes",
    "drop_item",
    "edit_minutes",
    "establish_board",
    "fill_seat",
    "leave",
    "move_item_up",
    "move_motion",
    "note_discussion",
    "open_ballot",
    "refer_policy",
    "remark",
    "remind_of_ballot",
    "remind_of_suspension",
    "renew_calendar",
    "revoke_calendar",
    "second",
    "settle",
    "suspend_by_chair",
    "take_back_policy",
    "take_chair",
    "vacate_seat",
    "withdraw_motion",
]
