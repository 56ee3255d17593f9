"""What of an open record a viewer sees: the owner's published rules, narrowed by the terms that open it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

from portal.kernel import prepared
from portal.records.models.record import UNNAMED
from privacy.models import ANY, OWN_AGENCY, DataCategory, Obligation, ParticipantRole, PolicyVersion, Treatment
from sharing_agreements.models import Action

if TYPE_CHECKING:
    from .decide import Decision, OpenSet

CONDITIONS = (Obligation.STAYS, Obligation.SUPERVISOR)
"""Obligations that withhold where they are not met."""
LEAVING = (Action.PRINT, Action.EXPORT, Action.REDISCLOSE)
STRICTNESS = [str(treatment) for treatment in Treatment]
NEVER_RENDERED = ParticipantRole.INFORMANT


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
STAYS = "it is read in the portal only"
NOT_APPROVED = "it waits until a supervisor of yours approves your inquiry"
NOT_IN_TERMS = Ruling(Treatment.WITHHELD, "not in the terms of the agreement")

RULES = """
SELECT p.agency_id, r.code, r.recipient, r.participant_role, r.data_category, r.purposes, r.treatment, r.reason,
       r.obligations, r.handling, q.number AS provision, p.id::text AS policy, v.id::text AS policy_version
FROM privacy_privacypolicy p
JOIN agencies_agency o ON o.id = p.agency_id
JOIN privacy_policyversion v ON v.policy_id = p.id
JOIN privacy_disclosurerule r ON r.version_id = v.id
JOIN privacy_provision q ON q.id = r.provision_id
WHERE p.agency_id = ANY (%(owners)s) AND v.status <> 'draft'
  AND v.published_at <= COALESCE(%(at)s::timestamptz, statement_timestamp())
  AND (v.superseded_at IS NULL OR v.superseded_at > COALESCE(%(at)s::timestamptz, statement_timestamp()))
  AND (COALESCE(%(at)s::timestamptz, statement_timestamp()) AT TIME ZONE o.time_zone)::date
      BETWEEN COALESCE(r.effective_from, '-infinity') AND COALESCE(r.effective_to, 'infinity')
ORDER BY r.code
"""

APPROVED = """
SELECT EXISTS (SELECT 1 FROM records_inquiryapproval a
               WHERE a.inquiry_id = %(inquiry)s AND a.approved
                 AND a.decided_at <= COALESCE(%(at)s::timestamptz, statement_timestamp())) AS approved
