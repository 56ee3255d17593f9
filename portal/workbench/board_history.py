"""The history of a board, for who audits it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from portal.kernel.access import members
from sharing_agreements.boards.models import Board

from .past import Entry
from .past_boards import BoardPast
from .scope import scope_of
from .views import PastFilter, filtered, paged, past_csv, person_of


def _past(request: HttpRequest, pk: UUID) -> tuple[Board, PastFilter, list[Entry]]:
    """The board, and of its motions those that this auditor reads."""
    person = person_of(request)
    scope_of(person)
    board = get_object_or_404(Board.objects.visible_to(person), pk=pk)
    return board, *filtered(request, BoardPast(board, person).entries())


@members
@require_GET
def board_history(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything that happened to one board: charters, seats, meetings, motions, votes, sanctions, newest first."""
    board, asked, entries = _past(request, pk)
    context = {
        "title": board.name,
        "about": "Votes on an agreement stand in the history of the agreement.",
        "back": {"label": "Board", "href": reverse("boards:detail", args=[pk])},
        "filter": asked,
        "csv": reverse("workbench:board_history_csv", args=[pk]) + "?" + request.GET.urlencode(),
        **paged(request, entries),
    }
    return render(request, "workbench/past.html", context)


@members
@require_GET
def board_history_csv(request: HttpRequest, pk: UUID) -> StreamingHttpResponse:
    """The same as CSV."""
    board, _, entries = _past(request, pk)
    return past_csv(f"history-{slugify(board.name)}", entries)
