"""`manage.py prove_worker`: shows that a task gets through the broker to a worker and back."""

import secrets
import time
from typing import Any

from django.core.cache import cache
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.celery import answer


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
                raise CommandError("No worker answered. Is one running, and does it use the same REDIS_URL?")
            time.sleep(0.05)
        self.stdout.write(f"a worker answered after {time.monotonic() - began:.2f} s")
