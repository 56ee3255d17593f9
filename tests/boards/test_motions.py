"""The pages on which motions are made, seconded, discussed, withdrawn and voted on; forms that are sent twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from portal.kernel import history
from sharing_agreements.boards import commands, docket, pictures
from sharing_agreements.boards.models import Ballot, Decision, Motion, Remark, Sanction, Vote
from sharing_agreements.boards.rule import Rule
from sharing_agreements.boards.tally import Position, tally
from tests import make

from .conftest import OwnerSql, Scene, set_up
from .test_views import at, client_of, read

pytestmark = pytest.mark.django_db

S = Motion.Status


def test_a_sanction_is_moved_once_however_often_it_is_sent(scene: Scene) -> None:
    member = client_of(scene.member(2))
    words = {
        "matter": "sanction",
        "agency": str(scene.police.pk),
        "measure": "plan",
        "grounds": "That the agency train its clerks.",
    }
    assert "What the agency did" in read(member.get(at("move", scene.board.pk), {"matter": "sanction"}))
    assert 'href="#id_grounds"' in read(member.post(at("move", scene.board.pk), {**words, "grounds": ""}))
    first = member.post(at("move", scene.board.pk), words)
    again = member.post(at("move", scene.board.pk), {**words, "grounds": "In other words."})
    motion = Motion.objects.get()
    assert first.headers["Location"] == again.headers["Location"] == at("motion", motion.pk)
    assert "is before the board already" in read(member.get(at("motion", motion.pk)))


def test_a_policy_is_adopted_and_a_sanction_lifted_by_form(scene: Scene) -> None:
    chair, version = client_of(scene.chair), make.policy(scene.court)
    chair.post(at("move", scene.board.pk), {"matter": "policy", "policy_version": str(version.pk)})
    assert str(version) in read(chair.get(at("motion", Motion.objects.get(kind="policy").pk)))
    words = {"matter": "sanction", "agency": str(scene.police.pk), "measure": "reprimand", "grounds": "For looking."}
    chair.post(at("move", scene.board.pk), words)
    make.vote_through(commands.open_ballot(actor=scene.chair, motion_id=Motion.objects.get(kind="sanction").pk))
    key = f"lift:{Sanction.objects.get().pk}"
    assert key.replace(":", "%3A") in read(chair.get(at("move", scene.board.pk)))
    answer = chair.post(at("move", scene.board.pk), {"matter": key})
    assert answer.headers["Location"] == at("motion", Motion.objects.get(kind="lift").pk)


@pytest.mark.parametrize("matter", ["nothing", "approve:", "approve:x", "lift:01a20000-0000-7000-8000-000000000000"])
def test_what_cannot_be_moved_is_not_found(scene: Scene, matter: str) -> None:
    assert client_of(scene.chair).get(at("move", scene.board.pk), {"matter": matter}).status_code == 404


def twice(person: Any, address: str, **values: str) -> list[str]:
    """What the page says after each of two equal posts."""
    client = client_of(person)
    return [read(client.post(address, values, follow=True)) for _ in range(2)]


def test_seconding_withdrawing_speaking_and_opening_twice_is_answered_by_the_state_that_is() -> None:
    scene = set_up(second_required=True)
    motion = make.motion(scene.board, scene.submitted())
    assert "Second the motion" not in read(client_of(scene.chair).get(at("motion", motion.pk)))
    assert [item.title[:6] for item in docket.awaiting(scene.member(3))] == ["Second"]
    first, again = twice(scene.member(2), at("second", motion.pk))
    assert "You seconded the motion" in first
    assert "It was seconded by seat 2." in again
    first, again = twice(scene.member(4), at("remark", motion.pk), text="Clause 4 is new.")
    assert "Clause 4 is new." in first
    assert "in the file already" in again
    assert Remark.objects.count() == 1
    soon = (timezone.now() + timedelta(days=3)).strftime("%Y-%m-%dT10:00")
    first, again = twice(scene.chair, at("open", motion.pk), closes_at=soon)
    assert "The ballot is open, and everybody" in first
    assert "The ballot is open already." in again
    for page in (again,):
        assert "usa-alert--error" not in page
    other = make.motion(scene.board, scene.submitted())
    first, again = twice(scene.chair, at("withdraw", other.pk), **{"withdraw-reason": "To word it anew"})
    assert "The motion is withdrawn" in first
    assert "The motion was withdrawn." in again
    assert "usa-alert--error" not in again


def test_who_may_not_is_refused_before_anything_else(scene: Scene) -> None:
    motion, auditor = make.motion(scene.board, scene.submitted()), client_of(make.auditor())
    for name in ("second", "withdraw", "remark", "open"):
        assert auditor.post(at(name, motion.pk)).status_code == 403, name
    for name in ("open",):
        assert client_of(scene.member(2)).post(at(name, motion.pk)).status_code == 403, name
    commands.open_ballot(actor=scene.chair, motion_id=motion.pk)
    for name in ("vote", "settle", "cancel"):
        assert auditor.post(at(name, motion.pk)).status_code == 403, name
    assert client_of(scene.member(2)).post(at("cancel", motion.pk)).status_code == 403


def test_a_cancelled_ballot_stays_in_view_and_its_form_does_not_vote_on_the_next(scene: Scene) -> None:
    ballot = make.ballot(scene.board, scene.submitted())
    page = at("motion", ballot.motion_id)
    commands.cast_vote(actor=scene.member(2), ballot_id=ballot.pk, position="yes")
    assert 'href="#id_cancel-reason"' in read(client_of(scene.chair).post(at("cancel", ballot.motion_id)))
    first, again = twice(scene.chair, at("cancel", ballot.motion_id), **{"cancel-reason": "A wrong annex"})
    assert "The ballot is cancelled" in first
    assert "A wrong annex" in first
    assert "1 approve, 0 disapprove, 0 abstained" in first
    assert "without a decision: cancelled" in again
    commands.open_ballot(actor=scene.chair, motion_id=ballot.motion_id)
    stale = {"position": "yes", "ballot": str(ballot.pk)}
    answer = client_of(scene.member(2)).post(at("vote", ballot.motion_id), stale, follow=True)
    assert "another was opened" in read(answer)
    assert Vote.objects.count() == 1
    assert "Former ballots" in read(client_of(scene.member(2)).get(page))


def test_after_the_deadline_the_result_stands_on_the_page_before_it_is_written_down(
    scene: Scene, owner_sql: OwnerSql
) -> None:
    ballot = make.ballot(scene.board, scene.submitted())
    owner_sql("UPDATE boards_ballot SET opened_at = now() - interval '2 days', closes_at = now() - interval '1 second'")
    page = read(client_of(scene.member(2)).get(at("motion", ballot.motion_id)))
    assert "The deadline has passed: no quorum" in page
    assert "Too few took part, so nothing is decided." in page
    assert not Decision.objects.exists()
    assert "Too few took part" in page


def test_an_alternate_votes_while_the_holder_has_not_and_then_sees_who_did(scene: Scene) -> None:
    seat = scene.board.seats.get(number=2)
    seat.alternate = make.person(make.agency()).person
    history.save(seat, actor=None, reason="Stands by")
    ballot = make.ballot(scene.board, scene.submitted())
    other, page = client_of(seat.alternate), at("motion", ballot.motion_id)
    assert "Vote for seat 2, whose alternate you are" in read(other.get(page))
    assert "Your position is recorded" in read(
        other.post(at("vote", ballot.motion_id), {"position": "yes"}, follow=True)
    )
    assert "by the alternate" in read(client_of(scene.member(2)).get(page))
    assert "took a position" in read(client_of(scene.member(2)).get(page))
    commands.cast_vote(actor=scene.member(2), ballot_id=ballot.pk, position="abstain")
    assert "The holder of the seat has voted" in read(other.get(page))
    answer = other.post(at("vote", ballot.motion_id), {"position": "no", "statement": "x"}, follow=True)
    assert "an alternate votes only in their place" in read(answer)
    assert other.get(at("docket")).status_code == 200


def test_where_the_charter_allows_no_vote_in_writing_the_page_says_so() -> None:
    scene = set_up(written_ballots=False)
    motion = make.motion(scene.board, scene.submitted())
    page = read(client_of(scene.chair).get(at("motion", motion.pk)))
    assert "allows no vote in writing" in page
    assert "Open the ballot" not in page
    soon = (timezone.now() + timedelta(days=3)).strftime("%Y-%m-%dT10:00")
    answer = client_of(scene.chair).post(at("open", motion.pk), {"closes_at": soon}, follow=True)
    assert "Put the motion on the agenda of a meeting." in read(answer)
    assert not Ballot.objects.exists()


def seats(yes: int, no: int, abstain: int = 0, silent: int = 0) -> list[Position]:
    stands = ["yes"] * yes + ["no"] * no + ["abstain"] * abstain + [""] * silent
    return [Position(number, False, position) for number, position in enumerate(stands)]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (Rule(), "2 of 3 (the votes cast) approve, 1 disapprove; more than half needed"),
        (Rule(abstention="against"), "2 of 4 (the members who take part) approve, 1 disapprove, 1 neither;"),
        (
            Rule(denominator="in_office", abstention="against"),
            "2 of 5 (the members in office) approve, 1 disapprove,",
        ),
        (
            Rule(denominator="all_seats", abstention="against", seats=8, threshold="two_thirds"),
            "2 of 8 (all voting seats, vacant ones too) approve, 1 disapprove, 5 neither; two thirds needed",
        ),
    ],
)
def test_the_bar_shows_the_share_of_what_the_rule_counts(rule: Rule, said: str) -> None:
    counted = tally(rule, seats(2, 1, 1, 1))
    picture = pictures.bar(rule, counted)
    assert said in picture
    yes = round(pictures.WIDTH * 2 / counted.of - pictures.GAP / 2)
    assert f'class="f-accent" x="0" y="24" width="{yes}"' in picture


def test_an_empty_bar_says_so() -> None:
    assert "No vote was cast yet" in pictures.bar(Rule(), tally(Rule(), seats(0, 0, 0, 3)))


def test_who_ratifies_reads_why_the_chair_suspended(db: None) -> None:
    scene = set_up(chair_may_suspend=True)
    made = scene.in_force()
    commands.suspend_by_chair(actor=scene.chair, board_id=scene.board.pk, agreement_id=made.pk, reason="A breach")
    motion = make.motion(scene.board, made, kind="ratify")
    page = read(client_of(scene.member(2)).get(at("motion", motion.pk)))
    assert "Suspended by the chair" in page
    assert "A breach" in page
