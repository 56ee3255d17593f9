"""The history of an initiative, a budget and an application for funding, for who audits an agency of theirs, or the
portal."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from portal.kernel.access import members
from sharing_agreements.budgets.models import Budget
from sharing_agreements.funding.models import Application
from sharing_agreements.initiatives.models import Initiative

from .past import Entry
from .past_applications import ApplicationPast
from .past_budgets import BudgetPast
from .past_initiatives import InitiativePast
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


def _application(request: HttpRequest, pk: UUID) -> tuple[Application, PastFilter, list[Entry]]:
    person = person_of(request)
    scope_of(person)
    found = Application.objects.visible_to(person, None).select_related("program", "agency")
    application = get_object_or_404(found, pk=pk)
    return application, *filtered(request, ApplicationPast(application).entries())


@members
@require_GET
def application_history(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything that happened to one application: tasks, documents, award, drawdowns, reports, newest first."""
    application, asked, entries = _application(request, pk)
    context = {
        "title": str(application),
        "about": "Application for funding",
        "back": {"label": "Application", "href": reverse("funding:application", args=[pk])},
        "filter": asked,
        "csv": reverse("workbench:application_history_csv", args=[pk]) + "?" + request.GET.urlencode(),
        **paged(request, entries),
    }
    return render(request, "workbench/past.html", context)


@members
@require_GET
def application_history_csv(request: HttpRequest, pk: UUID) -> StreamingHttpResponse:
    """The same as CSV."""
    application, _, entries = _application(request, pk)
    return past_csv(f"history-{slugify(application.agency.name)}-application", entries)


def _initiative(request: HttpRequest, pk: UUID) -> tuple[Initiative, PastFilter, list[Entry]]:
    person = person_of(request)
    scope_of(person)
    found = get_object_or_404(Initiative.objects.audited_by(person), pk=pk)
    return found, *filtered(request, InitiativePast(found, person).entries())


@members
@require_GET
def initiative_history(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything that happened to one initiative: partners, milestones, what blocks them, links, newest first."""
    initiative, asked, entries = _initiative(request, pk)
    context = {
        "title": initiative.title,
        "about": str(initiative.board),
        "back": {"label": "Initiative", "href": reverse("initiatives:detail", args=[pk])},
        "filter": asked,
        "csv": reverse("workbench:initiative_history_csv", args=[pk]) + "?" + request.GET.urlencode(),
        **paged(request, entries),
    }
    return render(request, "workbench/past.html", context)


@members
@require_GET
def initiative_history_csv(request: HttpRequest, pk: UUID) -> StreamingHttpResponse:
    """The same as CSV."""
    initiative, _, entries = _initiative(request, pk)
    return past_csv(f"history-{slugify(initiative.title)[:60]}", entries)
