"""Holds a docket that was written out against its source, value by value: what is missing, what says something else."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from portal.kernel.reading.problem import LONGEST, Problem, shown
from portal.records.reading.draft import CaseDraft
from portal.records.reading.shape import AS, Draft

NOTHING = object()


@dataclass(frozen=True, slots=True)
class Normalized:
    """A day that the column holds in another writing than the source, which is remembered beside it."""

    key: str
    source: str
    stored: str


def parse_plainly(raw: bytes) -> Any:
    """The JSON of a source by the standard library alone, so that our own parser is held to account too."""
    return json.loads(raw.decode("utf-8-sig"), parse_float=Decimal)


def differences(source: Any, written: Any, problems: Sequence[Problem]) -> list[str]:
    """Places at which the source and what was written out differ, without those that a problem said to be left out."""
    if any(not each.place and "further problems" in each.reason for each in problems):
        return []
    said = {each.place for each in problems if each.severity == "error"}
    return list(_differences(source, written, "", said))


def _differences(source: Any, written: Any, place: str, said: Collection[str]) -> Iterator[str]:
    if place and place[:LONGEST] in said:
        return
    if isinstance(source, dict) and isinstance(written, dict):
        for key in [*source, *(key for key in written if key not in source)]:
            at = f"{place}.{shown(key)}" if place else shown(key)
            yield from _differences(source.get(key, NOTHING), written.get(key, NOTHING), at, said)
    elif isinstance(source, list) and isinstance(written, list):
        stand = [(f"{place}[{index}]", each) for index, each in enumerate(source)]
        stand = [(at, each) for at, each in stand if at[:LONGEST] not in said]
        if len(stand) != len(written):
            yield place
            return
        for (at, each), other in zip(stand, written, strict=True):
            yield from _differences(each, other, at, said)
    elif not _same(source, written):
        yield place


def _same(source: Any, written: Any) -> bool:
    """Equal as JSON values. Numbers are equal by what they count: PostgreSQL writes 1e2 as 100."""
    numbers = (int, float, Decimal)
    if isinstance(source, numbers) and isinstance(written, numbers):
        if isinstance(source, bool) or isinstance(written, bool):
            return source is written
        return _exact(source) == _exact(written)
    return type(source) is type(written) and bool(source == written)


def _exact(number: Any) -> Decimal:
    return Decimal(repr(number)) if isinstance(number, float) else Decimal(number)


def values(value: Any) -> int:
    """How many values a document holds, empty lists and objects counted as one."""
    if isinstance(value, dict) and value:
        return sum(values(each) for each in value.values())
    if isinstance(value, list) and value:
        return sum(values(each) for each in value)
    return 1


def kept_beside(case: CaseDraft) -> int:
    """How many values of a case stand beside the columns."""
    return sum(values(each.other) for each in _drafts(case) if each.other)


def normalized(case: CaseDraft) -> list[Normalized]:
    """The values whose column holds another writing of the same."""
    found = []
    for draft in _drafts(case):
        days = [getattr(draft, name, None) for name in ("filed_on", "entered_on", "terminated_on")]
        stored = " or ".join(each.isoformat() for each in days if each)
        found += [
            Normalized(key, how.removeprefix(AS), stored) for key, how in draft.form.items() if how.startswith(AS)
        ]
    return found


def _drafts(case: CaseDraft) -> list[Draft]:
    return [case, *case.participants, *case.charges, *case.entries]
