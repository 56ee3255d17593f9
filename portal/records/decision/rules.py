"""Disclosure rules of an owner, and what they alone say: which version is in force, and which of its rules decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import product
from typing import TYPE_CHECKING, Any
from uuid import UUID

from portal.kernel import prepared
from privacy.models import ANY, OWN_AGENCY, Obligation, PolicyVersion, Treatment

if TYPE_CHECKING:
    from .disclosure import Sight

STRICTNESS = [str(treatment) for treatment in Treatment]
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Ruling:
    """One treatment with its reason and source: rule and provision of the owner's policy, or the term narrowing it.

    `obligations` and `handling` go with what is shown; `term` names the one that asks for more of it than the rule.
    Data that waits for a supervisor is withheld, and says so by the obligation.
    """

    treatment: str
    reason: str
    rule: str = ""
    provision: str = ""
    policy: str = ""
    policy_version: str = ""
    obligations: tuple[str, ...] = ()
    handling: str = ""
    term: str = ""

    @property
    def awaits_supervisor(self) -> bool:
        return self.treatment == Treatment.WITHHELD and Obligation.SUPERVISOR in self.obligations

    @property
    def shown(self) -> bool:
        return self.treatment == Treatment.SHOWN

    @property
    def source(self) -> str:
        return f"rule {self.rule}" if self.rule else "no rule permits it"


OWNERS_OWN = Ruling(Treatment.SHOWN, "Your agency's record")
NOT_PERMITTED = Ruling(Treatment.WITHHELD, "no rule of the owner's policy permits it")

IN_FORCE = """
SELECT p.agency_id, v.id::text AS version,
       (COALESCE(%(at)s::timestamptz, statement_timestamp()) AT TIME ZONE o.time_zone)::date AS day,
       v.published_at < transaction_timestamp() AS settled
FROM privacy_privacypolicy p
JOIN agencies_agency o ON o.id = p.agency_id
JOIN privacy_policyversion v ON v.policy_id = p.id
WHERE p.agency_id = ANY (%(owners)s) AND v.status <> 'draft'
  AND v.published_at <= COALESCE(%(at)s::timestamptz, statement_timestamp())
  AND (v.superseded_at IS NULL OR v.superseded_at > COALESCE(%(at)s::timestamptz, statement_timestamp()))
"""

RULES = """
SELECT r.code, r.recipient, r.participant_role, r.data_category, r.purposes, r.treatment, r.reason,
       r.obligations, r.handling, q.number AS provision, p.id::text AS policy, v.id::text AS policy_version,
       r.effective_from, r.effective_to
