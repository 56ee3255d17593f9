"""How much memory a worker takes for an import or an export of so many rows: each in a process of its own.

python -m benchmarks.memory import MEMBERSHIP 10000    (in the environment of a benchmark's database)
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

HERE = Path(__file__).resolve().parent.parent
KILOBYTES_OF_ONE = 1024


def peak(what: str, membership: UUID, rows: int) -> float:
    """Megabytes at most resident while the work is done, Django and the models among them."""
    with TemporaryDirectory() as files:
        environment = {**os.environ, "PORTAL_FILES": files, "PORTAL_STATIC_FORM": "checkout", "LOG_LEVEL": "ERROR"}
        asked = [sys.executable, "-m", "benchmarks.memory", what, str(membership), str(rows)]
        done = subprocess.run(asked, check=True, cwd=HERE, env=environment, stdout=subprocess.PIPE, text=True)
    return float(done.stdout.split()[-1])


def custodian_of(record_set_id: UUID) -> UUID:
    """A records custodian of the agency that owns the set."""
    from django.utils import timezone

    from agencies.models import Membership, RecordSet, Training, User
    from benchmarks.synthetic import put

    owner = RecordSet.objects.select_related("owner").get(pk=record_set_id).owner
    person = User(email="custodian@example.org", username="custodian@example.org")
    put(User, [person])
    membership = Membership(person=person, agency=owner, roles=["records_custodian"])
    put(Membership, [membership])
    today = timezone.localdate()
    put(Training, [Training(person=person, completed_on=today, expires_on=today + timedelta(days=300))])
    return membership.pk


def _import(membership_id: UUID, rows: int) -> None:
    """Through staging, preview and commit, into the first set of the agency."""
    from django.conf import settings

    from agencies.models import Membership, RecordSet
    from portal.records.importing import commands
    from portal.records.models import Import

    membership = Membership.objects.select_related("person").get(pk=membership_id)
    path = Path(settings.MEDIA_ROOT) / f"{rows}.niem.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        for number in range(rows):
            file.write(json.dumps(_case(f"{rows}-{number}")) + "\n")
    held = RecordSet.objects.filter(owner=membership.agency_id).earliest("pk")
    batch = commands.start_import(actor=membership.person, record_set_id=held.pk, path=path)
    commands.read(batch.pk)
    commands.ask_commit(actor=membership.person, batch_id=batch.pk)
    commands.commit(batch.pk)
    batch = Import.objects.get(pk=batch.pk)
    if (batch.status, batch.added) != (Import.Status.COMMITTED, rows):
        sys.exit(f"The import of {rows} rows ended {batch.status} with {batch.added}: {batch.why}")


def _case(number: str) -> dict[str, object]:
    charge = {"j:ChargeSequenceID": "1", "j:ChargeDescriptionText": "Theft", "j:ChargeStatute": "CPC 484"}
    person = {"nc:PersonFullName": f"Given Family{number}", "j:Charge": [charge]}
    return {
        "nc:CaseDocketID": f"M-{number}",
        "nc:CaseCategoryText": "Criminal",
        "nc:CaseFiling": "2026-03-02",
        "j:CaseCourt": "court",
        "nc:CaseTitleText": f"State v. Family{number}",
        "j:CaseDefendantParty": [person],
    }


def _export(membership_id: UUID, rows: int) -> None:
    """Written by the worker's commands, then read to its end as it leaves."""
    from agencies.models import Membership
    from portal.kernel.ids import uuid7
    from portal.records import commands as records
    from portal.records.decision import Viewer
    from portal.records.exports import commands
    from portal.records.listing import Query
    from portal.records.models import Export
    from sharing_agreements.models import Action

    membership = Membership.objects.select_related("person").get(pk=membership_id)
    inquiry = records.open_inquiry(
        actor=membership.person, membership_id=membership.pk, purpose="C", case_number=f"B-{rows}"
    )
    form = {"recipient": "The bench", "reason": "To measure", "key": uuid7()}
    viewer = Viewer(membership.pk, Action.EXPORT, "C", inquiry.pk)
    export = commands.start_export(
        actor=membership.person, viewer=viewer, query=Query(), form=form, source_address=None
    )
    written = 0
    while written < rows and not commands.write(export.pk, seconds=0):
        written = Export.objects.get(pk=export.pk).records
    export = Export.objects.get(pk=export.pk)
    if export.records < rows:
        sys.exit(f"The export of {rows} rows ended {export.status} with {export.records}.")
    for _ in commands.lines(export):
        pass


def main() -> None:
    import django

    what, membership, rows = sys.argv[1:]
    django.setup()
    {"import": _import, "export": _export}[what](UUID(membership), int(rows))
    print(_most_resident())


def _most_resident() -> float:
    """Megabytes. Linux hands the peak of whoever started a process down in `ru_maxrss`, so that is not asked."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["VmHWM"].split()[0]) / KILOBYTES_OF_ONE


if __name__ == "__main__":
    main()
