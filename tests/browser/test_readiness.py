"""From an assessment to a funded plan, and a change in law to the board's list: the court, a partner, everybody."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from agencies.models import Role
from agencies.readiness import investments, state
from agencies.readiness.models import Assessment
from tests import make

from .scene import CLERK, COURT, county
from .walking import Person, Somebody, day

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HEAD, OFFICER = "head@court.example", "officer@court.example"


def answers_governance(head: Person) -> None:
    head.follows("Readiness", place="head")
    head.follows(re.compile("Your agency.s profile"))
    head.sees("Not assessed yet")
    head.presses("Begin version 1")
    head.follows("Answer Governance")
    head.presses("Save and go on")
    head.ticks("1. People meet without a mandate.")
    head.presses("Save and go on")
    head.sees("Question 4.1: say how sure you are.")
    head.ticks("High", under="How sure are you of 4.1?")


def adds_evidence(head: Person) -> None:
    head.sees("No evidence yet; high confidence needs some.")
    head.goes_to(f"/readiness/{Assessment.objects.get().pk}/evidence/authority/")
    head.presses("Add it")
    head.sees("Give a link or a file, one of both.")
    head.types("Title", "Minutes of 2024")
    head.types("Link", "https://board.example/minutes")
    head.presses("Add it")
    head.sees("Minutes of 2024")


def test_an_assessment_becomes_a_funded_plan(somebody: Somebody, redis_away: None) -> None:
    here = county()
    for email, role in ((HEAD, Role.ADMINISTRATOR), (OFFICER, Role.PRIVACY_OFFICER)):
        make.person(here.court, (role,), email=email, first_name=email.partition("@")[0].title(), last_name="Court")
    by = here.court.memberships.get(person__email=HEAD).person
    head = somebody(HEAD)
    answers_governance(head)
    draft = Assessment.objects.get()
    make.answered(draft, {"authority": 1}, by=by)
    adds_evidence(head)
    head.goes_to(f"/readiness/{draft.pk}/")
    head.sees(
        "Nothing is missing.", "Score 1.00 of 4; without critical items it would be 2.88", "What holds the score down"
    )
    head.presses("Give it to review")
    partner = somebody(CLERK)
    partner.goes_to(f"/readiness/agencies/{here.court.pk}/", status=404)
    officer = somebody(OFFICER)
    officer.follows(f"Review the readiness of {COURT}")
    officer.presses("Send back")
    officer.sees("Say what is to change.")
    officer.presses("Accept")
    officer.sees_heading("Readiness, version 1")
    partner.goes_to("/readiness/")
    partner.follows(COURT)
    partner.sees("Score 1.00 of 4", "A critical item holds the whole down", "Kept to the agency")
    head.goes_to(f"/readiness/{draft.pk}/show/")
    head.ticks("Marlow Police Department")
    head.presses("Save")
    partner.reloads()
    partner.follows("Read the answers of version 1")
    partner.sees("Is there a body that decides about sharing")
    head.follows("Plan of the agency")
    head.follows("Plan an action")
    head.chooses("Dimension", "4. Governance")
    head.types("What is missing", "Nobody decides about sharing.")
    head.types("What is done about it", "Write a charter")
    head.types("By", (localdate() + timedelta(days=9)).isoformat())
    head.types("What it costs", "12500.50")
    head.presses("Save")
    head.sees("Say whether it is paid once or each year.")
    head.chooses("Paid", "One time")
    head.types("First fiscal year", "2027")
    head.presses("Save")
    head.sees("Write a charter", "$12,500.50 one time from FY 2027", day(localdate() + timedelta(days=9)))
    assert [str(each.amount) for each in investments.of_agencies([here.court.pk])] == ["12500.50"]
    head.goes_to("/today/")
    head.follows("Look: Write a charter")
    head.types("What came of it", "All have signed it.")
    head.presses("Mark done")
    head.sees("All have signed it.")
    assert state.of(draft).missing == []


def test_a_change_in_law_reaches_boards_and_everybody(somebody: Somebody, redis_away: None) -> None:
    here = county()
    make.person(here.court, (Role.PRIVACY_OFFICER,), email=OFFICER, first_name="Olga", last_name="Court")
    officer = somebody(OFFICER)
    officer.follows("Privacy policy", place="head")
    officer.follows("Changes in law")
    officer.follows("Enter a change")
    officer.types("Title", "Dispositions to Probation")
    officer.types("Proposed text", "A court may share a disposition.")
    officer.types("What becomes possible", "Notices to Probation.")
    officer.chooses("Who reads it", "Everybody")
    officer.ticks("Put it on the agenda list")
    officer.presses("Enter it")
    officer.follows("Dispositions to Probation")
    officer.follows("It is drafted")
    officer.presses("Save")
    officer.follows("It is introduced")
    officer.types("Number of the bill", "AB 1331")
    officer.presses("Save")
    officer.sees("Introduced", "AB 1331", re.compile("Idea.*Drafted.*Introduced", re.DOTALL))
    clerk = somebody(CLERK)
    clerk.goes_to("/privacy/law/changes/agenda/")
    clerk.sees("Dispositions to Probation", "Introduced, AB 1331")
    anybody = somebody()
    anybody.goes_to("/law/proposed/")
    anybody.sees("Dispositions to Probation", "A court may share a disposition.")
    anybody.sees_nothing_of("Olga")
