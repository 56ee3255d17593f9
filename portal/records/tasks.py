"""What Celery does for records: imports, a slice at a time, and files that a crash left."""

import logging
from uuid import UUID

from celery import shared_task
from django.db import Error

from agencies.models import RecordSet
from portal.kernel import doorbell, files
from portal.kernel.viewing import as_job

from . import commands as records
from .exports.tasks import write_exports
from .importing import commands, uploads
from .models import CourtOrder, Import
from .models.orders import FILES
from .watches.tasks import forget_watches, remind_of_watches, run_watches

__all__ = [
    "forget_watches",
    "remind_of_reviews",
    "remind_of_watches",
    "run_watches",
    "sweep_orders",
    "work_on_imports",
    "write_exports",
]

log = logging.getLogger(__name__)

SLICE_SECONDS = 240.0
"""Reading hands over to the next task after this time, well below the broker's visibility time-out."""


@shared_task(ignore_result=True, soft_time_limit=None, time_limit=None)
def work_on_imports() -> None:
    """Read or commit what waits, and remove what a crash left. Nudged when an import starts, swept by beat."""
    for batch_id, status in commands.waiting():
        if status == Import.Status.COMMITTING:
            commands.commit(batch_id)
        elif not commands.read(batch_id, seconds=SLICE_SECONDS):
            doorbell.ring(work_on_imports)
    uploads.sweep()


@shared_task(ignore_result=True)
def remind_of_reviews() -> None:
    """Remind custodians of criminal intelligence to review; one agency that goes wrong holds up no other."""
    for key in records.agencies_that_review():
        try:
            records.remind_of_reviews(agency_id=key)
        except Error as error:
            log.warning("agency %s: nobody reminded of reviews: %s", key, type(error).__name__)


@shared_task(ignore_result=True)
def sweep_orders() -> None:
    """Once a day: orders of courts in the private store that no row names."""
    named: set[UUID] = set()
    for key in RecordSet.objects.values_list("pk", flat=True):
        with as_job("custody", key):  # row-level security shows no order to nobody
            named |= set(filter(None, CourtOrder.objects.values_list("file", flat=True)))
    files.sweep(FILES, named)
