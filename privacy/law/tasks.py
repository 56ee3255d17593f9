"""What beat asks of law: to tell of changes that take effect soon. One that was missed is found by the next run."""

import logging

from celery import shared_task
from django.db import Error
from django.utils import timezone

from . import commands
from .coming import coming

log = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def tell_of_effects() -> None:
    """Tell of each change that takes effect soon; one that goes wrong does not hold up the others."""
    for change in coming(timezone.localdate()):
        try:
            commands.tell_of_effect(change_id=change.pk)
        except Error as error:
            log.warning("nobody told of the change in law %s: %s", change.pk, type(error).__name__)
