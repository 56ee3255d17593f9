"""What is done with records: one function a verb, the only writers of anything with a status."""

from .approvals import ask_approval, decide_approval
from .custody import ALREADY, clear_entry, seal_record, tell_of_correction, unseal_record, withdraw_clearing
from .inquiries import change_inquiry, end_inquiry, open_inquiry

__all__ = [
    "ALREADY",
    "ask_approval",
    "change_inquiry",
    "clear_entry",
    "decide_approval",
    "end_inquiry",
    "open_inquiry",
    "seal_record",
    "tell_of_correction",
    "unseal_record",
    "withdraw_clearing",
]
