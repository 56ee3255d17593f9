"""What of an open record a viewer sees: the owner's published rules, narrowed by the terms that open it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from portal.kernel import prepared
from portal.records.models.record import UNNAMED
from privacy.models import ANY, OWN_AGENCY, DataCategory, Obligation, ParticipantRole, Treatment
from sharing_agreements.models import Action

from .conditions import COVERED
from .rules import STRICTNESS, Rules, RulesInForce, Ruling, by_rules
from .viewer import parameters

if TYPE_CHECKING:
    from .decide import Decision

CONDITIONS = (Obligation.STAYS, Obligation.SUPERVISOR)
"""Obligations that withhold where they are not met."""
LEAVING = (Action.PRINT, Action.EXPORT, Action.REDISCLOSE)
NEVER_RENDERED = ParticipantRole.INFORMANT
RENDERED = [role for role in ParticipantRole if role != NEVER_RENDERED]


STAYS = "it is read in the portal only"
NOT_APPROVED = "it waits until a supervisor of yours approves your inquiry"
NOT_IN_TERMS = Ruling(Treatment.WITHHELD, "not in the terms of the agreement")

APPROVED = """
SELECT EXISTS (SELECT 1 FROM records_inquiryapproval a
               WHERE a.inquiry_id = %(inquiry)s AND a.approved
                 AND a.decided_at <= COALESCE(%(at)s::timestamptz, statement_timestamp())) AS approved
"""


class Cover(NamedTuple):
    """What a term by which a set is open covers: kinds of data, and roles of the people whom they are about; what it
    asks beside the rules, and, where it does, which term that is."""

    data: frozenset[str]
    roles: frozenset[str]
    conditions: frozenset[str]
    handling: str = ""
    term: str = ""

    @classmethod
    def of(cls, way: Mapping[str, Any]) -> Cover:
        data, roles, conditions = map(frozenset, (way["data_categories"], way["participant_roles"], way["conditions"]))
        asks = conditions or way["handling"]
        term = f"term {way['term_code']} of {way['agreement_number']}" if asks else ""
        return cls(data, roles, conditions, way["handling"], term)


@dataclass
class Sight:
    """What an owner's rules and terms that cover the same show to a kind of viewer; resolved once for each question."""

    rules: Rules
    own: bool
    recipient: str
    purpose: str
    covered: frozenset[Cover]
    leaving: bool
    approved: bool
    rulings: dict[tuple[str, str], Ruling] = field(default_factory=dict)
    roles: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def ruling(self, role: str, category: str) -> Ruling:
        key = (role, category)
        if key not in self.rulings:
            self.rulings[key] = self._resolve(role, category)
        return self.rulings[key]

    def roles_under(self, category: str, treatment: str) -> list[str]:
        """Roles whose data of a category get this treatment; informants are in none."""
        key = (category, treatment)
        if key not in self.roles:
            self.roles[key] = [str(role) for role in RENDERED if self.ruling(role, category).treatment == treatment]
        return self.roles[key]

    def _resolve(self, role: str, category: str) -> Ruling:
        if self.own:
            return replace(by_rules(self.rules, OWN_AGENCY, self.purpose, role, category), obligations=())
        covering = [each for each in self.covered if category in each.data and (role == ANY or role in each.roles)]
        if not covering:
            return NOT_IN_TERMS
        ruling = by_rules(self.rules, self.recipient, self.purpose, role, category)
        return min((self._bound(_under(ruling, each)) for each in covering), key=_burden)

    def _bound(self, ruling: Ruling) -> Ruling:
        """The ruling for another agency, withheld where an obligation of its rule or term is not met."""
        if Obligation.STAYS in ruling.obligations and self.leaving:
            return replace(ruling, treatment=Treatment.WITHHELD, reason=STAYS, obligations=(), handling="")
        if Obligation.SUPERVISOR in ruling.obligations and not self.approved:
            return replace(ruling, treatment=Treatment.WITHHELD, reason=NOT_APPROVED, handling="")
        return ruling


