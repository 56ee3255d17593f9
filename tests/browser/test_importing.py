"""A records custodian brings a docket file in: uploaded, previewed, committed, found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from agencies.models import Role
from portal.records.tasks import work_on_imports
from tests import make
from tests.records.dockets import DOCKET

from .walking import Somebody

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_docket_file_is_uploaded_previewed_committed_and_found(somebody: Somebody, tmp_path: Path) -> None:
    court = make.agency("Cedar County Superior Court", kind="court")
    make.person(court, roles=(Role.CUSTODIAN, Role.CLERK), email="custodian@court.example")
    make.record_set(court, "Criminal cases")
    file = tmp_path / "dockets.jsonl"
    broken = {**DOCKET, "docket_number": None}
    file.write_text("\n".join(json.dumps(row) for row in (DOCKET, broken)))

    custodian = somebody("custodian@court.example")
    custodian.follows("Imports", place="head")
    custodian.sees("No imports yet")
    custodian.chooses("Record set", "Criminal cases, Cedar County Superior Court")
    custodian.attaches("File", file)
    custodian.presses("Upload and read")
    custodian.sees_heading("Import into Criminal cases")
    custodian.sees("Received", "brought up to date")
    custodian.waits_for(work_on_imports)
    custodian.sees("What a commit would change", "3:15-cr-00331", "New", "Problems by place: 1")
    custodian.sees("dockets.jsonl, line 2")
    custodian.presses("Commit 1 record")
    custodian.sees("Writing all or nothing")
    custodian.waits_for(work_on_imports)
    custodian.sees("Committed")

    custodian.follows("Search", place="head")
    custodian.searches("sampleton arlo")
    custodian.sees("1 record for “sampleton arlo”")
    custodian.follows("United States v. Sampleton")
    custodian.sees("3:15-cr-00331", "Vera Onlooker", "INDICTMENT")
    # The owner's own: no inquiry was asked for, and nothing is withheld.
    custodian.sees("owns this record, and you act for it", place="Why you see this")
    expect(custodian.part("main")).not_to_contain_text("Withheld")
