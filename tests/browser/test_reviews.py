"""From a draft to an agreement in force of three parties, through two stages of review, in browsers."""

from __future__ import annotations

import re

import pytest

from agencies.models import Role
from portal.notices.tasks import deliver_notices
from tests import make

from .scene import CHAIR, CHIEF, CLERK, DEFENDANT, DRAFTER, JUDGE, SECOND, SHERIFF, THIRD, county
from .test_agreement import adds_a_term_and_submits, drafts, fingerprint, reads_and_signs, takes_up, votes
from .walking import Person, Somebody

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ADMINISTRATION = "State Court Administration"
PRIVACY, COUNSEL, COLLEAGUE = "privacy@admin.example", "counsel@admin.example", "colleague@admin.example"
UNDERSHERIFF = "undersheriff@sheriff.example"


def adopts_a_plan(chair: Person) -> None:
    """Privacy first, then law."""
    chair.follows("Board docket", place="head")
    chair.follows(re.compile("^Board "))
    chair.follows("Plan of reviews")
    chair.sees("No plan yet")
    chair.follows("Plan reviews")
    chair.chooses("What it looks at", "Privacy", under="Stage 1")
    chair.chooses("Reviewed by", ADMINISTRATION, under="Stage 1")
    chair.types("What to look at", "Are victims and juveniles left out?", under="Stage 1")
    chair.chooses("What it looks at", "Legal", under="Stage 2")
    chair.chooses("Reviewed by", ADMINISTRATION, under="Stage 2")
    chair.types("Step", "2", under="Stage 2")
    chair.presses("Another stage")
    chair.types("Reason", "The governance committee asked for it.")
    chair.presses("Adopt the plan")
    chair.sees("Plan 1 is adopted", "Step 2", "by its legal counsel")


def adds_a_third_party(drafter: Person) -> None:
    drafter.follows("Parties")
    drafter.types("Name or ORI of an agency", "tolland")
    drafter.presses("Find")
    drafter.presses(f"Add {SHERIFF}")


def sends_it_back(officer: Person) -> None:
    """Takes it, asks for a change at a clause, and sends the text back with it."""
    officer.follows(re.compile("^Look: Take the review of"))
    officer.sees("Are victims and juveniles left out?")
    officer.presses("Take the review")
    officer.follows("Ask for a change at clause 3.1")
    officer.types("What is to change", "Say that sealed cases are left out.")
    officer.presses("Note it")
    officer.sees("Say that sealed cases are left out.")
    officer.follows("Send the text back")
    officer.types("What is to change", "See clause 3.1.")
    officer.presses("Send it back")
    officer.sees("It is sent back", "Sent back")


def settles_and_submits_again(drafter: Person) -> None:
    drafter.reloads()
    drafter.sees("asks for changes", "Sent back")
    drafter.follows("Read what is to change")
    drafter.sees("See clause 3.1.")
    drafter.follows("The agreement")
    drafter.follows("Comments (1 open)")
    drafter.follows("Settle this comment on clause 3.1")
    drafter.types("How it is settled", "Said in 9.9.")
    drafter.presses("Settle it")
    drafter.follows("Overview")
    drafter.follows("Go on with the draft")
    drafter.follows("Clauses")
    drafter.follows("Add a clause")
    drafter.types("Number", "9.9")
    drafter.chooses("Topic", "Other")
    drafter.types("Heading", "Sealed cases")
    drafter.types("Text", "Sealed cases are not shared.")
    drafter.presses("Save the clause")
    drafter.follows("Submit")
    drafter.presses("Submit version 2")
    drafter.sees("In review", "Awaits a reviewer")


def takes_and_approves(reviewer: Person) -> None:
    reviewer.follows("Today", place="head")
    reviewer.follows(re.compile("^Look: Take the review of"))
    reviewer.presses("Take the review")
    approves(reviewer)


def approves(reviewer: Person) -> None:
    reviewer.follows("Approve this text")
    reviewer.types("What you found", "In order.")
    reviewer.presses("Approve it")
    reviewer.sees("You approved this text")


def test_three_parties_through_two_stages_of_review(somebody: Somebody, redis_away: None) -> None:
    here = county()
    administration = make.agency(ADMINISTRATION, kind="court")
    for email, roles in ((PRIVACY, (Role.PRIVACY_OFFICER,)), (COUNSEL, (Role.COUNSEL,)), (COLLEAGUE, (Role.COUNSEL,))):
        make.person(administration, roles, email=email, first_name=email.partition("@")[0].title(), last_name="Admin")
    make.person(here.sheriff, (Role.SIGNATORY,), email=UNDERSHERIFF, title="Undersheriff")
    drafter, chair = somebody(DRAFTER), somebody(CHAIR)
    adopts_a_plan(chair)
    drafts(drafter)
    adds_a_third_party(drafter)
    drafter.follows("Go on to clauses")
    adds_a_term_and_submits(drafter)
    chair.follows("Board docket", place="head")
    chair.sees_nothing_of("Take up")
    chair.sees("Privacy review, State Court Administration", place="With others")
    officer, counsel = somebody(PRIVACY), somebody(COUNSEL)
    counsel.sees_nothing_of("Take the review")
    sends_it_back(officer)
    settles_and_submits_again(drafter)
    takes_and_approves(officer)

    counsel.reloads()
    counsel.follows(re.compile("^Look: Take the review of"))
    counsel.presses("Take the review")
    counsel.follows("Give it to somebody else")
    counsel.chooses("Give it to", f"Colleague Admin, {ADMINISTRATION}")
    counsel.types("Reason", "I am away.")
    counsel.presses("Give it on")
    colleague = somebody(COLLEAGUE)
    colleague.follows(re.compile("^Go on: Review"))
    approves(colleague)
    colleague.follows("Exact text")
    reviewed = fingerprint(colleague)

    takes_up(chair)
    assert fingerprint(chair) == reviewed
    for email in (SECOND, THIRD):
        votes(somebody(), email)
    for email in (JUDGE, CHIEF, UNDERSHERIFF):
        signatory = somebody(email)
        reads_and_signs(signatory, reviewed)
    signatory.sees("in force")
    make.everybody_accepted()
    clerk = somebody(CLERK)
    clerk.follows("Search", place="head")
    clerk.states("C, criminal justice", "MPD-26-1044")
    clerk.searches("halvorsen")
    clerk.sees(DEFENDANT)
    deliver_notices()
    officer.follows("Reviews", place="head")
    officer.chooses("State", "Sent back")
    officer.presses("Show")
    officer.sees("version 1")
    officer.sees_nothing_of("version 2")
