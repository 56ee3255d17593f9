"""Who is told that a seat is theirs no more, or that another stands by for it: the people concerned, and the chair."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q, QuerySet
from django.urls import reverse

from agencies.models import User
from agencies.notices import WORK
from portal.audit.models import Event
from portal.notices import kinds
from portal.notices.groups import Group

from .models import Board, Seat
from .notice_groups import BOARDS

People = Callable[[Event], QuerySet[User]]


def _people(event: Event, role: str) -> QuerySet[User]:
    """Who is named in the event; nobody where there was none."""
    return User.objects.filter(pk__in=[key for key in (event.detail[role],) if key])


def _named(event: Event) -> QuerySet[User]:
    """The new alternate, while they stand by."""
    stands_by = Seat.objects.in_term().filter(pk=event.detail["seat_id"]).values("alternate")
    return _people(event, "alternate").filter(pk__in=stands_by)


def _former(event: Event) -> QuerySet[User]:
    return _people(event, "former")


def _beside(event: Event) -> QuerySet[User]:
    """The holder of the seat, and the chair."""
    seats = Seat.objects.held().filter(Q(pk=event.detail["seat_id"]) | Q(board=event.subject_id, is_chair=True))
    return User.objects.filter(pk__in=seats.values("holder"))


def _board(event: Event) -> str:
    return reverse("boards:detail", args=[event.subject_id])


def _home(event: Event) -> str:
    """Whoever stands by no more does not read the page of the board."""
    return reverse("workbench:home")


def _left(event: Event) -> QuerySet[User]:
    """Who held the seat, and who stood by for them."""
    return _people(event, "holder") | _people(event, "stood_by")


def _kind(
    subject: str,
    body: str,
    people: People,
    link: Callable[[Event], str] = _board,
    name: str = "board.alternate_changed",
    group: Group = WORK,
) -> kinds.Kind:
    def filled(text: str) -> Callable[[Event], str]:
        return lambda event: text.format(board=Board.objects.get(pk=event.subject_id), seat=event.detail["seat"])

    def concerns(event: Event, person: User) -> bool:
        return people(event).filter(pk=person.pk).exists()

    return kinds.Kind(name, filled(subject), filled(body), link, people, concerns, group)


def register() -> None:
    """Called once when the app is ready."""
    for kind in (
        _kind(
            "You stand by for seat {seat}: {board}",
            "You sit at meetings and vote in writing while the holder of the seat does not. Ballots that are open "
            "already keep who stood by when they opened.",
            _named,
        ),
        _kind(
            "You no longer stand by for seat {seat}: {board}",
            "Ballots on which you may vote in place of the holder stay open to you until they close.",
            _former,
            _home,
        ),
        _kind(
            "The alternate for seat {seat} has changed: {board}",
            "The page of the board says who stands by now.",
            _beside,
            group=BOARDS,
        ),
        _kind(
            "Seat {seat} is vacant: {board}",
            "The seat that you held, or for which you stood by, was vacated. Ballots that were open stay open to you "
            "until they close.",
            _left,
            _home,
            "board.seat_vacated",
        ),
    ):
        kinds.register(kind)
