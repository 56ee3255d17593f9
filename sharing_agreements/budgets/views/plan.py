"""The plan of a budget: its years as a picture and a table, lines, sources and parties."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.dateformat import format as spell
from django.views.decorators.http import require_GET, require_http_methods

from agencies.views.shared import form_page, membership_of, person_of, posted, sent
from portal.kernel.access import members
from portal.kernel.parts import part
from portal.kernel.sheets import csv_answer
from sharing_agreements.budgets import commands, pictures, years
from sharing_agreements.budgets.forms import (
    BudgetForm,
    LineFilter,
    LineForm,
    PartyForm,
    ReasonForm,
    SourceForm,
    SureForm,
    TodayForm,
)
from sharing_agreements.budgets.models import BudgetLine, BudgetParty, BudgetSource
from sharing_agreements.budgets.sharing import plan_of
from sharing_agreements.budgets.wording import dollars
from sharing_agreements.funding.models import Application, Award

from .shared import find, find_kept, head, page_of, seen, table_columns

POST_TOO = ["GET", "POST"]
CSV = ("Line", "Recurrence", "Fiscal year", "Planned", "Actual", "In kind from")


@members
@require_GET
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the budget costs in each year, and who takes part."""
    budget = find(request, pk)
    plan, shown = plan_of(budget), head(request, budget, "detail")
    form = LineFilter(request.GET, budget=budget)
    lines = form.of(plan.lines)
    asked = {name: value for name in form.fields if (value := request.GET.get(name))}
    context = {
        **shown,
        "plan": plan,
        "picture": pictures.by_year(plan) if plan.lines else "",
        "table": pictures.table(plan),
        "bars": (*pictures.BARS, pictures.MISSING),
        "form": form,
        "filtered": bool(asked),
        "line_columns": table_columns(
            "Line", "Fiscal year", "#Planned", "#Actual", "In kind from", change=shown["keeps"]
        ),
        "lines": [_line(line, shown["keeps"]) for line in lines],
        "csv": f"{reverse('budgets:lines_csv', args=[pk])}?{urlencode(asked)}",
        "source_columns": table_columns("Source", "Fiscal year", "#Planned", change=shown["keeps"]),
        "sources": [_source(source, shown["keeps"]) for source in plan.sources],
        "party_columns": table_columns("Party", "#Pays a year today", change=shown["keeps"]),
        "parties": [_party(party, shown["keeps"]) for party in plan.parties],
    }
    return render(request, "budgets/budget_detail.html", context)


def _link(label: str, name: str, thing: Any) -> Any:
    return part("link", text=label, href=reverse(f"budgets:{name}", args=[thing.pk]), more=str(thing))


def _line(line: BudgetLine, keeps: bool) -> list[Any]:
    row = [
        part("lines", text=line.name, under=line.get_recurrence_display()),
        years.label(line.year),
        dollars(line.planned),
        dollars(line.actual),
        line.provided_by or "",
    ]
    return [*row, _link("Change", "line", line)] if keeps else row


def _source(source: BudgetSource, keeps: bool) -> list[Any]:
    under = f"award {source.award.number}, until {spell(source.award.last_on, 'M j, Y')}" if source.award else ""
    row = [part("lines", text=source.name, under=under), years.label(source.year), dollars(source.planned)]
    return [*row, _link("Change", "source", source)] if keeps else row


def _party(party: BudgetParty, keeps: bool) -> list[Any]:
    row = [party.agency, dollars(party.pays_today)]
    return [*row, _link("Change", "party", party)] if keeps else row


@members
@require_GET
def lines_csv(request: HttpRequest, pk: UUID) -> StreamingHttpResponse:
    """The lines as CSV, in the columns that the import takes."""
    budget = find(request, pk)
    lines = LineFilter(request.GET, budget=budget).of(list(budget.lines.select_related("provided_by")))
    return csv_answer("budget-lines", CSV, _lines(lines))


def _lines(lines: list[BudgetLine]) -> Iterator[tuple[object, ...]]:
    for line in lines:
        how = line.get_recurrence_display()
        yield line.name, how, line.year, line.planned, line.actual, line.provided_by


# --- Changing it ----------------------------------------------------------------------------------------------------


@members
@require_http_methods(POST_TOO)
def change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the budget is called, and its years."""
    budget = find_kept(request, pk)
    names = ("title", "about", "first_year", "last_year", "begins_month", "credits_in_kind")
    form = BudgetForm(posted(request), initial={name: getattr(budget, name) for name in names})

    def command() -> object:
        return commands.change_budget(actor=person_of(request), budget_id=pk, **form.cleaned_data)

    if answer := sent(request, form, command, "The budget is changed.", "budgets:detail", pk):
        return answer
    return form_page(request, form, title="Change the budget", submit="Save", back=page_of(budget))


@members
@require_http_methods(POST_TOO)
def party_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let an agency take part."""
    budget = find_kept(request, pk)
    form = PartyForm(posted(request), budget=budget)

    def command() -> object:
        given = form.cleaned_data
        return commands.add_party(
            actor=person_of(request), budget_id=pk, agency_id=given["agency"].pk, pays_today=given["pays_today"]
        )

    if answer := sent(request, form, command, "The agency takes part, and reads the budget.", "budgets:detail", pk):
        return answer
    return form_page(request, form, title="Add a party", submit="Add", back=page_of(budget))


