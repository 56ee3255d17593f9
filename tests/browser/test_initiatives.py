"""An initiative by hand: from an idea to a cost share that the board adopted, with an investment of a partner in it."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.utils.timezone import localdate
from pypdf import PdfReader

from agencies.models import Role
from tests import make

from .walking import Person, Somebody

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LEAD, SECOND, PARTNER = "lead@court.example", "second@probation.example", "planner@police.example"


def adds_milestone(lead: Person, title: str, agency: str, days: int) -> None:
    lead.follows("Add a milestone")
    lead.types("Title", title)
    lead.chooses("Who", agency)
    lead.types("Due on", (localdate() + timedelta(days=days)).isoformat())
    lead.presses("Save")


def decides(board_page: str, what: str, people: tuple[Person, Person]) -> None:
    """The first moves and opens the ballot; both approve."""
    chair = people[0]
    chair.goes_to(board_page)
    chair.follows("Make a motion")
    chair.follows(re.compile(f"^{what} it"))
    chair.presses("Make the motion")
    chair.presses("Open the ballot")
    motion = chair.page.url.removeprefix(chair.site)
    for member in people:
        member.goes_to(motion)
        member.ticks("Approve")
        member.presses("Cast vote")


def test_an_initiative_goes_from_an_idea_to_an_adopted_cost_share(somebody: Somebody) -> None:
    board = make.board(members=0)
    court, probation = make.agency("Cedar Court", kind="court"), make.agency("Cedar Probation")
    police = make.agency("Marlow Police")
    for number, (agency, email) in enumerate(((court, LEAD), (probation, SECOND)), 1):
        make.seat(board, number, holder=make.person(agency, roles=(Role.ADMINISTRATOR,), email=email))
    planner = make.person(police, roles=(Role.ADMINISTRATOR,), email=PARTNER).person
    make.plan_action(
        police,
        by=planner,
        action="Build the interface",
        amount=Decimal("900.00"),
        recurs="once",
        first_fiscal_year=2027,
    )
    make.budget(board, court, probation, title="Shared costs")
    docket = f"/boards/{board.pk}/"

    lead = somebody(LEAD)
    lead.follows("Initiatives", place="head")
    lead.sees("No initiative yet")
    lead.follows("Start an initiative")
    lead.types("Title", "Integrated warrants")
    lead.types("Purpose", "One search finds every warrant.")
    lead.ticks("Cedar Probation")
    lead.presses("Start it")
    lead.sees("The initiative is an idea now", "No milestone yet")
    lead.follows("Add a partner")
    lead.chooses("Agency", "Marlow Police")
    lead.presses("Add")
    adds_milestone(lead, "Data elements agreed", "Cedar Court", 30)
    adds_milestone(lead, "Interface tested", "Marlow Police", 90)
    lead.follows("2. Interface tested")
    lead.follows("Add what it waits for")
    lead.presses("Save")
    lead.sees("Choose one of the three")
    lead.chooses("Another milestone", "1. Data elements agreed")
    lead.presses("Save")
    lead.sees("milestone 1. Data elements agreed")

    lead.follows("Where it stands")
    lead.follows("Put it before the board")
    lead.types("What the board is asked to approve, and why", "The partners are ready.")
    lead.presses("Put it before the board")
    lead.sees("It is before the board", "Before the board")
    room = lead.page.url.removeprefix(lead.site)
    second = somebody(SECOND)
    decides(docket, "Approve", (lead, second))
    lead.goes_to(room)
    lead.sees("Approved", "by motion")
    lead.follows("Set out")
    lead.presses("Set out")
    lead.sees("0 of 2", "2. Interface tested waits for milestone 1. Data elements agreed", "No budget is linked yet.")

    lead.follows("1. Data elements agreed")
    lead.follows("Record it as done")
    lead.presses("Record it")
    lead.follows("Agreements, money, law")
    lead.follows("Link to Budget")
    lead.chooses("Budget of the board", "Shared costs")
    lead.presses("Link it")
    lead.sees("Shared costs", "Not adopted yet")

    partner = somebody(PARTNER)
    partner.goes_to(room)
    partner.sees("1 of 2", "2. Interface tested", "Your agency does not read the budget.")
    partner.follows("Investments")
    partner.follows("Offer some of them")
    partner.presses("Offer them")
    partner.sees("Choose at least one.")
    partner.ticks(re.compile("Build the interface"))
    partner.presses("Offer them")
    partner.sees("$900.00 one time from FY 2027", "Not yet")

    lead.follows("Investments")
    lead.follows("Take them into the budget")
    lead.ticks(re.compile("Build the interface"))
    lead.presses("Take them in")
    lead.sees("In it: FY 2027")
    lead.follows("Shared costs")
    lead.sees("Marlow Police: Build the interface", "$4,900 shared")
    lead.follows("Shares")
    lead.follows("Put before the board")
    lead.ticks("Equal shares")
    lead.types("What the board is asked to adopt, and why", "Both gain alike.")
    lead.presses("Put it before the board")
    decides(docket, "Adopt", (lead, second))

    second.goes_to(room)
    second.sees("$4,900", "$2,450.00", "less from other sources than the year before")
    second.sees_nothing_of("No budget is linked yet.")
    with second.page.expect_download() as download:
        second.part("main").get_by_role("link", name="One page (PDF)").click()
    pages = PdfReader(BytesIO(download.value.path().read_bytes())).pages
    assert len(pages) == 1
    assert "1 of 2 milestones are done." in " ".join(pages[0].extract_text().split())
