"""What members and their alternates are told of meetings, with the time of the meeting and of their own clock."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse

from agencies.models import User
from portal.audit.models import Event
from portal.notices import kinds

from .models import Meeting, Minutes, Seat
from .notice_groups import MEETINGS
from .wording import when_in_words


def everybody(board_id: UUID) -> QuerySet[User]:
    """Who sits on a board, with a vote or without, and who stands by for them."""
    seats = Seat.objects.in_term().filter(board=board_id)
    return User.objects.filter(
        Q(pk__in=seats.values("holder")) | Q(pk__in=seats.values("alternate")),
        is_active=True,
        is_portal_administrator=False,
    )


def _meeting(event: Event) -> Meeting:
    return Meeting.objects.select_related("board").get(pk=event.detail["meeting"])


def _filled(text: str) -> Callable[[Event], str]:
    def filled(event: Event) -> str:
        meeting = _meeting(event)
        return text.format(board=meeting.board, when=when_in_words(meeting), m=meeting)

    return filled


def _page(event: Event) -> str:
    return reverse("boards:meeting", args=[event.detail["meeting"]])


def _minutes_page(event: Event) -> str:
    return reverse("boards:minutes", args=[event.detail["meeting"]])


def _audience(event: Event) -> QuerySet[User]:
    return everybody(event.subject_id)


def _concerns(event: Event, person: User) -> bool:
    return _audience(event).filter(pk=person.pk).exists()


def _still_called(event: Event, person: User) -> bool:
    return _meeting(event).status == Meeting.Status.CALLED


def _in_session(event: Event, person: User) -> bool:
    return _meeting(event).status == Meeting.Status.OPEN


def _unapproved(event: Event, person: User) -> bool:
    return Minutes.objects.filter(meeting=event.detail["meeting"], approved_at=None).exists()


def _kind(
    name: str,
    subject: str,
    body: str,
    *,
    link: Callable[[Event], str] = _page,
    due: Callable[[Event, User], bool] = kinds.always,
    asks: str = "",
) -> kinds.Kind:
    said, told = _filled(subject), _filled(body)
    return kinds.Kind(f"board.{name}", said, told, link, _audience, _concerns, MEETINGS, asks, still_due=due)


def register() -> None:
    """Called once when the app is ready."""
    for kind in (
        _kind(
            "convened",
            "Meeting of {board}: {when}",
            "A meeting is called for {when}. Place, business and a file for your calendar are on its page.",
            due=_still_called,
            asks="a meeting to which you are called",
        ),
        _kind(
            "agenda_changed",
            "The agenda has changed: {board}",
            "The agenda of the meeting on {when} is another now. Its page says what was noticed in time.",
        ),
        _kind(
            "meeting_cancelled",
            "Cancelled: meeting of {board}",
            "The meeting on {when} will not take place. Its page says why.",
            asks="a meeting that will not take place",
        ),
        _kind(
            "called_to_order",
            "In session: {board}",
            "The meeting noticed for {when} was called to order.",
            due=_in_session,
        ),
        _kind("adjourned", "Adjourned: {board}", "The meeting of {when} is over. Its minutes are drafted next."),
        _kind(
            "minutes_drafted",
            "Minutes to read: {board}",
            "The minutes of the meeting of {when} are drafted. The board approves them at a later meeting.",
            link=_minutes_page,
            due=_unapproved,
        ),
        _kind(
            "minutes_approved",
            "Minutes approved: {board}",
            "The minutes of the meeting of {when} are approved, and change no more.",
            link=_minutes_page,
        ),
    ):
        kinds.register(kind)
