"""What beat asks of readiness: to remind, and to tidy up. A reminder that was missed is found by the next run."""

import logging
from collections.abc import Callable, Iterable
from typing import Any

from celery import shared_task
from django.db import Error

from portal.kernel import files

from . import commands, due
from .models import FILES, Assessment, Evidence, PlanAction

log = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def remind_of_readiness() -> None:
    """Remind of each action and each assessment that is due; the commands say nothing twice."""
    actions = PlanAction.objects.open().select_related("agency")
    _remind(
        (each.pk for each in actions if due.step_of(each.agency, each.due_on)),
        lambda key: commands.remind_of_action(action_id=key),
    )
    last = [(each, due.again_on(each)) for each in Assessment.objects.newest().select_related("agency")]
    _remind(
        (each.pk for each, day in last if day and due.step_of(each.agency, day)),
        lambda key: commands.remind_of_assessment(assessment_id=key),
    )


def _remind(keys: Iterable[Any], remind: Callable[[Any], object]) -> None:
    """One that goes wrong holds up no other."""
    for key in keys:
        try:
            remind(key)
        except Error as error:
            log.warning("nobody reminded of readiness %s: %s", key, type(error).__name__)


@shared_task(ignore_result=True)
def sweep_files() -> None:
    """Once a day: files of evidence that a crash left without a row."""
    named = {each for each in Evidence.objects.values_list("file", flat=True) if each is not None}
    if removed := files.sweep(FILES, named):
        log.warning("%s files of evidence had no row and were removed", removed)
