"""How one agreement follows another, and when it ends before its last day. Reads only.

An amendment, a renewal or a joinder is an agreement of its own that follows the one it changes: it is drafted, decided
and signed like any other, and takes over at a moment that is fixed when the last party signs (docs/adr/0012).
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils import timezone

from .models import Agreement, first_moment

S = Agreement.Status
Closing = Agreement.Closing
FAILED = frozenset({S.REJECTED, S.WITHDRAWN})


def starts_at(agreement: Agreement) -> datetime:
    """The first moment of sharing: its first day, or the last signature where that is later."""
    version = agreement.current_version
    assert version is not None  # noqa: S101  (drafting makes one)
    first = first_moment(version.effective_on, agreement.lead_agency.time_zone)
    return max(first, agreement.in_force_at or first)


def begun(agreement: Agreement) -> bool:
    """Whether its time of sharing has come."""
    return agreement.in_force_at is not None and starts_at(agreement) <= timezone.now()


def successor(agreement: Agreement) -> Agreement | None:
    """What is drafted to follow it, or followed it; one that failed does not count."""
    found = agreement.successors.exclude(status__in=FAILED)
    return found.select_related("current_version", "lead_agency").first()


def line(agreement: Agreement) -> list[Agreement]:
    """The agreement with all that it follows and all that follow it, oldest first; failed ones too."""
    first = agreement
    while first.follows is not None:
        first = first.follows
    found, level = [first], [first]
    while level:
        level = list(Agreement.objects.filter(follows__in=level).order_by("pk"))
        found += level
    return found


def binds(agreement: Agreement, agency_id: UUID) -> bool:
    """Whether the agency is a party."""
    version = agreement.current_version
    return version is not None and version.parties.filter(agency=agency_id).exists()


def early_end(agreement: Agreement) -> tuple[datetime | None, str]:
    """When it ends before its last day, and through what: the first of its successor's start and of its dissolution."""
    found: list[tuple[datetime, str]] = []
    follower = successor(agreement)
    if follower is not None and follower.in_force_at is not None:
        found.append((starts_at(follower), Closing.SUCCESSOR))
    if (dissolved := dissolves_at(agreement)) is not None:
        found.append((dissolved, Closing.WITHDRAWAL))
    return min(found, default=(None, ""))


def dissolves_at(agreement: Agreement) -> datetime | None:
    """When notices of withdrawal leave it without its lead agency or with a single party."""
    version = agreement.current_version
    left = set(version.parties.values_list("agency", flat=True)) if version else set()
    for notice in agreement.withdrawals.standing().order_by("effective_at"):
        left.discard(notice.agency_id)
        if agreement.lead_agency_id not in left or len(left) < 2:
            return notice.effective_at
    return None
