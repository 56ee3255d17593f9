"""Imports every file of a folder, each into a record set of its own, and holds what is stored against its source.

A database of its own, gone afterwards. Prints by family what was accepted, refused and why, what crashed, and what was
altered without a word; the last two must be none. See `make import-report`.

    python -m benchmarks.import_report ../shared/data/dockets
    python -m benchmarks.import_report DIR --forms    # each value whose column holds another writing of it
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.canary.__main__ import prepare
from benchmarks.places import database

if TYPE_CHECKING:
    from agencies.models import Membership
    from portal.records.reading import CaseDraft


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path)
    parser.add_argument("--forms", action="store_true")
    asked = parser.parse_args()
    if not asked.path.exists():
        sys.exit(f"{asked.path} does not exist. Name a folder of dockets: make import-report DATA=dir")
    with TemporaryDirectory() as files:
        os.environ.update(PORTAL_FILES=files, PORTAL_STATIC_FORM="checkout", LOG_LEVEL="WARNING")
        with database():
            prepare()
            return run(asked.path, forms=asked.forms)


def run(path: Path, *, forms: bool) -> int:
    """The exit code: 0 where nothing crashed and nothing was altered."""
    from portal.records.importing.report import Report
    from tests import make

    custodian = make.person(make.agency(kind="court"), roles=("records_custodian",))
    report = Report(lambda file: store(file, custodian))
    report.add(path)
    for line in report.lines(forms=forms):
        print(line)
    return 0 if report.clean else 1


def store(path: Path, custodian: Membership) -> Mapping[str, CaseDraft]:
    """Import a file by the commands that the page calls; what its rows say then."""
    from portal.kernel.viewing import as_job
    from portal.records.importing import commands, shapes
    from portal.records.models import Import, Record
    from tests import make

    record_set = make.record_set(custodian.agency)
    batch = commands.start_import(actor=custodian.person, record_set_id=record_set.pk, path=path)
    commands.read(batch.pk)
    if Import.objects.get(pk=batch.pk).to_write:
        commands.ask_commit(actor=custodian.person, batch_id=batch.pk)
        commands.commit(batch.pk)
    with as_job("import", record_set.pk):
        return {each.source_id: shapes.draft_of(each) for each in Record.objects.filter(record_set=record_set)}


if __name__ == "__main__":
    sys.exit(main())
