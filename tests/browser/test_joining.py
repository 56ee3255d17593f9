"""An agency comes to the portal, and its people: registered, invited by mail, trained."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail

from agencies.models import Agency
from agencies.tasks import send_account_mails
from tests import make

from .walking import Person, Somebody, day

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AGENCY = "Marlow Police Department"


def the_link_mailed_to(address: str) -> str:
    """Where the newest mail to this address leads, once a worker has sent what is owed."""
    send_account_mails()
    [letter] = [each for each in mail.outbox if each.to == [address]]
    found = re.search(r"http://localhost(/agencies/invitation/\S+)", str(letter.body))
    assert found is not None
    return found[1]


def takes_up_the_invitation(guest: Person, email: str, first_name: str, last_name: str) -> None:
    guest.goes_to(the_link_mailed_to(email))
    guest.sees_heading("Accept the invitation")
    guest.sees(AGENCY)
    guest.types("First name", first_name)
    guest.types("Last name", last_name)
    guest.types("Password", make.PASSWORD)
    guest.types("The same password again", make.PASSWORD)
    guest.presses("Open my account")
    guest.sees("Your account is open")
    guest.fills_in_sign_in(email)


def test_an_agency_is_registered_and_its_people_come_by_invitation(somebody: Somebody) -> None:
    keeper = somebody(make.portal_administrator().email)
    keeper.follows("Agencies", place="head")
    keeper.follows("Register an agency")
    keeper.types("Name", AGENCY)
    keeper.chooses("Kind", "Law enforcement")
    keeper.chooses("State", "California")
    keeper.types("ORI", "CA0371100")
    keeper.types("Work email", "chief@marlow.example")
    keeper.types("Title", "Chief of police")
    keeper.presses("Register")
    keeper.sees(f"{AGENCY} is on the register", "invited by mail")

    chief = somebody()
    takes_up_the_invitation(chief, "chief@marlow.example", "Jules", "Moreau")
    chief.sees("Agency administrator", AGENCY)
    chief.follows("Your agency", place="head")
    chief.follows("People")
    chief.follows("Invite somebody")
    chief.types("Work email", "clerk@marlow.example")
    chief.ticks("Clerk", under="Roles")
    chief.types("Title", "Records technician")
    chief.presses("Invite")
    chief.sees("clerk@marlow.example is invited by mail")

    clerk = somebody()
    takes_up_the_invitation(clerk, "clerk@marlow.example", "Mara", "Ferreira")
    clerk.follows("Search", place="head")
    clerk.states("C, criminal justice", "MPD-26-1044")
    clerk.sees("training")

    chief.follows("People")
    chief.follows("Mara Ferreira")
    chief.follows("Record a training")
    chief.presses("Record")
    chief.sees("Security and privacy awareness")
    clerk.follows("Today", place="head")
    # The day of a training is one of the agency's calendar, which may be another than the server's.
    clerk.sees(f"Training current until {day(Agency.objects.get(name=AGENCY).today + timedelta(days=365))}")

    # A link works once.
    guest = somebody()
    guest.goes_to(the_link_mailed_to("clerk@marlow.example"), status=410)
    guest.sees_heading("The invitation is closed")
