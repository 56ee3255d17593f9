"""A portal administrator sets a board up from nothing: the board, its charter, its seats; and tries the rule."""

from __future__ import annotations

import re

import pytest

from agencies.models import Role
from sharing_agreements.boards.models import Board, Charter
from tests import make

from .walking import Person, Somebody

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def enters_the_board(admin: Person) -> None:
    admin.follows("Boards", place="head")
    admin.sees("No board yet")
    admin.follows("Enter a board")
    admin.types("Name", "Cedar Basin Data Board")
    admin.ticks("Statute")
    admin.types("Citation", "28 CFR 20.35")
    admin.presses("Enter the board")
    admin.sees_heading("Charter of Cedar Basin Data Board")


def leaves_something_out(admin: Person) -> None:
    """What does not fit together comes back with words at its field, and nothing that was entered is lost."""
    admin.types("Adopted on", "2026-01-12")
    admin.ticks("Information exchange agreement")
    admin.ticks("A fixed number of members", under="A quorum is")
    admin.presses("Enter the charter")
    admin.sees("Say how many members make a quorum.")


def enters_every_rule(admin: Person) -> None:
    admin.field("Led by agencies of").select_option(["CA"])
    admin.types("Voting seats", "5")
    admin.types("The number, if it is fixed", "3")
    admin.types("Never fewer than", "2")
    for legend, choice in (
        ("While a seat is vacant", "A quorum is taken of the members in office"),
        ("When a member is recused", "It counts toward the quorum, not"),
        ("It takes", "Two thirds"),
        ("Of whom", "Of the members in office"),
        ("When a member abstains", "It counts toward the quorum, and not as a vote"),
        ("Another share for certain motions", "All"),
        ("The chair", "Votes to break a tie only"),
        ("On a tie", "The chair's vote decides"),
    ):
        admin.ticks(choice, under=legend)
    admin.ticks("Terminate")
    admin.ticks("The chair may suspend")
    admin.types("Days within which", "10")
    admin.ticks("A motion needs a second")
    admin.types("Days that a ballot", "5")
    admin.types("Hours of notice for a meeting", "48")
    admin.types("Hours of notice for a special meeting", "12")
    admin.presses("Enter the charter")


def reads_it_in_plain_words(admin: Person) -> None:
    admin.sees_heading("Charter 1 of Cedar Basin Data Board")
    admin.sees(
        "led by agencies of CA",
        "A quorum is 3 members, and never fewer than 2.",
        "To terminate takes all.",
        "A motion needs a second.",
        "a ballot stays open for 5 days",
        "A meeting is noticed 48 hours ahead, a special one 12 hours ahead.",
        "within 10 days",
    )
    assert Charter.objects.get().special_for == ["terminate"]


def tries_the_rule(admin: Person) -> None:
    for label, number in (("Approve", "3"), ("Disapprove", "1"), ("Abstain", "0"), ("Silent", "1")):
        admin.types(label, number)
    admin.presses("Count")
    admin.sees("The motion is lost", "Whoever is silent could still change this")
    admin.types("Approve", "4")
    admin.types("Silent", "0")
    admin.presses("Count")
    admin.sees("The motion carries", "cannot change this any more")
    admin.chooses("The motion is to", "Terminate")
    admin.presses("Count")
    admin.sees("The motion is lost")


def fills_a_seat(admin: Person, name: str, *, number: int, title: str, chair: bool = False) -> None:
    admin.goes_to(f"/boards/{Board.objects.get().pk}/")
    admin.follows("Fill a seat")
    admin.types("Name, address or agency", name)
    admin.presses("Find")
    admin.follows(re.compile(f"^Choose {name}"))
    admin.types("Title", title)
    if chair:
        admin.ticks("The chair's seat")
    admin.presses("Fill the seat")
    admin.sees(f"Seat {number} is filled", name, title)


def test_a_board_is_set_up_from_nothing(somebody: Somebody) -> None:
    members = [("Rosa", "Chair"), ("Sam", "Second")]
    for first, last in members:
        agency = make.agency(f"{last} County")
        make.person(
            agency, (Role.ADMINISTRATOR,), email=f"{first}@{last}.example".lower(), first_name=first, last_name=last
        )
    admin = somebody(make.portal_administrator().email)
    enters_the_board(admin)
    leaves_something_out(admin)
    enters_every_rule(admin)
    reads_it_in_plain_words(admin)
    tries_the_rule(admin)
    for number, (first, last) in enumerate(members, 1):
        fills_a_seat(admin, f"{first} {last}", number=number, title=f"For {last} County", chair=number == 1)
    admin.sees("2 in office", "begin with CBDB")

    chair = somebody("rosa@chair.example")
    chair.follows("Board docket", place="head")
    chair.follows("Cedar Basin Data Board")
    chair.follows("Make a motion")
    chair.sees("What is the board to decide?")
