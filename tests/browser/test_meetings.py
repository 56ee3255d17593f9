"""A board meets: notice, attendance, votes without a quorum and with one, minutes approved at the next meeting."""

from __future__ import annotations

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from portal.notices.tasks import deliver_notices
from sharing_agreements.boards.models import Meeting
from tests import make

from .scene import CHAIR, SECOND, ZONE, county
from .walking import Person, Somebody

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def calls_a_meeting(chair: Person, *, minutes: int, motion: str = "") -> None:
    """On the clock of the board."""
    chair.follows("Board docket", place="head")
    chair.follows(re.compile("^Board "))
    chair.follows("Call a meeting")
    at = (timezone.now() + timedelta(minutes=minutes)).astimezone(ZoneInfo(ZONE))
    chair.types("Begins", f"{at:%Y-%m-%dT%H:%M}")
    chair.types("Place", "Room 210")
    if motion:
        chair.ticks(f"Motion {motion}")
    chair.presses("Call the meeting")
    chair.sees("every member and alternate is told", "Noticed in time", "Room 210")


def hears_of_it(member: Person) -> None:
    """By a notice that leads to the page of the meeting."""
    deliver_notices()
    member.reloads()
    member.follows(re.compile("^Notices"), place="head")
    member.follows(re.compile("^Meeting of"))
    member.sees("Room 210", "Noticed in time")


def votes_without_a_quorum(chair: Person) -> None:
    chair.presses("Call to order")
    chair.sees("No quorum", "1 of 3 voting members present; a quorum is 2: not met")
    chair.presses(re.compile("^Take the vote"))
    chair.sees("Vote open")
    chair.presses("Adjourn")
    chair.sees("is open. Close it first")
    chair.presses(re.compile("^Close the vote"))
    chair.sees("No quorum")


def votes(member: Person) -> None:
    member.ticks("Approve")
    member.presses("Cast vote")
    member.sees("Your position is recorded")


def decides(chair: Person, member: Person) -> None:
    """With the second member here."""
    chair.presses("Second Member is here")
    chair.sees("There is a quorum", "2 of 3")
    chair.presses(re.compile("^Take the vote"))
    member.reloads()
    member.follows(re.compile("^Vote on item"))
    votes(member)
    chair.follows(re.compile("^Votes on item"))
    votes(chair)
    chair.sees("Decided: carried")


def closes(chair: Person, meeting: str) -> None:
    """Notes what was said, adjourns, drafts the minutes and corrects them."""
    chair.goes_to(meeting)
    chair.sees("Carried")
    chair.follows(re.compile("^Note the discussion"))
    chair.types("Discussion", "Seat 2 asked when it begins.")
    chair.presses("Note it")
    chair.presses("Adjourn")
    chair.sees("Draft the minutes next")
    chair.presses("Draft the minutes")
    chair.sees("Seat 2 asked when it begins.", "No quorum at", "Carried at", "not present")
    chair.follows("Edit")
    words = chair.field("Public minutes").input_value()
    chair.types("Public minutes", words.replace("when it begins", "on what day it begins"))
    chair.presses("Save the minutes")
    chair.sees("on what day it begins")


def approves_the_minutes(chair: Person) -> None:
    """At the next meeting, where they stand on the agenda by themselves."""
    calls_a_meeting(chair, minutes=11)
    chair.presses("Call to order")
    chair.presses(re.compile("^Record the approval"))
    chair.sees("Without a quorum the board approves nothing")
    chair.presses("Second Member is here")
    chair.presses(re.compile("^Record the approval"))
    chair.sees("The minutes are approved, and change no more")


def test_a_board_meets_decides_and_approves_its_minutes(somebody: Somebody, redis_away: None) -> None:
    scene = county(notice_hours=0, special_notice_hours=0)
    motion = make.motion(scene.board, make.submitted(scene.court, scene.police, scene.records))
    chair, member, anybody = somebody(CHAIR), somebody(SECOND), somebody()
    calls_a_meeting(chair, minutes=10, motion=motion.number)
    hears_of_it(member)
    meeting = f"/boards/meetings/{Meeting.objects.get().pk}/"
    votes_without_a_quorum(chair)
    decides(chair, member)
    closes(chair, meeting)
    public = meeting.removeprefix("/boards")
    anybody.goes_to(public)
    anybody.sees("once the board has approved them")
    approves_the_minutes(chair)
    anybody.reloads()
    anybody.sees("on what day it begins", "Seat 2")
    anybody.sees_nothing_of("Second Member")
    assert "BEGIN:VEVENT" in chair.downloads("Calendar file")
