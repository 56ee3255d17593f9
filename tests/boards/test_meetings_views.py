"""The pages of meetings: whose clock, who gets which buttons, what awaits whom, and forms sent twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agencies.models import User
from portal.kernel import history
from sharing_agreements.boards import commands, docket
from sharing_agreements.boards.models import Meeting
from tests import kept, make

from .conftest import set_up
from .test_meetings import Room
from .test_views import at, client_of, read

pytestmark = pytest.mark.django_db


@kept.fixture
def room() -> Room:
    return Room(set_up(notice_hours=0, special_notice_hours=0))


def in_zone(person: User, zone: str) -> Client:
    person.time_zone = zone
    history.save(person, actor=None, reason="Moved")
    return client_of(person)


def said(client: Client, address: str, **values: Any) -> str:
    """The messages on the page to which a button leads."""
    return read(client.post(address, values, follow=True))


def test_a_time_is_entered_in_the_boards_zone_and_shown_in_the_readers_too(room: Room) -> None:
    chair = in_zone(room.scene.chair, "America/New_York")
    day = timezone.now().date() + timedelta(days=10)
    values = {"kind": "special", "starts_at": f"{day}T10:00", "place": "Room 1", "business": ""}
    page = read(chair.post(at("convene", room.scene.board.pk), values, follow=True))
    meeting = Meeting.objects.get()
    zone = ZoneInfo(room.scene.board.time_zone)
    assert meeting.starts_at == datetime(day.year, day.month, day.day, 10, tzinfo=zone)
    assert meeting.is_special
    assert "10:00 a.m. P" in page
    assert "1:00 p.m. E" in page
    assert "On your clock" in page
    assert "On your clock" not in read(in_zone(room.scene.member(2), room.scene.board.time_zone).get(page_of(meeting)))


def page_of(meeting: Meeting) -> str:
    return reverse("boards:meeting", args=[meeting.pk])


def test_only_whoever_presides_gets_buttons(room: Room) -> None:
    motion = room.motion()
    meeting = room.in_session(2, 3, motion_ids=[motion.pk])
    chair, member = client_of(room.scene.chair), client_of(room.scene.member(2))
    for words in ("Adjourn", "Take the vote", "is here", "Add an item", "Note the discussion"):
        assert words in read(chair.get(page_of(meeting)))
        assert words not in read(member.get(page_of(meeting)))
    assert "3 of 5 voting members present; a quorum is 3: met" in read(member.get(page_of(meeting)))
    assert "Vote<span" not in read(member.get(page_of(meeting)))
    chair.post(at("item_vote", meeting.agenda.get().pk))
    assert "Vote<span" in read(member.get(page_of(meeting)))


def test_a_form_sent_twice_is_answered_by_the_state_that_is(room: Room) -> None:
    meeting = room.called()
    chair = client_of(room.scene.chair)
    open_it, second = at("meeting_open", meeting.pk), room.seat(2)
    assert "is called to order" in said(chair, open_it)
    assert "in session" in said(chair, open_it)
    stranger = str(make.person().person_id)
    for named in (stranger, "nobody"):  # as from a page that named an alternate who no longer is one
        assert "has changed. Reload the page" in said(chair, at("arrive", meeting.pk, second.pk), person=named)
    assert "Seat 2 is taken" in said(chair, at("arrive", meeting.pk, second.pk))
    assert "sits in seat 2 already" in said(chair, at("arrive", meeting.pk, second.pk))
    away = at("leave", meeting.pk, second.pk)
    assert "sits in seat 2 now" in said(chair, away, person=stranger), "who left is whom the page showed"
    assert "Seat 2 is left" in said(chair, away, person=str(second.holder_id))
    assert "Nobody sits in seat 2" in said(chair, away, person=str(second.holder_id))
    assert "from then on it votes, approves minutes and adjourns" in said(chair, at("meeting_adjourn", meeting.pk))
    make.its_time(meeting)
    assert "Adjourned" in said(chair, at("meeting_adjourn", meeting.pk))
    assert "The meeting is adjourned" in said(chair, at("meeting_adjourn", meeting.pk))
    assert "are drafted from" in said(chair, at("minutes_draft", meeting.pk))
    assert "drafted already" in said(chair, at("minutes_draft", meeting.pk))


def titles(person: User) -> list[str]:
    return [item.title for item in docket.awaiting(person)]


def test_the_docket_leads_the_chair_through_a_meeting(room: Room) -> None:
    chair, board = room.scene.chair, room.scene.board
    meeting = room.called()
    assert f"Call to order: meeting of {board}" in titles(chair)
    assert titles(room.scene.member(2)) == []
    commands.call_to_order(actor=chair, meeting_id=meeting.pk)
    assert titles(chair) == [f"In session: meeting of {board}"]
    make.its_time(meeting)
    commands.adjourn(actor=chair, meeting_id=meeting.pk)
    assert titles(chair) == [f"Draft the minutes: meeting of {board}"]
    commands.draft_minutes(actor=chair, meeting_id=meeting.pk)
    [item] = docket.awaiting(chair)
    assert (item.title[:15], item.action) == ("Put the minutes", "Call a meeting")
    room.called(starts_at=timezone.now() + timedelta(days=2))
    assert titles(chair) == []


def test_where_no_vote_is_taken_in_writing_the_docket_wants_motions_on_an_agenda() -> None:
    room = Room(set_up(notice_hours=0, written_ballots=False))
    motion = room.motion()
    wanted = f"Put motion {motion.number} on an agenda"
    assert wanted in titles(room.scene.chair)
    room.called(starts_at=timezone.now() + timedelta(days=2), motion_ids=[motion.pk])
    assert wanted not in titles(room.scene.chair)


def test_who_stands_by_for_the_chair_finds_the_meeting_on_the_docket(room: Room) -> None:
    other = room.stands_by(1)
    room.called()
    assert titles(other) == [f"Call to order: meeting of {room.scene.board}"]


def test_anybody_reads_the_agenda_of_a_coming_meeting_and_of_closed_business_the_ground(room: Room) -> None:
    meeting = room.called()
    chair = room.scene.chair
    commands.add_item(actor=chair, meeting_id=meeting.pk, title="Budget")
    commands.add_item(actor=chair, meeting_id=meeting.pk, title="The vendor", closed_ground="Gov. Code 54957")
    page = read(Client().get(reverse("public:meeting", args=[meeting.pk])))
    for words in ("Room 1", "1. Budget", "2. Closed session", "Gov. Code 54957", "Called"):
        assert words in page
    assert "vendor" not in page
    assert str(chair) not in page
    commands.cancel_meeting(actor=chair, meeting_id=meeting.pk, reason="No heating")
    assert "No heating" in read(Client().get(reverse("public:meeting", args=[meeting.pk])))
    assert "Cancelled" in read(Client().get(reverse("public:meetings")))


def test_a_stranger_to_the_board_finds_none_of_its_meetings(room: Room) -> None:
    meeting = room.called()
    outside = client_of(make.person(room.scene.court).person)
    assert outside.get(page_of(meeting)).status_code == 404
    assert outside.post(at("meeting_open", meeting.pk)).status_code == 404