"""


class Disclosure:
    """Rulings for the sets of one decision, read once and resolved when asked."""

    def __init__(
        self,
        decision: Decision,
        rules: dict[UUID, list[dict[str, Any]]],
        *,
        no_more_than: Disclosure | None = None,
    ) -> None:
        self.decision = decision
        self.rules = rules
        self.no_more_than = no_more_than
        self._rulings: dict[tuple[UUID, str, str], Ruling] = {}

    @classmethod
    def of(cls, decision: Decision) -> Disclosure:
        owners = {open_set.owner_id for open_set in decision.sets.values()}
        rules: dict[UUID, list[dict[str, Any]]] = {owner: [] for owner in owners}
        for row in prepared.rows(RULES, {"owners": list(owners), "at": decision.viewer.at}):
            rules[row["agency_id"]].append(row)
        return cls(decision, rules)

    def ruling(self, record_set_id: UUID, role: str, category: str) -> Ruling:
        """The ruling for people in `role` (`*` for what is nobody's) and data of `category` in one open set."""
        key = (record_set_id, role, category)
        if key not in self._rulings:
            found = self._resolve(self.decision.sets[record_set_id], role, category)
            if self.no_more_than:
                found = _stricter(found, self.no_more_than.ruling(record_set_id, role, category))
            self._rulings[key] = found
        return self._rulings[key]

    def _resolve(self, open_set: OpenSet, role: str, category: str) -> Ruling:
        rules, purpose = self.rules[open_set.owner_id], self.decision.viewer.purpose
        if open_set.own:
            return replace(by_rules(rules, OWN_AGENCY, purpose, role, category), obligations=())
        covered = [way for way in open_set.ways if _term_covers(way, role, category)]
        if not covered:
            return NOT_IN_TERMS
        ruling = by_rules(rules, covered[0]["agency_kind"], purpose, role, category)
        return min((self._bound(_under(ruling, way)) for way in covered), key=_burden)

    def _bound(self, ruling: Ruling) -> Ruling:
        """The ruling for another agency, withheld where an obligation of its rule or term is not met."""
        if Obligation.STAYS in ruling.obligations and self.decision.viewer.action in LEAVING:
            return replace(ruling, treatment=Treatment.WITHHELD, reason=STAYS, obligations=(), handling="")
        if Obligation.SUPERVISOR in ruling.obligations and not self.approved:
            return replace(ruling, treatment=Treatment.WITHHELD, reason=NOT_APPROVED, handling="")
        return ruling

    @cached_property
    def approved(self) -> bool:
        """Whether a supervisor approved the viewer's inquiry."""
        viewer = self.decision.viewer
        if viewer.inquiry_id is None:
            return False
        return bool(prepared.rows(APPROVED, {"inquiry": viewer.inquiry_id, "at": viewer.at})[0]["approved"])

    def roles_under(self, record_set_id: UUID, category: str, treatment: str) -> list[str]:
        """Roles whose data of a category get this treatment here; informants are in none."""
        roles = [role for role in ParticipantRole if role != NEVER_RENDERED]
        return [str(role) for role in roles if self.ruling(record_set_id, role, category).treatment == treatment]

    def roles_shown(self, record_set_id: UUID, category: str) -> list[str]:
        """Roles whose data of a category are shown in full: what may be searched and counted; names free the text. The
        owner's own people, where they are shown every name, are shown the text of what names nobody too."""
        shown = self.roles_under(record_set_id, category, Treatment.SHOWN)
        own = self.decision.sets[record_set_id].own and category == DataCategory.NAME
        return [*shown, UNNAMED] if own and len(shown) == len(ParticipantRole) - 1 else shown

    def free_text(self, record_set_id: UUID) -> Ruling:
        """Whether free text is shown at all here; who is on the record may withhold it still."""
        return self.ruling(record_set_id, ANY, DataCategory.FREE_TEXT)

    def groups(self, set_ids: Iterable[UUID]) -> list[tuple[list[UUID], list[str], bool]]:
        """Sets with equal treatment of names and free text: (sets, roles whose names are shown, free text shown)."""
        found: dict[tuple[tuple[str, ...], bool], list[UUID]] = {}
        for set_id in set_ids:
            key = (tuple(self.roles_shown(set_id, DataCategory.NAME)), self.free_text(set_id).shown)
            found.setdefault(key, []).append(set_id)
        return [(sets, list(roles), free) for (roles, free), sets in found.items()]


def by_rules(rules: list[dict[str, Any]], recipient: str, purpose: str, role: str, category: str) -> Ruling:
    """What a policy's rules alone say to a recipient: a kind of agency, or `own_agency` for the owner's own people."""
    found = _best(rules, recipient, purpose, role, category)
    return found or (OWNERS_OWN if recipient == OWN_AGENCY else NOT_PERMITTED)


def rules_of(version: PolicyVersion) -> list[dict[str, Any]]:
    """The rules of one version, drafts too, that hold today, in the shape in which `RULES` reads those in force."""
    today = version.policy.agency.today
    return [
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
        if (rule.effective_from or today) <= today <= (rule.effective_to or today)
    ]


def _stricter(ruling: Ruling, own: Ruling) -> Ruling:
    """A ruling for somebody who must not see more by it than by their own."""
    return max(ruling, own, key=lambda each: STRICTNESS.index(each.treatment))


def _under(ruling: Ruling, way: dict[str, Any]) -> Ruling:
    """A ruling of the rules with what the term asks beside them; what is withheld asks for nothing."""
    asked = {*(way["conditions"] or ())} - {*ruling.obligations}
    if ruling.treatment == Treatment.WITHHELD or not (asked or way["handling"]):
        return ruling
    both = asked | {*ruling.obligations}
    return replace(
        ruling,
        obligations=tuple(each for each in Obligation.values if each in both),
        handling=" ".join(filter(None, dict.fromkeys((ruling.handling, way["handling"])))),
        term=f"term {way['term_code']} of {way['agreement_number']}",
    )


def _burden(ruling: Ruling) -> tuple[int, bool, int, bool]:
    """How little a ruling shows, and how much it asks: of several terms the one counts that burdens least."""
    closed = ruling.treatment == Treatment.WITHHELD and not ruling.awaits_supervisor
    return STRICTNESS.index(ruling.treatment), closed, len(ruling.obligations), bool(ruling.handling)


def _term_covers(way: dict[str, Any], role: str, category: str) -> bool:
    return category in way["data_categories"] and (role == ANY or role in way["participant_roles"])


def _best(rules: list[dict[str, Any]], recipient: str, purpose: str, role: str, category: str) -> Ruling | None:
    """The most specific matching rule (recipient, role, category, purpose, in this order); the strictest of equals,
    with what all of these ask."""
    matching = [
        rule
        for rule in rules
        if rule["recipient"] in (ANY, recipient)
        and rule["participant_role"] in (ANY, role)
        and rule["data_category"] in (ANY, category)
        and (not rule["purposes"] or purpose in rule["purposes"])
    ]
    if not matching:
        return None

    def exactness(rule: dict[str, Any]) -> tuple[bool, ...]:
        wide = (rule["recipient"] == ANY, rule["participant_role"] == ANY, rule["data_category"] == ANY)
        return (*(not each for each in wide), bool(rule["purposes"]))

    exactest = max(map(exactness, matching))
    equals = [rule for rule in matching if exactness(rule) == exactest]
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
