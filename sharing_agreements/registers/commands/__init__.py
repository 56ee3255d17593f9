"""The verbs of registers: open, upload and commit snapshots, answer issues, attach texts."""

from .attachments import attach, remove_attachment
from .issues import dismiss, resolve
from .registers import open_register
from .snapshots import cancel, choose_layout, commit, receive

__all__ = [
    "attach",
    "cancel",
    "choose_layout",
    "commit",
    "dismiss",
    "open_register",
    "receive",
    "remove_attachment",
    "resolve",
]
