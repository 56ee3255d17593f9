"""Taking over what a sheet holds, all of it or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from agencies.models import User
from portal.audit.record import record
from portal.kernel import history
from sharing_agreements.budgets import policy, steps
from sharing_agreements.budgets.importing import LineRow
from sharing_agreements.budgets.models import Budget, BudgetLine


@transaction.atomic(durable=True)
def import_lines(*, actor: User, budget_id: UUID, lines: Sequence[LineRow], file_name: str) -> tuple[int, int]:
    """Add the lines, and change those that the budget has under the same name and year. Returns how many of each."""
    budget = Budget.objects.for_update(budget_id)
    policy.may_keep(actor, budget)
    known = {(line.year, line.name.casefold()): line for line in budget.lines.all()}
    added = changed = 0
    for row in lines:
        line = known.get((row.year, row.name.casefold()))
        added, changed = added + (line is None), changed + (line is not None)
        line = line or BudgetLine(budget=budget, year=row.year, name=row.name)
        line.recurrence, line.planned, line.provided_by_id = row.recurrence, row.planned, row.provided_by_id
        line.actual = line.actual if row.actual is None else row.actual
        line.budget = budget
        steps.check_line(line)
        history.save(line, actor=actor, reason=f"Imported from {file_name}")
    record("budget.lines_imported", budget, actor=actor, added=added, changed=changed)
    return added, changed
