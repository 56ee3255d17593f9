"""Meetings at the same instant, on real transactions. What holds is the meeting's row lock.

Each was seen red with WITHOUT_LOCKS=1 (see tests/racing.py): a second seat of a person and a second beginning then
broke on the trigger of attendance in place of a refusal, second minutes on their uniqueness; and a meeting was
adjourned while a ballot opened in it, which nothing else stops.
"""

from __future__ import annotations

import pytest

from portal.kernel import history
from sharing_agreements.boards import commands, meeting_policy, policy
from sharing_agreements.boards.attendance import sitting
from sharing_agreements.boards.models import Ballot, Meeting, Minutes
from tests.racing import at_once, slowly

from .conftest import set_up
from .test_meetings import Room

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]


@pytest.fixture
def room(transactional_db: None) -> Room:
    return Room(set_up(notice_hours=0, special_notice_hours=0))


def test_two_arrivals_of_one_person_take_one_seat(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    seat, person = room.seat(4), room.scene.member(2)
    seat.alternate = person
    history.save(seat, actor=None, reason="Alternate named")
    meeting = room.in_session()
    with slowly(monkeypatch, meeting_policy, "sitting"):
        codes = at_once(lambda: room.arrives(meeting, 2), lambda: room.arrives(meeting, 4, person))
    assert codes == ["elsewhere"]
    assert list(sitting(meeting).values()).count(person) == 1


def test_a_meeting_called_to_order_twice_begins_once(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    meeting = room.called()
    chair = room.scene.chair
    with slowly(monkeypatch, meeting_policy, "charter_of"):
        codes = at_once(*[lambda: commands.call_to_order(actor=chair, meeting_id=meeting.pk)] * 2)
    assert codes == ["begun"]
    assert meeting.attendance.count() == 1


def test_adjourning_against_opening_a_ballot_leaves_no_open_ballot_behind(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    motion = room.motion()
    meeting = room.in_session(2, 3, motion_ids=[motion.pk])
    chair = room.scene.chair
    with slowly(monkeypatch, policy, "may_open_ballot"), slowly(monkeypatch, meeting_policy, "may_adjourn"):
        codes = at_once(
            lambda: commands.adjourn(actor=chair, meeting_id=meeting.pk),
            lambda: commands.open_ballot(actor=chair, motion_id=motion.pk, meeting_id=meeting.pk),
        )
    assert codes in (["ballot_open"], ["not_in_session"])
    adjourned = Meeting.objects.get(pk=meeting.pk).status == Meeting.Status.ADJOURNED
    assert adjourned != Ballot.objects.undecided().filter(meeting=meeting).exists()


def test_minutes_drafted_twice_are_there_once(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    meeting = room.in_session(2)
    chair = room.scene.chair
    commands.adjourn(actor=chair, meeting_id=meeting.pk)
    with slowly(monkeypatch, meeting_policy, "may_draft_minutes"):
        codes = at_once(*[lambda: commands.draft_minutes(actor=chair, meeting_id=meeting.pk)] * 2)
    assert codes == ["drafted"]
    assert Minutes.objects.count() == 1
