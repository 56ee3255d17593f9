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

DOCKET, FEED = "docket-json", "docket-feed"
"""The source systems of dockets, which are one whatever their form, and of what feeds say of them."""
MOST_DEFENDANTS = 100
_OF_FEED = "rss:"

LONGEST = {
    "court_id": 40,
    "docket_number": 64,
    "federal_defendant_number": 10,
    "category": 60,
    "type": 120,
    "source_type": 120,
    "roles": 120,
    "status": 40,
    "document_number": 40,
    "number": 40,
    "statute": 160,
    "count_number": 20,
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
    """A case with everything its source holds. `family` names the form of the source, which writes it out again.

    `facts` are structured and name nobody. `parties_left_out` counts parties that could not be read: who they are is
    unknown, so the free text of such a case may name somebody protected who is not among its participants. So may that
    of a case whose source names no party, or not all: `unnamed`.
    """

    source_system: str
    source_id: str
    court_id: str
    docket_number: str
    family: str = "federal_district"
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
    unnamed: bool = False
    other: Mapping[str, Any] = field(default_factory=dict)
    form: Form = field(default_factory=dict)
    record_class: str = "case"
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def identities(self) -> list[tuple[str, str]]:
        """(source system, source id) under which this docket may have been imported before, in whatever form: whole, or
        as a feed tells of it, which often leaves out the number of the defendant."""
        if self.source_system not in (DOCKET, FEED):
            return [(self.source_system, self.source_id)]
        docket = self.source_id.removeprefix(_OF_FEED)
        bare = "/".join(docket.split("/")[:2])
        defendants = range(1, MOST_DEFENDANTS) if self.source_system == FEED and docket == bare else ()
        return [
            (self.source_system, self.source_id),
            (DOCKET, docket),
            *((DOCKET, f"{bare}/{number}") for number in defendants),
            *((FEED, f"{_OF_FEED}{each}") for each in (docket, bare)),
        ]

    def of_feed(self) -> CaseDraft:
        """The same as a feed's, which never stands for the docket itself."""
        return dataclasses.replace(self, source_system=FEED, source_id=f"{_OF_FEED}{self.source_id}")


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
