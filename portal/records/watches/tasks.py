"""What beat asks of watches: to look again, to remind, to forget. What was missed is found by the next beat."""

import logging
import time

from celery import shared_task
from django.db import Error

from . import commands, running

log = logging.getLogger(__name__)

BUDGET = 50.0
"""Seconds after which a sweep leaves the rest to the next, a minute after it began."""


@shared_task(ignore_result=True)
def run_watches() -> None:
    """Run what is due, the longest waiting first."""
    until = time.monotonic() + BUDGET
    for key in running.due():
        if time.monotonic() > until:
            return
        running.run(key)


@shared_task(ignore_result=True)
def remind_of_watches() -> None:
    """Remind of what pauses or ends soon; one that goes wrong holds up no other."""
    for key in commands.to_remind():
        try:
            commands.remind(watch_id=key)
        except Error as error:
            log.warning("watch %s: nobody reminded: %s", key, type(error).__name__)


@shared_task(ignore_result=True)
def forget_watches() -> None:
    commands.forget()
