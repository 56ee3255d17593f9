"""The verbs of practitioners: the only writers of profiles, messages, reports and working groups."""

from .directory import change_profile, hide, join, leave, report, settle, show
from .documents import add_document, note_download, remove_document
from .groups import (
    admit,
    announce,
    ask_to_join,
    change_group,
    close_group,
    leave_group,
    name_chair,
    open_group,
    refuse,
    remove,
    take_back,
)
from .messages import answer, delete_message, forget_messages, report_message, write

__all__ = [
    "add_document",
    "admit",
    "announce",
    "answer",
    "ask_to_join",
    "change_group",
    "change_profile",
    "close_group",
    "delete_message",
    "forget_messages",
    "hide",
    "join",
    "leave",
    "leave_group",
    "name_chair",
    "note_download",
    "open_group",
    "refuse",
    "remove",
    "remove_document",
    "report",
    "report_message",
    "settle",
    "show",
    "take_back",
    "write",
]
