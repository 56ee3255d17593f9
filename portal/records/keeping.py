"""The work list of records custodians: criminal intelligence to review, records that a colleague asked to have
destroyed, and those past the day until which they are kept. Days are computed (docs/adr/0016), by the clock of the
agency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from agencies.models import Agency, Membership, User
from portal.kernel.viewing import for_a_moment
from sharing_agreements.models import first_moment, last_day

from .decision import BY_OFFICE, Decision, Viewer, look_as
from .models import ExpungementRequest, Record, ReviewReminder

SOON = timedelta(days=30)
"""How long before the day of a review its custodians hear of it."""
MOST = 1_000
"""Up to which Today counts."""

Step = ReviewReminder.Step


def step_of(agency: Agency, due: date) -> ReviewReminder.Step | None:
    """What is to be said today of the day of a review, on the agency's own clock."""
    if agency.today < due - SOON:
        return None
    return Step.LATE if agency.today > due else Step.SOON


def to_review(decision: Decision, agency: Agency) -> QuerySet[Record]:
    """Criminal intelligence whose review is overdue, or due soon."""
    return due_soon(_kept(decision), agency)


def due_soon(records: QuerySet[Record], agency: Agency) -> QuerySet[Record]:
    until = first_moment(agency.today + SOON + timedelta(days=1), agency.time_zone)
    return records.filter(closes_at__isnull=False, closes_at__lte=until)


def past_retention(decision: Decision, agency: Agency) -> QuerySet[Record]:
    """Records that are kept no longer, by their own day, and stand here still."""
    return _kept(decision).filter(retain_until__isnull=False, retain_until__lt=agency.today)


def to_confirm(decision: Decision, person: User) -> QuerySet[ExpungementRequest]:
    """What colleagues asked to have destroyed, and this person may confirm."""
    asked = ExpungementRequest.objects.filter(record__in=_kept(decision)).exclude(asked_by=person)
    return asked.select_related("record", "asked_by")


def _kept(decision: Decision) -> QuerySet[Record]:
    """The records whose custodian looks."""
    return Record.objects.visible_to(decision).filter(record_set__in=decision.sets_with("sealed"))


@dataclass(frozen=True)
class Waiting:
    """How many records wait for a custodian: for a review, the first of them by `review_by`; for a second custodian's
    word; past their day."""

    reviews: int
    review_by: date | None
    confirm: int
    past: int


def waiting(membership: Membership) -> Waiting:
    """What Today says, up to `MOST` of each."""
    agency = membership.agency
    with for_a_moment():
        viewer = Viewer(membership.pk, BY_OFFICE)
        decision = look_as(viewer)
        reviews = list(to_review(decision, agency).order_by("closes_at").values_list("closes_at", flat=True)[:MOST])
        return Waiting(
            reviews=len(reviews),
            review_by=last_day(reviews[0], agency.time_zone) if reviews else None,
            confirm=to_confirm(decision, membership.person)[:MOST].count(),
            past=past_retention(decision, agency)[:MOST].count(),
        )
