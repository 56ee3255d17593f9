"""What Celery does for registers: it removes files that a crash left without a row."""

from celery import shared_task

from portal.kernel import files

from .models import FILES, Attachment, Snapshot


@shared_task(ignore_result=True)
def sweep_files() -> None:
    """Once a day, by beat."""
    snapshots = Snapshot.objects.exclude(status=Snapshot.Status.CANCELLED).values_list("file", flat=True)
    attached = Attachment.objects.filter(removed_at=None).values_list("file", flat=True)
    files.sweep(FILES, {*snapshots, *attached})
