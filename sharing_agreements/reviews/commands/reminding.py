"""Reminding of reviews, once each step. Asked for by beat; what is done is not reminded of."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from portal.kernel.clock import database_now
from sharing_agreements.reviews import reminding
from sharing_agreements.reviews.models import Review, ReviewReminder
from sharing_agreements.reviews.steps import note

from .reviewing import locked

Step = ReviewReminder.Step
KIND = {Step.SOON: "review_reminded", Step.LATE: "review_late"}


@transaction.atomic(durable=True)
def remind_of_review(*, review_id: UUID) -> ReviewReminder | None:
    """Remind of a review that is due soon, or say that it is late."""
    review = locked(review_id)
    step = reminding.due(review, database_now())
    if review.status != Review.Status.OPEN or step is None or review.reminders.filter(step=step).exists():
        return None
    note(KIND[step], review, actor=None)
    return ReviewReminder.objects.create(review=review, step=step)
