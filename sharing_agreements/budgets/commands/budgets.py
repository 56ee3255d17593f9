"""Opening and changing a budget, and its parties."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from agencies.models import Agency, User
from portal.audit.record import record
from portal.kernel import history
from sharing_agreements.budgets import policy, readers
from sharing_agreements.budgets.models import Bound, Budget, BudgetParty, Formula, Weight


@transaction.atomic(durable=True)
def open_budget(
    *,
    actor: User,
    board_id: UUID,
    owner_id: UUID,
    title: str,
    first_year: int,
    last_year: int,
    begins_month: int = 7,
    about: str = "",
    credits_in_kind: bool = False,
) -> Budget:
    """Begin a budget of a board. It can be shared equally until other formulas are entered."""
    policy.may_open(actor, board_id)
    budget = Budget(
        board_id=board_id,
        owner=_active(owner_id, "owner"),
        title=" ".join(title.split()),
        about=about.strip(),
        first_year=first_year,
        last_year=last_year,
        begins_month=begins_month,
        credits_in_kind=credits_in_kind,
    )
    budget.full_clean()
    history.save(budget, actor=actor, reason="Opened")
    history.save(Formula(budget=budget, name="Equal shares"), actor=actor, reason="Opened")
    readers.reconcile(budget)
    record("budget.opened", budget, actor=actor)
    return budget


@transaction.atomic(durable=True)
def change_budget(
    *,
    actor: User,
    budget_id: UUID,
    title: str,
    first_year: int,
    last_year: int,
    begins_month: int,
    about: str = "",
    credits_in_kind: bool | None = None,
) -> Budget:
    """Change what a budget is called, which years it covers, and whether in kind counts against a share (None leaves
    that); no line is left outside of the years."""
    budget = Budget.objects.for_update(budget_id)
    policy.may_keep(actor, budget)
    budget.title, budget.about = " ".join(title.split()), about.strip()
    budget.first_year, budget.last_year, budget.begins_month = first_year, last_year, begins_month
    if credits_in_kind is not None:
        budget.credits_in_kind = credits_in_kind
    budget.full_clean()
    outside = Q(year__lt=first_year) | Q(year__gt=last_year)
    if budget.lines.filter(outside).exists() or budget.sources.filter(outside).exists():
        raise ValidationError({"last_year": "There are lines or sources outside these years. Remove them first."})
    history.save(budget, actor=actor, reason="Changed")
    record("budget.changed", budget, actor=actor)
    return budget


@transaction.atomic(durable=True)
def add_party(*, actor: User, budget_id: UUID, agency_id: UUID, pays_today: Decimal | None = None) -> BudgetParty:
    """Let an agency take part; its people read the budget from now on."""
    budget = Budget.objects.for_update(budget_id)
    policy.may_keep(actor, budget)
    party = BudgetParty(budget=budget, agency=_active(agency_id, "agency"), pays_today=pays_today)
    party.full_clean()
    history.save(party, actor=actor, reason="Added")
    readers.reconcile(budget)
    record("budget.party_added", budget, actor=actor, agency=str(agency_id))
    return party


@transaction.atomic(durable=True)
def change_party(*, actor: User, party_id: UUID, pays_today: Decimal | None) -> BudgetParty:
    """Correct what a party pays today."""
    budget, party = _party(party_id)
    policy.may_keep(actor, budget)
    party.pays_today = pays_today
    party.full_clean()
    history.save(party, actor=actor, reason="Changed")
    record("budget.party_changed", budget, actor=actor, agency=str(party.agency_id))
    return party


@transaction.atomic(durable=True)
def remove_party(*, actor: User, party_id: UUID, reason: str) -> None:
    """Take a party out of the draft, with its figures and bounds. What it owes under adopted versions stays."""
    budget, party = _party(party_id)
    policy.may_keep(actor, budget)
    if not reason.strip():
        raise ValidationError({"reason": "Say why the agency takes no part any more."})
    gives = budget.lines.filter(provided_by=party.agency_id).exclude(provided_by=budget.owner_id)
    if line := gives.first():
        raise ValidationError(f"{party} gives {line} in kind. Change that line first.")
    weights = Weight.objects.filter(denominator__budget=budget, agency=party.agency_id)
    bounds = Bound.objects.filter(formula__budget=budget, agency=party.agency_id)
    for gone in (*weights, *bounds, party):
        history.delete(gone, actor=actor, reason=reason.strip())
    readers.reconcile(budget)
    record("budget.party_removed", budget, actor=actor, agency=str(party.agency_id), reason=reason.strip()[:300])


def _party(party_id: UUID) -> tuple[Budget, BudgetParty]:
    budget = Budget.objects.for_update(BudgetParty.objects.get(pk=party_id).budget_id)
    return budget, BudgetParty.objects.select_related("agency").get(pk=party_id)


def _active(agency_id: UUID, named: str) -> Agency:
    agency = Agency.objects.filter(pk=agency_id, status=Agency.Status.ACTIVE).first()
    if agency is None:
        raise ValidationError({named: "Choose an agency that takes part in the portal."})
    return agency
