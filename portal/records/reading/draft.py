"""A case as a source gives it, before anything is stored: frozen values, shaped like the tables that will hold them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

Form = Mapping[str, str]
"""How a source wrote what it left empty (`missing`, `null`, `empty`) or as a `number`, where that is not its usual
way. With it the source can be written out again as it stood; no reader of a case needs it."""

LONGEST = {
    "court_id": 40,
    "docket_number": 64,
    "federal_defendant_number": 10,
    "category": 60,
    "type": 120,
    "roles": 120,
    "status": 40,
    "document_number": 40,
    "name": 1000,
    "phone": 60,
}
"""Characters of the source's short values; a longer one is left out and reported. Other values: LONGEST_OTHER."""
LONGEST_OTHER = 4000
LONGEST_TEXT = 1_000_000
"""Docket text, dispositions, contacts."""


@dataclass(frozen=True, slots=True)
class ParticipantDraft:
    """A person or body on a case. `place` is where in the source it stood."""

    role: str
    source_type: str
    name: str
    extra: str = ""
    contact: str = ""
    terminated_on: date | None = None
    represents: int | None = None
    attorney_roles: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    birth_date: date | None = None
    address: str = ""
    phone: str = ""
    aliases: tuple[str, ...] = ()
    place: str = ""
    other: Mapping[str, Any] = field(default_factory=dict)
    form: Form = field(default_factory=dict)
    state_id: str = ""
    fbi_id: str = ""


@dataclass(frozen=True, slots=True)
class ChargeDraft:
    """A count or complaint against `participants[participant]`; statute and number are read from its description."""

    sequence: int
    kind: Literal["count", "complaint"]
    participant: int
    description: str
    statute: str = ""
    count_number: str = ""
    status: str = ""
    disposition: str = ""
    other: Mapping[str, Any] = field(default_factory=dict)
    form: Form = field(default_factory=dict)
    degree: str = ""
    plea: str = ""
    filed_on: date | None = None
    outcome: str = ""
    disposed_on: date | None = None
    sentenced_on: date | None = None
    sentence: str = ""
    fine: str = ""


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """One docket entry, in the source's order."""

    sequence: int
    number: str = ""
    filed_on: date | None = None
    entered_on: date | None = None
    description: str = ""
    document_id: str = ""
    sequence_id: str = ""
    other: Mapping[str, Any] = field(default_factory=dict)
    form: Form = field(default_factory=dict)
    hearing: str = ""
    held_at: str = ""


@dataclass(frozen=True, slots=True)
class CaseDraft:
    """A case with everything its source holds.

    `facts` are structured and name nobody. `parties_left_out` counts parties that could not be read: who they are is
    unknown, so the free text of such a case may name somebody protected who is not among its participants.
    """

    source_system: str
    source_id: str
    court_id: str
    docket_number: str
    title: str = ""
    filed_on: date | None = None
    terminated_on: date | None = None
    category: str = ""
    sealed: bool = False
    juvenile: bool = False
    invented: bool = False
    facts: Mapping[str, str] = field(default_factory=dict)
    participants: tuple[ParticipantDraft, ...] = ()
    charges: tuple[ChargeDraft, ...] = ()
    entries: tuple[EntryDraft, ...] = ()
    parties_left_out: int = 0
    other: Mapping[str, Any] = field(default_factory=dict)
    form: Form = field(default_factory=dict)
    record_class: str = "case"
    details: Mapping[str, Any] = field(default_factory=dict)


def to_json(case: CaseDraft) -> dict[str, Any]:
    """The draft as plain JSON values, for staging."""

    def plain(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in pairs}

    return dataclasses.asdict(case, dict_factory=plain)


def from_json(value: Mapping[str, Any]) -> CaseDraft:
    """The draft that `to_json` wrote."""
    whole = _with_dates(value, "filed_on", "terminated_on")
    whole["participants"] = tuple(
        ParticipantDraft(
            **_with_dates(each, "terminated_on", "birth_date")
            | {"attorney_roles": tuple(each["attorney_roles"]), "aliases": tuple(each["aliases"])}
        )
        for each in value["participants"]
    )
    days = ("filed_on", "disposed_on", "sentenced_on")
    whole["charges"] = tuple(ChargeDraft(**_with_dates(each, *days)) for each in value["charges"])
    whole["entries"] = tuple(EntryDraft(**_with_dates(each, "filed_on", "entered_on")) for each in value["entries"])
    return CaseDraft(**whole)


def _with_dates(value: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {**value} | {name: date.fromisoformat(value[name]) for name in names if value[name]}
