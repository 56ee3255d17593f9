"""What beat asks of reviews: to remind of those that are due. A reminder that was missed is found by the next run."""

import logging

from celery import shared_task
from django.db import Error

from portal.kernel.clock import database_now

from . import commands, reminding
from .models import Review

log = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def remind_reviewers() -> None:
    """Remind of each review that is due for it; one that goes wrong does not hold up the others."""
    now = database_now()
    for review in Review.objects.under_way().prefetch_related("reminders"):
        step = reminding.due(review, now)
        if step is None or step in {reminder.step for reminder in review.reminders.all()}:
            continue
        try:
            commands.remind_of_review(review_id=review.pk)
        except Error as error:
            log.warning("nobody reminded of review %s: %s", review.pk, type(error).__name__)
