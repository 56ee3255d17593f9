"""What an import makes of files, family by family: accepted, refused and why, crashed, altered without a word."""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from portal.records.importing import commands
from portal.records.reading import CaseDraft, Reading, Source, read_sources, write_docket
from portal.records.reading.comparing import differences, kept_beside, normalized, values
from portal.records.reading.families import FAMILIES, FEDERAL_DISTRICT
from portal.records.reading.federal_district import CATEGORIES

UNKNOWN = "of no family"
Store = Callable[[Path], Mapping[str, CaseDraft]]
"""Imports a file and gives what is stored of it: the cases by their source ids, each made from its rows."""


@dataclass
class Tally:
    """Of one family. `values` are those of accepted dockets; `beside`, those of them that have no column."""

    files: set[str] = field(default_factory=set)
    documents: int = 0
    accepted: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    crashed: list[str] = field(default_factory=list)
    altered: list[str] = field(default_factory=list)
    values: int = 0
    beside: int = 0
    normalized: list[tuple[str, str, str]] = field(default_factory=list)


class Report:
    """Gathers files. With `store` each is imported whole, and what is compared is what its rows say afterwards."""

    def __init__(self, store: Store | None = None) -> None:
        self._store = store
        self.families: dict[str, Tally] = {}

    @property
    def clean(self) -> bool:
        """Whether nothing crashed, and nothing was altered silently."""
        return not any(each.crashed or each.altered for each in self.families.values())

    def add(self, root: Path) -> None:
        for path in sorted(each for each in root.rglob("*") if each.is_file()) if root.is_dir() else [root]:
            name = path.relative_to(root).as_posix() if root.is_dir() else path.name
            family = UNKNOWN
            try:
                sources = list(read_sources(path))
                stored = {**self._store(path)} if self._store else None
                for source in sources:
                    family = self._kind(source.reading)
                    self._add(name, source, stored)
            except Exception as error:
                self._of(family, name).crashed.append(f"{name}: {_where(error)}")

    def _of(self, family: str, name: str) -> Tally:
        tally = self.families.setdefault(family, Tally())
        tally.files.add(name)
        return tally

    @staticmethod
    def _kind(reading: Reading) -> str:
        """The family, and of federal trial courts the kind of case too."""
        if reading.family != FEDERAL_DISTRICT or reading.case is None:
            return reading.family or UNKNOWN
        criminal = reading.case.category in (CATEGORIES["cr"], CATEGORIES["mj"])
        return f"{FEDERAL_DISTRICT}, {'criminal' if criminal else 'civil and other'}"

    def _add(self, name: str, source: Source, stored: dict[str, CaseDraft] | None) -> None:
        """Count one docket. `stored` are those of its file that none was compared with yet."""
        reading = source.reading
        tally = self._of(self._kind(reading), name)
        tally.documents += 1
        case = reading.case
        if case is None:
            tally.refused.update(each.reason for each in reading.problems if each.severity == "error")
            return
        tally.left_out.update(each.reason for each in reading.problems if each.severity == "error")
        if stored is not None:
            case = stored.pop(case.source_id, None)
            if case is None:
                tally.refused[commands.TWICE] += 1
                return
        tally.accepted += 1
        tally.values += values(source.document)
        tally.beside += kept_beside(case)
        tally.normalized += [(each.key, each.source, each.stored) for each in normalized(case)]
        tally.altered += [f"{reading.source} {place}" for place in self._altered(source, reading, case)]

    def _altered(self, source: Source, reading: Reading, case: CaseDraft) -> Iterator[str]:
        """Places where what was written out is not the source, and columns that are not what the source says."""
        yield from differences(source.document, write_docket(case), reading.problems)
        if reading.case is not None and columns(case) != columns(reading.case):
            yield "(columns)"

    def lines(self, *, forms: bool = False) -> Iterator[str]:
        """The table, and under it the reasons; with `forms` every value whose column holds another writing of it."""
        head = (
            "Family",
            "Files",
            "Documents",
            "Accepted",
            "Refused",
            "Crashed",
            "Altered",
            "Values",
            "Beside",
            "Rewritten",
        )
        rows = [head, *(self._row(name, self.families[name]) for name in self._names())]
        widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
        for row in rows:
            yield "  ".join(
                cell.ljust(width) if not column else cell.rjust(width)
                for column, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
        for name in self._names():
            yield from self._reasons(name, self.families[name], forms)

    def _names(self) -> list[str]:
        order = [*FAMILIES, UNKNOWN]
        return sorted(self.families, key=lambda name: (order.index(name.partition(",")[0]), name))

    @staticmethod
    def _row(name: str, tally: Tally) -> tuple[str, ...]:
        figures = (
            len(tally.files),
            tally.documents,
            tally.accepted,
            tally.documents - tally.accepted,
            len(tally.crashed),
            len(tally.altered),
            tally.values,
            tally.beside,
            len(tally.normalized),
        )
        return (_title(name), *(f"{each:,}" for each in figures))

    @staticmethod
    def _reasons(name: str, tally: Tally, forms: bool) -> Iterator[str]:
        title = _title(name)
        for word, reasons in (("refused", tally.refused), ("left out", tally.left_out)):
            yield from (f"{title}: {word} {times:,}: {reason}" for reason, times in reasons.most_common())
        yield from (f"{title}: crashed: {each}" for each in tally.crashed)
        yield from (f"{title}: altered: {each}" for each in tally.altered)
        if forms:
            for (key, source, stored), times in Counter(tally.normalized).most_common():
                yield f"{title}: rewritten {times:,}: {key}: {source} is {stored}"


def _title(name: str) -> str:
    family, comma, kind = name.partition(",")
    return FAMILIES[family].title + comma + kind if family in FAMILIES else name.capitalize()


def columns(case: CaseDraft) -> Any:
    """What the columns hold: the draft but for where in the file it stood."""
    people = [
        (each.role, each.name, each.source_type, each.contact, each.extra, each.represents)
        for each in case.participants
    ]
    charges = [
        (each.description, each.statute, each.count_number, each.disposition, each.participant) for each in case.charges
    ]
    entries = [(each.number, each.filed_on, each.entered_on, each.description) for each in case.entries]
    envelope = (case.docket_number, case.court_id, case.title, case.filed_on, case.terminated_on, case.category)
    return envelope, case.sealed, case.juvenile, {**case.facts}, people, charges, entries


def _where(error: Exception) -> str:
    at = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(at.filename).name}, line {at.lineno}"
