"""What the chair decides by delegation."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from agencies.views.shared import person_of, say
from portal.kernel.access import members
from portal.kernel.errors import Refused
from sharing_agreements.boards import commands, policy
from sharing_agreements.boards.models import Motion
from sharing_agreements.models import Agreement

from .shared import crumbs, find_board
from .texts import changed_text


@members
@require_http_methods(["GET", "POST"])
def approve_alone(request: HttpRequest, pk: UUID, agreement: UUID) -> HttpResponse:
    """What an administrative amendment changes, and the chair's approval of just that text."""
    board, person = find_board(request, pk), person_of(request)
    found = Agreement.objects.filter(policy.responsibility([pk])).select_related("current_version", "follows")
    asked = get_object_or_404(found, pk=agreement)
    try:
        policy.may_approve_alone(person, board, asked)
        if request.method == "POST":
            sha256 = request.POST.get("sha256", "")
            commands.approve_by_chair(actor=person, board_id=pk, agreement_id=agreement, sha256=sha256)
            messages.success(request, f"{asked.number} is approved. Its parties are asked to sign.")
            return redirect("agreements:detail", agreement)
    except Refused as why:
        say(request, why)
        return redirect("agreements:detail", agreement)
    context = {
        "board": board,
        "agreement": asked,
        "crumbs": crumbs(request, board, f"Approve {asked.number}"),
        "redline": changed_text(Motion(board=board, agreement=asked, version=asked.current_version)),
    }
    return render(request, "boards/approve_alone.html", context)