FROM privacy_policyversion v
JOIN privacy_privacypolicy p ON p.id = v.policy_id
JOIN privacy_disclosurerule r ON r.version_id = v.id
JOIN privacy_provision q ON q.id = r.provision_id
WHERE v.id = ANY (%(versions)s::uuid[])
ORDER BY r.code
"""


class Rules(list[dict[str, Any]]):
    """The rules of one version that hold on one day, with what was once resolved from them; never changed."""

    def __init__(self, rules: Iterable[dict[str, Any]]) -> None:
        super().__init__(rules)
        self.asks_supervisor = any(Obligation.SUPERVISOR in rule["obligations"] for rule in self)
        self.at: dict[tuple[str, str, str], Rows] = {}
        for rule in self:
            where = (rule["recipient"], rule["participant_role"], rule["data_category"])
            self.at.setdefault(where, []).append(rule)
        self.said: dict[tuple[str, ...], Ruling] = {}
        self.sights: dict[tuple[Any, ...], Sight] = {}


@dataclass
class Version:
    """The rules of a published version, and those of the day that was asked for last."""

    rows: Rows = field(default_factory=list)
    of_day: tuple[date, Rules] | None = None

    def on(self, day: date) -> Rules:
        of_day = self.of_day
        if of_day is None or of_day[0] != day:
            held = (each for each in self.rows if holds(each["effective_from"], each["effective_to"], day))
            of_day = self.of_day = day, Rules(held)
        return of_day[1]


# A published version never changes (privacy.0002), so its rules are kept between requests; which version is in force is
# asked each time. One that the running transaction published itself may be a draft again, and is not kept.
MOST_KEPT = 500
_kept: dict[str, Version] = {}


def forget() -> None:
    """Drop what is kept of published versions."""
    _kept.clear()


class RulesInForce(dict[UUID, Rules]):
    """Rules by owner, read when they are asked for: those of the version in force, as far as they hold that day."""

    def __init__(self, at: datetime | None, known: Mapping[UUID, Rules] | None = None) -> None:
        super().__init__(known or {})
        self.at = at

    def __missing__(self, owner_id: UUID) -> Rules:
        self.read([owner_id])
        return self[owner_id]

    def read(self, owners: Iterable[UUID]) -> None:
        """Read those of these owners that are not known yet."""
        unknown = [owner for owner in dict.fromkeys(owners) if owner not in self]
        if not unknown:
            return
        found = prepared.rows(IN_FORCE, {"owners": unknown, "at": self.at})
        versions = _versions({row["version"]: row["settled"] for row in found})
        self.update((owner, Rules([])) for owner in unknown)
        self.update((row["agency_id"], versions[row["version"]].on(row["day"])) for row in found)


def _versions(asked: Mapping[str, bool]) -> dict[str, Version]:
    """These versions, each whole before it is kept: other threads read what is kept. `asked` says which may be."""
    known = {key: version for key, settled in asked.items() if settled and (version := _kept.get(key)) is not None}
    unread = {key: Version() for key in asked if key not in known}
    if unread:
        for rule in prepared.rows(RULES, {"versions": list(unread)}):
            unread[rule["policy_version"]].rows.append(rule)
        if len(_kept) > MOST_KEPT:
            forget()
        _kept.update((key, version) for key, version in unread.items() if asked[key])
    return known | unread


def holds(first: date | None, last: date | None, day: date) -> bool:
    return (first or day) <= day <= (last or day)


def by_rules(rules: Rules, recipient: str, purpose: str, role: str, category: str) -> Ruling:
    """What a policy's rules alone say to a recipient: a kind of agency, or `own_agency` for the owner's own people."""
    question = (recipient, purpose, role, category)
    if question not in rules.said:
        nothing = OWNERS_OWN if recipient == OWN_AGENCY else NOT_PERMITTED
        rules.said[question] = _best(rules, *question) or nothing
    return rules.said[question]


def rules_of(version: PolicyVersion) -> Rules:
    """The rules of one version, drafts too, that hold today, in the shape in which `RULES` reads those in force."""
    today = version.policy.agency.today
    return Rules(
        {
            "code": rule.code,
            "recipient": rule.recipient,
            "participant_role": rule.participant_role,
            "data_category": rule.data_category,
            "purposes": rule.purposes,
            "treatment": rule.treatment,
            "reason": rule.reason,
            "obligations": rule.obligations,
            "handling": rule.handling,
            "provision": rule.provision.number,
            "policy": str(version.policy_id),
            "policy_version": str(version.pk),
        }
        for rule in version.rules.select_related("provision").order_by("code")
        if holds(rule.effective_from, rule.effective_to, today)
    )


def _best(rules: Rules, recipient: str, purpose: str, role: str, category: str) -> Ruling | None:
    """The most specific matching rule (recipient, role, category, purpose, in this order); the strictest of equals,
    with what all of these ask."""
    for where in product((recipient, ANY), (role, ANY), (category, ANY)):
        there = rules.at.get(where, [])
        for_purpose = [rule for rule in there if purpose in rule["purposes"]]
        equals = for_purpose or [rule for rule in there if not rule["purposes"]]
        if equals:
            return _strictest(equals)
    return None


def _strictest(equals: Rows) -> Ruling:
    best = max(equals, key=lambda rule: STRICTNESS.index(rule["treatment"]))
    source = {name: best[name] for name in ("provision", "policy", "policy_version")}
    if best["treatment"] == Treatment.WITHHELD:
        return Ruling(best["treatment"], best["reason"], best["code"], **source)
    return Ruling(
        best["treatment"],
        best["reason"],
        best["code"],
        **source,
        obligations=tuple(each for each in Obligation.values if any(each in rule["obligations"] for rule in equals)),
        handling=" ".join(dict.fromkeys(rule["handling"] for rule in equals if rule["handling"])),
    )
