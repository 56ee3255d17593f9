"""What an initiative costs whom: the shares of the version of its budget that the board adopted last. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sharing_agreements.budgets.formulas import money
from sharing_agreements.budgets.models import Budget, BudgetLine, BudgetSource, BudgetVersion
from sharing_agreements.budgets.pictures import drop, ended
from sharing_agreements.budgets.sharing import NOTHING, Plan, in_force
from sharing_agreements.budgets.years import label


@dataclass(frozen=True)
class Cost:
    """An adopted version: its plan by years, and what each party pays in each of them."""

    version: BudgetVersion
    plan: Plan

    @property
    def years(self) -> list[int]:
        return list(self.plan.budget.years)

    def share(self, agency_id: UUID, year: int) -> Decimal:
        return money(self.version.content["shares"][str(year)].get(str(agency_id), 0))

    def total(self, agency_id: UUID) -> Decimal:
        return sum((self.share(agency_id, year) for year in self.years), NOTHING)

    @property
    def parties(self) -> list[tuple[UUID, str]]:
        """Those that pay, by name."""
        names = self.version.content["agencies"]
        return sorted(((UUID(key), names[key]) for key in self.version.content["parties"]), key=lambda pair: pair[1])

    @property
    def cliffs(self) -> list[str]:
        """In which year other sources give less than the year before, by how much, and which of them ended."""
        found = []
        for year in self.years:
            if missing := drop(self.plan, year):
                over = ended(self.plan, year)
                why = f": {' and '.join(over)} {'ends' if len(over) == 1 else 'end'}" if over else ""
                found.append(f"{label(year)}: ${missing:,.2f} less from other sources than the year before{why}.")
        return found


def of_budget(budget: Budget) -> Cost | None:
    """What the board adopted; None where it adopted nothing yet."""
    version = in_force(budget)
    return Cost(version, _plan(budget, version)) if version is not None else None


def _plan(budget: Budget, version: BudgetVersion) -> Plan:
    """The version as a plan, from its own content: what stands in the draft since then is not in it."""
    content = version.content
    years = sorted(int(year) for year in content["shares"])
    then = Budget(
        title=content["title"], first_year=years[0], last_year=years[-1], begins_month=content["begins_month"]
    )
    lines = [
        BudgetLine(
            year=each["year"],
            name=each["name"],
            recurrence=each["recurrence"],
            planned=money(each["planned"]),
            provided_by_id=UUID(each["provided_by"]) if each["provided_by"] else None,
        )
        for each in content["lines"]
    ]
    sources = [
        BudgetSource(year=each["year"], name=each["name"], planned=money(each["planned"]))
        for each in content["sources"]
    ]
    return Plan(then, [], lines, sources, {}, [])
