"""A resource that a clerk suggests, a curator publishes and anybody finds; practitioners who find each other."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from tests import make

from .walking import Somebody

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CLERK, OFFICER = "clerk@court.example", "officer@police.example"
CURATOR = "portal.administrator@portal.example"
TITLE = "Rule 2.550, Sealed records"


def practitioners() -> None:
    court, police = make.agency("Cedar County Superior Court", kind="court"), make.agency("Marlow Police Department")
    make.person(court, email=CLERK, first_name="Clara", last_name="Court", title="Records manager")
    make.person(police, email=OFFICER, first_name="Oscar", last_name="Police")


def test_a_resource_is_suggested_curated_and_found_by_anybody(somebody: Somebody, redis_away: None) -> None:
    practitioners()
    clerk = somebody(CLERK)
    clerk.goes_to("/resources/")
    clerk.sees("28 CFR Part 20")
    clerk.follows("Suggest a resource")
    clerk.types("Title", TITLE)
    clerk.types("Publisher", "Judicial Council of California")
    clerk.chooses("Part of the library", "Privacy")
    clerk.chooses("Kind", "Regulation")
    clerk.types("Summary", "When a court may seal a record, and what the order has to say.")
    clerk.types("Link", "ftp://courts.example/rule")
    clerk.presses("Suggest it")
    clerk.sees("Enter a valid URL")
    clerk.types("Link", "https://courts.example/rule")
    clerk.chooses("Jurisdiction", "California")
    clerk.types("Tags", "sealed records, orders")
    clerk.presses("Suggest it")
    clerk.sees("Thank you.", TITLE, "Suggested")

    anybody = somebody()
    anybody.goes_to("/resources/?q=sealed")
    anybody.sees("No resource fits")

    curator = somebody(CURATOR)
    curator.follows("Library", place="head")
    curator.follows("Waiting for a decision 1")
    curator.follows(TITLE)
    curator.sees("Suggested by Clara Court", "It was not asked for yet")
    curator.follows("Publish")
    curator.types("Next review", (localdate() - timedelta(days=1)).isoformat())
    curator.presses("Publish it")
    curator.sees("Choose a day that is still to come")
    curator.types("Next review", (localdate() + timedelta(days=200)).isoformat())
    curator.presses("Publish it")
    curator.sees("It is published.", "Published")

    anybody.goes_to("/")
    anybody.follows("Resources", place="head")
    anybody.types("Words", "seal")
    anybody.presses("Search")
    anybody.sees("1 resource")
    anybody.follows(TITLE)
    anybody.sees("Judicial Council of California", "courts.example", "outside this portal")
    anybody.sees_nothing_of("Clara")
    anybody.follows("orders")
    anybody.sees(TITLE)
    assert TITLE in anybody.downloads("Download as CSV")
    clerk.goes_to("/resources/suggestions/")
    clerk.sees("Published")


def test_practitioners_find_each_other_and_work_together(somebody: Somebody, redis_away: None) -> None:
    practitioners()
    clerk = somebody(CLERK)
    clerk.goes_to("/practitioners/")
    clerk.sees("Nobody is in the directory yet")
    clerk.follows("Join the directory")
    clerk.ticks("Show my title")
    clerk.ticks("Privacy policies")
    clerk.ticks("Let others write to me")
    clerk.presses("Join the directory")
    clerk.follows("See it as others do")
    clerk.sees("Clara Court", "Records manager")
    clerk.sees_nothing_of(CLERK)

    officer = somebody(OFFICER)
    officer.goes_to("/practitioners/")
    officer.follows("Clara Court")
    officer.follows("Write to them")
    officer.types("Message", "How did your office begin?")
    officer.presses("Send it")
    clerk.goes_to("/practitioners/messages/")
    clerk.follows("How did your office begin?")
    clerk.sees_heading("From Oscar Police")
    clerk.types("Message", "With a draft of the policy.")
    clerk.presses("Send the answer")
    clerk.follows("How did your office begin?")
    clerk.follows("Report this message")
    clerk.types("What is wrong", "It asks for a case.")
    clerk.presses("Report it")

    curator = somebody(CURATOR)
    curator.goes_to("/practitioners/moderation/")
    curator.sees("How did your office begin?", "It asks for a case.")
    curator.presses("Let it stand as Oscar Police wrote it")
    curator.sees("Nothing is reported.")
    curator.goes_to("/practitioners/groups/")
    curator.follows("Open a working group")
    curator.types("Name", "Forms that fit")
    curator.types("Purpose", "One form of request for all agencies.")
    curator.chooses("Chair", "Clara Court")
    curator.presses("Open it")
    curator.sees("Forms that fit", "1 member")

    officer.goes_to("/practitioners/groups/")
    officer.presses("Ask to join Forms that fit")
    officer.sees("You asked to join")
    clerk.goes_to("/practitioners/groups/")
    clerk.follows("Forms that fit")
    clerk.presses("Admit Oscar Police")
    clerk.follows("Announce")
    clerk.types("Title", "We meet on Monday")
    clerk.types("Text", "At ten, in the records room.")
    clerk.presses("Announce it")
    officer.goes_to("/practitioners/groups/")
    officer.follows("Forms that fit")
    officer.sees("At ten, in the records room.", "Clara Court")
    officer.presses("Leave the group")
    officer.sees("You left Forms that fit.")
    clerk.goes_to("/practitioners/me/")
    clerk.presses("Leave now")
    clerk.sees("Nobody is in the directory yet")
