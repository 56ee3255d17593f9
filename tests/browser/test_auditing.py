"""An auditor reads what happened to an agreement and who looked at which record; changes nothing and sees no record."""

from __future__ import annotations

import csv
import io

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests import make

from .scene import AUDITOR, CLERK, COURT, DEFENDANT, OUTSIDER, POLICE, VICTIM, County, county, in_force
from .walking import Person, Somebody

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def looks(somebody: Somebody, scene: County) -> None:
    """The recipient's clerk opens the case; a third agency's clerk asks for it and is refused."""
    address = reverse("records:detail", args=[scene.case.pk])
    clerk = somebody(CLERK, checks=False)
    clerk.follows("Search", place="head")
    clerk.states("C, criminal justice", "MPD-26-1044")
    clerk.searches("halvorsen")
    clerk.follows(DEFENDANT)
    somebody(OUTSIDER, checks=False).goes_to(address, status=404)


Row = dict[str, str]


def rows(text: str) -> list[Row]:
    return list(csv.DictReader(io.StringIO(text)))


def reads_the_history(auditor: Person, number: str) -> list[Row]:
    """On the page, narrowed by a filter, and as CSV."""
    auditor.follows("History", place="head")
    auditor.follows(number)
    auditor.sees("Drafted", "Submitted", "Vote cast: approve, seat 2", f"Signed for {COURT}", "In force", "Suspended")
    auditor.types("Field or words", "status")
    auditor.presses("Filter")
    change = auditor.part("main").get_by_role("row").filter(has_text="Suspended").first
    expect(change).to_contain_text("In force")
    expect(auditor.part("main")).not_to_contain_text("Vote cast")
    auditor.types("Field or words", "")
    auditor.presses("Filter")
    return rows(auditor.downloads("CSV"))


def reads_the_access_log(auditor: Person, record: str) -> list[Row]:
    """Everything as CSV; then the refusals alone on the page."""
    auditor.follows("Access log", place="head")
    auditor.sees("Clerk Police", "Searched by name", "Viewed", "C, criminal justice")
    everything = rows(auditor.downloads("CSV"))
    auditor.chooses("Action", "Refused only")
    auditor.presses("Show")
    auditor.sees("Clerk Sheriff", record)
    expect(auditor.part("main")).not_to_contain_text("Clerk Police")
    return everything


def test_an_auditor_sees_every_step_and_every_look_and_no_record(somebody: Somebody) -> None:
    scene = county()
    made = in_force(scene)
    looks(somebody, scene)
    make.suspended(made, scene.board)
    auditor = somebody(AUDITOR)

    history = reads_the_history(auditor, made.number)
    motion = made.motions.order_by("made_at")[0].number
    told = {(row["What"], row["Actor"]) for row in history}
    assert told >= {
        ("Drafted", str(made.author)),
        ("Submitted to the board", str(made.author)),
        (f"Vote cast: approve, seat 1, motion {motion}", "Chair Member"),
        (f"Vote cast: approve, seat 2, motion {motion}", "Second Member"),
        ("Approved by the board", "the board, by the deciding vote of Second Member"),
        ("Suspended", "the board, by the deciding vote of Second Member"),
    }
    assert {f"Signed for {COURT}", f"Signed for {POLICE}", "In force"} <= {row["What"] for row in history}
    moves = [(row["Before"], row["After"]) for row in history if row["Field"] == "Status"]
    assert set(moves) >= {("Draft", "In review"), ("Signing", "In force"), ("In force", "Suspended")}

    looked = reads_the_access_log(auditor, str(scene.case.pk))
    short = [(row["Person"], row["Action"], row["Outcome"], row["Agreements"]) for row in looked]
    assert short == [
        ("Clerk Sheriff", "View", "Refused", ""),
        ("Clerk Police", "View", "Shown", made.number),
        ("Clerk Police", "Search", "Shown", made.number),
    ]
    assert {row["Case number"] for row in looked[1:]} == {"MPD-26-1044"}
    assert {row["Records"] for row in looked} == {str(scene.case.pk)}

    auditor.sees_nothing_of(DEFENDANT, VICTIM)
    auditor.goes_to(reverse("records:detail", args=[scene.case.pk]), status=404)
