"""`manage.py draw_lifecycles`: puts the tables of moves into docs/lifecycle.md as diagrams."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from sharing_agreements import diagrams
from sharing_agreements import lifecycle as agreements
from sharing_agreements.boards import lifecycle as motions

PAGE = Path(settings.BASE_DIR) / "docs" / "lifecycle.md"


def drawn(page: str) -> str:
    """The page with both diagrams as the tables of moves have them now."""
    page = diagrams.put_into(page, "agreement", diagrams.state_diagram(agreements.MOVES, agreements.S.DRAFT))
    return diagrams.put_into(page, "motion", diagrams.state_diagram(motions.MOVES, motions.S.MOVED))


class Command(BaseCommand):
    help = "Writes the lifecycles of agreements and motions into docs/lifecycle.md. --check only compares."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Exit with 1 when the page is out of date.")

    def handle(self, *args: Any, **options: Any) -> None:
        now = PAGE.read_text(encoding="utf-8")
        wanted = drawn(now)
        if options["check"]:
            if wanted != now:
                self.stderr.write("docs/lifecycle.md is out of date. Run: python3 manage.py draw_lifecycles")
                raise SystemExit(1)
            return
        PAGE.write_text(wanted, encoding="utf-8")
        self.stdout.write("docs/lifecycle.md is current.")
