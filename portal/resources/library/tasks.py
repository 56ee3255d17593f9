"""What beat asks of the library: to remind of reviews, to see whether links still lead somewhere, to tidy up."""

import logging
import time

from celery import shared_task
from django.conf import settings
from django.db import Error

from portal.kernel import files

from . import commands, finding, outside
from .models import FILES, Resource

log = logging.getLogger(__name__)

AT_A_TIME = 20
"""Links of one run: with the longest waits they stay within a task's time."""
PAUSE = 1.0
"""Seconds between two of them, so that no server is pressed."""


@shared_task(name="portal.resources.library.tasks.check_links", ignore_result=True)
def check_links() -> None:
    """Ask for the links that were not asked for lately, where this installation may reach outside; else nothing."""
    if not settings.PORTAL_OUTSIDE_ACCESS:
        return
    begun = time.monotonic()
    for resource in list(finding.links_to_check()[:AT_A_TIME]):
        if time.monotonic() - begun > settings.CELERY_TASK_SOFT_TIME_LIMIT / 2:
            return  # the rest is found by the next run
        answer = outside.look(resource.link)
        try:
            commands.note_link(resource_id=resource.pk, link=resource.link, outcome=answer.outcome, code=answer.code)
        except Error as error:
            log.warning("link of resource %s not noted: %s", resource.pk, type(error).__name__)
        time.sleep(PAUSE)


@shared_task(name="portal.resources.library.tasks.remind_of_reviews", ignore_result=True)
def remind_of_reviews() -> None:
    """Tell curators of each resource whose day of review has come; the command says nothing twice."""
    for pk in finding.review_due(Resource.objects.all()).values_list("pk", flat=True):
        try:
            commands.remind_of_review(resource_id=pk)
        except Error as error:
            log.warning("nobody reminded of resource %s: %s", pk, type(error).__name__)


@shared_task(name="portal.resources.library.tasks.sweep_files", ignore_result=True)
def sweep_files() -> None:
    """Remove what a crash left: files that no resource names."""
    files.sweep(FILES, {file for file in Resource.objects.values_list("file", flat=True) if file is not None})
