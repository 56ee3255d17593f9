"""The same decision as a list of conditions, each with its source and verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from agencies.models import RecordSet
from sharing_agreements.models import Action

from .conditions import WAYS_TO_ONE
from .decide import ways
from .viewer import Viewer

if TYPE_CHECKING:
    from ..models import Record


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


def explain(viewer: Viewer, record: Record) -> Explanation:
    """Why this viewer may or may not do `viewer.action` with the record, from the statement that decides.

    Shown only to somebody for whom the record exists; the conditions of a closed record are for tests and auditors.
    """
    found = ways(WAYS_TO_ONE, viewer, record_set=record.record_set_id)
    if not found:
        return Explanation((_no_way(record.record_set_id),), _actions([]), None)
    scored = [(way, _conditions(way, viewer, record)) for way in found]
    way, conditions = max(scored, key=lambda pair: sum(condition.passes for condition in pair[1]) / len(pair[1]))
    return Explanation(tuple(conditions), _actions(found), way)


def _no_way(record_set_id: UUID) -> Condition:
    owner = RecordSet.objects.filter(pk=record_set_id).values_list("owner__name", flat=True).first()
    return Condition("Your agency owns the record or is a party to an agreement that shares it", False, owner or "")


def _conditions(way: dict[str, Any], viewer: Viewer, record: Record) -> list[Condition]:
    conditions = [
        Condition("You and your agency are active", way["person_active"], "Account and agency"),
        Condition("Your membership is current", way["membership_current"], "Membership"),
        Condition("Your role looks at records", way["role_fits"], "Roles of your membership"),
        Condition("Your training is current", way["trained"], "Training record"),
        Condition("The record set is kept open by its owner", way["set_open"], way["set_name"]),
    ]
    conditions += [_owned(way)] if way["own"] else _shared(way, viewer)
    return [*conditions, _class_conditions(way, record)]


def _owned(way: dict[str, Any]) -> Condition:
    return Condition("Your agency owns the record set", True, way["owner_name"])


def _shared(way: dict[str, Any], viewer: Viewer) -> list[Condition]:
    term = f"{way['agreement_number']}, clause {way['clause_number']}, term {way['term_code']}"
    return [
        Condition("Your agency is a party", True, f"{way['agreement_number']}, version {way['version_number']}"),
        Condition("The grant is live now", bool(way["grant_live"]), _window(way)),
        Condition("Your agency holds the permission on the record set", way["permitted"], way["set_name"]),
        Condition(f"The term permits to {viewer.action}", bool(way["action_fits"]), term),
        Condition(
            f"Purpose {viewer.purpose} is permitted" if viewer.purpose else "A purpose is stated",
            bool(way["purpose_fits"]),
            term,
        ),
    ]


def _window(way: dict[str, Any]) -> str:
    ends = f"to {way['not_after']:%b %d, %Y}" if way["not_after"] else "without end"
    state = "revoked" if way["revoked_at"] else "suspended" if way["suspended_at"] else "not suspended"
    return f"{way['not_before']:%b %d, %Y} {ends}, {state}"


def _class_conditions(way: dict[str, Any], record: Record) -> Condition:
    sealed_ok = not record.sealed or (way["own"] and way["custodian"])
    juvenile_ok = not record.juvenile or way["own"] or way["includes_juvenile"]
    kinds = [name for name, on in (("sealed", record.sealed), ("juvenile", record.juvenile)) if on]
    source = " and ".join(kinds) if kinds else "not sealed, not juvenile"
    return Condition("No class condition stops you", bool(sealed_ok and juvenile_ok), source.capitalize())


def _actions(found: list[dict[str, Any]]) -> tuple[tuple[Action, bool], ...]:
    """What the viewer may do here under any way that is live for the purpose."""

    def allowed(action: Action) -> bool:
        return any(
            (way["own"] and action != Action.REDISCLOSE)
            or (way["grant_live"] and way["permitted"] and way["purpose_fits"] and action in (way["actions"] or ()))
            for way in found
        )

    return tuple((action, allowed(action)) for action in Action)
