"""Figures that shares go by, and the formulas themselves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from agencies.models import User
from portal.audit.record import record
from portal.kernel import history
from sharing_agreements.budgets import counting, policy, steps
from sharing_agreements.budgets.models import Bound, Budget, Denominator, Formula

Bounds = Mapping[UUID, tuple[Decimal | None, Decimal | None]]


@transaction.atomic(durable=True)
def save_figures(
    *, actor: User, budget_id: UUID, basis: str, source: str, as_of: date, values: Mapping[UUID, Decimal]
) -> Denominator:
    """Enter the figures of parties on one basis, with where they are from and of which day."""
    budget = Budget.objects.for_update(budget_id)
    policy.may_keep(actor, budget)
    return steps.write_figures(budget, basis, source=source, as_of=as_of, values=values, actor=actor)


@transaction.atomic(durable=True)
def count_figures(
    *, actor: User, budget_id: UUID, basis: str, first: date | None = None, last: date | None = None
) -> Denominator:
    """Let the portal count the figures of all parties: from one day to another, or as they are now."""
    budget = Budget.objects.for_update(budget_id)
    policy.may_keep(actor, budget)
    count = counting.of(basis)
    if count is None:
        raise ValidationError({"basis": "The portal cannot count this. Enter the figures."})
    first, last = (first, last) if count.dated and first and last else (timezone.localdate(), timezone.localdate())
    if last < first:
        raise ValidationError({"last": "Choose the first day or a later one."})
    parties = list(budget.parties.values_list("agency", flat=True))
    counted = count.counted(parties, first, last)
    values = {agency: Decimal(counted.get(agency, 0)) for agency in parties}
    source = f"{count.source} {first.isoformat()} to {last.isoformat()}." if count.dated else count.source
    return steps.write_figures(budget, basis, source=source, as_of=last, values=values, actor=actor)


@transaction.atomic(durable=True)
def save_formula(
    *,
    actor: User,
    budget_id: UUID,
    formula_id: UUID | None = None,
    name: str,
    basis: str = "",
    base: Decimal = Decimal(0),
    floor: Decimal | None = None,
    cap: Decimal | None = None,
    bounds: Bounds | None = None,
) -> Formula:
    """Add or change a formula. `bounds`: (floor, cap) of parties that have their own."""
    budget = Budget.objects.for_update(budget_id)
    policy.may_keep(actor, budget)
    formula = budget.formulas.get(pk=formula_id) if formula_id else Formula(budget=budget)
    formula.name, formula.basis, formula.base = " ".join(name.split()), basis, base
    formula.floor, formula.cap = floor, cap
    formula.full_clean()
    history.save(formula, actor=actor, reason="Changed" if formula_id else "Added")
    _set_bounds(formula, bounds or {}, actor=actor)
    record("budget.formula_saved", budget, actor=actor, formula=str(formula.pk))
    return formula


def _set_bounds(formula: Formula, bounds: Bounds, *, actor: User) -> None:
    known = {bound.agency_id: bound for bound in formula.bounds.all()}
    wanted = {agency: pair for agency, pair in bounds.items() if pair != (None, None)}
    for agency in known.keys() - wanted.keys():
        history.delete(known[agency], actor=actor, reason="Removed")
    for agency, (floor, cap) in wanted.items():
        bound = known.get(agency) or Bound(formula=formula, agency_id=agency)
        if (bound.floor, bound.cap) == (floor, cap):
            continue
        bound.floor, bound.cap = floor, cap
        bound.full_clean()
        history.save(bound, actor=actor, reason="Entered")


@transaction.atomic(durable=True)
def remove_formula(*, actor: User, formula_id: UUID) -> None:
    """Take a formula off the comparison. Versions that were made with it stay."""
    budget = Budget.objects.for_update(Formula.objects.get(pk=formula_id).budget_id)
    policy.may_keep(actor, budget)
    formula = Formula.objects.get(pk=formula_id)
    for gone in (*formula.bounds.all(), formula):
        history.delete(gone, actor=actor, reason="Removed")
    record("budget.formula_removed", budget, actor=actor, formula=str(formula_id))
