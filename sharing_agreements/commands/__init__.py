"""The verbs of an agreement: the only writers of agreements, versions, terms and signatures."""

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
from .signing import decline, sign

__all__ = [
    "decline",
    "draft_agreement",
    "edit_version",
    "remove_clause",
    "remove_term",
    "save_clause",
    "save_term",
    "set_parties",
    "sign",
    "submit",
    "take_back",
    "withdraw",
]
