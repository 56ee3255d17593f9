"""`manage.py prove_worker`: shows that a task gets through the broker to a worker and back."""

import secrets
import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.celery import answer, app


class Command(BaseCommand):
    help = "Sends one task and waits until a worker has done it; for health checks after a deployment."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seconds", type=float, default=30.0, help="how long to wait (30)")

    def handle(self, *args: Any, **options: Any) -> None:
        token = secrets.token_hex(16)
        began = time.monotonic()
        answer.delay(token)
        while not cache.get(f"answer:{token}"):
            if time.monotonic() - began > options["seconds"]:
                raise CommandError(
                    f"No worker answered within {options['seconds']:g} s. Is one running, and does it use the same"
                    f" REDIS_URL? Beside this task wait {waiting()} others: a worker that is busy with them answers"
                    " later, so look whether that number falls, or wait longer with --seconds."
                )
            time.sleep(0.05)
        self.stdout.write(f"a worker answered after {time.monotonic() - began:.2f} s")


def waiting() -> int:
    """How many tasks lie in the queue beside the one that was sent."""
    with app.connection_for_read() as connection:
        return int(connection.default_channel.client.llen(settings.CELERY_TASK_DEFAULT_QUEUE)) - 1
