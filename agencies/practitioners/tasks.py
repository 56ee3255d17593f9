"""What tidies up: messages of long ago, and files that a crash left."""

from celery import shared_task

from portal.kernel import files

from . import commands
from .models import FILES, GroupDocument


@shared_task(name="agencies.practitioners.tasks.forget_messages", ignore_result=True)
def forget_messages() -> None:
    commands.forget_messages()


@shared_task(name="agencies.practitioners.tasks.sweep_files", ignore_result=True)
def sweep_files() -> None:
    files.sweep(FILES, set(GroupDocument.objects.values_list("file", flat=True)))
