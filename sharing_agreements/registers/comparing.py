"""What is different between two snapshots: added, ended, changed field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .models import Snapshot, SnapshotLine
from .reading.columns import FIELDS
from .reading.lines import COMPARED

Lines = Mapping[str, SnapshotLine]


@dataclass(frozen=True, slots=True)
class Change:
    """One agreement that both snapshots have, with the fields that differ: (field, before, after)."""

    line: SnapshotLine
    fields: tuple[tuple[str, str, str], ...]

    @property
    def diffs(self) -> list[dict[str, str]]:
        """As the component `event` takes them."""
        return [{"field": FIELDS[name], "before": before, "after": after} for name, before, after in self.fields]


@dataclass(frozen=True, slots=True)
class Differences:
    """In the order of the lines; `ended` are lines of the earlier snapshot."""

    added: list[SnapshotLine]
    changed: list[Change]
    ended: list[SnapshotLine]
    unchanged: int

    @property
    def none(self) -> bool:
        return not (self.added or self.changed or self.ended)


def lines_of(snapshot: Snapshot | None) -> dict[str, SnapshotLine]:
    """The lines of a snapshot by key; none where there is no snapshot yet."""
    if snapshot is None:
        return {}
    return {line.key: line for line in SnapshotLine.objects.filter(snapshot=snapshot).order_by("position")}


def differences(before: Lines, after: Lines) -> Differences:
    changed, unchanged = [], 0
    for key, line in after.items():
        if key not in before:
            continue
        fields = field_changes(before[key].values, line.values)
        if fields:
            changed.append(Change(line, fields))
        else:
            unchanged += 1
    added = [line for key, line in after.items() if key not in before]
    ended = [line for key, line in before.items() if key not in after]
    return Differences(added, changed, ended, unchanged)


def field_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """A field that one of the two lists has no column for says nothing of a change."""
    return tuple(
        (name, before[name], after[name])
        for name in COMPARED
        if name in before and name in after and before[name] != after[name]
    )
