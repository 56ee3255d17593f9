"""Making motions, and the chair's own power."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from agencies.views.shared import person_of, tried
from portal.kernel.access import members
from sharing_agreements.boards import commands, policy
from sharing_agreements.boards.forms import MotionForm, SuspendForm
from sharing_agreements.boards.models import Board, ChairSuspension, Motion
from sharing_agreements.models import Agreement
from sharing_agreements.views.shared import posted

from .shared import crumbs, find_board

S = Agreement.Status
POST_TOO = ["GET", "POST"]


@members
@require_http_methods(POST_TOO)
def move(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put an agreement before the board."""
    board, person = find_board(request, pk), person_of(request)
    policy.seat_of(person, board)
    matters = matters_of(board)
    form = MotionForm(posted(request), matters=matters, initial=request.GET.get("matter", ""))
    if form.is_valid():
        motion = tried(form, lambda: commands.move_motion(actor=person, board_id=pk, **form.values()))
        if motion:
            messages.success(request, f"Motion {motion.number} is made, and every member is told.")
            return redirect("boards:motion", motion.pk)
    context = {
        "board": board,
        "crumbs": crumbs(request, board, "Make a motion"),
        "form": form if matters or request.method == "POST" else None,
        "title": "Make a motion",
        "lead": "The board votes on it once the chair opens the ballot. A motion to approve also brings the agreement "
        "before the board: from then on it cannot be taken back.",
        "submit": "Make the motion",
        "nothing": "There is no agreement on which a motion can be made now.",
    }
    return render(request, "boards/form.html", context)


def matters_of(board: Board) -> list[tuple[str, str]]:
    """What can be moved now, as (kind:agreement, words): agreements in the status that a kind needs."""
    before = Motion.objects.open().exclude(agreement=None).values("agreement")
    mine = Agreement.objects.filter(policy.responsibility([board.pk])).exclude(pk__in=before)
    waiting = set(ChairSuspension.objects.unratified().values_list("agreement", flat=True))
    return [
        (f"{kind}:{agreement.pk}", f"{kind.label}: {agreement}")
        for kind, needs in policy.BALLOT_NEEDS.items()
        for agreement in mine.filter(status__in=needs | ({S.IN_REVIEW} if kind in policy.TAKES_UP else set())).order_by(
            "number"
        )
        if kind != Motion.Kind.RATIFY or agreement.pk in waiting
    ]


@members
@require_http_methods(POST_TOO)
def suspend(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The chair closes an agreement at once, where the charter allows it."""
    board, person = find_board(request, pk), person_of(request)
    policy.may_preside(person, board)
    in_force = Agreement.objects.filter(policy.responsibility([pk]), status=Agreement.Status.IN_FORCE)
    form = SuspendForm(
        posted(request), agreements=in_force.order_by("number"), initial=request.GET.get("agreement", "")
    )
    if form.is_valid():
        given = form.cleaned_data
        done = tried(
            form,
            lambda: commands.suspend_by_chair(
                actor=person, board_id=pk, agreement_id=given["agreement"].pk, reason=given["reason"]
            ),
        )
        if done:
            messages.success(request, f"{done.number} is suspended. Put its ratification before the board.")
            return redirect(f"{reverse('boards:move', args=[pk])}?matter=ratify:{done.pk}")
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
