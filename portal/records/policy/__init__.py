"""Who may do what with records: None, or PermissionDenied (who) or Refused (when)."""

from .custody import may_clear, may_keep
from .inquiries import may_end_inquiry, may_look, may_open_inquiry

__all__ = ["may_clear", "may_end_inquiry", "may_keep", "may_look", "may_open_inquiry"]
