"""What the pages of one budget have in common: finding it and its rows, its head, who keeps it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from agencies.views.shared import membership_of, person_of
from portal.kernel.parts import Part, part
from portal.kernel.policy import allows
from sharing_agreements.budgets import policy
from sharing_agreements.budgets.models import Budget, BudgetQuerySet, BudgetVersion, Invoice, InvoiceQuerySet
from sharing_agreements.budgets.sharing import in_force
from sharing_agreements.budgets.wording import standing, years_of


def seen(request: HttpRequest) -> BudgetQuerySet:
    """The budgets that this person reads."""
    return Budget.objects.visible_to(person_of(request), membership_of(request))


def find(request: HttpRequest, pk: UUID) -> Budget:
    """The budget, or the 404 of one that never existed."""
    return get_object_or_404(seen(request).select_related("board", "owner"), pk=pk)


def find_kept(request: HttpRequest, pk: UUID) -> Budget:
    """The budget, for who keeps it; the 403 page for others who read it."""
    budget = find(request, pk)
    policy.may_keep(person_of(request), budget)
    return budget


def find_version(request: HttpRequest, pk: UUID) -> BudgetVersion:
    found = BudgetVersion.objects.filter(budget__in=seen(request).values("pk"))
    return get_object_or_404(found.select_related("budget__board", "budget__owner", "adoption", "by"), pk=pk)


def seen_invoices(request: HttpRequest) -> InvoiceQuerySet:
    return Invoice.objects.visible_to(person_of(request), membership_of(request))


def find_invoice(request: HttpRequest, pk: UUID) -> Invoice:
    found = seen_invoices(request).select_related("budget__board", "budget__owner", "agency", "version")
    return get_object_or_404(found, pk=pk)


def keeps(request: HttpRequest, budget: Budget) -> bool:
    return allows(policy.may_keep, person_of(request), budget)


def page_of(budget: Budget, name: str = "detail") -> tuple[str, str]:
    """Address and name of a budget's page, as what one came from."""
    return reverse(f"budgets:{name}", args=[budget.pk]), str(budget)


def crumbs(budget: Budget | None = None, *here: str) -> list[dict[str, str]]:
    found = [{"label": "Budgets", "href": reverse("budgets:list")}]
    if budget is not None:
        found.append({"label": budget.title, "href": reverse("budgets:detail", args=[budget.pk])})
    return [*found, *({"label": label} for label in here)]


def state(adopted: int | None) -> Part:
    """Where a budget stands."""
    tone, icon = ("good", "good") if adopted else ("gone", "pen")
    return part("chip", tone=tone, icon=icon, text=standing(adopted))


def table_columns(*labels: str, change: bool = False) -> list[dict[str, object]]:
    """Columns of a table, the first of which names the row, # before those of numbers; with one for what can change."""
    found: list[dict[str, object]] = [
        {"label": label.removeprefix("#"), "num": label.startswith("#"), "head": number == 0}
        for number, label in enumerate(labels)
    ]
    return [*found, {"label": "Change", "hidden": True}] if change else found


def head(request: HttpRequest, budget: Budget, tab: str) -> dict[str, Any]:
    """What every page of a budget shows above its content."""
    version = in_force(budget)
    pages = [("detail", "Plan"), ("shares", "Shares"), ("versions", "Versions"), ("invoices", "Invoices")]
    return {
        "budget": budget,
        "keeps": keeps(request, budget),
        "crumbs": [*crumbs(), {"label": budget.title}],
        "facts": [
            state(version.number if version else None),
            years_of(budget),
            str(budget.board),
            f"Kept by {budget.owner}",
        ],
        "tabs": [
            {"label": label, "href": reverse(f"budgets:{name}", args=[budget.pk]), "current": name == tab}
            for name, label in pages
        ],
    }
