"""What this floor counts for the cost shares of budgets: looks at records from the access log, and records held."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Count as Number
from django.db.models import Q
from django.db.models.functions import Now

from agencies.models import RecordSet
from portal.kernel.viewing import as_job
from sharing_agreements.budgets import counting
from sharing_agreements.budgets.counting import Count
from sharing_agreements.budgets.models import Basis

from .models import AccessEntry, Record


def _transactions(agencies: Collection[UUID], first: date, last: date) -> dict[UUID, int]:
    """Searches, views and releases by people who acted for an agency; refusals are none."""
    shown = AccessEntry.objects.filter(outcome=AccessEntry.Outcome.SHOWN, agency__in=agencies)
    counted = shown.filter(at__date__gte=first, at__date__lte=last).values("agency").annotate(number=Number("pk"))
    return {row["agency"]: row["number"] for row in counted.order_by()}


def _records(agencies: Collection[UUID], first: date, last: date) -> dict[UUID, int]:
    """Records in the sets of each agency as they are now; sealed ones, those that are nonconviction data alone and
    criminal intelligence are not counted, not even in a sum."""
    found: dict[UUID, int] = {}
    held_apart = RecordSet.RecordClass.INTELLIGENCE
    for record_set in RecordSet.objects.filter(owner__in=agencies, closed_at=None).exclude(record_class=held_apart):
        with as_job("custody", record_set.pk):
            alone = Q(nonconviction_from__isnull=False, nonconviction_from__lte=Now())
            held = Record.objects.filter(record_set=record_set, sealed=False).exclude(alone).count()
        found[record_set.owner_id] = found.get(record_set.owner_id, 0) + held
    return found


def register() -> None:
    """Called once when the app is ready."""
    transactions = "Counted by the portal from its access log: searches, views and releases by people of the agency."
    counting.register(Basis.TRANSACTIONS, Count(transactions, _transactions))
    records = "Counted by the portal: records in the sets of the agency, sealed ones left out."
    counting.register(Basis.RECORDS, Count(records, _records, dated=False))
