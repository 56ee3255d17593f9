"""`manage.py lint`: what reads the code without running it. `make check` is its short name."""

import os
import secrets
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.quickstart.binaries import Trouble
from portal.quickstart.services import claim_free_place, given_services, start_services
from portal.quickstart.state import make_private, state_directory
from portal.quickstart.supervisor import Supervisor

CHECKOUT = Path(__file__).resolve().parents[4]
BIN = Path(sys.executable).parent
MANAGE = [sys.executable, "manage.py"]

PRODUCTION = {
    "ALLOWED_HOSTS": "portal.example",
    "PORTAL_ADDRESS": "https://portal.example",
    "TRUSTED_PROXIES": "1",
    "PORTAL_ROLE": "runtime",
}


def steps() -> dict[str, tuple[list[str], dict[str, str]]]:
    """Each step's command, and what it finds in its environment."""
    templates = [str(path.relative_to(CHECKOUT)) for path in sorted(CHECKOUT.glob("templates/**/*.html"))]
    tools = {"LOG_LEVEL": "WARNING", "PORTAL_ROLE": "owner", "DJANGO_SETTINGS_MODULE": "tests.tool_settings"}
    return {
        "format": ([str(BIN / "ruff"), "format", "--check", "."], {}),
        "ruff": ([str(BIN / "ruff"), "check", "."], {}),
        "types": ([str(BIN / "mypy")], {"PORTAL_ROLE": "offline"}),
        "floors": ([str(BIN / "lint-imports")], {}),
        "templates": ([str(BIN / "djade"), "--check", "--target-version", "5.2", *templates], {}),
        "deploy": ([*MANAGE, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
        "migrations": ([*MANAGE, "makemigrations", "--check", "--dry-run"], {"PORTAL_ROLE": "owner"}),
        "migration-safety": ([*MANAGE, "lintmigrations", "--no-cache", "--quiet", "ok", "ignore"], tools),
    }


class Command(BaseCommand):
    help = "Format, lint, types, floors, templates, production settings and migrations; all, or the steps named."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("steps", nargs="*", choices=[[], *steps()], help="steps to run (all)")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = {name: step for name, step in steps().items() if not options["steps"] or name in options["steps"]}
        try:
            passed = self.with_services(chosen)
        except Trouble as trouble:
            raise CommandError(str(trouble)) from trouble
        if passed < len(chosen):
            raise CommandError(f"check: {passed} of {len(chosen)} passed", returncode=1)
        self.stdout.write(f"check: {passed} of {len(chosen)} passed")

    def with_services(self, chosen: dict[str, tuple[list[str], dict[str, str]]]) -> int:
        """Runs the steps beside a database, which the steps about migrations ask; returns how many passed."""
        root = make_private(state_directory())
        place, lock = claim_free_place(root / "tests")
        supervisor = Supervisor(place / "logs", self.stdout.write)
        with lock:
            try:
                services = given_services() or start_services(supervisor, place, root=root, keep=False)
                common = {**os.environ, **services, "SECRET_KEY": secrets.token_urlsafe(48), **PRODUCTION}
                return sum(self.passes(name, command, {**common, **own}) for name, (command, own) in chosen.items())
            finally:
                supervisor.stop()

    def passes(self, name: str, command: list[str], environment: dict[str, str]) -> bool:
        began = time.monotonic()
        done = subprocess.run(
            command,
            cwd=CHECKOUT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        verdict = "ok" if done.returncode == 0 else "FAILED"
        self.stdout.write(f"{name:<18} {verdict:<6} {time.monotonic() - began:5.1f} s")
        if done.returncode != 0:
            self.stdout.write(done.stdout.rstrip())
        self.stdout.flush()
        return done.returncode == 0
