"""The plan of reviews of a board: what is in force, what was, and its chair's form for the next."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from agencies.views.shared import person_of, posted, say, tried
from portal.kernel.access import members
from portal.kernel.errors import Refused
from portal.kernel.policy import allows
from sharing_agreements.boards.views.shared import crumbs, find_board
from sharing_agreements.reviews import commands, policy
from sharing_agreements.reviews.forms import AdoptForm, StageRows, Stages, one_more, rows_of
from sharing_agreements.reviews.planning import MOST, plan_of
from sharing_agreements.reviews.wording import planned_steps


@members
@require_GET
def plan(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Which reviews agreements pass before the board takes them up, and every plan before."""
    board = find_board(request, pk)
    plans = list(board.review_plans.select_related("adopted_by").prefetch_related("stages__agency").order_by("-number"))
    plans_now = allows(policy.may_plan, person_of(request), board)
    adopt = {"label": "Adopt another plan" if plans else "Plan reviews", "href": reverse("reviews:adopt", args=[pk])}
    context = {
        "board": board,
        "crumbs": crumbs(request, board, "Plan of reviews"),
        "now": plans[0] if plans else None,
        "steps": planned_steps(plans[0].stages.all()) if plans else [],
        "without": policy.may_hold(list(plans[0].stages.all())) if plans else [],
        "earlier": [(each, planned_steps(each.stages.all())) for each in plans[1:]],
        "actions": [{**adopt, "main": not plans}] if plans_now else [],
    }
    return render(request, "reviews/plan.html", context)


@members
@require_http_methods(["GET", "POST"])
def adopt(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The stages as a form; the button for another stage gives one more row and keeps what was typed."""
    board, person = find_board(request, pk), person_of(request)
    policy.may_plan(person, board)
    now = plan_of(board)
    data, more = posted(request), "more" in request.POST
    begun = one_more(request.POST) if more else rows_of(now)
    rows = cast("StageRows", Stages(None if more else data, prefix="stage", initial=begun))
    form = AdoptForm(None if more else data, initial=_kept(request) if more else {"after": now.number if now else 0})
    if data is not None and not more and form.is_valid() and rows.is_valid():
        try:
            done = tried(
                form, lambda: commands.adopt_plan(actor=person, board_id=pk, stages=rows.values(), **form.cleaned_data)
            )
        except Refused as no:
            say(request, no)
            return redirect("reviews:plan", pk)
        if done is not None:
            messages.success(request, f"Plan {done.number} is adopted. It holds for what is submitted from now on.")
            return redirect("reviews:plan", pk)
    context = {
        "board": board,
        "crumbs": crumbs(request, board, "Plan of reviews"),
        "form": form,
        "rows": rows,
        "full": len(rows.forms) >= MOST,
    }
    return render(request, "reviews/plan_form.html", context)


def _kept(request: HttpRequest) -> dict[str, str]:
    """What was typed so far, while one more row is asked for."""
    return {name: request.POST.get(name, "") for name in ("reason", "after")}
