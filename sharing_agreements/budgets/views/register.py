"""The register of budgets, and opening one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from agencies.register import page
from agencies.views.shared import columns, form_page, page_links, person_of, posted, tried
from portal.kernel.access import members
from portal.kernel.parts import part
from portal.kernel.sheets import csv_answer
from sharing_agreements.budgets import commands, policy, sponsors
from sharing_agreements.budgets.forms import BudgetFilter, OpenForm
from sharing_agreements.budgets.sharing import plan_of, with_standing
from sharing_agreements.budgets.wording import standing, years_of
from sharing_agreements.funding.views.shared import tabs

from .shared import seen, state

CSV = ("Budget", "Board", "Owner", "First year", "Last year", "State", "Parties", "In money", "Other sources", "Shared")


def _asked(request: HttpRequest) -> tuple[BudgetFilter, QuerySet[Any]]:
    found: QuerySet[Any] = with_standing(seen(request).select_related("board", "owner"))
    boards = seen(request).order_by("board__name").values_list("board", "board__name").distinct()
    form = BudgetFilter(request.GET, boards=[(str(key), name) for key, name in boards])
    if not form.is_valid():
        return form, found.none()
    given = form.cleaned_data
    for word in given["q"].split()[:8]:
        found = found.filter(title__icontains=word)
    if given["board"]:
        found = found.filter(board=given["board"])
    if given["state"]:
        found = found.filter(adopted__isnull=given["state"] != "adopted")
    return form, found


@members
@require_GET
def register(request: HttpRequest) -> HttpResponse:
    """The budgets that this person reads."""
    form, found = _asked(request)
    given = form.cleaned_data if form.is_valid() else {}
    shown = page(found, "title", before=given.get("before"), after=given.get("after"))
    asked = {
        name: value for name in (field.name for field in form.visible_fields()) if (value := request.GET.get(name))
    }
    context = {
        "tabs": tabs("budgets:list"),
        "form": form,
        "count": found.count(),
        "filtered": bool(asked),
        "columns": columns("Budget", "Board", "Fiscal years", "State"),
        "rows": [_row(budget) for budget in shown.rows],
        "csv": f"{reverse('budgets:csv')}?{urlencode(asked)}",
        "opens": sponsors.boards().led_by(person_of(request)).exists(),
        **page_links(request, shown),
    }
    return render(request, "budgets/budget_list.html", context)


def _row(budget: Any) -> list[Any]:
    link = part("link", text=budget.title, href=reverse("budgets:detail", args=[budget.pk]))
    return [
        part("lines", text=link, under=f"kept by {budget.owner}"),
        budget.board,
        years_of(budget),
        state(budget.adopted),
    ]


@members
@require_GET
def csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same list as CSV, with sums over all years."""
    _, found = _asked(request)
    return csv_answer("budgets", CSV, _lines(found.order_by("title", "pk")))


def _lines(found: QuerySet[Any]) -> Iterator[tuple[object, ...]]:
    for budget in found:
        sums = plan_of(budget).sums.values()
        yield (
            budget.title,
            budget.board,
            budget.owner,
            budget.first_year,
            budget.last_year,
            standing(budget.adopted),
            budget.parties.count(),
            sum(each.cash for each in sums),
            sum(each.sources for each in sums),
            sum(each.to_share for each in sums),
        )


@members
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Open a budget for a board that one chairs."""
    person = person_of(request)
    policy.may_open(person)
    form = OpenForm(posted(request), boards=sponsors.boards().led_by(person))
    if form.is_valid():
        made = tried(form, lambda: commands.open_budget(actor=person, **form.values()))
        if made is not None:
            messages.success(request, "The budget is open. Add its parties and lines.")
            return redirect("budgets:detail", made.pk)
    back = (reverse("budgets:list"), "Budgets")
    return form_page(request, form, title="Open a budget", submit="Open the budget", back=back)
