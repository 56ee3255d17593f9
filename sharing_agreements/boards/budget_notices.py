"""The board that is to adopt a budget is told that a version is before it."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse

from agencies.models import User
from portal.audit.models import Event
from portal.notices import kinds, said
from portal.notices.said import Said
from sharing_agreements.budgets.models import BudgetVersion

from .models import Seat
from .notice_groups import BOARDS


def _members(event: Event) -> QuerySet[User]:
    seats = Seat.objects.held().filter(board=kinds.subject(event).board_id)
    return User.objects.filter(seats__in=seats).distinct()


def _not_adopted(event: Event, person: User) -> bool:
    return BudgetVersion.objects.filter(pk=event.detail["version_id"], adoption=None).exists()


PROPOSED = Said(
    "budget.proposed",
    "{b.title}: version {d[version]} is before the board",
    "Read it, with the share of each party; a member moves to adopt it.",
    _members,
    lambda event: reverse("budgets:version", args=[event.detail["version_id"]]),
    BOARDS,
    still_due=_not_adopted,
)


def register() -> None:
    """Called once when the app is ready."""
    said.register([PROPOSED], {"b": kinds.subject, "d": lambda event: event.detail})
