"""`manage.py import_dockets PATH --record-set NAME --as EMAIL`: the same import as the upload page, at a terminal."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError

from agencies.models import RecordSet, User
from portal.kernel.errors import Refused
from portal.kernel.viewing import as_job
from portal.records.importing import commands
from portal.records.models import Import, ImportProblem, StagedCase


class Command(BaseCommand):
    help = "Reads dockets into a record set: staged, previewed as differences, then committed at once or not at all."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "path", type=Path, help="A file of dockets (JSON or XML, also .gz), a .zip of such files, or a folder"
        )
        parser.add_argument("--record-set", required=True, help="Id, or the name where only one set has it")
        parser.add_argument("--as", dest="email", required=True, help="Email of the records custodian who imports")
        parser.add_argument("--preview", action="store_true", help="Show what would change, commit nothing")

    def handle(self, *, path: Path, record_set: str, email: str, preview: bool, **options: Any) -> None:
        if not path.exists():
            raise CommandError(f"{path} does not exist.")
        actor = User.objects.filter(email__iexact=email).first()
        if actor is None:
            raise CommandError(f"Nobody has the address {email}.")
        try:
            batch = commands.start_import(actor=actor, record_set_id=self.find(record_set).pk, path=path.resolve())
            commands.read(batch.pk, say=self.progress)
            self.report(batch.pk)
            if preview:
                commands.cancel_import(actor=actor, batch_id=batch.pk)
                self.stdout.write("Preview only: nothing was written.")
                return
            self.commit(batch.pk, actor)
        except (Refused, PermissionDenied) as why:
            raise CommandError(str(why)) from why

    def find(self, wanted: str) -> RecordSet:
        matches = list(RecordSet.objects.filter(name=wanted)) or list(
            RecordSet.objects.filter(pk=wanted) if len(wanted) in (32, 36) else []
        )
        if len(matches) != 1:
            raise CommandError(f"{len(matches)} record sets are called {wanted!r}. Give the id of one.")
        return matches[0]

    def progress(self, batch: Import) -> None:
        share = f"{100 * batch.read_bytes // batch.size} %" if batch.size else ""
        self.stdout.write(f"dockets read: {batch.cases:,} {share}")

    def report(self, batch_id: Any) -> None:
        batch = Import.objects.get(pk=batch_id)
        for problem in ImportProblem.objects.filter(batch=batch).order_by("pk"):
            self.stderr.write(f"{problem.severity}: {problem.place}: {problem.reason}")
        with as_job("import", batch.record_set_id):
            changed = StagedCase.objects.filter(batch=batch, verdict=StagedCase.Verdict.CHANGED)
            for case in changed.order_by("position"):
                fields = ", ".join(sorted({d["field"] for d in case.differences})[:6])
                self.stdout.write(f"changes {case.source_id}: {fields}")
        noun = "docket" if batch.cases == 1 else "dockets"
        self.stdout.write(
            f"{batch.cases:,} {noun}: {batch.added} new, {batch.changed} changed, {batch.unchanged} unchanged, "
            f"{batch.refused} refused"
        )
        if batch.status == Import.Status.FAILED:
            raise CommandError(batch.why)

    def commit(self, batch_id: Any, actor: User) -> None:
        batch = Import.objects.get(pk=batch_id)
        if not batch.to_write:
            commands.cancel_import(actor=actor, batch_id=batch_id)
            self.stdout.write(self.style.SUCCESS("Nothing to change."))
            return
        commands.ask_commit(actor=actor, batch_id=batch_id)
        commands.commit(batch_id)
        batch = Import.objects.get(pk=batch_id)
        if batch.status != Import.Status.COMMITTED:
            raise CommandError(batch.why or "The import was not committed.")
        self.stdout.write(self.style.SUCCESS(f"Committed: {batch.added} added, {batch.changed} changed."))
