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
    chair.sees("every member and alternate is told", "Room 210", *(["Noticed in time"] if motion else []))


def hears_of_it(member: Person) -> None:
    """By a notice that leads to the page of the meeting."""
    deliver_notices()
    member.reloads()
    member.follows(re.compile("^Notices"), place="head")
    member.follows(re.compile("^Meeting of"))
    member.sees("Room 210", "Noticed in time")


def its_time_comes(chair: Person) -> None:
    """Of the meeting that was called last; until then no vote is taken."""
    make.its_time(Meeting.objects.latest("noticed_at"))
    chair.reloads()


def votes_without_a_quorum(chair: Person) -> None:
    chair.presses("Call to order")
    chair.sees(
        "No quorum", "1 of 3 voting members present; a quorum is 2: not met", "The meeting began before its time"
    )
    its_time_comes(chair)
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
    its_time_comes(chair)
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


def presides_pro_tem(member: Person) -> None:
    """Ten minutes after the time nobody who could preside has come."""
    member.follows("Board docket", place="head")
    member.sees("The chair has not called it to order")
    member.follows(re.compile("^Call to order"))
    member.presses("Call to order")
    member.sees("Second Member is chair pro tem", "In the chair", "seat 2, chair pro tem")
    member.presses("Third Member is here")
    member.sees("There is a quorum", "2 of 3")


def has_an_alternate(administrator: Person, board: str) -> None:
    """Named by whoever sets the board up, who also sets right what was entered wrong."""
    administrator.goes_to(board)
    administrator.follows("Alternate for seat 3")
    administrator.chooses("Stands by", "Fourth Member")
    administrator.types("Reason", "Asked by the agency")
    administrator.presses("Change the alternate")
    administrator.sees("Fourth Member stands by for seat 3 now", "Alternate: Fourth Member")
    administrator.follows("Correct seat 3")
    administrator.types("Title", "District Attorney")
    administrator.types("What was wrong", "It said Member 3")
    administrator.presses("Correct the seat")
    administrator.sees("It is seat 3, District Attorney now")


def test_where_the_chair_stays_away_a_member_presides(somebody: Somebody, redis_away: None) -> None:
    scene = county(notice_hours=0, special_notice_hours=0)
    third = scene.board.seats.get(number=3)
    make.person(third.agency, email="fourth@attorney.example", first_name="Fourth", last_name="Member")
    make.portal_administrator()
    chair, member = somebody(CHAIR), somebody(SECOND)
    has_an_alternate(somebody("portal.administrator@portal.example"), f"/boards/{scene.board.pk}/")
    calls_a_meeting(chair, minutes=10)
    make.its_time(Meeting.objects.get(), minutes_ago=11)
    presides_pro_tem(member)
    member.presses("Adjourn")
    member.presses("Draft the minutes")
    member.sees("presided as chair pro tem: neither the chair nor the chair's alternate was there")
