"""An agency as a public list gives it, before anything is stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

LONGEST_NAME = 250
LONGEST_COUNTY = 120
LONGEST_COURT_ID = 40
NAME_KEYS = ("name", "agency_name")
"""Where `other` keeps a name whose blanks were taken off."""


@dataclass(frozen=True, slots=True)
class AgencyDraft:
    """One agency. `name` is empty where the list has none. `parent` is the court id of the court above in the list.

    `other` holds every value of the row that no field above it holds exactly, under the list's own keys.
    """

    identity_kind: Literal["court", "ori"]
    identity: str
    name: str
    kind: str
    level: str
    state: str = ""
    county: str = ""
    parent: str = ""
    aliases: tuple[str, ...] = ()
    started_on: date | None = None
    ended_on: date | None = None
    defunct: bool = False
    other: Mapping[str, Any] = field(default_factory=dict)
    place: str = ""


def same_name(drafts: Iterable[AgencyDraft], *, loosely: bool = False) -> list[tuple[str, str, tuple[str, ...]]]:
    """(name, state, identities) of agencies that share name and state, in the order of state and name.

    They are listed for a person to look at, never merged; agencies without a name are no pair. Names count as the list
    writes them, to the blank; `loosely`, they count without case and blanks too many.
    """
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for draft in drafts:
        written = next((draft.other[key] for key in NAME_KEYS if draft.other.get(key)), draft.name)
        if name := " ".join(written.casefold().split()) if loosely else written:
            found[draft.state, name].append(draft.identity)
    return [(name, state, tuple(ids)) for (state, name), ids in sorted(found.items()) if len(ids) > 1]