@members
@require_http_methods(POST_TOO)
def party(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What a party pays today."""
    found = get_object_or_404(BudgetParty.objects.filter(budget__in=seen(request)).select_related("agency"), pk=pk)
    budget = find_kept(request, found.budget_id)
    form = TodayForm(posted(request), initial={"pays_today": found.pays_today})

    def command() -> object:
        return commands.change_party(actor=person_of(request), party_id=pk, **form.cleaned_data)

    if answer := sent(request, form, command, "Saved.", "budgets:detail", budget.pk):
        return answer
    remove = reverse("budgets:party_remove", args=[pk])
    return form_page(
        request,
        form,
        title=str(found),
        submit="Save",
        back=page_of(budget),
        other=(remove, "Take it out of the budget"),
    )


@members
@require_http_methods(POST_TOO)
def party_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a party out of the draft."""
    found = get_object_or_404(BudgetParty.objects.filter(budget__in=seen(request)).select_related("agency"), pk=pk)
    budget = find_kept(request, found.budget_id)
    form = ReasonForm(posted(request))

    def command() -> object:
        commands.remove_party(actor=person_of(request), party_id=pk, **form.cleaned_data)
        return True

    if answer := sent(request, form, command, "The agency takes no part any more.", "budgets:detail", budget.pk):
        return answer
    return form_page(
        request,
        form,
        title=f"Take {found} out of the budget",
        submit="Take it out",
        back=page_of(budget),
        stop=True,
        lead="Its figures go, and its people read the budget no more. What it owes under an adopted version stays.",
    )


@members
@require_http_methods(POST_TOO)
def line_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add a line, for one year or several."""
    return _line_form(request, pk, None)


@members
@require_http_methods(POST_TOO)
def line(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a line."""
    found = get_object_or_404(BudgetLine.objects.filter(budget__in=seen(request)), pk=pk)
    return _line_form(request, found.budget_id, found)


def _line_form(request: HttpRequest, pk: UUID, found: BudgetLine | None) -> HttpResponse:
    budget = find_kept(request, pk)
    form = LineForm(posted(request), budget=budget, line=found)

    def command() -> object:
        mine = found.pk if found else None
        return commands.save_line(actor=person_of(request), budget_id=pk, line_id=mine, **form.values())

    if answer := sent(request, form, command, "The line is saved.", "budgets:detail", pk):
        return answer
    other = (reverse("budgets:line_remove", args=[found.pk]), "Remove the line") if found else None
    title = str(found) if found else "Add a line"
    return form_page(request, form, title=title, submit="Save", back=page_of(budget), other=other)


@members
@require_http_methods(POST_TOO)
def line_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a line out of the draft."""
    found = get_object_or_404(BudgetLine.objects.filter(budget__in=seen(request)), pk=pk)
    return _remove(request, found, commands.remove_line, "line_id")


@members
@require_http_methods(POST_TOO)
def source_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add a source."""
    return _source_form(request, pk, None)


@members
@require_http_methods(POST_TOO)
def source(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a source."""
    found = get_object_or_404(BudgetSource.objects.filter(budget__in=seen(request)), pk=pk)
    return _source_form(request, found.budget_id, found)


def _source_form(request: HttpRequest, pk: UUID, found: BudgetSource | None) -> HttpResponse:
    budget = find_kept(request, pk)
    initial = {name: getattr(found, name) for name in ("name", "year", "planned", "award")} if found else None
    # Those of the agency that the person acts for, and the one that stands.
    mine = Application.objects.visible_to(person_of(request), membership_of(request)).values("pk")
    awards = Award.objects.filter(Q(application__in=mine) | Q(pk=found.award_id if found else None))
    form = SourceForm(
        posted(request), budget=budget, awards=awards.select_related("application__program"), initial=initial
    )

    def command() -> object:
        this = found.pk if found else None
        return commands.save_source(actor=person_of(request), budget_id=pk, source_id=this, **form.values())

    if answer := sent(request, form, command, "The source is saved.", "budgets:detail", pk):
        return answer
    other = (reverse("budgets:source_remove", args=[found.pk]), "Remove the source") if found else None
    title = str(found) if found else "Add a source"
    return form_page(request, form, title=title, submit="Save", back=page_of(budget), other=other)


@members
@require_http_methods(POST_TOO)
def source_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a source out of the draft."""
    found = get_object_or_404(BudgetSource.objects.filter(budget__in=seen(request)), pk=pk)
    return _remove(request, found, commands.remove_source, "source_id")


def _remove(request: HttpRequest, found: BudgetLine | BudgetSource, remove: Any, named: str) -> HttpResponse:
    budget = find_kept(request, found.budget_id)
    form = SureForm(posted(request))

    def command() -> object:
        remove(actor=person_of(request), **{named: found.pk})
        return True

    if answer := sent(request, form, command, "Removed. It stays in the history.", "budgets:detail", budget.pk):
        return answer
    return form_page(request, form, title=f"Remove {found}", submit="Remove", back=page_of(budget), stop=True)
