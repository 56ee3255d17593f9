"""What a page needs to show one version of a policy against another."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from .models import PolicyVersion, PolicyVersionQuerySet
from .redline import provisions_changed, rest_changed


def compared(version: PolicyVersion, readable: PolicyVersionQuerySet, asked: str) -> dict[str, Any]:
    """The changes from another version of the policy that the reader may read: the one asked for, else the one before.

    `against` is None where there is no other.
    """
    others = list(readable.filter(policy=version.policy_id).exclude(pk=version.pk).order_by("-number"))
    before = next((each for each in others if each.number < version.number), None)
    against = next((each for each in others if str(each.pk) == _key(asked)), before or next(iter(others), None))
    found: dict[str, Any] = {"others": others, "against": against}
    if against is not None:
        found["changes"] = provisions_changed(against, version)
        found["rest"] = rest_changed(against, version)
    return found


def _key(asked: str) -> str:
    """The key as it is spelled here; nothing where it is none."""
    try:
        return str(UUID(asked))
    except ValueError:
        return ""
