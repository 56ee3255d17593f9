"""With scripts switched off, people search, read a record, and vote from the docket to the decision."""

from __future__ import annotations

import re

import pytest

from tests import make

from .scene import CHAIR, CLERK, DEFENDANT, SECOND, county, in_force
from .walking import Somebody

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_searching_reading_and_voting_need_no_script(somebody: Somebody) -> None:
    scene = county()
    in_force(scene)
    clerk = somebody(CLERK, checks=False, java_script_enabled=False)
    clerk.follows("Search", place="head")
    clerk.states("C, criminal justice", "MPD-26-1044")
    clerk.searches("halvorsen")
    clerk.follows(DEFENDANT)
    clerk.sees("Victim A")
    clerk.opens("Explain each condition")


def test_a_vote_needs_no_script_from_the_docket_to_the_decision(somebody: Somebody) -> None:
    scene = county()
    ballot = make.ballot(scene.board, make.submitted(scene.court, scene.police, scene.records))
    number = ballot.motion.number
    member, chair = (somebody(email, checks=False, java_script_enabled=False) for email in (SECOND, CHAIR))
    member.follows("Board docket", place="head")
    member.sees(f"Motion {number}. 0 of 3 have voted.")
    member.follows(re.compile("^Vote: "))
    member.opens("How it is counted, step by step")
    member.sees("3 members in office")
    member.ticks("Disapprove")
    member.types("Comment or reason", "Clause 7 names no retention period.")
    member.presses("Cast vote")
    member.sees("Your position is recorded", "1 of 3 who may vote has voted")
    member.sees("Disapprove", "Second Member", place="Positions")
    member.ticks("Approve")
    member.presses("Change my vote")
    member.sees("Your position now: Approve")

    chair.follows("Board docket", place="head")
    chair.follows(re.compile("^Vote: "))
    chair.ticks("Approve")
    chair.presses("Cast vote")
    chair.sees("Decided: carried")
    chair.follows("Decision record")
    chair.sees(f"Motion {number}", "Carried", "Positions by seat")
