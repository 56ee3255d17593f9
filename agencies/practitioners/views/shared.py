"""What these pages have in common."""

from __future__ import annotations

from django.urls import reverse

from agencies.models import User
from agencies.practitioners import policy
from portal.kernel.policy import allows


def tabs(person: User, current: str) -> list[dict[str, object]]:
    """What lies beside the directory."""
    shown = [("Directory", "directory"), ("Working groups", "groups"), ("Messages", "messages")]
    if allows(policy.may_join, person):
        shown.append(("Your profile", "mine"))
    return [
        {"label": label, "href": reverse(f"practitioners:{name}"), "current": name == current} for label, name in shown
    ]
