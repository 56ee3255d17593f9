"""The history of a board as its auditors read it, and where decisions are shown beside what they are about."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agencies.models import User
from sharing_agreements.boards import commands
from sharing_agreements.boards.models import AgendaItem, Ballot, Decision, Sanction
from tests import make

from .conftest import Scene, set_up
from .test_decisions import SECRET, carried, moved, signed_in, voted
from .test_meetings import Room

pytestmark = pytest.mark.django_db


def past(reader: User, scene: Scene, **asked: str) -> str:
    answer = signed_in(reader).get(reverse("workbench:board_history", args=[scene.board.pk]), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def csv(reader: User, scene: Scene) -> list[str]:
    answer = signed_in(reader).get(reverse("workbench:board_history_csv", args=[scene.board.pk]))
    return b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]


def test_the_history_of_a_board_tells_charters_seats_votes_and_sanctions(scene: Scene) -> None:
    make.amended(scene.board, threshold="two_thirds")
    voted(scene, moved(scene, "sanction", agency_id=scene.police.pk, measure="plan"), "nyyyy")
    carried(scene, "lift", lifts_id=Sanction.objects.get().pk)
    commands.vacate_seat(
        actor=make.portal_administrator(), seat_id=scene.board.seats.get(number=5).pk, reason="Retired"
    )
    reader = make.auditor()
    rows = "\n".join(csv(reader, scene))
    assert 'Charter added: 2,Threshold,More than half,Two thirds,"the board, by the deciding vote of' in rows
    assert "Vote cast: disapprove, seat 1, motion" in rows.replace('"', "")
    assert SECRET in rows
    assert "Sanction imposed by motion" in rows
    assert "Sanction lifted by motion" in rows
    assert "Retired" in rows
    assert "Seat changed: " in rows
    assert "Sanction changed: Cedar Police,Lifted at" in rows
    page = past(reader, scene)
    assert "<del>More than half</del>" in page
    assert f"History of {scene.board}" in page
    assert "Retired" not in past(reader, scene, q="threshold")


def test_an_auditor_of_an_agency_sees_no_motion_on_agreements_of_others(scene: Scene) -> None:
    mine, police = make.agency(), make.agency()
    seen = make.submitted(mine, police, make.record_set(mine))
    first = carried(scene, "approve", seen).ballot.motion
    second = carried(
        scene, "approve", scene.submitted(), grounds="That the Board approve what others wrote."
    ).ballot.motion
    reader = make.auditor(mine)
    rows = "\n".join(csv(reader, scene))
    assert f"Motion changed: {first.number}" in rows
    assert f"Motion changed: {second.number}" not in rows
    assert f"Motion changed: {second.number}" in "\n".join(csv(make.auditor(), scene))


def test_only_auditors_of_the_board_read_it(scene: Scene) -> None:
    address = reverse("workbench:board_history", args=[scene.board.pk])
    for stranger in (scene.chair, make.person(scene.court).person, make.auditor(make.agency())):
        assert signed_in(stranger).get(address).status_code == 404
        assert signed_in(stranger).get(f"{address}csv/").status_code == 404


def test_what_is_said_in_minutes_stays_out_of_the_history(scene: Scene) -> None:
    at = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=9)
    meeting = commands.convene(
        actor=scene.chair, board_id=scene.board.pk, starts_at=at, place="Room 2", business="Budget"
    )
    item = AgendaItem(meeting=meeting, number=9, title="Personnel", closed_ground="Gov. Code 54957(b)")
    item.save()
    item.discussion = SECRET
    item.save()
    rows = "\n".join(csv(make.auditor(), scene))
    assert "Meeting added" in rows
    assert "Agenda item added: 9" in rows
    assert SECRET not in rows


def test_the_history_says_who_came_and_left_and_what_changed_on_an_agenda() -> None:
    room = Room(set_up(notice_hours=0))
    chair, meeting = room.scene.chair, room.called()
    for title, ground in (("Budget", ""), ("Audits", ""), ("The vendor", "Gov. Code 54957")):
        commands.add_item(actor=chair, meeting_id=meeting.pk, title=title, closed_ground=ground)
    commands.move_item_up(actor=chair, item_id=meeting.agenda.get(title="Audits").pk)
    commands.drop_item(actor=chair, item_id=meeting.agenda.get(title="Audits").pk)
    commands.call_to_order(actor=chair, meeting_id=meeting.pk)
    other = room.stands_by(3)
    room.arrives(meeting, 3, other)
    room.leaves(meeting, 3)
    of = f"meeting of {meeting.day}"
    rows = "\n".join(csv(make.auditor(), room.scene)).replace('"', "")
    assert f"1. Budget, {of}" in rows
    assert f"Agenda item changed: 1. Audits, {of},Number,2,1" in rows
    assert f"Agenda item removed: 1. Audits, {of}" in rows
    assert f"3. Closed session, {of}" in rows
    assert "vendor" not in rows
    assert f"Arrived: {chair}, {room.seat(1)}, {of}" in rows
    assert f"Arrived: {other}, alternate, {room.seat(3)}, {of},,,,{chair}" in rows
    assert f"Left: {other}, alternate, {room.seat(3)}, {of}" in rows
    assert "Member arrived" not in rows, "once each"


def test_rows_of_one_act_are_told_by_the_name_of_their_table(scene: Scene) -> None:
    motions = [moved(scene, "sanction", agency_id=make.agency().pk, measure="plan").motion for _ in range(2)]
    for ballot in Ballot.objects.all():
        commands.cancel_ballot(actor=scene.chair, ballot_id=ballot.pk, reason="For the meeting")
    meeting = commands.convene(
        actor=scene.chair,
        board_id=scene.board.pk,
        starts_at=timezone.now() + timedelta(days=9),
        place="Room 2",
        business="",
        motion_ids=[motion.pk for motion in motions],
    )
    assert f"Agenda item: {meeting.agenda.count()} rows added" in past(make.auditor(), scene)


# --- Where decisions are shown --------------------------------------------------------------------------------------


def test_pages_lead_to_the_record(scene: Scene) -> None:
    found = carried(scene, "approve", scene.submitted())
    record = reverse("boards:decision", args=[found.pk])
    motion = found.ballot.motion
    client = signed_in(scene.member(2))
    assert record in client.get(reverse("boards:motion", args=[motion.pk])).content.decode()
    assert record in client.get(reverse("agreements:detail", args=[motion.agreement_id])).content.decode()
    board = client.get(reverse("boards:detail", args=[scene.board.pk])).content.decode()
    assert f"{reverse('boards:decisions')}?board={scene.board.pk}" in board
    party = signed_in(make.person(scene.court).person)
    assert record not in party.get(reverse("agreements:detail", args=[motion.agreement_id])).content.decode()


def test_the_public_pages_of_an_agreement_and_a_policy_show_their_decisions(scene: Scene) -> None:
    version = make.policy(scene.court)
    agreement = scene.in_force()
    approval = Decision.objects.get()
    page = Client().get(reverse("public:agreement", args=[agreement.pk])).content.decode()
    assert reverse("public:decision", args=[approval.pk]) in page
    adopted = carried(scene, "policy", policy_version_id=version.pk)
    page = Client().get(reverse("public:policy", args=[version.policy_id])).content.decode()
    assert reverse("public:decision", args=[adopted.pk]) in page
    own = signed_in(make.privacy_officer(scene.court)).get(reverse("privacy:version", args=[version.pk]))
    assert f"{scene.board}, motion {adopted.ballot.motion.number}" in own.content.decode()


def test_conditions_stand_on_the_page_and_in_the_history_of_what_was_sent_back(scene: Scene) -> None:
    agreement = scene.submitted()
    carried(scene, "send_back", agreement, conditions=SECRET)
    drafter = signed_in(agreement.author)
    for name in ("detail", "history"):
        assert SECRET in drafter.get(reverse(f"agreements:{name}", args=[agreement.pk])).content.decode()


def test_clerks_of_a_barred_agency_read_why_on_their_first_page(scene: Scene) -> None:
    agreement = scene.in_force()
    clerk = signed_in(make.person(scene.police).person)
    assert "suspended by sanction" not in clerk.get(reverse("workbench:home")).content.decode()
    carried(scene, "sanction", agency_id=scene.police.pk, measure="suspension")
    page = clerk.get(reverse("workbench:home")).content.decode()
    assert agreement.number in page
    assert "suspended by sanction" in page
    carried(scene, "lift", lifts_id=Sanction.objects.get().pk)
    assert "suspended by sanction" not in clerk.get(reverse("workbench:home")).content.decode()
