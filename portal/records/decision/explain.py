"""The same decision as a list of conditions, each with its source and verdict."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as in_words
from django.utils.timezone import localtime

from agencies.models import RecordSet
from portal.records import links
from sharing_agreements.models import Action, last_day

from .conditions import WAYS_TO_ONE
from .decide import INTELLIGENCE, decide, ways
from .disclosure import LEAVING
from .viewer import BY_OFFICE, Deed, Viewer


class Subject(Protocol):
    """What of a record the decision asks."""

    @property
    def record_set_id(self) -> UUID: ...

    @property
    def sealed(self) -> bool: ...

    @property
    def juvenile(self) -> bool: ...

    @property
    def closes_at(self) -> datetime | None: ...

    @property
    def nonconviction_from(self) -> datetime | None: ...


@dataclass(frozen=True)
class Condition:
    """One thing that must hold, whether it does, and where it is written."""

    name: str
    passes: bool
    source: str
    href: str = ""


@dataclass(frozen=True)
class Explanation:
    """Every condition for one record; it is open when all pass."""

    conditions: tuple[Condition, ...]
    actions: tuple[tuple[Action, bool], ...]
    way: dict[str, Any] | None

    @property
    def open(self) -> bool:
        return bool(self.conditions) and all(condition.passes for condition in self.conditions)

    @property
    def passed(self) -> int:
        return sum(condition.passes for condition in self.conditions)

    def permits(self, action: Action) -> bool:
        """Whether the viewer may do this with the record, whatever they asked for."""
        return dict(self.actions)[action]


def explain(viewer: Viewer, record: Subject) -> Explanation:
    """Why this viewer may or may not do `viewer.action` with the record, from the statement that decides.

    Shown only to somebody for whom the record exists; the conditions of a closed record are for tests and auditors.
    """
    found = ways(WAYS_TO_ONE, viewer, record_set=record.record_set_id)
    actions = tuple((action, _permitted(found, viewer, action, record)) for action in Action)
    if not found:
        return Explanation((_no_way(record.record_set_id),), actions, None)
    scored = [(way, _conditions(way, viewer, record)) for way in found]
    way, conditions = max(scored, key=lambda pair: sum(condition.passes for condition in pair[1]) / len(pair[1]))
    return Explanation(tuple(conditions), actions, way)


def _no_way(record_set_id: UUID) -> Condition:
    owner = RecordSet.objects.filter(pk=record_set_id).values_list("owner__name", flat=True).first()
    return Condition("Your agency owns the record or is a party to an agreement that shares it", False, owner or "")


def _permitted(found: list[dict[str, Any]], viewer: Viewer, action: Action, record: Subject) -> bool:
    """One action: what `opens` says in SQL of the ways for the action asked, said for any."""
    permitted = any(
        way["reached"] and (way["own"] or action in way["actions"]) and _classes_pass(way, action, record)
        for way in found
    )
    return permitted and (not _alone(found[0], record) or _shows_nonconviction(viewer.to(action), record))


def _alone(way: dict[str, Any], record: Subject) -> bool:
    """Whether it is nonconviction data alone by now (28 CFR 20.3)."""
    return record.nonconviction_from is not None and record.nonconviction_from <= way["moment"]


def _shows_nonconviction(viewer: Viewer, record: Subject) -> bool:
    return record.record_set_id in decide(viewer).only([record.record_set_id]).sets_with("nonconviction")


def _conditions(way: dict[str, Any], viewer: Viewer, record: Subject) -> list[Condition]:
    conditions = [
        Condition("You and your agency are active", bool(way["person_active"]), "Account and agency"),
        Condition("Your membership is current", bool(way["membership_current"]), "Membership"),
        Condition("Your role looks at records", bool(way["role_fits"]), "Roles of your membership"),
        Condition("Your training is current", bool(way["trained"]), "Training record"),
        Condition("The record set is kept open by its owner", bool(way["set_open"]), way["set_name"]),
    ]
    conditions += [_owned(way)] if way["own"] else _shared(way, viewer)
    conditions += _of_intelligence(way, viewer) if way["record_class"] == INTELLIGENCE else []
    if _alone(way, record):
        source = "Terms and rules" if not way["own"] else "Rules, or your office"
        conditions.append(Condition("Nonconviction data is shown to you", _shows_nonconviction(viewer, record), source))
    return [*conditions, _class_condition(way, viewer, record)]


def _of_intelligence(way: dict[str, Any], viewer: Viewer) -> list[Condition]:
    """What criminal intelligence asks beside everything else (28 CFR part 23)."""
    term = "The owner's own" if way["own"] else f"{way['agreement_number']}, term {way['term_code']}"
    office = bool(way["own"] and way["custodian"] and viewer.action == BY_OFFICE)
    return [
        Condition("You are certified in 28 CFR part 23", bool(way["certified"]), "Training record"),
        Condition(
            "You need to know: an inquiry with a case number",
            bool(way["needs_to_know"]) or office,
            "Your office" if office else "Inquiry",
        ),
        Condition("The term names criminal intelligence", bool(way["own"] or way["includes_intelligence"]), term),
    ]


def _owned(way: dict[str, Any]) -> Condition:
    return Condition("Your agency owns the record set", True, way["owner_name"])


def _shared(way: dict[str, Any], viewer: Viewer) -> list[Condition]:
    agreement = f"{way['agreement_number']}, version {way['version_number']}"
    term = f"{way['agreement_number']}, clause {way['clause_number']}, term {way['term_code']}"
    clause, purpose = links.to_clause(way), viewer.purpose
    return [
        Condition("Your agency is a party", True, agreement, links.to_agreement(way)),
        Condition("The grant is live now", bool(way["grant_live"]), _window(way)),
        Condition("Your agency holds the permission on the record set", bool(way["permitted"]), way["set_name"]),
        Condition(
            "You accepted the policies and rules of behavior in force",
            bool(way["acknowledged"]),
            "What you accepted",
            links.to_acknowledgements(),
        ),
        Condition(f"The term permits to {viewer.action}", bool(way["action_fits"]), term, clause),
        Condition(
            f"Purpose {purpose} is permitted" if purpose else "A purpose is stated",
            bool(way["purpose_fits"]),
            term,
            clause,
        ),
    ]


def _window(way: dict[str, Any]) -> str:
    zone = way["agreement_zone"]
    last = last_day(way["not_after"], zone)
    ends = f"to {_in_words(last)}" if last else "without end"
    state = "revoked" if way["revoked_at"] else "suspended" if way["suspended_at"] else "not suspended"
    return f"{_in_words(localtime(way['not_before'], ZoneInfo(zone)))} {ends}, {state}"


def _in_words(day: date) -> str:
    return in_words(day, "M j, Y")


def _overdue(way: dict[str, Any], record: Subject) -> bool:
    return record.closes_at is not None and record.closes_at <= way["moment"]


def _classes_pass(way: dict[str, Any], action: Deed, record: Subject) -> bool:
    keeps = bool(way["own"] and way["custodian"])
    if (record.sealed and not keeps) or (_overdue(way, record) and not (keeps and action not in LEAVING)):
        return False
    return bool(not record.juvenile or way["own"] or way["includes_juvenile"])


def _class_condition(way: dict[str, Any], viewer: Viewer, record: Subject) -> Condition:
    marks = (
        ("sealed", record.sealed),
        ("juvenile", record.juvenile),
        ("overdue for review", _overdue(way, record)),
    )
    kinds = [name for name, on in marks if on]
    source = " and ".join(kinds) if kinds else "not sealed, not juvenile"
    return Condition("No class condition stops you", _classes_pass(way, viewer.action, record), source.capitalize())
