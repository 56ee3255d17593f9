"""From a draft to a record that opens, and to a suspension that closes it: the whole of it in browsers.

No worker, no beat and no broker runs: what opens and closes is decided by the database alone.
"""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.utils.timezone import localdate

from portal.notices.tasks import deliver_notices
from tests import make

from .scene import CHAIR, CHIEF, CLERK, COURT, DEFENDANT, DOCKET, DRAFTER, JUDGE, POLICE, SECOND, THIRD, VICTIM, county
from .walking import Person, Somebody

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TITLE = "Cedar County criminal case exchange"


def drafts(drafter: Person) -> None:
    """From the standard text to a submitted version; what is missing on the way is named."""
    drafter.follows("Agreements", place="head")
    drafter.follows("Draft an agreement")
    drafter.ticks("Information exchange agreement (MOU)")
    drafter.types("Title", TITLE)
    drafter.types("Purpose", "So that nobody is held on the strength of a record that is out of date.")
    drafter.types("Takes effect on", f"{localdate() - timedelta(days=1)}")
    drafter.types("Last day", f"{localdate() + timedelta(days=365)}")
    drafter.presses("Start the draft")
    drafter.types("Name or ORI of an agency", "marlow")
    drafter.presses("Find")
    drafter.presses(f"Add {POLICE}")
    drafter.follows("Go on to clauses")
    drafter.sees("11 of 11 covered")


def removes_a_clause_and_puts_it_back(drafter: Person) -> None:
    drafter.follows("Hit confirmation")
    drafter.opens("Remove this clause")
    drafter.presses("Remove clause 4.3")
    drafter.sees("10 of 11 covered")
    drafter.follows("Submit")
    drafter.sees("Not complete yet", "Hit confirmation")
    drafter.follows("Add a clause on Hit confirmation")
    drafter.types("Number", "4.3")
    drafter.types("Heading", "Hit confirmation")
    drafter.types("Text", "A Party confirms with the contributor before anybody is arrested.")
    drafter.presses("Save the clause")
    drafter.sees("11 of 11 covered")


def adds_a_term_and_submits(drafter: Person) -> None:
    drafter.follows("Terms")
    drafter.follows("Add the first term")
    drafter.chooses("Record set", f"Criminal cases, {COURT}")
    drafter.chooses("Shared with", POLICE)
    drafter.ticks("Print", under="Actions")
    drafter.ticks("Free text", under="Kinds of data")
    drafter.ticks("Victim", under="People in these roles")
    drafter.presses("Show in words")
    drafter.presses("Save the term")
    drafter.follows("Go on to submit")
    drafter.presses("Submit version 1")
    drafter.sees("In review")


def takes_up(chair: Person) -> None:
    """The chair puts the agreement before the board and opens the ballot."""
    chair.follows("Board docket", place="head")
    chair.follows(re.compile("^Make the motion"))
    chair.presses("Make the motion")
    chair.presses("Open the ballot")
    chair.sees("The ballot is open")


def votes(member: Person, email: str) -> None:
    """By keyboard alone, from the sign-in on."""
    keys = member.sits_at_keyboard()
    keys.signs_in(email)
    keys.follows(re.compile("^Vote: "))
    keys.picks(re.compile("^Approve"))
    keys.presses("Cast vote")
    member.sees("Your position is recorded")


def fingerprint(person: Person) -> str:
    """Of the text that the page is about."""
    found = re.search(r"sha256 ([0-9a-f]{64})", person.part("main").inner_text())
    assert found is not None
    return found[1]


def mistypes_the_password(signatory: Person) -> None:
    signatory.follows(re.compile("^Sign or decline"))
    signatory.ticks("Sign")
    signatory.types("Your password", "not the password")
    signatory.presses("Give this answer")
    signatory.sees("This is not your password")


def reads_and_signs(signatory: Person, voted_on: str) -> None:
    """The text is the one that the board voted on; the password is asked again."""
    signatory.follows(re.compile("^Sign or decline"))
    assert fingerprint(signatory) == voted_on
    signatory.sees("Hit confirmation", f"{POLICE} may search, view and print")
    signatory.ticks("Sign")
    signatory.types("Your password", make.PASSWORD)
    signatory.presses("Give this answer")
    signatory.sees("You signed for")


def accepts_what_holds(clerk: Person) -> None:
    """The rules of behavior and the court's policy: until then the search says that shared records are closed."""
    clerk.follows("Search", place="head")
    clerk.sees("Some records of other agencies are closed until you accept what holds for them", "2 texts await you")
    clerk.follows("Read and accept")
    clerk.sees("I look only where my work needs it.", f"Privacy policy of the {COURT}")
    clerk.ticks(re.compile("of these rules, and will abide"))
    clerk.presses("Accept what I ticked")
    clerk.sees("You accepted 1 text")
    clerk.ticks(re.compile("of this policy, and will abide"))
    clerk.presses("Accept what I ticked")
    clerk.sees_nothing_of("Some records of other agencies are closed")
    clerk.follows("Today", place="head")


def opens_the_record(clerk: Person) -> str:
    """States why, searches by name and by docket number, opens the case; its address."""
    clerk.sees("Agreements that open your work", "Criminal cases")
    clerk.follows("Search", place="head")
    clerk.states("C, criminal justice", "MPD-26-1044")
    clerk.searches("halvorsen")
    clerk.sees("1 record for “halvorsen”")
    clerk.searches(DOCKET.lower())
    clerk.follows(DEFENDANT)
    clerk.sees(DOCKET, "Victim A", "Withheld")
    clerk.sees("You see this under agreement MOU-", "clause 3.1", place="Why you see this")
    clerk.sees_nothing_of(VICTIM)
    return urlsplit(clerk.page.url).path


def suspends(chair: Person) -> None:
    """The chair alone, as the charter allows."""
    chair.follows("Agreements", place="head")
    chair.follows(f"MOU-{localdate().year}-001")
    chair.follows("Suspend")
    chair.types("Reason", "A breach at the receiving end.")
    chair.presses("Suspend it now")
    chair.sees("is suspended")


def test_an_agreement_opens_a_record_and_its_suspension_closes_it(somebody: Somebody, redis_away: None) -> None:
    county(chair_may_suspend=True)
    make.behavior_rules()
    drafter, chair = somebody(DRAFTER), somebody(CHAIR)
    clerk = somebody(CLERK)
    clerk.sees("No agreement in force opens")
    drafts(drafter)
    removes_a_clause_and_puts_it_back(drafter)
    adds_a_term_and_submits(drafter)
    takes_up(chair)
    voted_on = fingerprint(chair)
    votes(somebody(), SECOND)
    third = somebody()
    votes(third, THIRD)
    third.sees("Decided: carried")
    judge, chief = somebody(JUDGE), somebody(CHIEF)
    mistypes_the_password(judge)
    judge.follows("Today", place="head")
    reads_and_signs(judge, voted_on)
    reads_and_signs(chief, voted_on)
    chief.sees("in force")

    clerk.reloads()
    accepts_what_holds(clerk)
    address = opens_the_record(clerk)
    suspends(chair)
    clerk.reloads(status=404)
    clerk.sees_heading("We found nothing at this address")
    clerk.follows("Search")
    clerk.searches("halvorsen")
    clerk.sees("No record that you may see fits")
    clerk.goes_to(address, status=404)

    # Only now does a worker run, and everybody concerned is told what happened.
    deliver_notices()
    drafter.follows("Today", place="head")
    drafter.follows(re.compile("^Notices"), place="head")
    drafter.sees("approved", "in force", "suspended")
