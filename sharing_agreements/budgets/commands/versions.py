"""Putting a version of a budget before its board."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from agencies.models import User
from portal.audit.record import record
from portal.kernel.errors import Refused
from portal.notices.tell import tell
from sharing_agreements.budgets import frozen, policy
from sharing_agreements.budgets.formulas import Infeasible
from sharing_agreements.budgets.models import Budget, BudgetVersion
from sharing_agreements.budgets.sharing import plan_of


@transaction.atomic(durable=True)
def propose(*, actor: User, budget_id: UUID, formula_id: UUID, reason: str) -> BudgetVersion:
    """Freeze the budget with one formula as its next version; a member of the board then moves to adopt it."""
    budget = Budget.objects.for_update(budget_id)
    policy.may_keep(actor, budget)
    if not reason.strip():
        raise ValidationError({"reason": "Say what the board is asked to adopt, and why; it stays with the version."})
    plan = plan_of(budget)
    formula = next((each for each in plan.formulas if each.pk == formula_id), None)
    if formula is None:
        raise ValidationError({"formula": "Choose a formula of this budget."})
    try:
        content = frozen.content_of(plan, formula)
    except Infeasible as why:
        raise ValidationError(str(why)) from why
    digest = frozen.sha256(content)
    newest = budget.versions.order_by("-number").first()
    if newest is not None and newest.sha256 == digest:
        raise Refused(f"{newest} says exactly this already.", code="same", repeated=True)
    version = BudgetVersion(
        budget=budget,
        number=newest.number + 1 if newest else 1,
        formula_name=formula.name,
        content=content,
        sha256=digest,
        reason=reason.strip(),
        by=actor,
    )
    version.full_clean()
    version.save(force_insert=True)
    said: dict[str, Any] = {
        "version": version.number,
        "version_id": str(version.pk),
        "sha256": digest,
    }
    tell(record("budget.proposed", budget, actor=actor, **said))
    return version