class Disclosure:
    """Rulings for the sets of one decision, read and resolved when asked."""

    def __init__(self, decision: Decision, rules: RulesInForce, *, no_more_than: Disclosure | None = None) -> None:
        self.decision = decision
        self.rules = rules
        self.no_more_than = no_more_than
        self._sights: dict[UUID, Sight] = {}

    @classmethod
    def of(cls, decision: Decision) -> Disclosure:
        return cls(decision, RulesInForce(decision.viewer.at))

    def unlimited(self) -> Disclosure:
        """The same by rules and terms alone."""
        found = copy(self)
        found.no_more_than = None
        return found

    def prepare(self, record_set_ids: Iterable[UUID]) -> None:
        """Read at once what is asked of these sets."""
        self.rules.read(each.owner_id for each in self.decision.sets.among(record_set_ids).values())

    def ruling(self, record_set_id: UUID, role: str, category: str) -> Ruling:
        """The ruling for people in `role` (`*` for what is nobody's) and data of `category` in one open set."""
        found = self._sight_of(record_set_id).ruling(role, category)
        if self.no_more_than:
            return _stricter(found, self.no_more_than.ruling(record_set_id, role, category))
        return found

    def _sight_of(self, record_set_id: UUID) -> Sight:
        if record_set_id not in self._sights:
            open_set = self.decision.sets[record_set_id]
            covered = map(Cover.of, open_set.ways)
            kind = open_set.ways[0]["agency_kind"]
            self._sights[record_set_id] = self._sight(open_set.owner_id, open_set.own, kind, covered)
        return self._sights[record_set_id]

    def _sight(self, owner_id: UUID, own: bool, recipient: str, covered: Iterable[Cover]) -> Sight:
        rules, viewer = self.rules[owner_id], self.decision.viewer
        terms = frozenset() if own else frozenset(covered)
        asks = rules.asks_supervisor or any(Obligation.SUPERVISOR in each.conditions for each in terms)
        approved = not own and asks and self.approved
        key = (own, recipient, viewer.purpose, terms, viewer.action in LEAVING, approved)
        return rules.sights.setdefault(key, Sight(rules, *key))

    @cached_property
    def approved(self) -> bool:
        """Whether a supervisor approved the viewer's inquiry."""
        viewer = self.decision.viewer
        if viewer.inquiry_id is None:
            return False
        return bool(prepared.rows(APPROVED, {"inquiry": viewer.inquiry_id, "at": viewer.at})[0]["approved"])

    def roles_under(self, record_set_id: UUID, category: str, treatment: str) -> list[str]:
        """Roles whose data of a category get this treatment here; informants are in none."""
        if self.no_more_than is None:
            return list(self._sight_of(record_set_id).roles_under(category, treatment))
        return [str(role) for role in RENDERED if self.ruling(record_set_id, role, category).treatment == treatment]

    def roles_shown(self, record_set_id: UUID, category: str) -> list[str]:
        """Roles whose data of a category are shown in full: what may be searched and counted; names free the text. The
        owner's own people, where they are shown every name, are shown the text of what names nobody too."""
        shown = self.roles_under(record_set_id, category, Treatment.SHOWN)
        own = self.decision.sets[record_set_id].own and category == DataCategory.NAME
        return [*shown, UNNAMED] if own and len(shown) == len(ParticipantRole) - 1 else shown

    def free_text(self, record_set_id: UUID) -> Ruling:
        """Whether free text is shown at all here; who is on the record may withhold it still."""
        return self.ruling(record_set_id, ANY, DataCategory.FREE_TEXT)

    def groups(self, array: str, category: str) -> list[tuple[list[str], str]]:
        """Of the sets of an array those whose data of a category are shown of the same roles, as arrays of their own;
        where of nobody, left out."""
        if self.no_more_than is not None:
            raise ValueError("What is tried for somebody else is looked at record by record.")
        viewer = self.decision.viewer
        rows = prepared.rows(COVERED, parameters(viewer) | {"sets": array})
        self.rules.read(row["owner_id"] for row in rows)
        found: dict[tuple[str, ...], list[str]] = {}
        for row in rows:
            terms = json.loads(row["covered"])
            covered = (Cover(frozenset(data), frozenset(roles), frozenset(asked)) for data, roles, asked in terms)
            sight = self._sight(row["owner_id"], row["own"], row["agency_kind"], covered)
            found.setdefault(tuple(sight.roles_under(category, Treatment.SHOWN)), []).append(row["sets"][1:-1])
        return [(list(roles), f"{{{','.join(sets)}}}") for roles, sets in found.items() if roles]


def _stricter(ruling: Ruling, own: Ruling) -> Ruling:
    """A ruling for somebody who must not see more by it than by their own."""
    return max(ruling, own, key=lambda each: STRICTNESS.index(each.treatment))


def _under(ruling: Ruling, covering: Cover) -> Ruling:
    """A ruling of the rules with what the term asks beside them; what is withheld asks for nothing."""
    asked = covering.conditions - {*ruling.obligations}
    if ruling.treatment == Treatment.WITHHELD or not (asked or covering.handling):
        return ruling
    both = asked | {*ruling.obligations}
    return replace(
        ruling,
        obligations=tuple(each for each in Obligation.values if each in both),
        handling=" ".join(filter(None, dict.fromkeys((ruling.handling, covering.handling)))),
        term=covering.term,
    )


def _burden(ruling: Ruling) -> tuple[int, bool, int, str, str]:
    """How little a ruling shows, and how much it asks: of several terms the one counts that burdens least."""
    closed = ruling.treatment == Treatment.WITHHELD and not ruling.awaits_supervisor
    return STRICTNESS.index(ruling.treatment), closed, len(ruling.obligations), ruling.handling, ruling.term
