"""Who pays what: all formulas side by side, the figures that they go by, and the formulas themselves."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from agencies.views.shared import form_page, person_of, posted, sent
from portal.kernel.access import members
from portal.kernel.parts import part
from portal.kernel.sheets import csv_answer
from sharing_agreements.budgets import commands, counting
from sharing_agreements.budgets.forms import CompareForm, CountForm, FiguresForm, FormulaForm, SureForm
from sharing_agreements.budgets.models import Basis, Budget, Formula
from sharing_agreements.budgets.sharing import Comparison, Plan, compare, plan_of
from sharing_agreements.budgets.wording import change, dollars, formula_in_words, plain

from .shared import find, find_kept, head, page_of, seen, table_columns

POST_TOO = ["GET", "POST"]


@members
@require_GET
def shares(request: HttpRequest, pk: UUID) -> HttpResponse:
    """All formulas side by side, with who gains and loses; or what a withdrawal would do."""
    budget = find(request, pk)
    plan = plan_of(budget)
    form = CompareForm(request.GET, budget=budget, parties=plan.parties)
    over, without = form.chosen(budget)
    found = compare(plan, over, without=without)
    lost = plan.in_kind(without, over) if without is not None else Decimal(0)
    asked = {name: value for name in form.fields if (value := request.GET.get(name))}
    shown = head(request, budget, "shares")
    context = {
        **shown,
        "form": form,
        "gone": next((party for party in plan.parties if party.agency_id == without), None),
        "found": found,
        "to_share": dollars(sum((plan.sums[year].to_share for year in over), lost)),
        "lost": dollars(lost) if lost else "",
        "columns": table_columns("Party", "#Today", *(f"#{formula.name}" for formula in found.formulas)),
        "rows": [*(_row(row, budget) for row in found.rows), _sums(found)] if found.rows else [],
        "problems": [(formula.name, why) for formula, why in found.problems],
        "csv": f"{reverse('budgets:shares_csv', args=[pk])}?{urlencode(asked)}",
        "formulas": [(each, formula_in_words(each)) for each in plan.formulas],
        "figures": [_figures(plan, basis) for basis in Basis],
    }
    return render(request, "budgets/budget_shares.html", context)


def _row(row: Any, budget: Budget) -> list[Any]:
    counted = ", counted against its share" if budget.credits_in_kind else ""
    under = f"gives {dollars(row.in_kind)} in kind{counted}" if row.in_kind else ""
    cells = [
        part("lines", text=dollars(share), under=change(share, before)) if share is not None else ""
        for share, before in zip(row.shares, row.before, strict=True)
    ]
    return [part("lines", text=str(row.party), under=under), dollars(row.today), *cells]


def _sums(found: Comparison) -> list[Any]:
    def total(amounts: list[Decimal | None]) -> str:
        known = [amount for amount in amounts if amount is not None]
        return dollars(sum(known, Decimal(0))) if len(known) == len(amounts) else ""

    under = [total([row.shares[number] for row in found.rows]) for number, _ in enumerate(found.formulas)]
    return ["All parties", total([row.today for row in found.rows]), *under]


def _figures(plan: Plan, basis: Basis) -> dict[str, Any]:
    """One basis: its figures as they stand, with source and day."""
    denominator = plan.denominators.get(basis)
    known = {weight.agency_id: weight.value for weight in denominator.weights.all()} if denominator else {}
    return {
        "basis": basis.value,
        "label": basis.label,
        "denominator": denominator,
        "counts": counting.of(basis) is not None,
        "columns": table_columns("Party", "#Figure"),
        "rows": [[party.agency, plain(known.get(party.agency_id))] for party in plan.parties],
    }


@members
@require_GET
def shares_csv(request: HttpRequest, pk: UUID) -> StreamingHttpResponse:
    """The comparison as CSV."""
    budget = find(request, pk)
    plan = plan_of(budget)
    over, without = CompareForm(request.GET, budget=budget, parties=plan.parties).chosen(budget)
    found = compare(plan, over, without=without)
    names = [formula.name for formula in found.formulas]
    return csv_answer("budget-shares", ("Party", "Today", "In kind", *names), _lines(found))


def _lines(found: Comparison) -> Iterator[tuple[object, ...]]:
    for row in found.rows:
        yield row.party, row.today, row.in_kind, *row.shares


# --- Figures --------------------------------------------------------------------------------------------------------


def basis_of(text: str) -> Basis:
    if text not in Basis.values:
        raise Http404
    return Basis(text)


def _shares_page(budget: Budget) -> tuple[str, str]:
    return page_of(budget, "shares")


@members
@require_http_methods(POST_TOO)
def figures(request: HttpRequest, pk: UUID, basis: str) -> HttpResponse:
    """Enter the figures of all parties on one basis."""
    about, budget = basis_of(basis), find_kept(request, pk)
    parties = list(budget.parties.select_related("agency"))
    denominator = budget.denominators.filter(basis=about).first()
    form = FiguresForm(posted(request), parties=parties, denominator=denominator)

    def command() -> object:
        return commands.save_figures(actor=person_of(request), budget_id=pk, basis=about, **form.values())

    if answer := sent(request, form, command, "The figures are entered.", "budgets:shares", pk):
        return answer
    return form_page(request, form, title=about.label, submit="Save", back=_shares_page(budget))


@members
@require_http_methods(POST_TOO)
def count(request: HttpRequest, pk: UUID, basis: str) -> HttpResponse:
    """Let the portal count the figures."""
    about, budget = basis_of(basis), find_kept(request, pk)
    known = counting.of(about)
    if known is None:
        raise Http404
    form = CountForm(posted(request)) if known.dated else SureForm(posted(request))

    def command() -> object:
        return commands.count_figures(actor=person_of(request), budget_id=pk, basis=about, **form.cleaned_data)

    if answer := sent(request, form, command, "Counted.", "budgets:shares", pk):
        return answer
    title = f"{about.label}: let the portal count"
    return form_page(request, form, title=title, submit="Count", back=_shares_page(budget), lead=known.source)


# --- Formulas -------------------------------------------------------------------------------------------------------


@members
@require_http_methods(POST_TOO)
def formula_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add a formula."""
    return _formula_form(request, pk, None)


