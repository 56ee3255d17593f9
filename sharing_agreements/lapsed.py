"""Agreements that opened records to an agency and open none any more, so that its people learn why records are gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Least, Now

from portal.kernel.prepared import Compiled

from . import governance
from .models import Agreement, Grant

TOLD = timedelta(days=90)
"""How long it is said that an agreement has ended; of a suspended one it is said as long as it is suspended."""
CLOSED_AT = Least("suspended_at", "revoked_at", "not_after")


@dataclass(frozen=True)
class Lapsed:
    """One agreement under which nothing is open to the agency since a moment. Nothing of any record is in it."""

    agreement: Agreement
    since: datetime
    barred: bool = False
    """Closed to this agency by a sanction, while the agreement itself stands."""

    @property
    def suspended(self) -> bool:
        return self.agreement.standing == Agreement.Status.SUSPENDED


def _closed(agency_id: UUID, *said: Q) -> QuerySet[Grant]:
    """Grants to an agency that are closed, where no live one opens the same record set or is of the same agreement."""
    live = Grant.objects.live().filter(recipient=agency_id)
    return (
        Grant.objects.filter(recipient=agency_id, not_before__lte=Now())
        .annotate(closed_at=CLOSED_AT)
        .filter(
            *said,
            ~Exists(live.filter(record_set=OuterRef("record_set"))),
            ~Exists(live.filter(version__agreement=OuterRef("version__agreement"))),
            closed_at__lte=Now(),
        )
    )


ANY_CLOSED = Compiled("SELECT EXISTS ({closed}) AS closed", closed=lambda agency: _closed(agency).values("pk"))
"""Asked first wherever somebody searches, and nearly always the last."""


def lapsed(agency_id: UUID) -> list[Lapsed]:
    """Newest first: agreements of which no grant to the agency is live, where no other opens the same record sets."""
    if not ANY_CLOSED.row(agency_id)["closed"]:
        return []
    barred = _barred(agency_id)
    said = (
        Q(closed_at__gt=Now() - TOLD)
        | Q(version__agreement__status=Agreement.Status.SUSPENDED)
        | Q(version__agreement__in=barred)
    )
    told = _closed(agency_id, said).order_by(CLOSED_AT.desc())
    found: dict[UUID, Lapsed] = {}
    for grant in told.select_related("version__agreement__lead_agency", "version__agreement__current_version"):
        agreement = grant.version.agreement
        found.setdefault(agreement.pk, Lapsed(agreement, vars(grant)["closed_at"], agreement.pk in barred))
    return list(found.values())


def _barred(agency_id: UUID) -> set[UUID]:
    """Agreements in force under which a sanction keeps everything closed to the agency."""
    under = [each for agency, each in governance.barred() if agency == agency_id]
    opened = Agreement.objects.filter(status=Agreement.Status.IN_FORCE, versions__grants__recipient=agency_id)
    return {pk for each in under for pk in opened.filter(each).values_list("pk", flat=True)}
