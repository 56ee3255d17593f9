"""What beat asks of policies: to remind of yearly reviews. A reminder that was missed is found by the next run."""

import logging

from celery import shared_task
from django.db import Error

from privacy.models import PolicyVersion

from . import commands, yearly

log = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def remind_of_yearly_reviews() -> None:
    """Remind of each policy that is due; the command says nothing twice. One that goes wrong holds up no other."""
    in_force = PolicyVersion.objects.published().select_related("policy__agency")
    for version in in_force.prefetch_related("yearly_reviews"):
        if yearly.step_of(version, yearly.due_on(version)) is None:
            continue
        try:
            commands.remind_of_yearly_review(version_id=version.pk)
        except Error as error:
            log.warning("nobody reminded of the review of policy version %s: %s", version.pk, type(error).__name__)
