"""How agreements change and end, in browsers: amended with a preview, renewed, left, terminated and closed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from sharing_agreements.models import Agreement
from tests import make

from .scene import CHIEF, DRAFTER, JUDGE, POLICE, county, in_force
from .walking import Person, Somebody, day

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


LAST = localdate() + timedelta(days=99)


def decided(agreement: Agreement, kind: str = "approve") -> None:
    """The board's part, walked elsewhere."""
    make.carry(make.ballot(make.the_board(), Agreement.objects.get(pk=agreement.pk), kind))


def signs(signatory: Person) -> None:
    signatory.follows("Today", place="head")
    signatory.follows(re.compile("^Sign or decline"))
    signatory.ticks("Sign")
    signatory.types("Your password", make.PASSWORD)
    signatory.presses("Give this answer")


def test_an_amendment_shows_what_it_changes_before_it_is_signed(somebody: Somebody) -> None:
    old = in_force(county(), ends_on=LAST + timedelta(days=1))
    drafter, judge, chief = somebody(DRAFTER), somebody(JUDGE), somebody(CHIEF)
    drafter.goes_to(f"/agreements/{old.pk}/")
    drafter.follows("Amend or renew")
    drafter.ticks("Amendment")
    drafter.presses("Begin the draft")
    drafter.sees(f"{old.number}-A1 is begun")
    drafter.follows("Terms")
    drafter.follows(re.compile("T1"))
    drafter.part("main").locator("label").get_by_text("Export", exact=True).click()
    drafter.presses("Show in words")
    drafter.presses("Save the term")
    drafter.follows("Go on to submit")
    drafter.presses("Submit version 1")
    drafter.follows("Redline")
    drafter.sees(f"{old.number} version 1 to version 1", "export")
    drafter.follows("What it opens")
    drafter.sees(f"in place of {old.number}", "Changes", "Now: Search, view, print and export", "1 keeps it")
    new = Agreement.objects.get(follows=old)
    decided(new)
    signs(judge)
    signs(chief)
    chief.sees("in force")
    chief.sees(f"{old.number}", f"{new.number}, amendment", "Superseded", place="What it follows, and what follows it")
    chief.follows("What it opens")
    chief.sees("What is open now", "Search, view and print")


def test_a_renewal_begins_the_day_after_the_last(somebody: Somebody) -> None:
    old = in_force(county(), ends_on=LAST + timedelta(days=1))
    drafter, judge, chief = somebody(DRAFTER), somebody(JUDGE), somebody(CHIEF)
    drafter.goes_to(f"/agreements/{old.pk}/")
    drafter.follows("Amend or renew")
    drafter.ticks("Renewal")
    drafter.presses("Begin the draft")
    drafter.sees("Say until when it is renewed")
    drafter.types("Last day, for a renewal", f"{LAST + timedelta(days=365)}")
    drafter.presses("Begin the draft")
    drafter.follows("Submit")
    drafter.presses("Submit version 1")
    decided(Agreement.objects.get(follows=old))
    signs(judge)
    signs(chief)
    chief.sees(f"{old.number}-R1, renewal", day(LAST + timedelta(days=1)), place="What it follows, and what follows it")


def test_a_party_gives_notice_and_takes_it_back(somebody: Somebody) -> None:
    old = in_force(county(), ends_on=LAST + timedelta(days=1))
    chief = somebody(CHIEF)
    chief.goes_to(f"/agreements/{old.pk}/")
    chief.follows("Give notice to leave")
    chief.sees("Only one party would be left")
    chief.types("Reason", "We use the state repository from next year on.")
    chief.types("Your password", make.PASSWORD)
    chief.presses("Give notice")
    chief.sees(f"{POLICE} leaves", "The agreement ends with that for every party")
    chief.presses("Take the notice back")
    chief.sees("The notice is taken back")


def test_after_a_termination_the_recipient_certifies(somebody: Somebody) -> None:
    old = in_force(county(), ends_on=LAST + timedelta(days=1))
    decided(old, "terminate")
    chief = somebody(CHIEF)
    chief.follows(re.compile("^Certify the return or purge"))
    chief.follows(re.compile("^Certify"))
    chief.ticks("Destroyed")
    chief.types("How, and by whom", "Deleted from the case management system by its administrator.")
    chief.presses("Certify")
    chief.sees("every recipient has certified", "Destroyed")
    drafter = somebody(DRAFTER)
    drafter.goes_to(f"/agreements/{old.pk}/")
    drafter.sees("Terminated")
    drafter.follows("Closing")
    drafter.sees("Deleted from the case management system")
