"""What is recorded while a board is in session: its beginning, who is there, the votes, its end."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from agencies.views.shared import person_of, pressed
from portal.kernel.access import members
from portal.kernel.errors import Refused
from sharing_agreements.boards import commands, policy
from sharing_agreements.boards.models import Attendance, Ballot, Meeting, Seat

from .meetings import find_item, find_meeting


def _pressed(request: HttpRequest, pk: UUID, command: Callable[[], object], done: str) -> HttpResponse:
    return pressed(request, command, done, "boards:meeting", pk)


@members
@require_POST
def call_to_order(request: HttpRequest, pk: UUID) -> HttpResponse:
    find_meeting(request, pk)
    person = person_of(request)
    return _pressed(
        request,
        pk,
        lambda: commands.call_to_order(actor=person, meeting_id=pk),
        "The meeting is called to order, and you preside. Record who is here.",
    )


@members
@require_POST
def take_chair(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Preside pro tem over a meeting that whoever presided has left."""
    find_meeting(request, pk)
    person = person_of(request)
    done = "You preside as chair pro tem until the chair is here."
    return _pressed(request, pk, lambda: commands.take_chair(actor=person, meeting_id=pk), done)


def _board_seat(meeting: Meeting, seat: UUID) -> Seat:
    held: QuerySet[Seat] = Seat.objects.held().filter(board=meeting.board_id)
    return get_object_or_404(held.select_related("holder", "alternate"), pk=seat)


@members
@require_POST
def arrive(request: HttpRequest, pk: UUID, seat: UUID) -> HttpResponse:
    """Whoever the button names takes the seat; without a name its holder does."""
    found, person = find_meeting(request, pk), person_of(request)
    taken = _board_seat(found, seat)
    whose = {str(who.pk): who.pk for who in (taken.holder, taken.alternate) if who is not None}
    assert taken.holder_id is not None  # noqa: S101  (held)
    named = request.POST.get("person", "")
    who = whose.get(named) if named else taken.holder_id

    def arrived() -> Attendance:
        if who is None:  # a page from before the alternate changed must not record somebody else
            raise Refused(
                "Who may take this seat has changed. Reload the page, then record who is there.", code="other"
            )
        return commands.arrive(actor=person, meeting_id=pk, seat_id=seat, person_id=who)

    return _pressed(request, pk, arrived, f"Seat {taken.number} is taken.")


@members
@require_POST
def leave(request: HttpRequest, pk: UUID, seat: UUID) -> HttpResponse:
    """Whoever the button names has left."""
    found, person = find_meeting(request, pk), person_of(request)
    left, named = _board_seat(found, seat), request.POST.get("person", "")
    return _pressed(
        request,
        pk,
        lambda: commands.leave(actor=person, meeting_id=pk, seat_id=seat, named=named),
        f"Seat {left.number} is left.",
    )


@members
@require_POST
def open_ballot(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take the vote on an item among those present."""
    item, person = find_item(request, pk), person_of(request)
    policy.may_preside(person, item.meeting.board, item.meeting)
    motion = item.motion
    if motion is None:
        messages.error(request, "There is no motion on this item. Make one, and put it on an agenda.")
        return redirect("boards:meeting", item.meeting_id)
    return _pressed(
        request,
        item.meeting_id,
        lambda: commands.open_ballot(actor=person, motion_id=motion.pk, meeting_id=item.meeting_id),
        f"The vote on motion {motion.number} is open among those present. Whoever stays silent abstains.",
    )


@members
@require_POST
def close_ballot(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Close the vote on an item; what was said until then counts."""
    item, person = find_item(request, pk), person_of(request)
    policy.may_preside(person, item.meeting.board, item.meeting)
    ballot = Ballot.objects.undecided().filter(meeting=item.meeting, motion=item.motion_id).first()
    if ballot is None:
        messages.info(request, "The vote is closed.")
        return redirect("boards:meeting", item.meeting_id)
    key = ballot.pk
    return _pressed(
        request,
        item.meeting_id,
        lambda: commands.settle(actor=person, ballot_id=key),
        "The vote is closed, and its result is recorded.",
    )


@members
@require_POST
def adjourn(request: HttpRequest, pk: UUID) -> HttpResponse:
    find_meeting(request, pk)
    person = person_of(request)
    return _pressed(
        request, pk, lambda: commands.adjourn(actor=person, meeting_id=pk), "Adjourned. Draft the minutes next."
    )
