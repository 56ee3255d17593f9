"""What is done with records: one function a verb, the only writers of anything with a status."""

from .custody import ALREADY, clear_entry, seal_record, tell_of_correction, unseal_record, withdraw_clearing
from .inquiries import change_inquiry, end_inquiry, open_inquiry

__all__ = [
    "ALREADY",
    "change_inquiry",
    "clear_entry",
    "end_inquiry",
    "open_inquiry",
    "seal_record",
    "tell_of_correction",
    "unseal_record",
    "withdraw_clearing",
]