@members
@require_http_methods(POST_TOO)
def formula(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a formula."""
    found = get_object_or_404(Formula.objects.filter(budget__in=seen(request)).prefetch_related("bounds"), pk=pk)
    return _formula_form(request, found.budget_id, found)


def _formula_form(request: HttpRequest, pk: UUID, found: Formula | None) -> HttpResponse:
    budget = find_kept(request, pk)
    parties = list(budget.parties.select_related("agency"))
    form = FormulaForm(posted(request), parties=parties, formula=found)

    def command() -> object:
        mine = found.pk if found else None
        return commands.save_formula(actor=person_of(request), budget_id=pk, formula_id=mine, **form.values())

    if answer := sent(request, form, command, "The formula is saved.", "budgets:shares", pk):
        return answer
    other = (reverse("budgets:formula_remove", args=[found.pk]), "Remove the formula") if found else None
    title = found.name if found else "Add a formula"
    return form_page(request, form, title=title, submit="Save", back=_shares_page(budget), other=other)


@members
@require_http_methods(POST_TOO)
def formula_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a formula off the comparison."""
    found = get_object_or_404(Formula.objects.filter(budget__in=seen(request)), pk=pk)
    budget = find_kept(request, found.budget_id)
    form = SureForm(posted(request))

    def command() -> object:
        commands.remove_formula(actor=person_of(request), formula_id=pk)
        return True

    if answer := sent(request, form, command, "The formula is removed.", "budgets:shares", budget.pk):
        return answer
    title = f"Remove the formula {found.name}"
    return form_page(request, form, title=title, submit="Remove", back=_shares_page(budget), stop=True)
