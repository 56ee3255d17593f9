"""Builders: each reaches a state by the commands that lead to it, and takes what a test wants to say about it."""

from .people import PASSWORD, agency, auditor, joined, person, portal_administrator, record_set
from .policies import policy, policy_draft, privacy_officer
from .records import record

__all__ = [
    "PASSWORD",
    "agency",
    "auditor",
    "joined",
    "person",
    "policy",
    "policy_draft",
    "portal_administrator",
    "privacy_officer",
    "record",
    "record_set",
]
