"""Who assesses a draft, and when. Each check returns None or raises."""

from __future__ import annotations

from agencies.models import User
from privacy import policy
from privacy.models import PolicyVersion


def may_assess(person: User, version: PolicyVersion) -> None:
    """Answer questions, enter risks, choose whether the risks are shown: the privacy officer, while it is a draft."""
    policy.may_edit(person, version)
