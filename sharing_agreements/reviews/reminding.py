"""When whoever is to review is reminded, and when the chair hears that a review is late. Reads only."""

from __future__ import annotations

from datetime import datetime, timedelta

from .models import Review, ReviewReminder

Step = ReviewReminder.Step
SOON = timedelta(days=2)


def due(review: Review, now: datetime) -> ReviewReminder.Step | None:
    """What is to be said now, if it was not said yet. A stage shorter than the warning is warned of at half of it."""
    if review.due_at is None or review.opened_at is None:
        return None
    if now >= review.due_at:
        return Step.LATE
    warned = max(review.due_at - SOON, review.opened_at + (review.due_at - review.opened_at) / 2)
    return Step.SOON if now >= warned else None
