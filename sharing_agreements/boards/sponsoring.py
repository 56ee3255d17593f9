"""What boards answer of the budgets that they sponsor, the floor below."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from agencies.models import User

from .models import Board, Seat


class Sponsoring:
    """Registered with sharing_agreements.budgets when the app is ready."""

    def read_by(self, person: User) -> QuerySet[Any]:
        return Board.objects.of_member(person)

    def led_by(self, person: User) -> QuerySet[Any]:
        chairs = Seat.objects.in_office().filter(is_chair=True, holder=person)
        return Board.objects.filter(pk__in=chairs.values("board")).order_by("name")
