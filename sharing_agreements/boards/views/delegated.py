"""What the chair decides by delegation."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from agencies.models import User
from agencies.views.shared import person_of, posted, put_on, say
from portal.kernel.access import members
from portal.kernel.errors import Refused
from sharing_agreements.boards import chair_policy, commands, policy
from sharing_agreements.boards.models import Board, ChairSuspension, Motion, MotionKind
from sharing_agreements.boards.motion_forms import SuspendForm
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
        chair_policy.may_approve_alone(person, board, asked)
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


@members
@require_http_methods(["GET", "POST"])
def suspend(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The chair closes an agreement at once, where the charter allows it."""
    board, person = find_board(request, pk), person_of(request)
    policy.may_preside(person, board)
    form = SuspendForm(
        posted(request),
        agreements=Agreement.objects.filter(policy.responsibility([pk])),
        initial=request.GET.get("agreement", ""),
    )
    if form.is_valid() and (answer := _suspended(request, board, person, form)):
        return answer
    charter = policy.charter_of(board)
    context = {
        "board": board,
        "crumbs": crumbs(request, board, "Suspend an agreement"),
        "form": form,
        "title": "Suspend an agreement",
        "lead": "What it shares closes at once, for everybody. The board decides within "
        f"{charter.ratify_within_days} days whether that stands; until it has decided, the agreement stays suspended.",
        "submit": "Suspend it now",
        "stop": True,
    }
    return render(request, "boards/form.html", context)


def _suspended(request: HttpRequest, board: Board, person: User, form: SuspendForm) -> HttpResponse | None:
    agreement: Agreement = form.cleaned_data["agreement"]
    try:
        done = commands.suspend_by_chair(
            actor=person, board_id=board.pk, agreement_id=agreement.pk, reason=form.cleaned_data["reason"]
        )
    except Refused as why:
        messages.info(request, str(why))
    except ValidationError as wrong:
        put_on(form, wrong)
        return None
    else:
        messages.success(request, f"{done.number} is suspended. Put its ratification before the board.")
    return redirect(_next_after(board, agreement))


def _next_after(board: Board, agreement: Agreement) -> str:
    """The motion that is open on it; else the one to ratify, where the chair suspended it; else the board."""
    if motion := agreement.motions.open().first():
        return reverse("boards:motion", args=[motion.pk])
    if ChairSuspension.objects.unratified().filter(agreement=agreement).exists():
        return f"{reverse('boards:move', args=[board.pk])}?matter={MotionKind.RATIFY}:{agreement.pk}"
    return reverse("boards:detail", args=[board.pk])
