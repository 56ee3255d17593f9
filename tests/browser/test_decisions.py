"""A member reads how the board decided and finds it again; anybody reads the part that is public."""

from __future__ import annotations

from io import BytesIO

import pytest
from pypdf import PdfReader

from sharing_agreements.boards import commands
from sharing_agreements.boards.models import Ballot, Decision
from tests import make

from .walking import Person, Somebody

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DISSENT = "Clause 7 names no retention period."


def saved(person: Person) -> str:
    """What the PDF behind the button says."""
    with person.page.expect_download() as download:
        person.sees_link("PDF").click()
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(download.value.path().read_bytes())).pages)


def test_a_decision_is_read_by_a_member_an_auditor_and_the_public(somebody: Somebody) -> None:
    board = make.board(members=5)
    court, police = make.agency("Cedar Court", kind="court"), make.agency("Cedar Police")
    agreement = make.submitted(court, police, make.record_set(court, "Criminal cases"))
    opened = make.ballot(board, agreement)
    holders = [seat.holder for seat in board.seats.order_by("number")]
    assert all(holders)
    for place, position in enumerate(("no", "yes", "yes", "yes")):
        if not Decision.objects.filter(ballot=opened).exists():
            holder = holders[place]
            assert holder is not None
            commands.cast_vote(actor=holder, ballot_id=opened.pk, position=position, statement=DISSENT)
    make.signed_by_all(make.agreement_of(opened))
    number = Ballot.objects.get(pk=opened.pk).motion.number
    chair = holders[0]
    assert chair is not None

    member = somebody(chair.email)
    member.follows("Board docket", place="head")
    member.follows("All decisions")
    member.types("Number or words", agreement.number)
    member.chooses("Outcome", "Carried")
    member.presses("Filter")
    member.follows(f"Approve version 1 of {agreement.number}")
    member.sees("Dissent", DISSENT, str(chair), "The tally, step by step", opened.sha256, "The same")
    assert DISSENT in saved(member)

    auditor = make.auditor()
    watching = somebody(auditor.email)
    watching.follows("History", place="head")
    watching.follows(board.name)
    watching.sees("Board added", "Charter added")

    anybody = somebody()
    anybody.goes_to("/")
    anybody.follows("Decisions of boards", place="head")
    anybody.follows(f"Approve version 1 of {agreement.number}")
    anybody.sees("Positions by seat", "Disapprove", "Public version")
    anybody.sees_nothing_of(DISSENT, *map(str, holders))
    said = saved(anybody)
    assert number in said
    assert DISSENT not in said
    anybody.goes_to(f"/agreements-in-force/{agreement.pk}/")
    anybody.follows(f"Approve version 1 of {agreement.number}")
