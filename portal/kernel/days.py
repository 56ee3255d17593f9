"""Days that people type: what a calendar may hold is more than what can be meant, and than sums of days can bear."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone

FIRST_YEAR, LAST_YEAR = 1900, 2100
AGREED_SINCE, TRAINED_SINCE = 1990, 2000


def plausible(day: date) -> None:
    """Validator of a fact's day, or a filter's: from 1900 to 2100."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(f"Choose a day in the years {FIRST_YEAR} to {LAST_YEAR}.", code="day")


def agreed(day: date) -> None:
    """Validator of the first and the last day of an agreement: from 1990 to 2100."""
    if not AGREED_SINCE <= day.year <= LAST_YEAR:
        raise ValidationError(f"Choose a day in the years {AGREED_SINCE} to {LAST_YEAR}.", code="day")


def lately(day: date) -> None:
    """Validator of a day on which a training was done: since 2000, and not to come; it may be tomorrow elsewhere."""
    if day.year < TRAINED_SINCE:
        raise ValidationError(f"Choose a day since the year {TRAINED_SINCE}.", code="day")
    if day > timezone.localdate() + timedelta(days=1):
        raise ValidationError("This day is still to come. Record the training when it is done.", code="day")


def a_year_after(day: date) -> date:
    """The same day of the next year; after the 29th of February the 1st of March."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 3, 1)
