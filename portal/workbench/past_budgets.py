"""The change history of a budget: its events, and what changed in its parties, lines, figures and invoices."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Model

from agencies.models import Agency
from portal.audit.models import Event
from sharing_agreements.budgets import models as budgets

from .past import Entry, Past

ROWS_TELL = frozenset(
    f"budget.{step}"
    for step in (
        *("changed", "party_added", "party_changed", "party_removed", "line_added", "line_changed", "line_removed"),
        *("lines_imported", "source_added", "source_changed", "source_removed", "figures_entered"),
        *("formula_saved", "formula_removed", "investments_taken_in", "invoiced", "invoice_paid", "invoice_cancelled"),
    )
)
"""Events of which the rows that they wrote tell more."""

OF_BUDGET: tuple[type[Model], ...] = (
    *(budgets.BudgetParty, budgets.BudgetLine, budgets.BudgetSource),
    *(budgets.Denominator, budgets.Formula, budgets.Invoice),
)


class BudgetPast(Past):
    """Everything that happened to one budget, newest first."""

    unshown = Past.unshown | {"budget", "denominator", "formula", "opened_at"}
    decides = votes = ""

    def __init__(self, budget: budgets.Budget) -> None:
        self.budget, self.unread = budget, frozenset()

    @cached_property
    def events(self) -> list[Event]:
        mine = Event.objects.filter(subject_label=budgets.Budget._meta.label, subject_id=self.budget.pk)
        return list(mine.exclude(kind__in=ROWS_TELL).select_related("actor"))

    def _rows(self) -> Iterator[Entry]:
        mine = {"budget": self.budget.pk}
        yield from self._changes(budgets.Budget, {"id": self.budget.pk})
        for model in OF_BUDGET:
            yield from self._changes(model, mine)
        yield from self._changes(budgets.Weight, {"denominator__in": self._ids(budgets.Denominator)})
        yield from self._changes(budgets.Bound, {"formula__in": self._ids(budgets.Formula)})

    def _ids(self, model: Any) -> list[UUID]:
        return list(model.history.filter(budget=self.budget.pk).values_list("id", flat=True).distinct())

    def _which(self, row: Any) -> str:
        model = row.instance_type
        if model in (budgets.BudgetLine, budgets.BudgetSource):
            return f": {row.name}, FY {row.year}"
        if model is budgets.Formula:
            return f": {row.name}"
        if model is budgets.Denominator:
            return f": {row.get_basis_display()}"
        return super()._which(row)

    def _who(self, event: Event) -> str:
        return "the board" if event.kind == "budget.adopted" else str(event.actor or "")

    def _who_changed(self, row: Any) -> str:
        return str(row.history_user or "")

    @cached_property
    def names(self) -> dict[UUID | None, str]:
        """Names of what the rows point at."""
        parties = budgets.BudgetParty.history.filter(budget=self.budget.pk).values_list("agency", flat=True)
        givers = budgets.BudgetLine.history.filter(budget=self.budget.pk).values_list("provided_by", flat=True)
        named = {self.budget.owner_id, *(event.acting_agency_id for event in self.events), *parties, *givers}
        agencies = Agency.objects.filter(pk__in=[each for each in named if each])
        found: dict[UUID | None, str] = {each.pk: each.name for each in agencies}
        return found | {each.pk: f"version {each.number}" for each in self.budget.versions.all()}
