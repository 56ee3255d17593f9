"""What is withheld on a record: to whom the owner's rules show it, and how to ask for it. Resolved by the code that
decides; of a sealed record nothing is said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from agencies.models import Agency
from portal.records.decision import Decision, Ruling
from portal.records.decision.disclosure import NOT_IN_TERMS
from portal.records.decision.rules import by_rules
from portal.records.shown import CaseFile, Shown
from portal.records.shown.values import NOT_CLEARED
from privacy.models import ANY, DataCategory, Purpose
from privacy.rules import people, recipients


@dataclass(frozen=True)
class Denied:
    """Data that is withheld, of whom; who is shown it, and what to do, in words."""

    what: str
    who: str
    how: str


def denied(decision: Decision, case: CaseFile) -> list[Denied]:
    """One line for all that is withheld alike. Nothing for a record of one's own agency, whose custodian knows."""
    if case.envelope.sealed or case.open_set.own:
        return []
    found: dict[tuple[DataCategory, str, str], list[str]] = {}
    for role, category, ruling in dict.fromkeys(_withheld(case)):
        who, how = _who(decision, case, role, category, ruling)
        found.setdefault((category, who, how), []).append(role)
    return [
        Denied(_what(category, roles), who, how)
        for (category, who, how), roles in sorted(found.items(), key=lambda each: list(DataCategory).index(each[0][0]))
    ]


def _what(category: DataCategory, roles: list[str]) -> str:
    whose = ", ".join(people(role) for role in roles if role != ANY)
    return f"{category.label} of {whose}" if whose else str(category.label)


def _withheld(case: CaseFile) -> Iterator[tuple[str, DataCategory, Ruling]]:
    """Role, kind of data and ruling of each value that is withheld."""
    C = DataCategory
    values: list[tuple[str, DataCategory, Shown]] = []
    for each in case.people:
        values += [(each.role, C.NAME, each.name), (each.role, C.BIRTH_DATE, each.birth_date)]
        values += [(each.role, C.CONTACT, each.contact), (each.role, C.IDENTIFIERS, each.identifiers)]
    roles = {each.id: each.role for each in case.people}
    values += [(roles[each.participant], C.CHARGES, each.description) for each in case.charges]
    values += [(ANY, C(each.field.category), each.shown) for each in case.details if each.field.category]
    for role, category, value in values:
        if value.withheld:
            text = value.ruling == case.free_text
            yield (ANY, C.FREE_TEXT, value.ruling) if text else (role, category, value.ruling)
    if not case.free_text.shown and (case.title.withheld or case.entries_withheld):
        yield ANY, C.FREE_TEXT, case.free_text


def _who(decision: Decision, case: CaseFile, role: str, category: DataCategory, ruling: Ruling) -> tuple[str, str]:
    owner, way = case.open_set.owner_name, case.open_set.ways[0]
    if ruling == NOT_IN_TERMS:
        return (
            f"No term of {way['agreement_number']} gives it to your agency.",
            "Ask an administrator of your agency to have the agreement amended.",
        )
    if ruling.reason == NOT_CLEARED:
        return (
            "Whoever the rules show it, once a custodian has cleared it.",
            "Ask the owner's custodian to release the entry that you need.",
        )
    if ruling.awaits_supervisor:
        return "Your agency, once a supervisor of yours approves the inquiry.", "Ask your supervisor."
    rules, kind = decision.disclosure.rules[case.open_set.owner_id], way["agency_kind"]

    def shows(recipient: str, purpose: str) -> bool:
        return by_rules(rules, recipient, purpose, role, category).shown

    permitted = {purpose for each in case.open_set.ways for purpose in each["purposes"]}
    ours = [each for each in Purpose if each in permitted and shows(kind, each)]
    if ours and decision.viewer.purpose not in ours:
        words = "; ".join(str(each.label) for each in ours)
        return f"Your agency, for purpose {words}.", "If that is why you look, change the inquiry."
    others = [str(each) for each in Agency.Kind if each != kind and any(shows(each, one) for one in Purpose)]
    who = ", ".join(recipients(each) for each in others)
    return (
        f"{who[:1].upper()}{who[1:].lower()}, under an agreement." if others else f"Nobody outside {owner}.",
        "Ask the owner's custodian, with your case number.",
    )
