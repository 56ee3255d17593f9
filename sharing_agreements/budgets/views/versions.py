"""Versions of a budget: put before the board, adopted, and read as they stood."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from agencies.views.shared import columns, form_page, person_of, posted, say, tried
from portal.kernel.access import members
from portal.kernel.errors import Refused
from portal.kernel.parts import Part, part
from portal.kernel.policy import allows
from sharing_agreements.budgets import commands, frozen, policy, years
from sharing_agreements.budgets.forms import ProposeForm
from sharing_agreements.budgets.formulas import money
from sharing_agreements.budgets.models import Basis, BudgetLine, BudgetVersion
from sharing_agreements.budgets.sharing import plan_of
from sharing_agreements.budgets.wording import dollars, formula_in_words

from .shared import crumbs, find, find_kept, find_version, head, page_of, table_columns


@members
@require_GET
def versions(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What was put before the board, newest first."""
    budget = find(request, pk)
    found = list(budget.versions.select_related("adoption", "by").order_by("-number"))
    rows = [
        [
            part("link", text=f"Version {each.number}", href=reverse("budgets:version", args=[each.pk])),
            each.formula_name,
            state(each, found),
            part("lines", text=each.at, under=f"by {each.by}"),
        ]
        for each in found
    ]
    context = {
        **head(request, budget, "versions"),
        "rows": rows,
        "columns": columns("Version", "Formula", "State", "Put before the board"),
    }
    return render(request, "budgets/budget_versions.html", context)


def state(version: BudgetVersion, among: list[BudgetVersion]) -> Part:
    """Where a version stands among all of its budget, newest first."""
    adopted = [each for each in among if hasattr(each, "adoption")]
    if version in adopted:
        newest = max(adopted, key=lambda each: each.adoption.at)
        under = f"by motion {version.adoption.motion}"
        chip = part("state", status="in_force" if version == newest else "superseded")
        return part("lines", text=chip, under=under)
    if version == among[0]:
        return part("state", status="before_board")
    return part("chip", tone="gone", icon="none", text="Not adopted")


@members
@require_GET
def version(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One version as it stood."""
    found = find_version(request, pk)
    content, names = found.content, found.content["agencies"]
    listed = sorted(content["shares"])
    may_invoice = allows(policy.may_invoice, person_of(request), found)
    actions = (
        [{"label": "Send invoices", "href": reverse("budgets:issue", args=[pk]), "main": True}] if may_invoice else []
    )
    every = list(found.budget.versions.select_related("adoption").order_by("-number"))
    context = {
        "version": found,
        "crumbs": crumbs(found.budget, f"Version {found.number}"),
        "actions": actions,
        "state": state(found, every),
        "whole": frozen.is_whole(found),
        "share_columns": table_columns("Party", *(f"#{years.label(int(year))}" for year in listed)),
        "shares": [
            [names[agency], *(_share(content, year, agency) for year in listed)]
            for agency in sorted(content["parties"], key=lambda key: names[key])
        ],
        "pairs": _formula(content),
        "figures": _figures(content),
        "figure_columns": table_columns("Party", "#Figure"),
        "line_columns": table_columns("Line", "Fiscal year", "#Planned", "In kind from"),
        "lines": [
            [
                part("lines", text=line["name"], under=BudgetLine.Recurrence(line["recurrence"]).label),
                years.label(line["year"]),
                dollars(money(line["planned"])),
                names.get(line["provided_by"], ""),
            ]
            for line in content["lines"]
        ],
        "source_columns": table_columns("Source", "Fiscal year", "#Planned"),
        "sources": [
            [each["name"], years.label(each["year"]), dollars(money(each["planned"]))] for each in content["sources"]
        ],
    }
    return render(request, "budgets/version_detail.html", context)


def _share(content: dict[str, Any], year: str, agency: str) -> Part | str:
    """What a party pays in money, under it what it gives in kind toward its share."""
    pays = dollars(money(content["shares"][year][agency]))
    given = content.get("credits", {}).get(year, {}).get(agency)
    return part("lines", text=pays, under=f"and {dollars(money(given))} in kind") if given else pays


def _formula(content: dict[str, Any]) -> list[tuple[str, object]]:
    formula = content["formula"]

    def shown(in_cents: int | None) -> str:
        return "" if in_cents is None else dollars(money(in_cents))

    pairs: list[tuple[str, object]] = [
        ("Formula", formula["name"]),
        ("Shares go by", Basis(formula["basis"]).label if formula["basis"] else "All parties alike"),
        ("Base for each party", shown(formula["base"])),
        ("At least", shown(formula["floor"])),
        ("At most", shown(formula["cap"])),
    ]
    for agency, bound in formula["bounds"].items():
        words = f"at least {shown(bound['floor']) or 'nothing'}, at most {shown(bound['cap']) or 'any sum'}"
        pairs.append((content["agencies"][agency], words))
    if content["figures"]:
        pairs += [
            ("Source of the figures", content["figures"]["source"]),
            ("As of", date.fromisoformat(content["figures"]["as_of"])),
        ]
    return pairs


def _figures(content: dict[str, Any]) -> list[list[str]]:
    weights = content["figures"]["weights"] if content["figures"] else {}
    return sorted([content["agencies"][agency], value] for agency, value in weights.items())


@members
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put the budget with one formula before the board."""
    budget, person = find_kept(request, pk), person_of(request)
    plan = plan_of(budget)
    form = ProposeForm(
        posted(request), formulas=[(each.pk, each.name, formula_in_words(each)) for each in plan.formulas]
    )
    if form.is_valid():
        given = form.cleaned_data

        def command() -> BudgetVersion:
            return commands.propose(
                actor=person, budget_id=pk, formula_id=UUID(given["formula"]), reason=given["reason"]
            )

        try:
            made = tried(form, command)
        except Refused as no:
            say(request, no)
            return redirect("budgets:versions", pk)
        if made is not None:
            messages.success(request, f"Version {made.number} is before the board. A member moves to adopt it.")
            return redirect("budgets:version", made.pk)
    return form_page(
        request,
        form,
        title="Put the budget before the board",
        submit="Put it before the board",
        back=page_of(budget, "versions"),
        lead="The budget is kept as it stands now, with the shares that follow. Later changes need another version.",
    )
