"""A board supports a change in law that is on the agenda list, in the words in which it was noticed."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from agencies.models import Role
from portal.audit.models import Event
from portal.kernel.errors import Refused
from privacy.law import commands as law
from privacy.law.models import LawChange
from sharing_agreements.boards import commands
from sharing_agreements.boards.models import Board, Motion
from tests import make

pytestmark = pytest.mark.django_db


def on_the_list(board: Board) -> LawChange:
    seated = board.seats.get(number=2, ended_at=None).agency
    return make.law_change(make.someone(seated, Role.PRIVACY_OFFICER), audience="partners", on_agenda=True)


def moved(board: Board, change: LawChange) -> Motion:
    return commands.move_motion(
        actor=make.chair_of(board), board_id=board.pk, kind=Motion.Kind.LAW, law_change_id=change.pk
    )


def test_a_change_on_the_list_is_supported_and_that_stands_beside_it() -> None:
    board = make.board()
    change = on_the_list(board)
    motion = moved(board, change)
    assert motion.text.startswith("That the Board support change 1 of ")
    make.vote_through(commands.open_ballot(actor=make.chair_of(board), motion_id=motion.pk))
    assert Event.objects.get(kind="law.change_supported").detail["motion"] == motion.number
    reader = make.chair_of(board)
    here = Client()
    here.force_login(reader)
    page = here.get(reverse("workbench:law_change", args=[change.pk])).content.decode()
    assert f"Supported by {board}, motion {motion.number}" in page
    with pytest.raises(ValidationError, match="on the agenda list"):
        moved(board, change)


def test_what_is_not_on_the_list_or_of_another_board_is_not_moved() -> None:
    board = make.board()
    seated = make.someone(board.seats.get(number=2, ended_at=None).agency, Role.PRIVACY_OFFICER)
    elsewhere = make.privacy_officer(make.agency())
    for change in (
        make.law_change(seated, audience="partners"),
        make.law_change(elsewhere, audience="partners", on_agenda=True),
    ):
        with pytest.raises(ValidationError, match="on the agenda list"):
            moved(board, change)


def test_a_ballot_on_other_words_decides_nothing() -> None:
    board = make.board()
    change = on_the_list(board)
    ballot = commands.open_ballot(actor=make.chair_of(board), motion_id=moved(board, change).pk)
    officer = make.someone(change.agency, Role.PRIVACY_OFFICER)
    law.revise_change(actor=officer, change_id=change.pk, text="Something else.")
    with pytest.raises(Refused, match="no longer the one"):
        commands.cast_vote(actor=make.chair_of(board), ballot_id=ballot.pk, position="yes")


def test_one_that_left_the_list_meanwhile_comes_to_no_vote() -> None:
    board = make.board()
    change = on_the_list(board)
    motion = moved(board, change)
    officer = make.someone(change.agency, Role.PRIVACY_OFFICER)
    law.revise_change(actor=officer, change_id=change.pk, on_agenda=False)
    with pytest.raises(Refused, match="not on the agenda list any more"):
        commands.open_ballot(actor=make.chair_of(board), motion_id=motion.pk)
