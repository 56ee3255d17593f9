"""The history of a budget, for who audits a party, its owner or the portal."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from portal.kernel.access import members
from sharing_agreements.budgets.models import Budget

from .past import Entry
from .past_budgets import BudgetPast
from .scope import scope_of
from .views import PastFilter, filtered, paged, past_csv, person_of


def _past(request: HttpRequest, pk: UUID) -> tuple[Budget, PastFilter, list[Entry]]:
    person = person_of(request)
    scope_of(person)
    budget = get_object_or_404(Budget.objects.audited_by(person), pk=pk)
    return budget, *filtered(request, BudgetPast(budget).entries())


@members
@require_GET
def budget_history(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything that happened to one budget: parties, lines, figures, formulas, versions, invoices, newest first."""
    budget, asked, entries = _past(request, pk)
    context = {
        "title": budget.title,
        "about": str(budget.board),
        "back": {"label": "Budget", "href": reverse("budgets:detail", args=[pk])},
        "filter": asked,
        "csv": reverse("workbench:budget_history_csv", args=[pk]) + "?" + request.GET.urlencode(),
        **paged(request, entries),
    }
    return render(request, "workbench/past.html", context)


@members
@require_GET
def budget_history_csv(request: HttpRequest, pk: UUID) -> StreamingHttpResponse:
    """The same as CSV."""
    budget, _, entries = _past(request, pk)
    return past_csv(f"history-{slugify(budget.title)}", entries)
