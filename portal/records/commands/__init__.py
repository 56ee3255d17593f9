"""What is done with records: one function a verb, the only writers of anything with a status."""

from .approvals import ask_approval, decide_approval
from .custody import ALREADY, clear_entry, seal_record, tell_of_correction, unseal_record, withdraw_clearing
from .disputes import dispute, end_dispute
from .expungements import ask_expungement, certify_destruction, expunge, withdraw_expungement
from .inquiries import change_inquiry, end_inquiry, open_inquiry
from .intelligence import agencies_that_review, remind_of_reviews, review_intelligence

__all__ = [
    "ALREADY",
    "agencies_that_review",
    "ask_approval",
    "ask_expungement",
    "certify_destruction",
    "change_inquiry",
    "clear_entry",
    "decide_approval",
    "dispute",
    "end_dispute",
    "end_inquiry",
    "expunge",
    "open_inquiry",
    "remind_of_reviews",
    "review_intelligence",
    "seal_record",
    "tell_of_correction",
    "unseal_record",
    "withdraw_clearing",
    "withdraw_expungement",
]
