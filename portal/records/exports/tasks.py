"""What Celery does for large exports: writes them, a slice at a time, and removes what is over."""

from celery import shared_task

from portal.kernel import doorbell

from . import commands, kept

SLICE_SECONDS = 240.0
"""Writing hands over to the next task after this time, well below the broker's visibility time-out."""


@shared_task(ignore_result=True, soft_time_limit=None, time_limit=None)
def write_exports() -> None:
    """Write what waits, and void what may not leave any more. Nudged when an export is asked for, swept by beat."""
    for key in commands.waiting():
        if not commands.write(key, seconds=SLICE_SECONDS):
            doorbell.ring(write_exports)
    for key in commands.ready():
        commands.void_if_closed(key)
    kept.sweep()
