"""iCalendar files, and the secret address of a person's calendar."""

from __future__ import annotations

import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from agencies import commands as agencies
from portal.kernel import throttle
from sharing_agreements.boards import commands
from sharing_agreements.boards.models import CalendarFeed
from tests import kept, make

from .conftest import set_up
from .test_meetings import Room
from .test_views import client_of

pytestmark = pytest.mark.django_db


@kept.fixture
def room() -> Room:
    return Room(set_up(notice_hours=0, special_notice_hours=0))


def entries(content: bytes) -> list[Any]:
    return list(Calendar.from_ical(content).walk("VEVENT"))


def feed(key: str) -> Any:
    return Client().get(reverse("boards:calendar_feed"), {"key": key})


def test_a_meeting_is_a_file_with_its_zone_and_a_link_and_no_more(room: Room) -> None:
    meeting = room.called(business="The breach at the vendor")
    answer = client_of(room.scene.member(2)).get(reverse("boards:meeting_ics", args=[meeting.pk]))
    assert answer["Content-Type"].startswith("text/calendar")
    assert "attachment" in answer["Content-Disposition"]
    [entry] = entries(answer.content)
    assert entry["dtstart"].dt == meeting.starts_at.replace(microsecond=0)
    assert entry["dtstart"].params["TZID"] == "America/Los_Angeles"
    assert [str(zone["TZID"]) for zone in Calendar.from_ical(answer.content).walk("VTIMEZONE")] == [
        "America/Los_Angeles"
    ]
    assert (str(entry["status"]), int(entry["sequence"])) == ("CONFIRMED", 0)
    assert str(entry["uid"]).startswith(f"{meeting.pk}@")
    assert reverse("boards:meeting", args=[meeting.pk]) in str(entry["description"])
    assert b"vendor" not in answer.content


def test_a_cancelled_meeting_keeps_its_uid_and_counts_up(room: Room) -> None:
    meeting = room.called()
    address = reverse("boards:meeting_ics", args=[meeting.pk])
    member = client_of(room.scene.member(2))
    [before] = entries(member.get(address).content)
    commands.cancel_meeting(actor=room.scene.chair, meeting_id=meeting.pk, reason="No heating")
    [after] = entries(member.get(address).content)
    assert str(after["uid"]) == str(before["uid"])
    assert (str(after["status"]), int(after["sequence"])) == ("CANCELLED", 1)
    assert after["dtstamp"].dt >= before["dtstamp"].dt


def test_the_feed_holds_the_meetings_of_ones_boards_in_summer_time_too(room: Room) -> None:
    other = Room(set_up(notice_hours=0))
    summer = (
        timezone.now()
        .astimezone(ZoneInfo("America/Los_Angeles"))
        .replace(month=7, day=1, hour=9, minute=0, second=0, microsecond=0)
    )
    summer = summer.replace(year=summer.year + 1)
    mine, theirs = room.called(starts_at=summer), other.called()
    key = commands.renew_calendar(actor=room.scene.member(2))
    answer = feed(key)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    [entry] = entries(answer.content)
    assert str(entry["uid"]).startswith(str(mine.pk))
    assert entry["dtstart"].dt.utcoffset() == timedelta(hours=-7)
    assert str(theirs.pk).encode() not in answer.content


def test_the_key_is_shown_once_kept_nowhere_renewed_and_revoked(room: Room) -> None:
    person = room.scene.member(2)
    member, page = client_of(person), reverse("boards:calendar")
    shown = member.post(page).content.decode()
    found = re.search(r"meetings\.ics\?key=([\w-]+)", shown)
    assert found is not None
    key = found[1]
    assert key not in member.get(page).content.decode()
    assert CalendarFeed.objects.get().key_hash != key
    assert feed(key).status_code == 200
    newer = commands.renew_calendar(actor=person)
    assert (feed(key).status_code, feed(newer).status_code) == (404, 200)
    member.post(reverse("boards:calendar_revoke"))
    assert feed(newer).status_code == 404
    assert "You have no address yet" in member.get(page).content.decode()


def test_a_wrong_key_and_a_person_who_left_find_nothing(room: Room) -> None:
    person = room.scene.member(2)
    key = commands.renew_calendar(actor=person)
    for wrong in ("", "x", key[:-1], key + "x"):
        assert feed(wrong).status_code == 404
    assert feed("x").content == Client().get("/boards/nowhere/").content
    agencies.deactivate_person(actor=make.portal_administrator(), person_id=person.pk, reason="Left")
    assert feed(key).status_code == 404


def test_only_members_and_alternates_have_a_calendar(room: Room) -> None:
    outside = make.person(room.scene.court).person
    with pytest.raises(PermissionDenied):
        commands.renew_calendar(actor=outside)
    assert client_of(outside).get(reverse("boards:calendar")).status_code == 404
    assert client_of(room.stands_by(3)).get(reverse("boards:calendar")).status_code == 200


def test_one_address_asks_so_often_and_no_more(monkeypatch: pytest.MonkeyPatch, room: Room) -> None:
    counted: dict[str, int] = {}

    class Counting:
        """A cache that is there."""

        def add(self, key: str, value: int, seconds: int) -> None:
            counted.setdefault(key, value)

        def incr(self, key: str) -> int:
            counted[key] += 1
            return counted[key]

    monkeypatch.setattr(throttle, "cache", Counting())
    monkeypatch.setattr("portal.kernel.throttle.time", SimpleNamespace(time=lambda: 1_000_000.0))
    key = commands.renew_calendar(actor=room.scene.member(2))
    answers = [feed(key).status_code for _ in range(61)]
    assert answers == [200] * 60 + [429]
