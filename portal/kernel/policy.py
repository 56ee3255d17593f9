"""The yes/no form of a check, so that no rule is written twice."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied

from .errors import Refused


def allows(check: Callable[..., object], *args: object) -> bool:
    """Whether any `may_...` check passes; for templates and buttons."""
    try:
        check(*args)
    except (PermissionDenied, Refused):
        return False
    return True
