"""Anybody reads, without signing in, what is shared with whom, under which policy and agreement."""

from __future__ import annotations

import pytest

from .scene import COURT, DEFENDANT, DOCKET, POLICE, county, in_force
from .walking import Somebody

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_anybody_reads_the_policy_and_the_agreement_in_force(somebody: Somebody) -> None:
    made = in_force(county())
    anybody = somebody()
    anybody.goes_to("/")
    anybody.sees_heading("Who shares justice records here")
    anybody.follows("Privacy policies", place="head")
    anybody.follows(COURT)
    anybody.sees("Dana Whitfield", "privacy@agency.example", "Victim")
    anybody.follows("Agreements in force", place="head")
    anybody.sees(made.number, COURT, POLICE)
    anybody.follows(made.number)
    anybody.sees("Hit confirmation", "Criminal cases")
    anybody.sees_nothing_of(DEFENDANT, DOCKET)
    anybody.goes_to("/agreements/")
    anybody.sees_heading("Sign in")
