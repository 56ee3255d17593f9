"""The verbs of an agreement: the only writers of agreements, versions, terms and signatures."""

from .attaching import attach, detach, note_download
from .awaiting import await_change, await_no_more
from .changing import draft_change
from .commenting import comment, reopen, reply, resolve
from .drafting import (
    draft_agreement,
    edit_version,
    remove_clause,
    remove_term,
    save_clause,
    save_term,
    set_parties,
    submit,
    take_back,
    withdraw,
)
from .expiring import tell_of_end
from .leaving import certify, give_notice, take_back_notice
from .library import add_library_clause, add_library_version, insert_clause, retire_library_clause, take_over
from .obliging import mark_done, remind_of_obligation, remove_obligation, save_obligation, take_done_back
from .reminding import remind_of_signature
from .saving_filters import change_filter, delete_filter, name_filter, save_filter
from .showing import hide_draft, show_draft
from .signing import decline, sign

__all__ = [
    "add_library_clause",
    "add_library_version",
    "attach",
    "await_change",
    "await_no_more",
    "certify",
    "change_filter",
    "comment",
    "decline",
    "delete_filter",
    "detach",
    "draft_agreement",
    "draft_change",
    "edit_version",
    "give_notice",
    "hide_draft",
    "insert_clause",
    "mark_done",
    "name_filter",
    "note_download",
    "remind_of_obligation",
    "remind_of_signature",
    "remove_clause",
    "remove_obligation",
    "remove_term",
    "reopen",
    "reply",
    "resolve",
    "retire_library_clause",
    "save_clause",
    "save_filter",
    "save_obligation",
    "save_term",
    "set_parties",
    "show_draft",
    "sign",
    "submit",
    "take_back",
    "take_back_notice",
    "take_done_back",
    "take_over",
    "tell_of_end",
    "withdraw",
]
