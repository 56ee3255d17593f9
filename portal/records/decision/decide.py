"""Which record sets are open to a viewer, and through what: one statement, one snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from uuid import UUID

from agencies.models import RecordSet
from portal.kernel import prepared
from portal.records.classes import described
from privacy.models import DataCategory, ParticipantRole

from .conditions import OPEN_SETS, OPEN_WAYS
from .disclosure import LEAVING, Disclosure
from .rules import Rules, RulesInForce
from .viewer import Viewer, parameters, see_as

INTELLIGENCE = RecordSet.RecordClass.INTELLIGENCE
NONCONVICTION = DataCategory.NONCONVICTION
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
class Scope:
    """Which sets of one class are open, in which of them records under a restriction are, which are the viewer's
    agency's own, and of which terms cover nonconviction data: arrays of ids as PostgreSQL writes them, in which a set
    may stand more than once."""

    open: str
    sealed: str
    juvenile: str
    own: str
    covering: str

    @property
    def keeps(self) -> bool:
        """Whether the viewer keeps the records of any of them."""
        return bool(_ids(self.sealed))


class OpenSets(Mapping[UUID, OpenSet]):
    """The open sets of a decision by id. Through what each is open is read when it is asked for; one whose last way
    has closed by then is none of them any more."""

    def __init__(self, decision: Decision) -> None:
        self._viewer, self._known = decision.viewer, decision.known
        self._ids = dict.fromkeys(decision.sets_with(""))

    def among(self, keys: Iterable[UUID]) -> dict[UUID, OpenSet]:
        """Those of these sets that are open; one statement for all that were not asked for yet."""
        asked = [key for key in dict.fromkeys(keys) if key in self._ids]
        unknown = [key for key in asked if key not in self._known]
        if unknown:
            opened = open_among(self._viewer, unknown)
            self._known.update((key, opened.get(key)) for key in unknown)
        return {key: each for key in asked if (each := self._known[key]) is not None}

    def __getitem__(self, key: UUID) -> OpenSet:
        known = self._known.get(key) if key in self._ids else None
        return known or self.among([key])[key]

    def __iter__(self) -> Iterator[UUID]:
        return iter(self.among(self._ids))

    def __len__(self) -> int:
        return len(self.among(self._ids))


@dataclass(frozen=True)
class Decision:
    """What one viewer may see: the snapshot that list, count, search and export share."""

    viewer: Viewer
    scopes: dict[str, Scope] = field(default_factory=dict)
    known: dict[UUID, OpenSet | None] = field(default_factory=dict, repr=False, compare=False)
    """The sets whose ways were read."""

    @cached_property
    def sets(self) -> OpenSets:
        return OpenSets(self)

    @cached_property
    def nothing(self) -> bool:
        """Whether no set at all is open."""
        return not self.scopes

    @cached_property
    def owns(self) -> bool:
        """Whether the viewer's own agency holds any of the sets."""
        return bool(_ids(self.array("own")))

    @cached_property
    def owns_all(self) -> bool:
        return len(_ids(self.array("own"))) == len(_ids(self.array("open")))

    def array(self, part: str = "open") -> str:
        """Ids of the sets of one part of every scope, as PostgreSQL writes an array: a set may stand there twice."""
        if part == "overdue":  # which its custodians see, and nobody prints, exports or tells of
            return "{}" if self.viewer.action in LEAVING else self.array("sealed")
        if part == "nonconviction":
            return self._nonconviction
        return f"{{{','.join(array[1:-1] for scope in self.scopes.values() if _ids(array := getattr(scope, part)))}}}"

    def sets_with(self, restriction: str) -> list[UUID]:
        """Ids of the sets in which records with this restriction (`""`, `sealed`, `juvenile`, `overdue`,
        `nonconviction`) are open."""
        return [UUID(key) for key in dict.fromkeys(_ids(self.array(restriction or "open")))]

    def of_class(self, record_class: str) -> Decision:
        """The same decision for the sets of one class; without a class for all but criminal intelligence, which is
        mixed with nothing."""
        kept = {
            key: each
            for key, each in self.scopes.items()
            if key == record_class or (not record_class and key != INTELLIGENCE)
        }
        return replace(self, scopes=kept)

    def only(self, keys: Iterable[UUID]) -> Decision:
        """The same decision for these of its sets."""
        kept = set(map(str, keys))

        def narrowed(scope: Scope) -> Scope:
            arrays = (scope.open, scope.sealed, scope.juvenile, scope.own, scope.covering)
            return Scope(*(f"{{{','.join(key for key in _ids(array) if key in kept)}}}" for array in arrays))

        scopes = {name: narrowed(scope) for name, scope in self.scopes.items()}
        return replace(self, scopes={name: scope for name, scope in scopes.items() if _ids(scope.open)})

    @cached_property
    def _nonconviction(self) -> str:
        """The sets in which records that are nonconviction data alone (28 CFR 20.3) are there: where terms and rules
        show it of everybody who can be charged on such a record, and for those who keep the record."""
        found = set(_ids(self.array("sealed")))
        covering, by_rules = self.array("covering"), self.disclosure.unlimited()
        groups = by_rules.groups(covering, NONCONVICTION) if _ids(covering) else []
        shown = [(set(roles), set(_ids(sets))) for roles, sets in groups]
        for name, scope in self.scopes.items():
            charged, juveniles = {*described(name).charged}, set(_ids(scope.juvenile))
            adults = charged - {ParticipantRole.JUVENILE}
            for roles, sets in shown:
                here = sets.intersection(_ids(scope.open))
                found |= here if charged <= roles else here - juveniles if adults <= roles else set()
        if limit := self.disclosure.no_more_than:
            found &= {*_ids(limit.decision.array("nonconviction"))}
        return f"{{{','.join(sorted(found))}}}"

    @cached_property
    def disclosure(self) -> Disclosure:
        """What of an open record is shown, by owner's policy and covering terms."""
        return Disclosure.of(self)

    def under(self, owner_id: UUID, rules: Rules, *, no_more_than: Decision | None = None) -> Decision:
        """The same decision as if an owner's policy had these rules (`rules_of` a draft).

        `no_more_than`: somebody to whom nothing is shown by it that they don't see by their own decision.
        """
        tried = replace(self)
        seen_by = no_more_than.disclosure if no_more_than else None
        vars(tried)["disclosure"] = Disclosure(
            tried, RulesInForce(self.viewer.at, {**self.disclosure.rules, owner_id: rules}), no_more_than=seen_by
        )
        return tried

    def approved(self) -> Decision:
        """The same decision as if a supervisor had approved the inquiry."""
        tried = replace(self)
        found = Disclosure(tried, self.disclosure.rules, no_more_than=self.disclosure.no_more_than)
        found.approved = True
        vars(tried)["disclosure"] = found
        return tried


