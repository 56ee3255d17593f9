"""Who may do what with records: None, or PermissionDenied (who) or Refused (when)."""

from .custody import NAMES, may_account, may_clear, may_clear_names, may_keep
from .inquiries import may_end_inquiry, may_look, may_open_inquiry

__all__ = [
    "NAMES",
    "may_account",
    "may_clear",
    "may_clear_names",
    "may_end_inquiry",
    "may_keep",
    "may_look",
    "may_open_inquiry",
]
