"""Who shares what with whom, counted from live grants: the figures of the public map."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from agencies.models import Agency
from privacy.rules import recipients
from sharing_agreements.models import EXPIRING, Agreement, Grant

MOST_PLACES = 14
"""More agencies than a matrix can show: beyond it, kinds of agency stand in their place."""

Pair = tuple[str, str]


@dataclass
class Share:
    """What one place gives another: how many record sets, the soonest end, and how many more are suspended.

    Between kinds of agency both count pairs of agencies: those that share something, and those of which all that they
    would share is suspended. Nothing counts twice: a set that is open under another agreement is not suspended.
    """

    count: int = 0
    ends_at: datetime | None = None
    suspended: int = 0

    @property
    def expiring(self) -> bool:
        return self.count > 0 and self.ends_at is not None and self.ends_at <= timezone.now() + EXPIRING

    def add(self, other: Share) -> None:
        """Count one more pair of agencies."""
        self.count += min(other.count, 1)
        self.suspended += 0 if other.count else min(other.suspended, 1)
        if other.ends_at is not None:
            self.ends_at = min(self.ends_at or other.ends_at, other.ends_at)


@dataclass(frozen=True)
class Place:
    """A row and column of the map: an agency, or all agencies of one kind."""

    key: str
    name: str
    agencies: int = 1


@dataclass(frozen=True)
class SharingMap:
    """The figures of the map. `by_kind`: places are kinds of agency, and shares count pairs of agencies.

    `agencies` are all that are drawn; `sharing` of them give or receive something now.
    """

    places: list[Place] = field(default_factory=list)
    shares: dict[Pair, Share] = field(default_factory=dict)
    by_kind: bool = False
    agencies: list[Agency] = field(default_factory=list)
    sharing: int = 0

    def share(self, giver: Place, receiver: Place) -> Share:
        return self.shares.get((giver.key, receiver.key), Share())


def sharing_map() -> SharingMap:
    """The map as the database's clock has it now."""
    shares = _between_agencies()
    ids = {UUID(key) for pair in shares for key in pair}
    agencies = list(Agency.objects.filter(pk__in=ids).only("id", "name", "kind").order_by("name", "pk"))
    sharing = len({key for pair, share in shares.items() if share.count for key in pair})
    if len(agencies) <= MOST_PLACES:
        return SharingMap([Place(str(each.pk), each.name) for each in agencies], shares, False, agencies, sharing)
    return _by_kind(agencies, shares, sharing)


def _between_agencies() -> dict[Pair, Share]:
    found: dict[Pair, Share] = defaultdict(Share)
    for pair, sets, ends in _counted(Grant.objects.live()):
        found[pair] = Share(sets, ends)
    unended = Q(not_after=None) | Q(not_after__gt=Now())
    open_now = Grant.objects.live().filter(recipient=OuterRef("recipient"), record_set=OuterRef("record_set"))
    suspended = Grant.objects.filter(unended, ~Exists(open_now), suspended_at__isnull=False, revoked_at=None)
    for pair, sets, _ in _counted(suspended):
        found[pair].suspended = sets
    return dict(found)


def _counted(grants: QuerySet[Grant]) -> Iterator[tuple[Pair, int, datetime | None]]:
    """For each pair of agencies how many record sets, and the soonest end after which nothing signed goes on."""
    after = Grant.objects.filter(
        recipient=OuterRef("recipient"),
        record_set=OuterRef("record_set"),
        not_before=OuterRef("not_after"),
        revoked_at=None,
        suspended_at=None,
    )
    pairs = grants.annotate(goes_on=Exists(after)).order_by().values("record_set__owner", "recipient")
    ends = Min("not_after", filter=Q(goes_on=False))
    for row in pairs.annotate(sets=Count("record_set", distinct=True), ends=ends):
        yield (str(row["record_set__owner"]), str(row["recipient"])), row["sets"], row["ends"]


def _by_kind(agencies: list[Agency], shares: dict[Pair, Share], sharing: int) -> SharingMap:
    kind_of = {str(each.pk): each.kind for each in agencies}
    members = Counter(kind_of.values())
    places = [Place(kind, recipients(kind), members[kind]) for kind in Agency.Kind.values if members[kind]]
    merged: dict[Pair, Share] = defaultdict(Share)
    for (giver, receiver), share in shares.items():
        merged[kind_of[giver], kind_of[receiver]].add(share)
    return SharingMap(places, dict(merged), True, agencies, sharing)


@dataclass(frozen=True)
class Flow:
    """One record set that an agency gives or receives, and under which agreement."""

    other: Agency
    set_name: str
    purposes: list[str]
    agreement: Agreement
    until: date | None


def flows(agency: Agency) -> tuple[list[Flow], list[Flow]]:
    """What one agency gives and what it receives now."""
    live = Grant.objects.live().select_related("record_set__owner", "recipient", "version__agreement", "term")
    live = live.order_by("version__agreement__number", "term__code")
    given = [_flow(grant, grant.recipient) for grant in live.filter(record_set__owner=agency)]
    received = [_flow(grant, grant.record_set.owner) for grant in live.filter(recipient=agency)]
    return given, received


def _flow(grant: Grant, other: Agency) -> Flow:
    agreement = grant.version.agreement
    return Flow(other, grant.term.record_set_name, grant.purposes, agreement, grant.version.last_day)
