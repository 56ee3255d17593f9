"""What a portal administrator enters about boards: that they exist, their charter, who holds which seat."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.db.models import Max, Q
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from agencies.models import Membership
from agencies.views.shared import person_of, posted, tried
from portal.kernel.access import members
from sharing_agreements.boards import commands, policy
from sharing_agreements.boards.forms import AlternateForm, BoardForm, CorrectForm, SeatForm, SeatSearch, VacateForm
from sharing_agreements.boards.models import Seat

from .shared import crumbs, find_board

FOUND = 20


@members
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    policy.may_establish(person)
    form = BoardForm(posted(request))
    if form.is_valid():
        board = tried(form, lambda: commands.establish_board(actor=person, **form.values()))
        if board:
            messages.success(request, f"{board} is entered. Enter its charter next; without one it has no rule.")
            return redirect("boards:charter", board.pk)
    context = {
        "crumbs": crumbs(request, None, "New board"),
        "form": form,
        "title": "Enter a board",
        "lead": "A governing body that exists outside this portal. Its charter and its seats come next.",
        "submit": "Enter the board",
    }
    return render(request, "boards/form.html", context)


@members
@require_http_methods(["GET", "POST"])
def seat(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Find a person, then seat them for the agency where they work."""
    person = person_of(request)
    policy.may_establish(person)
    board = find_board(request, pk)
    chosen = _chosen(request.GET.get("membership", ""))
    search = SeatSearch(request.GET if "q" in request.GET else None)
    highest = board.seats.filter(ended_at=None).aggregate(highest=Max("number"))["highest"] or 0
    form = SeatForm(posted(request), membership=chosen, number=highest + 1)
    if request.method == "POST" and form.is_valid():
        filled = tried(form, lambda: commands.fill_seat(actor=person, board_id=pk, **form.values()))
        if filled:
            messages.success(request, f"Seat {filled.number} is filled.")
            return redirect("boards:detail", pk)
    context = {
        "board": board,
        "crumbs": crumbs(request, board, "Fill a seat"),
        "search": search,
        "found": _people(search.cleaned_data["q"]) if search.is_valid() else None,
        "chosen": chosen,
        "form": form,
    }
    return render(request, "boards/seat_fill.html", context)


def _chosen(given: str) -> Membership | None:
    try:
        key = UUID(given)
    except ValueError:
        return None
    return Membership.objects.current().select_related("person", "agency").filter(pk=key).first()


def _people(words: str) -> list[Membership]:
    """Memberships of people who can hold a seat."""
    found = Membership.objects.current().filter(person__is_portal_administrator=False)
    for word in words.split():
        named = Q(person__first_name__icontains=word) | Q(person__last_name__icontains=word)
        found = found.filter(named | Q(person__email__icontains=word) | Q(agency__name__icontains=word))
    return list(found.select_related("person", "agency").order_by("person__last_name", "person__email")[:FOUND])


def _find_seat(request: HttpRequest, pk: UUID) -> Seat:
    """A seat that nobody was followed in, for whoever sets boards up."""
    policy.may_establish(person_of(request))
    seats = Seat.objects.select_related("board", "holder", "alternate", "agency")
    return get_object_or_404(seats, pk=pk, ended_at=None)


def _of_seat(
    request: HttpRequest,
    held: Seat,
    form: Form,
    command: Callable[[], Seat],
    done: Callable[[Seat], str],
    **words: object,
) -> HttpResponse:
    """One form about a seat: what was done, or the form with what is wrong. `words`: title, lead, submit, stop."""
    if form.is_valid() and (seat := tried(form, command)):
        messages.success(request, done(seat))
        return redirect("boards:detail", held.board_id)
    trail = crumbs(request, held.board, str(words["title"]))
    return render(request, "boards/form.html", {"board": held.board, "crumbs": trail, "form": form, **words})


@members
@require_http_methods(["GET", "POST"])
def alternate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Name, replace or remove who stands by for a seat."""
    held = _find_seat(request, pk)
    form = AlternateForm(posted(request), seat=held)
    return _of_seat(
        request,
        held,
        form,
        lambda: commands.change_alternate(actor=person_of(request), seat_id=pk, **form.values()),
        _stands_by,
        title=f"Alternate for seat {held.number}",
        lead=f"{held.holder} holds the seat for {held.agency}. Ballots that are open keep whom they opened with.",
        submit="Change the alternate",
    )


def _stands_by(seat: Seat) -> str:
    who = f"{seat.alternate} stands" if seat.alternate else "Nobody stands"
    return f"{who} by for seat {seat.number} now. Those concerned are told."


@members
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Set right what was entered wrong about a seat."""
    held = _find_seat(request, pk)
    form = CorrectForm(posted(request), seat=held)
    return _of_seat(
        request,
        held,
        form,
        lambda: commands.correct_seat(actor=person_of(request), seat_id=pk, **form.cleaned_data),
        lambda seat: f"It is seat {seat.number}, {seat.title} now. The members are told.",
        title=f"Correct seat {held.number}",
        lead=f"{held.holder}, {held.agency}. The term goes on. Once a ballot was opened to the seat, records of votes "
        "name it; it is then vacated and filled anew instead.",
        submit="Correct the seat",
    )


@members
@require_http_methods(["GET", "POST"])
def vacate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End a term of office."""
    held = _find_seat(request, pk)
    form = VacateForm(posted(request))
    return _of_seat(
        request,
        held,
        form,
        lambda: commands.vacate_seat(actor=person_of(request), seat_id=pk, **form.cleaned_data),
        lambda seat: f"Seat {seat.number} is vacant.",
        title=f"Vacate seat {held.number}",
        lead=f"{held.holder}, {held.agency}, leaves the board. Ballots that are open keep their electors.",
        submit="Vacate the seat",
        stop=True,
    )
