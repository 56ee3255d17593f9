"""What Celery does for records: imports, a slice at a time."""

from celery import shared_task

from portal.kernel import doorbell

from .importing import commands, uploads
from .models import Import

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
