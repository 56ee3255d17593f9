"""Accounts that too many failures have locked; django-axes keeps the count, an administrator releases."""

from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.db.models import Max, Sum

from .models import User


def is_locked(email: str) -> bool:
    """Whether sign-in with this address is refused, known or unknown."""
    tries = AccessAttempt.objects.filter(username=email.strip().lower())
    return (tries.aggregate(failures=Sum("failures_since_start"))["failures"] or 0) >= settings.AXES_FAILURE_LIMIT


def locked_since() -> dict[str, object]:
    """Address -> moment of the newest failure, for every locked address."""
    tries = AccessAttempt.objects.order_by().values("username")
    tries = tries.annotate(failures=Sum("failures_since_start"), at=Max("attempt_time"))
    return {row["username"]: row["at"] for row in tries.filter(failures__gte=settings.AXES_FAILURE_LIMIT)}


def release(person: User) -> int:
    """Forget the failures of a person's address; the number of rows forgotten."""
    return int(reset(username=person.email))
