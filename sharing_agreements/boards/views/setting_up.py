"""What a portal administrator enters about boards: that they exist, their charter, who holds which seat."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from agencies.models import Membership
from agencies.views.shared import person_of, tried
from portal.kernel.access import members
from sharing_agreements.boards import commands, policy
from sharing_agreements.boards.forms import AlternateForm, BoardForm, CorrectForm, SeatForm, SeatSearch, VacateForm
from sharing_agreements.boards.models import Seat
from sharing_agreements.views.shared import posted

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


def _find_seat(pk: UUID) -> Seat:
    """A seat that nobody was followed in."""
    seats = Seat.objects.select_related("board", "holder", "alternate", "agency")
    return get_object_or_404(seats, pk=pk, ended_at=None)


@members
@require_http_methods(["GET", "POST"])
def alternate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Name, replace or remove who stands by for a seat."""
    person = person_of(request)
    policy.may_establish(person)
    held = _find_seat(pk)
    form = AlternateForm(posted(request), seat=held)
    if form.is_valid():
        changed = tried(form, lambda: commands.change_alternate(actor=person, seat_id=pk, **form.values()))
        if changed:
            who = f"{changed.alternate} stands" if changed.alternate else "Nobody stands"
            messages.success(request, f"{who} by for seat {changed.number} now. Those concerned are told.")
            return redirect("boards:detail", changed.board_id)
    context = {
        "board": held.board,
        "crumbs": crumbs(request, held.board, f"Alternate for seat {held.number}"),
        "form": form,
        "title": f"Alternate for seat {held.number}",
        "lead": f"{held.holder} holds the seat for {held.agency}. Ballots that are open keep who stood by when they "
        "opened.",
        "submit": "Change the alternate",
    }
    return render(request, "boards/form.html", context)


@members
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Set right what was entered wrong about a seat."""
    person = person_of(request)
    policy.may_establish(person)
    held = _find_seat(pk)
    form = CorrectForm(posted(request), seat=held)
    if form.is_valid():
        corrected = tried(form, lambda: commands.correct_seat(actor=person, seat_id=pk, **form.cleaned_data))
        if corrected:
            messages.success(request, f"It is seat {corrected.number}, {corrected.title} now. The members are told.")
            return redirect("boards:detail", corrected.board_id)
    context = {
        "board": held.board,
        "crumbs": crumbs(request, held.board, f"Correct seat {held.number}"),
        "form": form,
        "title": f"Correct seat {held.number}",
        "lead": f"{held.holder}, {held.agency}. The term goes on. Once a ballot was opened to the seat, records of "
        "votes name it; it is then vacated and filled anew instead.",
        "submit": "Correct the seat",
    }
    return render(request, "boards/form.html", context)


@members
@require_http_methods(["GET", "POST"])
def vacate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End a term of office."""
    person = person_of(request)
    policy.may_establish(person)
    held = _find_seat(pk)
    form = VacateForm(posted(request))
    if form.is_valid():
        ended = tried(form, lambda: commands.vacate_seat(actor=person, seat_id=pk, **form.cleaned_data))
        if ended:
            messages.success(request, f"Seat {ended.number} is vacant.")
            return redirect("boards:detail", ended.board_id)
    context = {
        "board": held.board,
        "crumbs": crumbs(request, held.board, f"Vacate seat {held.number}"),
        "form": form,
        "title": f"Vacate seat {held.number}",
        "lead": f"{held.holder}, {held.agency}, leaves the board. Ballots that are open keep their electors.",
        "submit": "Vacate the seat",
        "stop": True,
    }
    return render(request, "boards/form.html", context)
