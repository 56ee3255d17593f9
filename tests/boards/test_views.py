"""The pages of boards and ballots: who gets which answer, and voting by forms alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agencies.models import Role, User
from sharing_agreements.boards import commands, docket
from sharing_agreements.boards.models import Ballot, Board, Decision, Meeting, Motion, Seat, Vote
from sharing_agreements.boards.views.shared import motion_state
from sharing_agreements.models import Agreement
from tests import kept, make

from .conftest import OwnerSql, Scene, charter_form, set_up

pytestmark = pytest.mark.django_db

S = Agreement.Status
CARRIED = Motion.Status.CARRIED


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def at(name: str, *args: object) -> str:
    return reverse(f"boards:{name}", args=args)


def read(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


@kept.fixture
def ballot(scene: Scene) -> Ballot:
    return make.ballot(scene.board, scene.submitted())


# --- Who gets which answer ------------------------------------------------------------------------------------------


def statuses(person: User | None, *addresses: str) -> list[int]:
    client = client_of(person) if person else Client()
    return [client.get(address).status_code for address in addresses]


def test_members_and_auditors_read_the_board_and_its_motions_and_nobody_else(scene: Scene, ballot: Ballot) -> None:
    pages = (at("detail", scene.board.pk), at("motion", ballot.motion_id), at("list"), at("docket"))
    assert statuses(scene.member(2), *pages) == [200, 200, 200, 200]
    assert statuses(make.auditor(), *pages) == [200, 200, 200, 404]
    assert statuses(make.auditor(scene.police), *pages) == [200, 200, 200, 404]
    assert statuses(make.auditor(make.agency()), *pages) == [404, 404, 404, 404]
    assert statuses(make.person(scene.court).person, *pages) == [404, 404, 404, 404]
    assert statuses(make.portal_administrator(), *pages) == [200, 404, 200, 404]
    assert statuses(None, *pages) == [302, 302, 302, 302]
    gone = scene.member(5)
    commands.vacate_seat(
        actor=make.portal_administrator(), seat_id=scene.board.seats.get(number=5).pk, reason="Term ended"
    )
    assert statuses(gone, *pages) == [404, 200, 404, 404]  # of the ballot that is open they stay an elector
    make.carry(ballot)
    assert statuses(gone, *pages) == [404, 404, 404, 404]


def test_absent_and_forbidden_motions_give_the_same_answer(scene: Scene, ballot: Ballot) -> None:
    client = client_of(make.person(scene.court).person)
    assert client.get(at("motion", ballot.motion_id)).content == client.get(at("motion", uuid4())).content


def test_whoever_only_sets_boards_up_sees_no_motion(scene: Scene, ballot: Ballot) -> None:
    page = read(client_of(make.portal_administrator()).get(at("detail", scene.board.pk)))
    assert "Fill a seat" in page
    assert make.agreement_of(ballot).number not in page


def test_set_up_is_the_portal_administrators_and_business_the_members(scene: Scene) -> None:
    board, seat = scene.board.pk, scene.board.seats.get(number=2).pk
    set_up_pages = (at("new"), at("seat", board), at("vacate", seat))
    business = (at("convene", board), at("suspend", board), at("move", board))
    assert statuses(make.portal_administrator(), *set_up_pages) == [200] * 3
    assert statuses(scene.chair, *set_up_pages) == [403] * 3
    assert statuses(make.person(scene.court).person, *set_up_pages) == [403] * 3
    assert statuses(scene.chair, *business) == [200] * 3
    assert statuses(scene.member(2), *business) == [403, 403, 200]
    assert statuses(make.portal_administrator(), *business) == [403] * 3
    assert statuses(make.person(scene.court).person, *business) == [404] * 3


def test_who_may_not_vote_gets_no_form_and_no_vote(scene: Scene) -> None:
    make.seat(scene.board, 6, holder=make.person(scene.police, roles=(Role.SIGNATORY,)))
    ballot = make.ballot(scene.board, scene.submitted())
    conflicted = client_of(scene.member(6))
    assert "You do not vote on this motion" in read(conflicted.get(at("motion", ballot.motion_id)))
    form = {"position": "yes"}
    assert conflicted.post(at("vote", ballot.motion_id), form).status_code == 403
    auditor = client_of(make.auditor())
    assert "Cast vote" not in read(auditor.get(at("motion", ballot.motion_id)))
    assert auditor.post(at("vote", ballot.motion_id), form).status_code == 403
    assert client_of(make.portal_administrator()).post(at("vote", ballot.motion_id), form).status_code == 404
    assert not Vote.objects.exists()


# --- The docket -----------------------------------------------------------------------------------------------------


def titles(person: User) -> list[str]:
    return [item.title for item in docket.awaiting(person)]


def test_the_docket_follows_an_agreement_through_the_board(scene: Scene, owner_sql: OwnerSql) -> None:
    made = scene.submitted()
    assert titles(scene.member(2)) == [f"Take up {made.number}, Case exchange"]
    motion = make.motion(scene.board, made)
    assert titles(scene.member(2)) == []
    assert titles(scene.chair) == [f"Open the ballot: approve version 1 of {made.number}"]
    ballot = commands.open_ballot(actor=scene.chair, motion_id=motion.pk)
    assert titles(scene.member(2)) == [f"Vote: approve version 1 of {made.number}"]
    commands.cast_vote(actor=scene.member(2), ballot_id=ballot.pk, position="yes")
    assert titles(scene.member(2)) == []
    others = docket.with_others(scene.member(2))
    assert others[0][1].startswith("Votes until")
    owner_sql("UPDATE boards_ballot SET opened_at = now() - interval '2 days', closes_at = now() - interval '1 second'")
    assert titles(scene.member(3)) == [f"Write down the result: approve version 1 of {made.number}"]
    commands.settle(ballot_id=ballot.pk, actor=scene.member(3))
    assert titles(scene.member(3)) == []


def test_an_overdue_ratification_is_shown_as_such(owner_sql: OwnerSql) -> None:
    scene = set_up(chair_may_suspend=True)
    made = scene.in_force()
    commands.suspend_by_chair(actor=scene.chair, board_id=scene.board.pk, agreement_id=made.pk, reason="A leak")
    page = read(client_of(scene.member(2)).get(at("docket")))
    assert f"Ratify or end the chair&#x27;s suspension of {made.number}" in page
    assert "Overdue" not in page
    owner_sql("UPDATE boards_chairsuspension SET ratify_by = now() - interval '1 day'")
    assert "Overdue" in read(client_of(scene.member(2)).get(at("docket")))
    motion = make.motion(scene.board, made, Motion.Kind.RATIFY)
    assert "Overdue" not in read(client_of(scene.member(2)).get(at("docket")))
    assert motion.number in read(client_of(scene.member(2)).get(at("docket")))


def test_a_member_without_a_vote_reads_the_docket(scene: Scene) -> None:
    guest = make.person(make.agency(), roles=(Role.ADMINISTRATOR,))
    commands.fill_seat(
        actor=make.portal_administrator(),
        board_id=scene.board.pk,
        number=6,
        title="Adviser",
        membership_id=guest.pk,
        is_voting=False,
    )
    scene.submitted()
    assert "Nothing awaits you" in read(client_of(guest.person).get(at("docket")))
    assert client_of(guest.person).get(at("move", scene.board.pk)).status_code == 403


# --- Business by forms ----------------------------------------------------------------------------------------------


def test_the_chair_calls_a_meeting_and_a_motion_is_noticed_for_it(scene: Scene) -> None:
    chair = client_of(scene.chair)
    soon = (timezone.now() + timedelta(days=8)).strftime("%Y-%m-%dT10:00")
    values = {"kind": "regular", "starts_at": soon, "place": "Room 210", "business": "MOU-2026-001"}
    called = chair.post(at("convene", scene.board.pk), values)
    assert called.headers["Location"] == at("meeting", Meeting.objects.get().pk)
    assert "already" in read(chair.post(at("convene", scene.board.pk), values))
    assert Meeting.objects.count() == 1
    made = scene.submitted()
    member = client_of(scene.member(2))
    page = member.get(at("move", scene.board.pk), {"matter": f"approve:{made.pk}"})
    assert f"That the Board approve version 1 of agreement {made.number} as noticed." in read(page)
    moved = member.post(at("move", scene.board.pk), {"matter": f"approve:{made.pk}"})
    motion = Motion.objects.get()
    assert moved.headers["Location"] == at("motion", motion.pk)
    again = member.post(at("move", scene.board.pk), {"matter": f"approve:{made.pk}"})
    assert again.headers["Location"] == at("motion", motion.pk)
    assert Motion.objects.count() == 1


def test_only_what_can_be_moved_is_offered(scene: Scene) -> None:
    assert "None on which a motion can be made now" in read(client_of(scene.chair).get(at("move", scene.board.pk)))
    in_force, submitted = scene.in_force(), scene.submitted()
    groups = client_of(scene.chair).get(at("move", scene.board.pk)).context["groups"]
    offered = {choice.key for group in groups[:2] for matter in group.matters for choice in matter.choices}
    assert offered == {
        *(f"{kind}:{in_force.pk}" for kind in ("suspend", "terminate")),
        *(f"{kind}:{submitted.pk}" for kind in ("approve", "send_back", "reject")),
    }


def test_the_chair_suspends_where_chartered_and_goes_on_to_the_ratification() -> None:
    scene = set_up(chair_may_suspend=True)
    made = scene.in_force()
    chair = client_of(scene.chair)
    values = {"agreement": str(made.pk), "reason": "A leak"}
    answer = chair.post(at("suspend", scene.board.pk), values)
    assert answer.headers["Location"] == f"{at('move', scene.board.pk)}?matter=ratify:{made.pk}"
    again = chair.post(at("suspend", scene.board.pk), values, follow=True)
    assert f"{made.number} is suspended, so there is nothing to suspend." in read(again)
    assert Agreement.objects.get(pk=made.pk).status == S.SUSPENDED


def test_without_a_charter_for_it_the_chair_may_not_suspend(scene: Scene) -> None:
    made = scene.in_force()
    values = {"agreement": str(made.pk), "reason": "A leak"}
    assert client_of(scene.chair).post(at("suspend", scene.board.pk), values).status_code == 403


# --- Voting by forms ------------------------------------------------------------------------------------------------


def test_the_chair_opens_the_ballot_from_the_motion(scene: Scene) -> None:
    motion = make.motion(scene.board, scene.submitted())
    page = at("motion", motion.pk)
    assert "Open the ballot" in read(client_of(scene.chair).get(page))
    assert "The chair opens the ballot" in read(client_of(scene.member(2)).get(page))
    soon = (timezone.now() + timedelta(days=3)).strftime("%Y-%m-%dT10:00")
    assert client_of(scene.member(2)).post(at("open", motion.pk), {"closes_at": soon}).status_code == 403
    past = client_of(scene.chair).post(at("open", motion.pk), {"closes_at": "2026-01-01T10:00"})
    assert "a time to come" in read(past)
    assert 'href="#id_closes_at"' in read(client_of(scene.chair).post(at("open", motion.pk), {"closes_at": ""}))
    answer = client_of(scene.chair).post(at("open", motion.pk), {"closes_at": soon})
    assert answer.headers["Location"] == page
    again = client_of(scene.chair).post(at("open", motion.pk), {"closes_at": soon}, follow=True)
    assert "open already" in read(again)
    assert Ballot.objects.count() == 1


def test_a_member_votes_with_nothing_preselected_changes_it_and_sees_the_count(scene: Scene, ballot: Ballot) -> None:
    member, page = client_of(scene.member(2)), at("motion", ballot.motion_id)
    first = read(member.get(page))
    assert " checked" not in first
    assert "If it closed now: no quorum" in first
    assert ballot.sha256 in first
    assert "The text still has it." in first
    vote = at("vote", ballot.motion_id)
    assert 'href="#id_position"' in read(member.post(vote, {"position": ""}))
    assert 'href="#id_statement"' in read(member.post(vote, {"position": "no", "statement": ""}))
    assert member.post(vote, {"position": "no", "statement": "Too wide"}).headers["Location"] == page
    assert "Too wide" in read(member.get(page))
    assert "recorded already: disapprove" in read(
        member.post(vote, {"position": "no", "statement": "Too wide"}, follow=True)
    )
    assert member.post(vote, {"position": "yes"}).headers["Location"] == page
    changed = read(member.get(page))
    assert "Change my vote" in changed
    assert " checked" not in changed
    assert Vote.objects.count() == 2


def test_the_decision_and_its_steps_stand_on_the_page(scene: Scene, ballot: Ballot) -> None:
    for number in (1, 2, 3):
        client_of(scene.member(number)).post(at("vote", ballot.motion_id), {"position": "yes"})
    page = read(client_of(scene.member(4)).get(at("motion", ballot.motion_id)))
    assert "Decided: carried" in page
    assert "3 of 3 is 100.0 %" in page
    assert f"replay_ballot {ballot.motion_id}" in page
    assert "Cast vote" not in page
    late = {"position": "no", "statement": "Too late"}
    answer = client_of(scene.member(4)).post(at("vote", ballot.motion_id), late, follow=True)
    assert "The ballot is closed" in read(answer)


def test_a_member_closes_a_ballot_after_its_deadline_and_not_before(
    scene: Scene, ballot: Ballot, owner_sql: OwnerSql
) -> None:
    settle, page = at("settle", ballot.motion_id), at("motion", ballot.motion_id)
    member = client_of(scene.member(2))
    assert "still open" in read(member.post(settle, follow=True))
    owner_sql("UPDATE boards_ballot SET opened_at = now() - interval '2 days', closes_at = now() - interval '1 second'")
    assert "The deadline has passed" in read(member.get(page))
    assert client_of(make.auditor()).post(settle).status_code == 403
    assert "Close the ballot now" not in read(client_of(make.auditor()).get(page))
    assert member.post(settle).headers["Location"] == page
    assert Decision.objects.get().outcome == Decision.Outcome.NO_QUORUM
    assert "The ballot is closed" in read(member.post(settle, follow=True))


def test_a_motion_without_object_says_so(scene: Scene, ballot: Ballot) -> None:
    from sharing_agreements.commands import withdraw  # noqa: PLC0415

    made = make.agreement_of(ballot)
    withdraw(actor=made.author, agreement_id=made.pk, reason="No longer needed")
    page = read(client_of(scene.member(2)).get(at("motion", ballot.motion_id)))
    assert "Without object" in page
    assert "Cast vote" not in page
    answer = client_of(scene.member(2)).post(at("vote", ballot.motion_id), {"position": "yes"}, follow=True)
    assert "no object any more" in read(answer)


def test_a_motion_without_a_ballot_takes_no_vote(scene: Scene) -> None:
    motion = make.motion(scene.board, scene.submitted())
    for name in ("vote", "settle"):
        assert client_of(scene.member(2)).post(at(name, motion.pk), {"position": "yes"}).status_code == 404


# --- Set-up by forms ------------------------------------------------------------------------------------------------


BOARD = {
    "name": "Cedar Board",
    "kind": "executive",
    "origin": "statute",
    "created_by_act": "Cedar Code 12",
    "time_zone": "America/Denver",
}


def test_a_portal_administrator_sets_a_board_up_by_forms(db: None) -> None:
    admin = client_of(make.portal_administrator())
    assert "No board yet" in read(admin.get(at("list")))
    answer = admin.post(at("new"), BOARD)
    board = Board.objects.get()
    assert answer.headers["Location"] == at("charter", board.pk)
    charter = charter_form(states=["CA"], quorum="fixed", quorum_number="", threshold="two_thirds")
    assert 'href="#id_quorum_number"' in read(admin.post(at("charter", board.pk), charter))
    done = admin.post(at("charter", board.pk), {**charter, "quorum_number": "3"})
    assert done.headers["Location"] == at("charter_read", board.pk, 1)
    assert "A quorum is 3 members." in read(admin.get(at("detail", board.pk)))
    member = make.person(make.agency("Probation"), roles=(Role.ADMINISTRATOR,), first_name="Vera", last_name="Nakamura")
    found = read(admin.get(at("seat", board.pk), {"q": "nakamura prob"}))
    assert f"?membership={member.pk}" in found
    assert "Vera Nakamura" in read(admin.get(at("seat", board.pk), {"membership": str(member.pk)}))
    seat = {"membership": member.pk, "number": "1", "title": "Chair", "is_chair": "on", "is_voting": "on"}
    assert admin.post(at("seat", board.pk), seat).headers["Location"] == at("detail", board.pk)
    assert "is taken" in read(admin.post(at("seat", board.pk), seat))
    held = Seat.objects.get()
    assert "Vera Nakamura" in read(admin.get(at("vacate", held.pk)))
    assert admin.post(at("vacate", held.pk), {"reason": "Left"}).headers["Location"] == at("detail", board.pk)
    assert "Vacant" in read(admin.get(at("detail", board.pk)))
    assert admin.get(at("vacate", held.pk)).status_code == 404


def test_a_motion_that_was_decided_since_it_was_read_says_how() -> None:
    scene = set_up()
    ballot = make.ballot(scene.board, scene.submitted())
    read_before = Motion.objects.get(pk=ballot.motion_id)
    make.carry(ballot)
    assert motion_state(read_before).parameters["status"] == "carried"
