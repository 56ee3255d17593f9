"""`manage.py test`: pytest, with PostgreSQL and the broker started for it."""

import os
import sys
from pathlib import Path

from django.core.management.base import BaseCommand

CHECKOUT = Path(__file__).resolve().parents[4]
DECIDES_ABOUT_PROCESSES = ("-n", "--numprocesses", "--pdb", "--collect-only", "--co", "--help", "-h", "--version")


class Command(BaseCommand):
    help = "Runs pytest on two cores; every argument goes to pytest. Its services are started and stopped around it."

    def run_from_argv(self, argv: list[str]) -> None:
        """Becomes pytest, so that its exit code, its signals and its output are the command's own."""
        arguments = argv[2:]
        if not any(argument.startswith(DECIDES_ABOUT_PROCESSES) for argument in arguments):
            arguments = ["-n", "2", *arguments]
        # tests/conftest.py decides them, after it knows where the services are.
        for decided_later in ("PORTAL_ROLE", "DJANGO_SETTINGS_MODULE"):
            os.environ.pop(decided_later, None)
        os.chdir(CHECKOUT)
        os.execv(sys.executable, [sys.executable, "-m", "pytest", *arguments])  # noqa: S606 - no shell is wanted
