"""A clerk of the recipient looks for a case and at it, prints it; a clerk of a third agency finds nothing there."""

from __future__ import annotations

from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from .scene import CLERK, COURT, DEFENDANT, DOCKET, OUTSIDER, VICTIM, county, in_force
from .walking import Person, Somebody

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def finds(clerk: Person) -> None:
    """By a name in any order and cut short, by a docket number in any writing; never by a victim's name."""
    clerk.follows("Search", place="head")
    clerk.states("C, criminal justice", "MPD-26-1044")
    clerk.searches(VICTIM)
    clerk.sees("No record that you may see fits")
    clerk.searches("halv dane")
    clerk.sees("1 record for “halv dane”", DEFENDANT)
    clerk.searches("26-cr-417")
    clerk.sees("1 record for “26-cr-417”", DOCKET)


def reads(clerk: Person) -> None:
    clerk.follows(DEFENDANT)
    clerk.sees_heading(DEFENDANT)
    clerk.sees("PC 459 - Burglary")
    # In the victim's row, and as the reason why all free text is withheld.
    victim = clerk.row("Victim A")
    expect(victim).to_contain_text("Withheld")
    expect(victim).to_contain_text("Pseudonym, the same throughout this case")
    expect(clerk.part("main")).to_contain_text("not cleared by a custodian of its owner")
    clerk.sees("MOU-", "clause 3.1", "privacy policy", place="Why you see this")
    clerk.opens("Explain each condition")
    clerk.sees("The grant is live now", "Purpose C is permitted", place="Why you see this")
    clerk.sees_nothing_of(VICTIM, "Elm Street")


def prints(clerk: Person) -> None:
    clerk.follows("Print as a release")
    clerk.types("Who gets it", "Deputy Lamb, County Jail")
    clerk.types("Why it leaves", "Booking")
    clerk.presses("Make the release")
    clerk.sees("This is the release", "Deputy Lamb, County Jail", "Victim A", COURT)
    clerk.sees_nothing_of(VICTIM)
    clerk.page.emulate_media(media="print")
    expect(clerk.page.get_by_role("banner")).to_be_hidden()
    expect(clerk.page.locator(".p-printed")).to_contain_text("Clerk Police")


def test_a_clerk_finds_reads_and_prints_what_the_agreement_opens(somebody: Somebody) -> None:
    in_force(county())
    clerk = somebody(CLERK)
    finds(clerk)
    reads(clerk)
    address = urlsplit(clerk.page.url).path
    prints(clerk)

    outsider = somebody(OUTSIDER)
    outsider.follows("Search", place="head")
    outsider.states("C, criminal justice", "TCS-26-8")
    outsider.searches("halvorsen")
    outsider.sees("No record that you may see fits")
    forbidden = outsider.goes_to(address, status=404).body()
    absent = outsider.goes_to(f"/records/{uuid4()}/", status=404).body()
    assert forbidden == absent
