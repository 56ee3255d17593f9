"""A motion from its making to its decision, in browsers: a second, a remark, a ballot that ends without a quorum, a
recusal, a decision. Voting, seconding and speaking are done by keyboard alone once."""

from __future__ import annotations

import re

import pytest
from django.db import transaction

from sharing_agreements.boards.models import Ballot, Board, Motion
from tests import make
from tests.boards.conftest import OwnerSql, owner_sql

from .scene import CHAIR, SECOND, THIRD, county
from .walking import Person, Somebody

__all__ = ["owner_sql"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def chooses_what_then_words(chair: Person, board: Board, number: str) -> None:
    chair.goes_to(f"/boards/{board.pk}/")
    chair.follows("Make a motion")
    chair.sees("The charter asks for a second", "Amend the charter", "Sanction an agency")
    chair.follows(re.compile(f"^Approve ?: {number}"))
    chair.presses("Make the motion")
    chair.sees("It awaits a second", "Who would vote")


def seconds_by_keyboard(member: Person, email: str) -> None:
    keys = member.sits_at_keyboard()
    keys.signs_in(email)
    keys.follows(re.compile("^Read and second"))
    keys.presses("Second the motion")
    member.sees("You seconded the motion")


def speaks_by_keyboard(member: Person) -> None:
    keys = member.sits_at_keyboard()
    keys.reaches(member.field("Your remark"))
    member.page.keyboard.type("Clause 4.3 is what we asked for.")
    keys.presses("Put it in the file")
    member.sees("Clause 4.3 is what we asked for.", place="Discussion")


def opens(chair: Person) -> None:
    chair.reloads()
    chair.presses("Open the ballot")
    chair.sees("The ballot is open", "0 of 3 who may vote have voted")


def ends(owner_sql: OwnerSql) -> None:
    """The deadline passes."""
    ballot = Ballot.objects.undecided().get()
    with transaction.atomic():
        owner_sql(
            "UPDATE boards_ballot SET opened_at = now() - interval '2 days', closes_at = now() - interval '1 second' "
            f"WHERE id = '{ballot.pk}'"
        )


def votes_by_keyboard(member: Person, position: str) -> None:
    keys = member.sits_at_keyboard()
    keys.picks(re.compile(f"^{position}"))
    keys.presses("Cast vote")
    member.sees("Your position is recorded")


def test_a_motion_through_two_ballots(somebody: Somebody, owner_sql: OwnerSql) -> None:
    scene = county(second_required=True)
    agreement = make.submitted(scene.court, scene.police, scene.records)
    chair = somebody(CHAIR)
    chooses_what_then_words(chair, scene.board, agreement.number)
    second = somebody()
    seconds_by_keyboard(second, SECOND)
    speaks_by_keyboard(second)
    opens(chair)

    second.reloads()
    second.ticks("Approve")
    second.presses("Cast vote")
    ends(owner_sql)
    second.reloads()
    second.sees("The deadline has passed: no quorum", "so does the result")
    second.presses("Close the ballot now")
    second.sees("Former ballots", "No quorum", "1 of 3 took part, 2 needed", "Awaits a ballot")

    opens(chair)
    third = somebody(THIRD)
    third.follows("Board docket", place="head")
    third.follows(re.compile("^Vote: "))
    votes_by_keyboard(third, "Recused")
    third.sees("Recused", place="Positions")
    second.reloads()
    votes_by_keyboard(second, "Approve")
    chair.reloads()
    chair.ticks("Approve")
    chair.presses("Cast vote")
    chair.sees("Decided: carried", "2 of 2", "Former ballots")
    assert Motion.objects.get().status == Motion.Status.CARRIED


def test_a_ballot_is_cancelled_and_a_motion_withdrawn(somebody: Somebody) -> None:
    scene = county()
    agreement = make.submitted(scene.court, scene.police, scene.records)
    make.ballot(scene.board, agreement)
    chair = somebody(CHAIR)
    chair.follows("Board docket", place="head")
    chair.follows(re.compile("^Vote: "))
    chair.opens("Cancel the ballot")
    chair.types("Reason", "A wrong annex")
    chair.presses("Cancel the ballot")
    chair.sees("The ballot is cancelled", "A wrong annex", "Open the ballot")
    chair.opens("Withdraw the motion")
    chair.types("Reason", "To word it anew")
    chair.presses("Withdraw it")
    chair.sees("The motion is withdrawn", "Withdrawn")


def test_a_sanction_is_moved_by_form(somebody: Somebody) -> None:
    scene = county()
    second = somebody(SECOND)
    second.goes_to(f"/boards/{scene.board.pk}/move/")
    second.follows(re.compile("^Sanction an agency"))
    second.chooses("Agency", scene.police.name)
    second.ticks("Corrective plan")
    second.types("Your reasons", "That the agency train its clerks within a month.")
    second.presses("Make the motion")
    second.sees("Motion", "Corrective plan", "That the agency train its clerks within a month.")
