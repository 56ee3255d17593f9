"""Which agencies read a budget: guardian's rows as a projection of owner and parties, in the caller's transaction."""

from __future__ import annotations

from guardian.shortcuts import assign_perm, remove_perm

from agencies.models import Agency

from .models import Budget, BudgetGroupObjectPermission


def reconcile(budget: Budget) -> None:
    """Make guardian's rows say who is owner or party. The caller holds the budget's lock."""
    parties = Agency.objects.filter(budget_parties__budget=budget)
    agencies = Agency.objects.filter(pk=budget.owner_id) | Agency.objects.filter(pk__in=parties.values("pk"))
    wanted = {agency.group for agency in agencies.select_related("group") if agency.group is not None}
    rows = BudgetGroupObjectPermission.objects.filter(content_object=budget).select_related("group")
    held = {row.group for row in rows}
    for group in wanted - held:
        assign_perm("budgets.view_budget", group, budget)
    for group in held - wanted:
        remove_perm("budgets.view_budget", group, budget)
