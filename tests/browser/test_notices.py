"""Somebody chooses how they are told, and the administrator of the portal puts right what could not be sent."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from portal.notices.models import Notice, Preferences
from tests import make

from .walking import Person, Somebody

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def chooses(chair: Person) -> None:
    chair.follows(re.compile("^Notices"), place="head")
    chair.follows("Preferences")
    chair.sees_heading("Notices: preferences")
    chair.sees("Boards on which I sit", "Meetings of these boards", "Always by email at once", "your vote")
    chair.sees_nothing_of("When an import that you started")
    chair.ticks("Off", under="Meetings of these boards")
    chair.chooses("Hour of the daily digest", "6:00 p.m.")
    chair.presses("Save")
    chair.sees("Your preferences are saved.")
    group = chair.part("main").get_by_role("radiogroup", name="Meetings of these boards")
    expect(group.get_by_label("Off")).to_be_checked()


def test_a_member_of_a_board_chooses_and_an_administrator_tries_again(somebody: Somebody) -> None:
    board = make.board()
    holder = board.seats.get(is_chair=True).holder
    assert holder is not None
    chooses(somebody(holder.email))
    assert Preferences.objects.get(person=holder).ways["meetings"] == "off"

    failed = Notice.objects.filter(channel="email")
    failed.update(status=Notice.Status.FAILED, settled_at=timezone.now(), attempts=8, why="SMTPServerDisconnected")
    keeper = somebody(make.portal_administrator().email)
    keeper.goes_to("/notices/failed/")
    keeper.sees("What goes wrong", "The mail server could not be reached.", "Given up")
    keeper.presses("Try all again")
    keeper.sees("will be tried again now")
