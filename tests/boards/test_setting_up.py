"""Boards, charters and seats: who enters them, when, what."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.timezone import localdate

from agencies.models import Membership, Role
from portal.kernel import history
from portal.kernel.errors import Refused
from sharing_agreements.boards import commands
from sharing_agreements.boards.models import Board, Charter, Seat
from tests import make

from .conftest import Scene

pytestmark = pytest.mark.django_db


def adopt(board: Board, **values: Any) -> Charter:
    given = {
        "adopted_on": date(2026, 2, 1),
        "responsible_for": ["mou"],
        "states": ["CA"],
        "quorum": "majority_in_office",
        "threshold": "two_thirds",
        **values,
    }
    return commands.adopt_charter(actor=make.portal_administrator(), board_id=board.pk, **given)


def fill(board: Board, number: int, member: Membership | None = None, **values: Any) -> Seat:
    membership = member or make.person(make.agency(), roles=(Role.ADMINISTRATOR,))
    return commands.fill_seat(
        actor=make.portal_administrator(),
        board_id=board.pk,
        number=number,
        title="Member",
        membership_id=membership.pk,
        **values,
    )


def test_only_a_portal_administrator_sets_up_boards(scene: Scene) -> None:
    seat = scene.board.seats.get(number=2)
    for person in (scene.chair, make.auditor(), make.person(scene.court, roles=(Role.ADMINISTRATOR,)).person):
        with pytest.raises(PermissionDenied):
            commands.establish_board(actor=person, name="Another", kind="audit")
        with pytest.raises(PermissionDenied):
            commands.vacate_seat(actor=person, seat_id=seat.pk, reason="No")
        with pytest.raises(PermissionDenied):
            commands.fill_seat(actor=person, board_id=scene.board.pk, number=9, title="X", membership_id=seat.pk)
        with pytest.raises(PermissionDenied):
            commands.adopt_charter(
                actor=person,
                board_id=scene.board.pk,
                adopted_on=localdate(),
                responsible_for=["mou"],
                states=[],
                quorum="fixed",
                quorum_number=1,
                threshold="majority",
            )


def test_two_boards_have_no_name_in_common(scene: Scene) -> None:
    with pytest.raises(ValidationError):
        commands.establish_board(actor=make.portal_administrator(), name=scene.board.name, kind="audit")


@pytest.fixture
def bare(db: None) -> Board:
    """A board that has no charter yet."""
    return commands.establish_board(actor=make.portal_administrator(), name="A board of our own", kind="executive")


def test_the_first_charter_is_entered_and_the_board_amends_it(bare: Board) -> None:
    assert adopt(bare).number == 1
    with pytest.raises(Refused) as why:
        adopt(bare, threshold="majority")
    assert why.value.code == "chartered"


@pytest.mark.parametrize(
    "wrong",
    [
        {"adopted_on": localdate() + timedelta(days=2)},
        {"quorum": "fixed"},
        {"quorum_number": 3},
        {"responsible_for": []},
        {"threshold": "most"},
    ],
)
def test_a_charter_that_says_nothing_is_refused(bare: Board, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        adopt(bare, **wrong)


def test_a_seat_is_taken_by_one_person_and_a_person_takes_one(scene: Scene) -> None:
    member = make.person(make.agency(), roles=(Role.ADMINISTRATOR,))
    with pytest.raises(Refused) as why:
        fill(scene.board, 2, member)
    assert why.value.code == "taken"
    fill(scene.board, 6, member)
    with pytest.raises(Refused) as why:
        fill(scene.board, 7, member)
    assert why.value.code == "seated"
    with pytest.raises(Refused) as why:
        fill(scene.board, 8, is_chair=True)
    assert why.value.code == "chaired"


def test_a_portal_administrator_holds_no_seat(scene: Scene) -> None:
    member = make.person(make.agency(), roles=(Role.ADMINISTRATOR,))
    member.person.is_portal_administrator = True
    history.save(member.person, actor=None, reason="Became one")
    with pytest.raises(Refused) as why:
        fill(scene.board, 6, member)
    assert why.value.code == "administrator"


def test_whoever_becomes_a_portal_administrator_is_in_office_no_more(scene: Scene) -> None:
    member = scene.member(2)
    member.is_portal_administrator = True
    history.save(member, actor=None, reason="Became one")
    assert not Seat.objects.held().filter(holder=member).exists()
    ballot = make.ballot(scene.board, scene.submitted())
    assert not ballot.electors.filter(person=member).exists()


def test_a_vacated_seat_can_be_filled_again(scene: Scene) -> None:
    seat = scene.board.seats.get(number=2)
    with pytest.raises(ValidationError):
        commands.vacate_seat(actor=make.portal_administrator(), seat_id=seat.pk, reason=" ")
    commands.vacate_seat(actor=make.portal_administrator(), seat_id=seat.pk, reason="Term ended")
    with pytest.raises(Refused) as why:
        commands.vacate_seat(actor=make.portal_administrator(), seat_id=seat.pk, reason="Again")
    assert why.value.code == "vacant"
    assert scene.board.seats.in_office().count() == 4
    fill(scene.board, 2)
    assert scene.board.seats.in_office().count() == 5


def test_a_seat_without_a_vote_is_held_and_votes_not(scene: Scene) -> None:
    member = make.person(make.agency(), roles=(Role.ADMINISTRATOR,))
    fill(scene.board, 6, member, is_voting=False)
    assert scene.board.seats.held().count() == 6
    ballot = make.ballot(scene.board, scene.submitted())
    assert ballot.electors.count() == 5
    with pytest.raises(ValidationError):
        fill(scene.board, 7, is_voting=False, is_chair=True)
