"""With scripts switched off, people search, read a record and vote."""

from __future__ import annotations

import re

import pytest

from tests import make

from .scene import CHAIR, CLERK, DEFENDANT, county, in_force
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

    make.ballot(scene.board, make.submitted(scene.court, scene.sheriff, scene.records))
    member = somebody(CHAIR, checks=False, java_script_enabled=False)
    member.follows(re.compile("^Vote: "))
    member.ticks("Approve")
    member.presses("Cast vote")
    member.sees("Your position is recorded")
