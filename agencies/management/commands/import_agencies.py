"""`manage.py import_agencies PATH --as EMAIL`: courts and police agencies from public lists onto the register."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError

from agencies.commands.importing import import_agencies
from agencies.models import User
from agencies.reading import read_agencies, read_courts


class Command(BaseCommand):
    help = "Imports agencies: courts.json of courts-db, or the FBI's agencies as .csv, .csv.gz, .json or .json.gz."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument("--as", dest="email", required=True, help="Email of a portal administrator")
        parser.add_argument(
            "--kind", choices=["courts", "police"], help="Which list it is, when the name does not tell"
        )

    def handle(self, *, path: Path, email: str, kind: str | None, **options: Any) -> None:
        if not path.is_file():
            raise CommandError(f"{path} is no file.")
        actor = User.objects.filter(email__iexact=email).first()
        if actor is None:
            raise CommandError(f"Nobody has the address {email}.")
        courts = kind == "courts" or (kind is None and "court" in path.name)
        rows = read_courts(path) if courts else read_agencies(path)
        try:
            report = import_agencies(actor=actor, rows=rows, source="courts-db" if courts else "fbi-ori")
        except PermissionDenied as why:
            raise CommandError(str(why)) from why
        for problem in report.problems:
            self.stderr.write(f"{problem.severity}: {problem.place}: {problem.reason}")
        for name, state, identities in report.same_names:
            self.stdout.write(f"same name: {name}, {state or 'no state'}: {', '.join(identities)}")
        self.stdout.write(
            self.style.SUCCESS(
                f"{report.added:,} added, {report.changed:,} changed, {report.unchanged:,} unchanged, "
                f"{len(report.problems):,} problems, {len(report.same_names):,} names that several share"
            )
        )
