"""A budget by hand: opened, planned, shared side by side, adopted by the board, invoiced and paid."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils.timezone import localdate

from agencies.models import Role
from tests import make

from .walking import Somebody

pytestmark = pytest.mark.django_db(transaction=True)

CHAIR, SECOND = "chair@corrections.example", "second@probation.example"


def test_a_board_shares_what_an_exchange_costs(somebody: Somebody, tmp_path: Path) -> None:
    board = make.board(members=0)
    court, police = make.agency("Cedar Court", kind="court"), make.agency("Marlow Police")
    for number, (agency, email) in enumerate(((court, CHAIR), (police, SECOND)), 1):
        make.seat(board, number, holder=make.person(agency, roles=(Role.ADMINISTRATOR,), email=email))
    file = tmp_path / "lines.csv"
    file.write_text("Line,Fiscal year,Planned\nHosting,2027,1000.00\nSupport,2027,twenty\n")

    chair = somebody(CHAIR)
    chair.follows("Budgets", place="head")
    chair.follows("Open a budget")
    chair.types("Title", "Shared costs")
    chair.chooses("Board", board.name)
    chair.chooses("Owner", "Cedar Court")
    chair.types("First fiscal year", "2027")
    chair.types("Last fiscal year", "2027")
    chair.presses("Open the budget")
    for name in ("Cedar Court", "Marlow Police"):
        chair.follows("Add a party")
        chair.chooses("Agency", name)
        chair.presses("Add")
    chair.follows("Import")
    chair.attaches("File", file)
    chair.presses("Read the file")
    chair.sees("Nothing was taken over", "line 3, Planned")
    file.write_text("Line,Fiscal year,Planned\nHosting,2027,1000.00\n")
    chair.attaches("File", file)
    chair.presses("Read the file")
    chair.sees("1 lines are added", "$1,000 shared")

    chair.follows("Shares")
    chair.sees("$500.00")
    chair.opens("Sworn officers: not entered")
    chair.follows("Enter Sworn officers")
    chair.types("Source", "Annual report")
    chair.types("As of", "2026-01-01")
    chair.types("Cedar Court", "1")
    chair.types("Marlow Police", "3")
    chair.presses("Save")
    chair.follows("Add a formula")
    chair.types("Name", "Officers")
    chair.chooses("Shares go by", "Sworn officers")
    chair.presses("Save")
    chair.sees("$750.00", "By sworn officers")
    chair.chooses("If one party withdrew", "Marlow Police")
    chair.presses("Show")
    chair.sees("If Marlow Police withdrew", "$750.00 more")

    chair.follows("Put before the board")
    chair.ticks("Officers")
    chair.types("What the board is asked to adopt, and why", "Who works with it most pays most.")
    chair.presses("Put it before the board")
    chair.sees("Version 1 is before the board", "Before the board")
    version = chair.page.url.removeprefix(chair.site)
    chair.follows("Board docket", place="head")
    chair.follows(board.name)
    chair.follows("Make a motion")
    chair.follows(re.compile("^Adopt it"))
    chair.sees("with the shares of the parties as noticed")
    chair.presses("Make the motion")
    chair.presses("Open the ballot")
    motion = chair.page.url.removeprefix(chair.site)
    for member in (chair, somebody(SECOND)):
        member.goes_to(motion)
        member.ticks("Approve")
        member.presses("Cast vote")
    chair.goes_to(version)
    chair.sees("In force")
    chair.follows("Send invoices")
    chair.types("Due on", (localdate() + timedelta(days=30)).isoformat())
    chair.presses("Send")
    chair.follows("INV-2027-002")
    chair.sees("$750.00", "Adopted by")
    chair.follows("Record the payment")
    chair.presses("Record")
    chair.sees("The payment is recorded", "Paid")
