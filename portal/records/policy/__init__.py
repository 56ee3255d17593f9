"""Who may do what with records: None, or PermissionDenied (who) or Refused (when)."""

from .approvals import may_ask_approval, may_decide_approval, supervisors
from .custody import (
    NAMES,
    grounds,
    is_whole_order,
    may_account,
    may_be_destroyed,
    may_be_said,
    may_certify_destruction,
    may_clear,
    may_clear_names,
    may_confirm,
    may_keep,
    may_review,
    may_stand_in_order,
)
from .inquiries import may_end_inquiry, may_look, may_open_inquiry, may_save

__all__ = [
    "NAMES",
    "grounds",
    "is_whole_order",
    "may_account",
    "may_ask_approval",
    "may_be_destroyed",
    "may_be_said",
    "may_certify_destruction",
    "may_clear",
    "may_clear_names",
    "may_confirm",
    "may_decide_approval",
    "may_end_inquiry",
    "may_keep",
    "may_look",
    "may_open_inquiry",
    "may_review",
    "may_save",
    "may_stand_in_order",
    "supervisors",
]
