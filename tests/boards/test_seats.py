"""Seats that are held: who stands by is named, replaced and removed, and a wrong entry is set right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from agencies.models import Membership, Role
from portal.audit.models import Event
from portal.notices import kinds
from portal.notices.models import Notice
from sharing_agreements.boards import commands
from sharing_agreements.boards.models import Decision, Seat
from tests import make

from .conftest import Scene, set_up
from .test_meetings import Room, refused
from .test_views import client_of, read

if TYPE_CHECKING:
    from agencies.models import User

pytestmark = pytest.mark.django_db


def colleague(seat: Seat) -> Membership:
    return make.person(seat.agency, roles=(Role.CLERK,))


def change(seat: Seat, to: Membership | None, reason: str = "Asked by the agency") -> Seat:
    return commands.change_alternate(
        actor=make.portal_administrator(), seat_id=seat.pk, membership_id=to.pk if to else None, reason=reason
    )


def correct(seat: Seat, number: int, title: str, reason: str = "A slip") -> Seat:
    return commands.correct_seat(
        actor=make.portal_administrator(), seat_id=seat.pk, number=number, title=title, reason=reason
    )


def told(person: User) -> list[str]:
    """The subjects of what the person was told of alternates."""
    mine = Notice.objects.filter(recipient=person, event__kind="board.alternate_changed", channel="portal")
    said = [kinds.words(notice.event, person) for notice in mine.select_related("event").order_by("event__sequence")]
    return [words.subject.partition(":")[0] for words in said if words]


def test_an_alternate_is_named_replaced_and_removed_and_those_concerned_are_told(scene: Scene) -> None:
    seat = scene.board.seats.get(number=3)
    first, second = colleague(seat), colleague(seat)
    change(seat, first)
    assert told(first.person) == ["You stand by for seat 3"]
    change(seat, second)
    assert told(first.person)[-1] == "You no longer stand by for seat 3"
    with refused("same"):
        change(seat, second)
    assert told(scene.member(3)) == told(scene.chair) == ["The alternate for seat 3 has changed"] * 2
    assert told(scene.member(4)) == []
    assert change(seat, None).alternate is None
    with refused("same"):
        change(seat, None)
    with pytest.raises(ValidationError, match="same agency"):
        change(seat, make.person(scene.court))
    with pytest.raises(ValidationError):
        change(seat, first, reason=" ")
    with pytest.raises(PermissionDenied):
        commands.change_alternate(actor=scene.chair, seat_id=seat.pk, membership_id=first.pk, reason="Mine")
    commands.vacate_seat(actor=make.portal_administrator(), seat_id=seat.pk, reason="Left")
    with refused("vacant"):
        change(seat, first)
    page = read(client_of(scene.member(4)).get(reverse("boards:history", args=[scene.board.pk])))
    assert f"Now {second.person}, before {first.person}" in page
    assert f"Now nobody, before {second.person}" in page


def test_whoever_loses_a_seat_is_told_and_who_stood_by(scene: Scene) -> None:
    seat = scene.board.seats.get(number=3)
    holder, other = scene.member(3), colleague(seat)
    change(seat, other)
    commands.vacate_seat(actor=make.portal_administrator(), seat_id=seat.pk, reason="Retired")
    for person in (holder, other.person):
        event = Event.objects.get(kind="board.seat_vacated")
        assert Notice.objects.filter(event=event, recipient=person).exists()
        assert kinds.words(event, person).subject.startswith("Seat 3 is vacant")  # type: ignore[union-attr]


def test_an_open_ballot_keeps_who_stood_by_when_it_opened(scene: Scene) -> None:
    seat = scene.board.seats.get(number=3)
    first, second = colleague(seat), colleague(seat)
    change(seat, first)
    ballot = make.ballot(scene.board, scene.submitted())
    change(seat, second)
    with pytest.raises(PermissionDenied):
        commands.cast_vote(actor=second.person, ballot_id=ballot.pk, position="yes")
    assert commands.cast_vote(actor=first.person, ballot_id=ballot.pk, position="yes").by == first.person


def test_whoever_sits_for_the_holder_now_is_not_removed_under_the_meeting() -> None:
    """Seen red with the check emptied: the person went on to vote in a seat to which they had no right any more."""
    room = Room(set_up(notice_hours=0))
    seat = room.seat(3)
    change(seat, colleague(seat))
    meeting = room.in_session(2)
    other = Seat.objects.get(pk=seat.pk).alternate
    assert other is not None
    room.arrives(meeting, 3, other)
    with refused("sits"):
        change(seat, None)
    room.leaves(meeting, 3)
    change(seat, None)
    with pytest.raises(PermissionDenied):
        room.arrives(meeting, 3, other)


def test_a_wrong_number_or_title_is_set_right_and_the_wrong_one_leaves_the_roster(scene: Scene) -> None:
    seat = scene.board.seats.get(number=5)
    with refused("taken"):
        correct(seat, 4, "Member 5")
    with refused("same"):
        correct(seat, 5, "Member 5")
    with pytest.raises(PermissionDenied):
        commands.correct_seat(actor=scene.chair, seat_id=seat.pk, number=7, title="Member", reason="A slip")
    corrected = correct(seat, 7, "Member for Probation")
    assert (corrected.number, corrected.title, corrected.started_at) == (7, "Member for Probation", seat.started_at)
    page = read(client_of(scene.member(2)).get(reverse("boards:detail", args=[scene.board.pk])))
    assert "Member for Probation" in page
    assert "Member 5" not in page
    past = read(client_of(scene.member(2)).get(reverse("boards:history", args=[scene.board.pk])))
    assert "The entry of seat 7 was corrected" in past
    assert "It was seat 5, Member 5" in past
    assert Notice.objects.filter(event__kind="board.seat_corrected", recipient=scene.member(2)).exists()


def test_what_the_record_of_a_ballot_names_is_not_corrected_beneath_it(scene: Scene) -> None:
    ballot = make.ballot(scene.board, scene.submitted())
    make.vote_through(ballot)
    with refused("on_record"):
        correct(scene.board.seats.get(number=5), 7, "Member for Probation")
    assert Decision.objects.get().outcome == Decision.Outcome.CARRIED


def test_the_forms_of_an_alternate_and_of_a_correction(scene: Scene) -> None:
    seat = scene.board.seats.get(number=3)
    other, clerk = colleague(seat), client_of(make.portal_administrator())
    name, entry = reverse("boards:alternate", args=[seat.pk]), reverse("boards:correct", args=[seat.pk])
    assert str(other.person) in read(clerk.get(name))
    assert "Choose another number" in read(clerk.post(entry, {"number": 4, "title": "Member", "reason": "A slip"}))
    assert "is required" in read(clerk.post(name, {"alternate": other.pk, "reason": ""}))
    page = read(clerk.post(name, {"alternate": other.pk, "reason": "Asked by the agency"}, follow=True))
    assert f"{other.person} stands by for seat 3 now" in page
    assert f"Alternate: {other.person}" in page
    assert f'value="{other.pk}" selected' in read(clerk.get(name))
    page = read(clerk.post(entry, {"number": 8, "title": "Member for Probation", "reason": "A slip"}, follow=True))
    assert "It is seat 8, Member for Probation now" in page
