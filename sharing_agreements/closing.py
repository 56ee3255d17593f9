"""What is left to do when sharing has ended: each recipient returns or destroys what it received, and says so.

Derived from grants and certificates, so that an expiry needs no job: a recipient owes its word as soon as nothing opens
a record set to it any more and the agreement that opened it last has ended for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Least, Now
from django.utils import timezone

from agencies.models import Agency, RecordSet

from .models import Agreement, Certificate, Grant

ENDED = frozenset({"expired", "terminated", "superseded"})


@dataclass(frozen=True)
class Duty:
    """One recipient's duty for one record set."""

    agreement: Agreement
    agency: Agency
    record_set: RecordSet
    closed_at: datetime
    certificate: Certificate | None

    @property
    def due_on(self) -> date:
        """The last day for it, in the lead agency's zone."""
        version = self.agreement.current_version
        days = version.return_days if version else 0
        return (self.closed_at.astimezone(ZoneInfo(self.agreement.lead_agency.time_zone))).date() + timedelta(days=days)

    @property
    def overdue(self) -> bool:
        return self.certificate is None and self.due_on < self.agreement.lead_agency.today


def of_agreement(agreement: Agreement) -> list[Duty]:
    """Everything owed or certified under one agreement."""
    if agreement.in_force_at is None or not (agreement.standing in ENDED or agreement.withdrawals.exists()):
        return []
    return _duties(Q(version__agreement=agreement))


def duty_of(agreement: Agreement, agency_id: UUID | None, record_set_id: UUID) -> Duty | None:
    """What one recipient owes or certified for one record set."""
    mine = (each for each in of_agreement(agreement) if each.agency.pk == agency_id)
    return next((each for each in mine if each.record_set.pk == record_set_id), None)


def owed_by(agency_id: UUID) -> list[Duty]:
    """What one agency has still to certify, the earliest first."""
    found = [duty for duty in _duties(Q(recipient=agency_id)) if duty.certificate is None]
    return sorted(found, key=lambda duty: duty.closed_at)


def _duties(mine: Q) -> list[Duty]:
    """The last grant of each pair of recipient and record set that any agreement opened, where it has ended."""
    same = {"recipient": OuterRef("recipient"), "record_set": OuterRef("record_set")}
    may_open = Grant.objects.filter(Q(not_after=None) | Q(not_after__gt=Now()), revoked_at=None)
    ended = Grant.objects.annotate(ended_at=Least("revoked_at", "not_after")).filter(
        ended_at__lte=Now(), ended_at__gt=F("not_before")
    )
    later = ended.filter(ended_at__gt=OuterRef("ended_at"), **same)
    last = (
        ended.filter(mine, recipient__status=Agency.Status.ACTIVE)
        .exclude(Exists(may_open.filter(**same)))
        .exclude(Exists(later))
        .select_related(
            "version__agreement__lead_agency", "version__agreement__current_version", "recipient", "record_set__owner"
        )
        .order_by("recipient__name", "record_set__name", "-not_before")
    )
    found: dict[tuple[UUID, UUID, UUID], Grant] = {}
    for grant in last:
        key = (grant.version.agreement_id, grant.recipient_id, grant.record_set_id)
        if key not in found and _has_ended_for(grant):
            found[key] = grant
    return _with_certificates(found.values())


def _has_ended_for(grant: Grant) -> bool:
    """Whether the agreement has ended for who gave and received; a sanction alone closes, and may open again."""
    agreement = grant.version.agreement
    if agreement.standing in ENDED:
        return True
    left = agreement.withdrawals.standing().filter(effective_at__lte=timezone.now())
    return left.filter(agency__in=[grant.recipient_id, grant.record_set.owner_id]).exists()


def _with_certificates(grants: Iterable[Grant]) -> list[Duty]:
    shown = list(grants)
    given = {
        (each.agreement_id, each.agency_id, each.record_set_id, each.closed_at): each
        for each in Certificate.objects.filter(
            agreement__in={grant.version.agreement_id for grant in shown}
        ).select_related("given_by")
    }
    return [
        Duty(
            agreement=grant.version.agreement,
            agency=grant.recipient,
            record_set=grant.record_set,
            closed_at=vars(grant)["ended_at"],
            certificate=given.get(
                (grant.version.agreement_id, grant.recipient_id, grant.record_set_id, vars(grant)["ended_at"])
            ),
        )
        for grant in shown
    ]
