"""Boards, charters and seats: who enters them, when, what."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from agencies.models import Membership, Role
from portal.kernel import history
from portal.kernel.clock import database_now
from portal.kernel.errors import Refused
from portal.notices.models import Notice
from sharing_agreements.boards import commands
from sharing_agreements.boards.models import Board, Charter, Seat
from tests import kept, make

from .conftest import OwnerSql, Scene, set_up

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


def test_the_short_name_is_the_initials_and_never_that_of_another_board(db: None) -> None:
    admin = make.portal_administrator()
    names = [
        "Cedar Basin Data Board",
        "Coast Bay Drug Bureau",
        "of our own",
        "Sierra Intelligence Sharing Policy Group",
    ]
    made = [commands.establish_board(actor=admin, name=name, kind="audit").short_name for name in names]
    assert made == ["CBDB", "CBDB2", "B", "SISP"]
    assert commands.establish_board(actor=admin, name="X", kind="audit", short_name=" cjb ").short_name == "CJB"
    for taken_or_wrong in ("CBDB", "2B", "C-B", "CB\n2", "TOOLONG"):
        with pytest.raises(ValidationError) as refused:
            commands.establish_board(actor=admin, name="Y", kind="audit", short_name=taken_or_wrong)
        assert "short_name" in refused.value.message_dict


def test_motions_of_two_boards_never_have_the_same_number(scene: Scene) -> None:
    other = make.board(members=1)
    seated = other.seats.get().holder
    assert seated is not None
    here = commands.move_motion(actor=scene.chair, board_id=scene.board.pk, kind="sanction", **sanction(scene))
    there = commands.move_motion(actor=seated, board_id=other.pk, kind="sanction", **sanction(scene))
    year = f"{localdate():%Y}"
    assert (here.number, there.number) == (f"{scene.board.short_name}-{year}-001", f"{other.short_name}-{year}-001")
    assert here.number != there.number


def sanction(scene: Scene) -> dict[str, Any]:
    return {"agency_id": scene.police.pk, "measure": "plan", "grounds": "Late audits"}


@kept.fixture
def bare() -> Board:
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


# --- Terms, alternates, room ----------------------------------------------------------------------------------------


def colleague(member: Membership) -> Membership:
    return make.person(member.agency, roles=(Role.CLERK,))


def test_a_board_has_a_parent_an_origin_and_a_zone(scene: Scene) -> None:
    made = commands.establish_board(
        actor=make.portal_administrator(),
        name="Technical Board",
        kind="technical",
        parent_id=scene.board.pk,
        origin="order",
        created_by_act="EO 12",
        time_zone="America/Denver",
    )
    assert (made.parent, made.origin, made.time_zone) == (scene.board, "order", "America/Denver")
    with pytest.raises(ValidationError):
        commands.establish_board(actor=make.portal_administrator(), name="X", kind="audit", origin="wish")


def test_an_alternate_is_another_member_of_the_same_agency_with_no_seat(scene: Scene) -> None:
    member = make.person(make.agency(), roles=(Role.ADMINISTRATOR,))
    elsewhere = make.person(make.agency(), roles=(Role.ADMINISTRATOR,))
    for wrong in (member, elsewhere):
        with pytest.raises(ValidationError, match="another member of the same agency"):
            fill(scene.board, 6, member, alternate_membership_id=wrong.pk)
    administrator = colleague(member)
    administrator.person.is_portal_administrator = True
    history.save(administrator.person, actor=None, reason="Became one")
    with pytest.raises(Refused) as why:
        fill(scene.board, 6, member, alternate_membership_id=administrator.pk)
    assert why.value.code == "administrator"
    other = colleague(member)
    seat = fill(scene.board, 6, member, alternate_membership_id=other.pk)
    assert seat.alternate == other.person
    for number, given in (
        (7, {"member": other}),
        (8, {"member": colleague(member), "alternate_membership_id": other.pk}),
    ):
        with pytest.raises(Refused) as why:
            fill(scene.board, number, **given)
        assert why.value.code == "seated"


def test_a_seat_whose_term_ran_out_is_filled_again_and_the_end_is_noted(scene: Scene, owner_sql: OwnerSql) -> None:
    former = fill(scene.board, 6, term_ends_at=database_now() + timedelta(days=1))
    with pytest.raises(ValidationError, match="time to come"):
        fill(scene.board, 7, term_ends_at=database_now())
    with pytest.raises(Refused) as why:
        fill(scene.board, 6)
    assert why.value.code == "taken"
    owner_sql("UPDATE boards_seat SET term_ends_at = now() - interval '1 hour' WHERE number IN (1, 6)")
    assert scene.board.seats.in_office().count() == 4
    fill(scene.board, 6)
    former.refresh_from_db()
    assert former.ended_at == former.term_ends_at
    assert former.history.latest().history_change_reason == "The term of office ran out"
    assert fill(scene.board, 1, is_chair=True).is_chair


def test_the_charter_says_how_many_voting_seats_there_are() -> None:
    board = set_up(voting_seats=5).board
    with pytest.raises(Refused) as why:
        fill(board, 6)
    assert why.value.code == "no_room"
    fill(board, 6, is_voting=False)
    commands.vacate_seat(actor=make.portal_administrator(), seat_id=board.seats.get(number=5).pk, reason="Left")
    fill(board, 5)


def test_members_are_told_of_seats_and_charters_and_the_auditor_reads_it(scene: Scene) -> None:
    seat = fill(scene.board, 6)
    commands.vacate_seat(actor=make.portal_administrator(), seat_id=seat.pk, reason="Moved away")
    make.amended(scene.board, threshold="two_thirds")
    told = Notice.objects.filter(recipient=scene.member(5)).values_list("event__kind", flat=True)
    assert {"board.seat_filled", "board.seat_vacated", "board.charter_adopted"} <= set(told)
    for person in (scene.member(3), make.auditor(), make.portal_administrator()):
        client = Client()
        client.force_login(person)
        page = client.get(reverse("boards:history", args=[scene.board.pk])).content.decode()
        for words in ("Seat 6 was vacated", "Moved away", "Charter 2 was adopted", "The board was entered"):
            assert words in page
    stranger = Client()
    stranger.force_login(make.person(scene.court).person)
    assert stranger.get(reverse("boards:history", args=[scene.board.pk])).status_code == 404


def test_no_term_of_office_ends_in_a_year_that_nobody_means(scene: Scene) -> None:
    with pytest.raises(ValidationError, match="20 years ahead"):
        fill(scene.board, 6, term_ends_at=database_now() + timedelta(days=20 * 366 + 1))
    assert fill(scene.board, 6, term_ends_at=database_now() + timedelta(days=20 * 366 - 1)).number == 6
