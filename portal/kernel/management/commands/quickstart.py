"""`manage.py quickstart`: the whole portal on this machine, with its own PostgreSQL and broker."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.quickstart.binaries import Trouble
from portal.quickstart.run import Quickstart
from portal.quickstart.state import make_private, state_directory


class Command(BaseCommand):
    help = "Starts the portal with everything that it needs, prints its address, and stops all of it on Ctrl-C."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="the port on this machine (8000)")
        parser.add_argument(
            "--check", action="store_true", help="start, show that a page and a task work, stop; for scripts"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            state = make_private(state_directory())
            Quickstart(state, options["port"], self.tell).run(check=options["check"])
        except Trouble as trouble:
            raise CommandError(str(trouble)) from trouble
        except PermissionError as error:
            raise CommandError(f"{error}. Set PORTAL_STATE to a directory of your own.") from error

    def tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
