"""What commands on budgets share, and what a board does to one: plain functions within the caller's transaction."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Sum

from agencies.models import User
from agencies.readiness.models import PlanAction
from portal.audit.record import record
from portal.kernel import history
from portal.kernel.errors import Refused
from portal.notices.tell import tell
from sharing_agreements.funding import policy as funding
from sharing_agreements.funding.models import Application, Award

from . import years
from .models import (
    Basis,
    Budget,
    BudgetAdoption,
    BudgetLine,
    BudgetSource,
    BudgetVersion,
    Denominator,
    Weight,
)

LONGEST_NAME = 160
"""Of a line."""


def within(budget: Budget, year: int) -> None:
    if year not in budget.years:
        raise ValidationError({"year": f"The budget covers FY {budget.first_year} to FY {budget.last_year}."})


def check_line(line: BudgetLine) -> None:
    """That a line can stand as it is: in a year of the budget, given in kind by one that has to do with it."""
    within(line.budget, line.year)
    line.full_clean()
    gives = line.provided_by_id
    if gives and gives != line.budget.owner_id and not line.budget.parties.filter(agency=gives).exists():
        raise ValidationError({"provided_by": "Choose a party, or the agency that owns the budget."})


def take_in(budget: Budget, actions: Sequence[PlanAction], *, actor: User) -> list[BudgetLine]:
    """Lines of the draft from investments of readiness plans; the caller holds the budget's lock. One in its year, or
    one for each year of the budget from its first on. An investment comes in once, whatever budget it is in."""
    names = set(budget.lines.values_list("year", "name"))
    made = []
    for action in actions:
        if there := action.budget_lines.select_related("budget").first():
            raise Refused(f"{action} is in {there.budget} already.", code="taken_in", repeated=True)
        first, yearly = action.first_fiscal_year or 0, action.recurs == PlanAction.Recurs.YEARLY
        span = [year for year in budget.years if year == first or (yearly and year > first)]
        if not span:
            raise ValidationError(
                f"{action} begins in FY {first}, and the budget covers other years. Change its years."
            )
        name = _free(f"{action.agency}: {action.action}", {name for year, name in names if year in span})
        for year in span:
            line = BudgetLine(
                budget=budget,
                year=year,
                name=name,
                recurrence=BudgetLine.Recurrence.RECURRING if yearly else BudgetLine.Recurrence.ONE_TIME,
                planned=action.amount or Decimal(0),
                investment=action,
            )
            check_line(line)
            history.save(line, actor=actor, reason=f"From the readiness plan of {action.agency}")
            names.add((year, name))
            made.append(line)
    record("budget.investments_taken_in", budget, actor=actor, lines=[str(each.pk) for each in made])
    return made


def _free(name: str, taken: Container[str]) -> str:
    """The name, cut to what a line holds, and told from one that is there."""
    found, number = name[:LONGEST_NAME], 1
    while found in taken:
        number += 1
        found = f"{name[: LONGEST_NAME - 5]} ({number})"
    return found


def check_award(source: BudgetSource, award_id: UUID, *, actor: User) -> None:
    """That a source can be money of an award. The agency that has the award brings it in, nobody else for it."""
    award = Award.objects.select_related("application__program").get(pk=award_id)
    Application.objects.for_update(award.application_id)
    budget = source.budget
    agency = award.application.agency_id
    if source.award_id != award_id:
        funding.may_act(actor, agency)
    if agency != budget.owner_id and not budget.parties.filter(agency=agency).exists():
        raise ValidationError({"award": "Choose an award of a party, or of the agency that owns the budget."})
    first, last = years.span(source.year, budget.begins_month)
    if award.last_on < first or award.first_on > last:
        raise ValidationError({"year": f"{award} does not run in this year."})
    others = award.budgeted.exclude(pk=source.pk).aggregate(sum=Sum("planned"))["sum"] or Decimal(0)
    if others + source.planned > award.amount:
        left = award.amount - others
        raise ValidationError({"planned": f"${left:,.2f} of {award} is not in a budget yet. Plan no more than that."})


def write_figures(
    budget: Budget, basis: str, *, source: str, as_of: date, values: Mapping[UUID, Decimal], actor: User
) -> Denominator:
    """The figures of parties on one basis; the caller holds the budget's lock. Parties not named keep theirs."""
    if basis not in Basis.values:
        raise ValidationError({"basis": "Choose what the figures are about."})
    parties = set(budget.parties.values_list("agency", flat=True))
    if set(values) - parties:
        raise ValidationError("A figure is given for an agency that is no party. Add the agency first.")
    denominator = budget.denominators.filter(basis=basis).first() or Denominator(budget=budget, basis=basis)
    denominator.source, denominator.as_of = " ".join(source.split()), as_of
    denominator.full_clean()
    history.save(denominator, actor=actor, reason="Entered")
    known = {weight.agency_id: weight for weight in denominator.weights.all()}
    for agency_id in sorted(values):
        weight = known.get(agency_id) or Weight(denominator=denominator, agency_id=agency_id)
        weight.value = values[agency_id]
        weight.full_clean()
        history.save(weight, actor=actor, reason="Entered")
    record("budget.figures_entered", budget, actor=actor, basis=basis, as_of=as_of.isoformat())
    return denominator


def adopt(version: BudgetVersion, *, motion: str, actor: User | None) -> None:
    """The board adopted a version. The caller is its decision, which holds the motion's lock."""
    budget = Budget.objects.for_update(version.budget_id)
    BudgetAdoption.objects.create(version=version, motion=motion)
    said: dict[str, Any] = {
        "version": version.number,
        "version_id": str(version.pk),
        "motion": motion,
        "sha256": version.sha256,
    }
    tell(record("budget.adopted", budget, actor=actor, **said))
