"""Which record sets are open to a viewer, and through what: one statement, one snapshot."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from uuid import UUID

from agencies.models import RECORD_ROLES, RecordSet
from portal.kernel import prepared

from .conditions import OPEN_WAYS
from .disclosure import Disclosure
from .viewer import Viewer

INTELLIGENCE = RecordSet.RecordClass.INTELLIGENCE
Way = dict[str, Any]
"""One row of `conditions.WAYS`."""


@dataclass(frozen=True)
class OpenSet:
    """A record set that is open to the viewer, with every way through which it is."""

    record_set_id: UUID
    owner_id: UUID
    own: bool
    ways: tuple[Way, ...]

    @property
    def name(self) -> str:
        return str(self.ways[0]["set_name"])

    @property
    def owner_name(self) -> str:
        return str(self.ways[0]["owner_name"])

    @property
    def record_class(self) -> str:
        return str(self.ways[0]["record_class"])

    @property
    def apart(self) -> bool:
        """Whether it holds criminal intelligence."""
        return self.record_class == INTELLIGENCE

    @property
    def sealed(self) -> bool:
        """Sealed records, and those whose review is overdue, are open to the owner's records custodians alone."""
        return any(way["own"] and way["custodian"] for way in self.ways)

    @property
    def juvenile(self) -> bool:
        """Juvenile records are open to the owner, and under a term that includes them."""
        return any(way["own"] or way["includes_juvenile"] for way in self.ways)


@dataclass(frozen=True)
class Decision:
    """What one viewer may see: the snapshot that list, count, search and export share."""

    viewer: Viewer
    sets: dict[UUID, OpenSet] = field(default_factory=dict)

    def sets_with(self, restriction: str) -> list[UUID]:
        """Ids of the sets in which records with this restriction (`""`, `sealed`, `juvenile`) are open."""
        return [s.record_set_id for s in self.sets.values() if not restriction or getattr(s, restriction)]

    def of_class(self, record_class: str) -> Decision:
        """The same decision for the sets of one class; without a class for all but criminal intelligence, which is
        mixed with nothing."""
        kept = {
            key: each
            for key, each in self.sets.items()
            if each.record_class == record_class or (not record_class and each.record_class != INTELLIGENCE)
        }
        return replace(self, sets=kept)

    @cached_property
    def disclosure(self) -> Disclosure:
        """What of an open record is shown, by owner's policy and covering terms."""
        return Disclosure.of(self)

    def under(self, owner_id: UUID, rules: list[dict[str, Any]], *, no_more_than: Decision | None = None) -> Decision:
        """The same decision as if an owner's policy had these rules (`rules_of` a draft).

        `no_more_than`: somebody to whom nothing is shown by it that they don't see by their own decision.
        """
        tried = replace(self)
        seen_by = no_more_than.disclosure if no_more_than else None
        vars(tried)["disclosure"] = Disclosure(tried, {**self.disclosure.rules, owner_id: rules}, no_more_than=seen_by)
        return tried

    def approved(self) -> Decision:
        """The same decision as if a supervisor had approved the inquiry."""
        tried = replace(self)
        found = Disclosure(tried, self.disclosure.rules, no_more_than=self.disclosure.no_more_than)
        found.approved = True
        vars(tried)["disclosure"] = found
        return tried


def parameters(viewer: Viewer) -> dict[str, Any]:
    return {
        "membership": viewer.membership_id,
        "action": str(viewer.action),
        "purpose": viewer.purpose,
        "inquiry": viewer.inquiry_id,
        "at": viewer.at,
        "record_roles": [str(role) for role in RECORD_ROLES],
    }


def ways(sql: str, viewer: Viewer, **more: Any) -> list[Way]:
    """Run one of the texts of `conditions` for a viewer."""
    return prepared.rows(sql, parameters(viewer) | more)


def decide(viewer: Viewer) -> Decision:
    """The decision, on the database's clock at this statement; nothing of it is kept for the next request."""
    found: dict[UUID, list[Way]] = {}
    if viewer.membership_id is not None:
        for way in ways(OPEN_WAYS, viewer):
            found.setdefault(way["record_set_id"], []).append(way)
    sets = {
        key: OpenSet(key, rows[0]["owner_id"], any(row["own"] for row in rows), tuple(rows))
        for key, rows in found.items()
    }
    return Decision(viewer, sets)
