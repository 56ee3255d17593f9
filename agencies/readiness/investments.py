"""What the plans of agencies cost, for budgets above to take up. Reads only."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from .models import PlanAction


class Investment(NamedTuple):
    """What an action costs: `amount` dollars once in `first_fiscal_year`, or each year from it on."""

    action_id: UUID
    agency_id: UUID
    what: str
    amount: Decimal
    is_yearly: bool
    first_fiscal_year: int


def of_agencies(agency_ids: Collection[UUID]) -> list[Investment]:
    """What is planned, begun or done and costs something, by agency and first fiscal year.

    Asks nobody whether they may know: plans are their agency's own. Ask only for agencies for which the person acts.
    """
    costing = PlanAction.objects.filter(agency__in=agency_ids, amount__isnull=False)
    found = costing.exclude(status=PlanAction.Status.GIVEN_UP).order_by("agency__name", "first_fiscal_year", "number")
    return [
        Investment(
            each.pk,
            each.agency_id,
            str(each),
            each.amount or Decimal(0),
            each.recurs == PlanAction.Recurs.YEARLY,
            each.first_fiscal_year or 0,
        )
        for each in found
    ]
