"""Telling that an agreement comes to its end, once each threshold. Beat asks; what is settled is not spoken of."""

from uuid import UUID

from django.db import transaction

from portal.kernel.clock import database_now
from sharing_agreements import expiring
from sharing_agreements.models import ExpiryNotice
from sharing_agreements.steps import locked, note


@transaction.atomic(durable=True)
def tell_of_end(*, agreement_id: UUID) -> ExpiryNotice | None:
    """Tell who must act how near the end is; of thresholds that were missed the nearest alone."""
    agreement = locked(agreement_id)
    days = expiring.threshold(agreement, database_now())
    if days is None:
        return None
    version = agreement.current_version
    assert version is not None  # noqa: S101  (it has an end)
    last_day = version.last_day.isoformat() if version.last_day else None
    note("agreement.end_announced", agreement, actor=None, days=days, last_day=last_day)
    return ExpiryNotice.objects.create(agreement=agreement, days=days)