def ways(sql: str, viewer: Viewer, **more: Any) -> list[Way]:
    """Run one of the texts of `conditions` for a viewer."""
    return prepared.rows(sql, parameters(viewer) | more)


def open_among(viewer: Viewer, keys: Iterable[UUID]) -> dict[UUID, OpenSet]:
    """Those of these sets that are open to a viewer, as their decision would say in two statements."""
    found: dict[UUID, list[Way]] = {}
    for way in ways(OPEN_WAYS, viewer, sets=list(keys)):
        found.setdefault(way["record_set_id"], []).append(way)
    return {
        key: OpenSet(key, rows[0]["owner_id"], any(row["own"] for row in rows), tuple(rows))
        for key, rows in found.items()
    }


def decide(viewer: Viewer) -> Decision:
    """The decision, on the database's clock at this statement; nothing of it is kept for the next request."""
    rows = ways(OPEN_SETS, viewer) if viewer.membership_id is not None else []
    return Decision(viewer, {row.pop("record_class"): Scope(**row) for row in rows})


def look_as(viewer: Viewer) -> Decision:
    """Name the viewer to the second lock for the rest of this transaction, and decide."""
    see_as(viewer)
    return decide(viewer)


def _ids(array: str) -> list[str]:
    return array[1:-1].split(",") if len(array) > len("{}") else []
