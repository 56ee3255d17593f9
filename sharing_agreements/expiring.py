"""Which agreements come to their end, and whether that is still to be said. Reads only.

Of several thresholds that were missed the nearest is said, and never a farther one after it. An amendment that leaves
the end as it was goes on where the text before it stood; one that moves the end begins anew.
"""

from __future__ import annotations

from datetime import datetime

from . import succession
from .models import THRESHOLDS, Agreement, AgreementQuerySet, days_until, first_moment

S = Agreement.Status
SETTLED = frozenset({S.APPROVED, S.SIGNING, S.IN_FORCE})
"""Standings of what follows an agreement in which its board has decided how it goes on."""


def due(days_left: int) -> int | None:
    """The threshold that has come: the nearest one, though others were missed."""
    return min((days for days in THRESHOLDS if days_left <= days), default=None)


def near() -> AgreementQuerySet:
    """Agreements in force whose end is near enough to speak of."""
    found = Agreement.objects.standing_as("expiring").exclude(closes_by=Agreement.Closing.SUCCESSOR)
    return found.select_related("current_version", "lead_agency", "follows__current_version").order_by("pk")


def threshold(agreement: Agreement, now: datetime) -> int | None:
    """What is to be said of its end at this moment; None: nothing, or it was said."""
    days = open_question(agreement, now)
    said = last_said(agreement)
    return days if days is not None and (said is None or days < said) else None


def open_question(agreement: Agreement, now: datetime) -> int | None:
    """The threshold that has come for an agreement of which nobody has decided yet how it goes on, else None."""
    version = agreement.current_version
    if version is None or version.ends_on is None or agreement.status != S.IN_FORCE:
        return None
    zone = agreement.lead_agency.time_zone
    end = first_moment(version.ends_on, zone)
    ends_before = agreement.closes_at is not None and agreement.closes_at <= end
    if end <= now or ends_before or is_settled(agreement):
        return None
    return due(days_until(end, zone, now))


def is_settled(agreement: Agreement) -> bool:
    """Whether what goes on after its end is approved already, or signed."""
    if agreement.closes_by == Agreement.Closing.SUCCESSOR:
        return True
    follower, mine = succession.successor(agreement), agreement.current_version
    text = follower.current_version if follower else None
    if follower is None or text is None or mine is None or mine.ends_on is None:
        return False
    return follower.status in SETTLED and (text.ends_on is None or text.ends_on > mine.ends_on)


def last_said(agreement: Agreement) -> int | None:
    """The nearest threshold that was said of this very end, of the texts before it too where they had the same."""
    said: list[int] = []
    each: Agreement | None = agreement
    while each is not None and _ends_on(each) == _ends_on(agreement):
        said += each.expiry_notices.values_list("days", flat=True)
        each = each.follows
    return min(said, default=None)


def _ends_on(agreement: Agreement) -> object:
    return agreement.current_version.ends_on if agreement.current_version else None
