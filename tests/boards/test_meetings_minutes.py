"""Minutes: drafted from what was recorded, changed until they are approved, and what the public reads of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from portal.kernel import history
from portal.notices.models import Notice
from sharing_agreements.boards import commands
from sharing_agreements.boards.models import Ballot, Decision, Meeting, Minutes
from tests import kept, make

from .conftest import OwnerSql, set_up
from .test_meetings import Room, refused
from .test_views import client_of

if TYPE_CHECKING:
    from agencies.models import User

pytestmark = pytest.mark.django_db

GROUND = "Gov. Code 54957, threat to security"


@kept.fixture
def room() -> Room:
    return Room(set_up(notice_hours=0, special_notice_hours=0))


def held(room: Room) -> Meeting:
    """A meeting with a motion that carries, closed business, and other business; seats 1 to 3 are there."""
    motion = room.motion()
    meeting = room.in_session(2, 3, motion_ids=[motion.pk])
    chair = room.scene.chair
    budget = commands.add_item(actor=chair, meeting_id=meeting.pk, title="Budget")
    breach = commands.add_item(
        actor=chair, meeting_id=meeting.pk, title="The breach at the vendor", closed_ground=GROUND
    )
    commands.note_discussion(actor=chair, item_id=budget.pk, discussion="Seat 2 asked for figures.")
    commands.note_discussion(actor=chair, item_id=breach.pk, discussion="The vendor was named.")
    ballot = commands.open_ballot(actor=chair, motion_id=motion.pk, meeting_id=meeting.pk)
    commands.cast_vote(
        actor=room.scene.member(3), ballot_id=ballot.pk, position="no", statement="The term is too long."
    )
    for number in (1, 2):
        if not Decision.objects.filter(ballot=ballot).exists():
            commands.cast_vote(actor=room.scene.member(number), ballot_id=ballot.pk, position="yes")
    room.leaves(meeting, 3)
    return commands.adjourn(actor=chair, meeting_id=meeting.pk)


def drafted(room: Room) -> Minutes:
    return commands.draft_minutes(actor=room.scene.chair, meeting_id=held(room).pk)


def approved(room: Room) -> Minutes:
    minutes = drafted(room)
    later = room.in_session(2, 3)
    commands.approve_minutes(
        actor=room.scene.chair,
        item_id=later.agenda.get(minutes=minutes).pk,
        sha256=make.wording(later.agenda.get(minutes=minutes)),
    )
    return Minutes.objects.get(pk=minutes.pk)


def test_they_are_drafted_from_what_was_recorded(room: Room) -> None:
    minutes = drafted(room)
    text = minutes.public_text
    motion = Ballot.objects.get().motion
    agency = {number: room.seat(number).agency.name for number in range(1, 6)}
    for words in (
        f"Called to order at .* by seat 1, Member 1 \\({agency[1]}\\)",
        f"Seat 3, Member 3 \\({agency[3]}\\): from .* to \\d+:\\d+ [ap]\\.m\\. P[SD]T",
        f"Seat 2, Member 2 \\({agency[2]}\\): from .* to the end",
        f"Seat 5, Member 5 \\({agency[5]}\\): not present",
        "A quorum was 3 of the 5 voting members in office",
        re.escape(f"1. Approve version 1 of {motion.agreement.number}"),  # type: ignore[union-attr]
        re.escape(f"“{motion.text}”"),
        re.escape(f"Moved by seat 1, Member 1 ({agency[1]})."),
        re.escape(f"Seat 3, Member 3 ({agency[3]}): disapprove\n"),
        re.escape(f"Seat 5, Member 5 ({agency[5]}): absent"),
        "Quorum is 3: met",
        "Carried at ",
        "Seat 2 asked for figures.",
        "Adjourned at ",
    ):
        assert re.search(words, text), words
    for number in range(1, 6):
        assert str(room.scene.member(number)) not in text
    assert f"Closed session\nLegal ground: {GROUND}" in text
    assert "vendor" not in text
    assert "The term is too long." not in text, "what a member says with a vote is for members"
    assert "The vendor was named." in minutes.closed_text
    with refused("drafted"):
        commands.draft_minutes(actor=room.scene.chair, meeting_id=minutes.meeting_id)
    told = Notice.objects.filter(event__kind="board.minutes_drafted").values("recipient").distinct().count()
    assert told == 4


def test_they_count_the_quorum_of_the_day_of_the_meeting_not_of_the_draft(room: Room) -> None:
    meeting = held(room)
    for number in (4, 5):
        commands.vacate_seat(actor=make.portal_administrator(), seat_id=room.seat(number).pk, reason="Left")
    make.amended(room.scene.board, quorum="fixed", quorum_number=2)
    text = commands.draft_minutes(actor=room.scene.chair, meeting_id=meeting.pk).public_text
    assert "A quorum was 3 of the 5 voting members in office" in text
    assert re.search("Seat 5, .*: not present", text)


def test_a_conflicted_seat_stands_in_the_minutes_as_recused(room: Room) -> None:
    make.seat(room.scene.board, 6, holder=make.person(room.scene.police))
    motion = room.motion()
    meeting = room.in_session(2, 3, 6, motion_ids=[motion.pk])
    ballot = commands.open_ballot(actor=room.scene.chair, motion_id=motion.pk, meeting_id=meeting.pk)
    commands.settle(actor=room.scene.chair, ballot_id=ballot.pk)
    commands.adjourn(actor=room.scene.chair, meeting_id=meeting.pk)
    text = commands.draft_minutes(actor=room.scene.chair, meeting_id=meeting.pk).public_text
    assert re.search(r"Seat 6, .*: recused$", text, re.MULTILINE), "why is for members"
    assert re.search(r"Seat 2, .*: present, took no position", text)


def test_whoever_presided_edits_them_until_the_board_approves_them_at_a_later_meeting(room: Room) -> None:
    minutes = drafted(room)
    chair = room.scene.chair
    with pytest.raises(PermissionDenied):
        commands.edit_minutes(
            actor=room.scene.member(2), minutes_id=minutes.pk, sha256=make.wording(minutes), public_text="Mine"
        )
    commands.edit_minutes(
        actor=chair, minutes_id=minutes.pk, sha256=make.wording(minutes), public_text="Corrected", closed_text="Secret"
    )
    assert list(minutes.history.values_list("history_change_reason", flat=True)) == ["Edited", "Drafted"]

    later = room.in_session(2)
    item = later.agenda.get(minutes=minutes)
    with pytest.raises(PermissionDenied):
        commands.approve_minutes(actor=room.scene.member(2), item_id=item.pk, sha256=make.wording(item))
    with refused("no_quorum"):
        commands.approve_minutes(actor=chair, item_id=item.pk, sha256=make.wording(item))
    room.arrives(later, 3)
    commands.approve_minutes(actor=chair, item_id=item.pk, sha256=make.wording(item))
    minutes.refresh_from_db()
    assert (minutes.public_text, minutes.approved_in) == ("Corrected", later)
    with refused("approved"):
        commands.approve_minutes(actor=chair, item_id=item.pk, sha256=make.wording(item))
    with refused("approved"):
        commands.edit_minutes(actor=chair, minutes_id=minutes.pk, sha256=make.wording(minutes), public_text="Other")


def test_only_the_wording_that_was_read_is_approved_or_corrected(room: Room) -> None:
    minutes, chair = drafted(room), room.scene.chair
    read = make.wording(minutes)
    later = room.in_session(2, 3)
    commands.edit_minutes(actor=chair, minutes_id=minutes.pk, sha256=read, public_text="Sneaked in")
    with refused("other_text"):
        commands.approve_minutes(actor=chair, item_id=later.agenda.get(minutes=minutes).pk, sha256=read)
    with refused("other_text"):
        commands.edit_minutes(actor=chair, minutes_id=minutes.pk, sha256=read, public_text="From an older page")
    minutes.refresh_from_db()
    assert (minutes.approved_at, minutes.public_text) == (None, "Sneaked in")


def test_minutes_that_were_not_noticed_are_not_approved(owner_sql: OwnerSql) -> None:
    room = Room(set_up(notice_hours=0, special_notice_hours=24))
    first = room.in_session(2, 3)
    commands.adjourn(actor=room.scene.chair, meeting_id=first.pk)
    later = room.called()
    owner_sql(
        "ALTER TABLE boards_meeting DISABLE TRIGGER meeting_notice",
        f"UPDATE boards_meeting SET notice_hours = 24 WHERE id = '{later.pk}'",
        "ALTER TABLE boards_meeting ENABLE TRIGGER meeting_notice",
    )
    minutes = commands.draft_minutes(actor=room.scene.chair, meeting_id=first.pk)
    item = commands.add_item(actor=room.scene.chair, meeting_id=later.pk, minutes_id=minutes.pk)
    commands.call_to_order(actor=room.scene.chair, meeting_id=later.pk)
    for number in (2, 3):
        room.arrives(later, number)
    with refused("not_noticed"):
        commands.approve_minutes(actor=room.scene.chair, item_id=item.pk, sha256=make.wording(item))


def test_the_database_keeps_approved_minutes_as_they_are(room: Room) -> None:
    minutes = drafted(room)
    minutes.approved_at, minutes.approved_in = minutes.meeting.adjourned_at, minutes.meeting
    with pytest.raises(IntegrityError, match="later meeting"), transaction.atomic():
        minutes.save()
    later = room.in_session(2, 3)
    commands.approve_minutes(
        actor=room.scene.chair, item_id=later.agenda.get().pk, sha256=make.wording(later.agenda.get())
    )
    kept = Minutes.objects.get()
    kept.public_text = "Other"
    with pytest.raises(IntegrityError, match="not changed"), transaction.atomic():
        kept.save()


# --- Who reads what -------------------------------------------------------------------------------------------------


def page(person: User | None, name: str, *args: object) -> str:
    client = client_of(person) if person else Client()
    answer = client.get(reverse(name, args=args))
    return answer.content.decode() if answer.status_code == 200 else str(answer.status_code)


def test_the_public_reads_approved_minutes_without_closed_sessions_and_names(room: Room) -> None:
    minutes = drafted(room)
    before = page(None, "public:meeting", minutes.meeting_id)
    assert "once the board has approved them" in before
    assert "Seat 2 asked for figures" not in before
    later = room.in_session(2, 3)
    commands.approve_minutes(
        actor=room.scene.chair,
        item_id=later.agenda.get(minutes=minutes).pk,
        sha256=make.wording(later.agenda.get(minutes=minutes)),
    )
    after = page(None, "public:meeting", minutes.meeting_id)
    assert "Seat 2 asked for figures" in after
    assert GROUND in after
    assert "vendor" not in after
    assert str(room.scene.member(2)) not in after
    assert room.scene.board.name in page(None, "public:meetings")


def test_a_board_that_does_not_meet_in_public_has_no_public_page(room: Room) -> None:
    minutes = approved(room)
    board = room.scene.board
    board.meets_in_public = False
    history.save(board, actor=None, reason="Closed body")
    assert page(None, "public:meeting", minutes.meeting_id) == "404"
    assert board.name not in page(None, "public:meetings")


def test_members_and_alternates_read_closed_sessions_and_auditors_do_not(room: Room) -> None:
    other = room.stands_by(4)
    minutes = drafted(room)
    for person in (room.scene.member(5), other):
        assert "The vendor was named" in page(person, "boards:minutes", minutes.meeting_id)
        assert "The breach at the vendor" in page(person, "boards:meeting", minutes.meeting_id)
    for person in (make.auditor(), make.auditor(room.scene.police)):
        shown = page(person, "boards:minutes", minutes.meeting_id)
        assert "Seat 2 asked for figures" in shown
        assert "vendor" not in shown
        assert "vendor" not in page(person, "boards:meeting", minutes.meeting_id)
    assert page(make.person(room.scene.court).person, "boards:minutes", minutes.meeting_id) == "404"
