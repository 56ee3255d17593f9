"""`manage.py import_report PATH`: what reading makes of the dockets under a path. It needs no database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.records.importing.report import Report


class Command(BaseCommand):
    help = "Says by family which dockets of a path would be accepted, and which refused and why."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="A file or a folder")
        parser.add_argument("--forms", action="store_true", help="List each value whose column holds another writing")

    def handle(self, *, path: Path, forms: bool, **options: Any) -> None:
        if not path.exists():
            raise CommandError(f"{path} does not exist.")
        report = Report()
        report.add(path)
        for line in report.lines(forms=forms):
            self.stdout.write(line)
        if not report.clean:
            raise CommandError("Something crashed, or was altered.")
