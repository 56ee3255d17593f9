"""Charters: every version in words, its rule to try, and how it is entered and amended."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from agencies.models import User
from portal.kernel import history
from sharing_agreements.boards import charters, commands, policy
from sharing_agreements.boards.charter_forms import GROUPS, RulesForm, TryForm
from sharing_agreements.boards.models import Board, Charter, Motion, MotionKind
from sharing_agreements.boards.rule import Rule
from sharing_agreements.boards.tally import tally
from tests import make

from .conftest import Scene, charter_form, set_up

pytestmark = pytest.mark.django_db


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def at(name: str, *args: object) -> str:
    return reverse(f"boards:{name}", args=args)


def read(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


# --- The forms ------------------------------------------------------------------------------------------------------


def test_the_form_asks_for_every_rule_once_and_offers_every_choice() -> None:
    asked = [name for _, _, names in GROUPS for name in names]
    assert sorted(asked) == sorted(policy.charter_rules(Charter()))
    assert set(RulesForm.base_fields) == set(asked)
    for name, field in RulesForm.base_fields.items():
        offered = {value for value, _ in getattr(field, "choices", [])}
        choices = {value for value, _ in Charter._meta.get_field(name).choices or []}  # type: ignore[union-attr]
        assert not choices or choices == offered - {""}, name
        assert field.label, name


def test_a_form_that_is_sent_as_it_comes_gives_the_usual_charter() -> None:
    form = RulesForm(charter_form())
    assert form.is_valid(), form.errors
    usual = policy.charter_rules(Charter(responsible_for=["mou"]))
    assert form.rules() == usual


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"quorum": "fixed"}, "quorum_number"),
        ({"special_threshold": "two_thirds"}, "special_for"),
        ({"special_for": ["terminate"]}, "special_threshold"),
        ({"responsible_for": []}, "responsible_for"),
    ],
)
def test_rules_that_need_each_other_are_asked_for_together(values: dict[str, Any], field: str) -> None:
    assert list(RulesForm(charter_form(**values)).errors) == [field]


def test_a_number_that_no_rule_asks_for_is_left_out() -> None:
    form = RulesForm(charter_form(quorum_number="4"))
    assert form.is_valid()
    assert form.rules()["quorum_number"] is None


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"tie": "chair", "chair_vote": "never"}, "only where the chair votes."),
        ({"voting_seats": 5, "quorum": "fixed", "quorum_number": 6}, "There are 5 voting seats"),
        ({"voting_seats": 5, "minimum_present": 9}, "There are 5 voting seats"),
        ({"denominator": "all_seats"}, "Say how many voting seats there are"),
        ({"vacancy": "counted"}, "Say how many voting seats there are"),
    ],
)
def test_a_charter_that_contradicts_itself_is_refused_in_words(values: dict[str, Any], words: str) -> None:
    board = commands.establish_board(actor=make.portal_administrator(), name="A board of our own", kind="audit")
    page = read(client_of(make.portal_administrator()).post(at("charter", board.pk), charter_form(**values)))
    assert words in page
    assert not board.charters.exists()


def test_who_may_not_enter_a_charter_gets_no_form(scene: Scene) -> None:
    address = at("charter", scene.board.pk)
    assert client_of(scene.chair).get(address).status_code == 403
    answer = client_of(make.portal_administrator()).get(address)
    assert answer.headers["Location"] == at("charter_read", scene.board.pk, 1)
    posted = client_of(make.portal_administrator()).post(address, charter_form(threshold="unanimous"))
    assert posted.status_code == 302
    assert scene.board.charters.get().threshold == "majority"


# --- The page -------------------------------------------------------------------------------------------------------


def test_every_version_has_its_page_and_says_what_changed_and_by_which_motion(scene: Scene) -> None:
    make.amended(scene.board, threshold="two_thirds", written_ballots=True, minimum_present=3)
    motion = Motion.objects.get(kind="charter")
    member = client_of(scene.member(2))
    page = read(member.get(at("charter_read", scene.board.pk, 2)))
    assert "What changed since charter 1" in page
    for words in ("Two thirds", "Never fewer than", at("motion", motion.pk), "In force"):
        assert words in page
    assert "What changed" not in read(member.get(at("charter_read", scene.board.pk, 1)))
    first = charters.adoption(scene.board.charters.get(number=1))
    assert (first.motion, bool(first.entered_by)) == (None, True)
    assert member.get(at("charter_read", scene.board.pk, 3)).status_code == 404
    assert client_of(make.person(scene.court).person).get(at("charter_read", scene.board.pk, 1)).status_code == 404
    assert client_of(make.auditor()).get(at("charter_read", scene.board.pk, 1)).status_code == 200


def test_every_value_is_said_in_words() -> None:
    charter = Charter(
        responsible_for=["mou"], states=["NV", "CA"], special_threshold="", quorum="fixed", quorum_number=3
    )
    said = dict(pair for _, pairs in charters.rules_of(charter) for pair in pairs)
    assert said["A quorum is"] == "A fixed number of members"
    assert said["The number, if it is fixed"] == "3"
    assert said["An alternate may sit for a member"] == "Yes"
    assert said["Another share for certain motions"] is None
    assert said["Led by agencies of"] == "CA, NV"


# --- Trying the rule ------------------------------------------------------------------------------------------------

STAND: dict[str, str | int] = {
    "yes": 2,
    "no": 2,
    "abstain": 0,
    "recused": 0,
    "conflicted": 0,
    "silent": 1,
    "chair": "",
    "kind": "approve",
}


def trying(board: Board, person: User, **values: str | int) -> str:
    return read(client_of(person).get(at("charter_read", board.pk, 1), {**STAND, "held": "writing", **values}))


def test_the_panel_counts_as_the_tally_does() -> None:
    scene = set_up(tie="chair", minimum_present=3)
    page = trying(scene.board, scene.chair, chair="yes")
    assert "The motion carries" in page
    assert "vote decides it: carried" in page
    assert "could still change this" in page
    assert "The motion is lost" in trying(scene.board, scene.chair, chair="no")
    assert "No quorum: nothing is decided" in trying(scene.board, scene.chair, yes=1, no=1)
    settled = trying(scene.board, scene.chair, yes=4, no=0)
    assert "cannot change this any more" in settled


def test_at_a_meeting_the_silent_are_away_and_the_special_share_is_asked_for() -> None:
    scene = set_up(
        denominator="in_office", abstention="against", special_threshold="two_thirds", special_for=["terminate"]
    )
    assert "The motion carries" in trying(scene.board, scene.chair, yes=3, no=0, silent=2)
    assert "The motion is lost" in trying(scene.board, scene.chair, yes=3, no=0, silent=2, kind="terminate")
    form = TryForm({**STAND, "conflicted": 1, "held": "meeting"})
    assert form.is_valid()
    assert [seat.present for seat in form.positions()] == [True, True, True, True, True, False]
    assert tally(Rule(recusal="quorum"), form.positions()).took_part == 5


def test_a_panel_that_is_filled_in_wrong_says_so_and_counts_nothing(scene: Scene) -> None:
    page = trying(scene.board, scene.chair, chair="abstain")
    assert "Count the chair in the numbers above" in page
    assert "usa-process-list" not in page
    assert "usa-process-list" not in trying(scene.board, scene.chair, yes="many")


# --- Amending -------------------------------------------------------------------------------------------------------


def test_a_member_proposes_rules_and_the_motion_shows_the_difference(scene: Scene) -> None:
    member, address = client_of(scene.member(2)), at("amend", scene.board.pk)
    form = read(member.get(address))
    assert "What carries a motion" in form
    now = policy.charter_of(scene.board)
    same = charter_form(states=now.states, responsible_for=now.responsible_for)
    assert "says the same already" in read(member.post(address, same))
    made = member.post(address, {**same, "threshold": "two_thirds"})
    motion = Motion.objects.get()
    assert (made.headers["Location"], motion.kind) == (at("motion", motion.pk), MotionKind.CHARTER)
    page = read(member.get(at("motion", motion.pk)))
    assert "The charter as it would be" in page
    assert charters.proposed_changes(motion) == [["It takes", "More than half", "Two thirds"]]
    ballot = commands.open_ballot(actor=scene.chair, motion_id=motion.pk)
    for number in (1, 2, 3):
        commands.cast_vote(actor=scene.member(number), ballot_id=ballot.pk, position="yes")
    assert scene.board.charters.count() == 2
    decided = Motion.objects.get()
    assert charters.proposed_changes(decided) == [["It takes", "More than half", "Two thirds"]]


def test_one_proposal_is_before_the_board_at_a_time(scene: Scene) -> None:
    """Two whole sets of rules: the second to carry would undo the first."""
    member, address = client_of(scene.member(2)), at("amend", scene.board.pk)
    member.post(address, charter_form(threshold="two_thirds"))
    again = member.get(address, follow=True)
    assert "to amend the charter is before the board already" in read(again)
    member.post(address, charter_form(threshold="unanimous"))
    assert Motion.objects.count() == 1


def test_only_members_in_office_amend(scene: Scene) -> None:
    for person in (make.portal_administrator(), make.auditor()):
        assert client_of(person).get(at("amend", scene.board.pk)).status_code == 403
        assert client_of(person).post(at("amend", scene.board.pk), charter_form()).status_code == 403
    assert client_of(make.person(scene.court).person).get(at("amend", scene.board.pk)).status_code == 404


# --- What a board could not undo -------------------------------------------------------------------------------------


def amend(scene: Scene, board: Board, **rules: Any) -> None:
    now = policy.charter_of(board)
    chair = board.seats.get(is_chair=True).holder
    assert chair is not None
    proposed = {**policy.charter_rules(now), **rules}
    commands.move_motion(actor=chair, board_id=board.pk, kind="charter", proposed=proposed)


def test_no_quorum_is_proposed_that_the_members_in_office_cannot_reach(scene: Scene) -> None:
    with pytest.raises(ValidationError, match="could not be reached: 5 members are in office"):
        amend(scene, scene.board, quorum="fixed", quorum_number=6)
    amend(scene, scene.board, quorum="fixed", quorum_number=5)


def test_no_share_is_proposed_that_the_members_in_office_cannot_reach(scene: Scene) -> None:
    wide = {"voting_seats": 9, "denominator": "all_seats"}
    with pytest.raises(ValidationError, match="even if all members in office approve"):
        amend(scene, scene.board, threshold="unanimous", **wide)
    with pytest.raises(ValidationError, match="even if all members in office approve"):
        amend(scene, scene.board, special_threshold="unanimous", special_for=["terminate"], **wide)
    amend(scene, scene.board, threshold="majority", **wide)


def test_a_board_does_not_take_over_what_another_decides(scene: Scene) -> None:
    other = make.board(states=["NV"])
    with pytest.raises(ValidationError, match=f"{scene.board} decides on some of these already"):
        amend(scene, other, states=[])
    amend(scene, other, states=["NV", "AZ"])


def test_a_board_says_where_another_decides_first_with_a_link_for_who_reads_that(scene: Scene) -> None:
    other = make.board(states=["NV", "AZ"], responsible_for=["mou"])
    said = "On each information exchange agreement (MOU) led by agencies of NV and AZ, not this board but"
    why = "decides: its charter names those states."
    admin, member = (client_of(person) for person in (make.portal_administrator(), scene.chair))
    link = f'<a href="{at("detail", other.pk)}">{other}</a>'
    for name, numbers in (("detail", ()), ("charter_read", (1,))):
        page = read(admin.get(at(name, scene.board.pk, *numbers)))
        assert f"{said} {link} {why}" in page
        assert f"{said} {other} {why}" in read(member.get(at(name, scene.board.pk, *numbers)))
        assert "not this board but" not in read(admin.get(at(name, other.pk, *numbers)))
    later = make.board(states=["AZ", "OR"])
    page = read(admin.get(at("detail", later.pk)))
    assert f"led by agencies of AZ, not this board but {link} decides: its charter names that state." in page
    assert f"not this board but {scene.board}" not in page


def test_of_two_boards_with_the_same_charter_the_one_that_was_there_first_decides(scene: Scene) -> None:
    later = make.board()
    made = scene.submitted()
    assert policy.responsible_board(made) == scene.board
    later.name = "Aardvark"
    history.save(later, actor=None, reason="Renamed")
    assert policy.responsible_board(made) == scene.board
