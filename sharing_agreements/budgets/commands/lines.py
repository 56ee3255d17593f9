"""Lines and sources of a budget."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from agencies.models import User
from portal.audit.record import record
from portal.kernel import history
from sharing_agreements.budgets import policy, steps
from sharing_agreements.budgets.models import Budget, BudgetLine, BudgetSource


@transaction.atomic(durable=True)
def save_line(
    *,
    actor: User,
    budget_id: UUID,
    line_id: UUID | None = None,
    name: str,
    recurrence: str,
    year: int,
    planned: Decimal,
    actual: Decimal | None = None,
    provided_by_id: UUID | None = None,
    through: int | None = None,
) -> list[BudgetLine]:
    """Add a line, or change one. `through`: a new recurring line is planned alike for every year until then."""
    budget = Budget.objects.for_update(budget_id)
    policy.may_keep(actor, budget)
    if through is not None and (line_id is not None or recurrence != BudgetLine.Recurrence.RECURRING):
        raise ValidationError({"through": "Only a new recurring line is planned for several years at once."})
    if through is not None and through < year:
        raise ValidationError({"through": "Choose the first year or a later one."})
    line = budget.lines.get(pk=line_id) if line_id else BudgetLine(budget=budget)
    line.name, line.recurrence, line.planned = " ".join(name.split()), recurrence, planned
    line.actual, line.provided_by_id = actual, provided_by_id
    saved = []
    for number in range(year, (through or year) + 1):
        each = line if number == year else BudgetLine(budget=budget, **_repeated(line))
        each.year = number
        steps.check_line(each)
        history.save(each, actor=actor, reason="Changed" if line_id else "Added")
        saved.append(each)
    what = "budget.line_changed" if line_id else "budget.line_added"
    record(what, budget, actor=actor, lines=[str(each.pk) for each in saved])
    return saved


def _repeated(line: BudgetLine) -> dict[str, object]:
    return {name: getattr(line, name) for name in ("name", "recurrence", "planned", "provided_by_id")}


@transaction.atomic(durable=True)
def remove_line(*, actor: User, line_id: UUID) -> None:
    """Take a line out of the draft; that it was there stays in the history."""
    budget = Budget.objects.for_update(BudgetLine.objects.get(pk=line_id).budget_id)
    policy.may_keep(actor, budget)
    line = BudgetLine.objects.get(pk=line_id)
    history.delete(line, actor=actor, reason="Removed")
    record("budget.line_removed", budget, actor=actor, lines=[str(line_id)])


@transaction.atomic(durable=True)
def save_source(
    *,
    actor: User,
    budget_id: UUID,
    source_id: UUID | None = None,
    name: str,
    year: int,
    planned: Decimal,
    award_id: UUID | None = None,
) -> BudgetSource:
    """Add or change what comes in from elsewhere than the parties in a year.

    Of a grant with its award: within its period, and over all budgets no more than was awarded.
    """
    budget = Budget.objects.for_update(budget_id)
    policy.may_keep(actor, budget)
    source = budget.sources.get(pk=source_id) if source_id else BudgetSource(budget=budget)
    source.name, source.year, source.planned = " ".join(name.split()), year, planned
    steps.within(budget, year)
    if award_id is not None:
        steps.check_award(source, award_id, actor=actor)
    source.award_id = award_id
    source.full_clean()
    history.save(source, actor=actor, reason="Changed" if source_id else "Added")
    what = "budget.source_changed" if source_id else "budget.source_added"
    record(what, budget, actor=actor, source=str(source.pk))
    return source


@transaction.atomic(durable=True)
def remove_source(*, actor: User, source_id: UUID) -> None:
    """Take a source out of the draft."""
    budget = Budget.objects.for_update(BudgetSource.objects.get(pk=source_id).budget_id)
    policy.may_keep(actor, budget)
    source = BudgetSource.objects.get(pk=source_id)
    history.delete(source, actor=actor, reason="Removed")
    record("budget.source_removed", budget, actor=actor, source=str(source_id))
