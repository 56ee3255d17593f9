"""Builders: each reaches a state by the commands that lead to it, and takes what a test wants to say about it."""

from .agreements import (
    EVERYTHING,
    add_term,
    agreement_in_force,
    agreement_of,
    amended,
    ballot,
    board,
    carry,
    draft,
    in_signing,
    motion,
    seat,
    signed_by_all,
    submitted,
    suspended,
    the_board,
    vote_through,
)
from .meetings import its_time
from .people import PASSWORD, administrator_of, agency, auditor, joined, person, portal_administrator, record_set, token
from .policies import policy, policy_draft, privacy_officer
from .records import record

__all__ = [
    "EVERYTHING",
    "PASSWORD",
    "add_term",
    "administrator_of",
    "agency",
    "agreement_in_force",
    "agreement_of",
    "amended",
    "auditor",
    "ballot",
    "board",
    "carry",
    "draft",
    "in_signing",
    "its_time",
    "joined",
    "motion",
    "person",
    "policy",
    "policy_draft",
    "portal_administrator",
    "privacy_officer",
    "record",
    "record_set",
    "seat",
    "signed_by_all",
    "submitted",
    "suspended",
    "the_board",
    "token",
    "vote_through",
]
