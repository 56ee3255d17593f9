"""Calling meetings."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from agencies.views.shared import person_of, tried
from portal.kernel.access import members
from sharing_agreements.boards import commands, policy
from sharing_agreements.boards.forms import ConveneForm
from sharing_agreements.views.shared import posted

from .shared import crumbs, find_board

POST_TOO = ["GET", "POST"]


@members
@require_http_methods(POST_TOO)
def convene(request: HttpRequest, pk: UUID) -> HttpResponse:
    board, person = find_board(request, pk), person_of(request)
    policy.may_preside(person, board)
    form = ConveneForm(posted(request))
    if form.is_valid():
        meeting = tried(form, lambda: commands.convene(actor=person, board_id=pk, **form.cleaned_data))
        if meeting:
            messages.success(request, "The meeting is called, and every member is told.")
            return redirect("boards:detail", pk)
    context = {
        "board": board,
        "crumbs": crumbs(request, board, "Call a meeting"),
        "form": form,
        "title": "Call a meeting",
        "lead": "Every member gets notice of time, place and business.",
        "submit": "Call the meeting",
        "zone": person.time_zone,
    }
    return render(request, "boards/form.html", context)
