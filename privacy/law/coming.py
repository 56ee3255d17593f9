"""When an enacted change comes into effect soon enough to say so. Reads only."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Exists, OuterRef

from .models import LawChange, LawChangeQuerySet, LawChangeReminder

AHEAD = timedelta(days=30)


def coming(today: date) -> LawChangeQuerySet:
    """Changes that take effect within the time ahead and of which nobody was told for that day."""
    said = LawChangeReminder.objects.filter(change=OuterRef("pk"), effective_on=OuterRef("effective_on"))
    soon = {"effective_on__gt": today, "effective_on__lte": today + AHEAD}
    return LawChange.objects.filter(~Exists(said), status=LawChange.Status.ENACTED, **soon)
