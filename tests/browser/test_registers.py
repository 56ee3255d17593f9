"""A register of existing agreements by hand: upload to commit, answers, the next snapshot, a text that is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from agencies.models import Role
from tests import make
from tests.registers.scene import csv, pdf

from .walking import Somebody

pytestmark = pytest.mark.django_db(transaction=True)
HEADINGS = ("State", "Agency", "County", "Kind of agreement", "Signed", "Ends")
ELMORE = ("AL", "Elmore SO", "Elmore", "Jail model", "5/8/25", "")
DALE = ("AL", "Dale County Sheriff", "Dale", "Task force", "2025-04-01", "2027-04-01")


def test_a_list_becomes_a_register_and_its_texts_are_found(somebody: Somebody, tmp_path: Path) -> None:
    place = make.agency("Cedar County Superior Court", kind="court")
    make.agency("Elmore County Sheriff's Office", state="AL", active=False)
    make.person(place, roles=(Role.DRAFTER,), email="k.adeyemi@court.example")
    first, second, text = tmp_path / "may.csv", tmp_path / "july.csv", tmp_path / "moa.pdf"
    first.write_bytes(csv(ELMORE, DALE, headings=HEADINGS))
    second.write_bytes(csv(ELMORE, (*DALE[:5], "2028-04-01"), ("GA", "Hall SO"), headings=HEADINGS))
    text.write_bytes(pdf("The Sheriff shall supervise detention officers."))

    drafter = somebody("k.adeyemi@court.example")
    drafter.follows("Registers", place="head")
    drafter.follows("Open a register")
    drafter.types("Name", "Jail agreements, Alabama")
    drafter.presses("Open the register")
    drafter.attaches("File", first)
    drafter.types("State of the list on", "2025-05-19")
    drafter.presses("Upload and read")
    drafter.sees("Lines read", "New issues: 3", "5/8/25")
    drafter.opens("Columns, headings and days")
    drafter.chooses("Days such as", "Month first: 05/08/2025 is in May")
    drafter.presses("Read it so")
    drafter.presses("Commit the snapshot")
    drafter.sees("Committed")

    drafter.follows("Jail agreements, Alabama")
    drafter.sees("2 agreements", "written: 5/8/25", "They were made outside the portal and open no records here.")
    drafter.follows("Issues (3 open)")
    drafter.follows("Elmore SO")
    drafter.types("Name or ORI of an agency", "Elmore County")
    drafter.presses("Look for it")
    drafter.ticks("Elmore County Sheriff's Office")
    drafter.presses("Answer")
    drafter.follows("5/8/25")
    drafter.sees("The year has two digits.", "May 8, 2025 or May 8, 1925")
    drafter.types("Day", "2025-05-08")
    drafter.presses("Answer")
    drafter.follows("Dale County Sheriff")
    drafter.types("Reason", "No agency of the exchange")
    drafter.presses("Dismiss")
    drafter.sees("No open issue")

    drafter.follows("Snapshots")
    drafter.attaches("File", second)
    drafter.types("State of the list on", "2025-07-19")
    drafter.presses("Upload and read")
    drafter.sees("Compared with Snapshot 1", "2028-04-01", "New issues: 1")
    drafter.presses("Commit the snapshot")
    drafter.follows("Compare any two")
    drafter.sees("From May 19, 2025 to Jul 19, 2025", "Added: 1", "Changed: 1")

    drafter.follows("Entries")
    drafter.follows("Elmore SO Jail model")
    drafter.sees("May 8, 2025", "Elmore County Sheriff's Office")
    drafter.attaches("File", text)
    drafter.presses("Attach")
    drafter.sees("Text is searched")
    drafter.follows("Registers", place="head")
    drafter.types("Words in entries and texts", "supervised officers")
    drafter.presses("Search")
    drafter.sees("In texts: 1", "Elmore SO, Jail model")
    assert drafter.page.locator("main mark").all_inner_texts() == ["supervise", "officers"]
