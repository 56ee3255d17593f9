"""Putting staged cases into the record tables: new ones in bulk, changed ones row by row where they differ."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models

from agencies.models import User
from portal.kernel import history
from portal.kernel.bulk import insert_with_history
from portal.records.classes.columns import columns
from portal.records.classes.intelligence import newer_review
from portal.records.models import Charge, DocketEntry, Import, Participant, Record, StagedCase
from portal.records.reading.draft import CaseDraft, from_json

from . import shapes

DERIVED = {"name_words", "name_forms", "statute_keys", "tells"}
KEPT = {"id", "record", "record_set", "position", "cleared_at", "cleared_by", *DERIVED}


def write(batch: Import, staged: Sequence[StagedCase], *, actor: User, reason: str) -> None:
    """Write some staged cases, as the import job of their record set, in the caller's transaction."""
    new = [case for case in staged if case.verdict == StagedCase.Verdict.NEW]
    _insert(batch, [from_json(case.draft) for case in new], actor, reason)
    changed = [case for case in staged if case.verdict == StagedCase.Verdict.CHANGED]
    for case in changed:
        _update(batch, from_json(case.draft), actor, reason)


def _insert(batch: Import, cases: Iterable[CaseDraft], actor: User, reason: str) -> None:
    records: list[Record] = []
    people: list[Participant] = []
    charges: list[Charge] = []
    entries: list[DocketEntry] = []
    zone = batch.record_set.owner.time_zone
    for case in cases:
        record = Record(
            record_set_id=batch.record_set_id,
            source_system=case.source_system,
            source_id=case.source_id,
            **shapes.record_values(case),
            **columns(case.record_class, case.details, zone),
        )
        records.append(record)
        on_it = shapes.rows_of(case, record)
        people += on_it[0]
        charges += on_it[1]
        entries += on_it[2]
    insert_with_history(Record, records, actor=actor, reason=reason)
    insert_with_history(Participant, people, actor=actor, reason=reason)
    insert_with_history(Charge, charges, actor=actor, reason=reason)
    insert_with_history(DocketEntry, entries, actor=actor, reason=reason)


def _update(batch: Import, case: CaseDraft, actor: User, reason: str) -> None:
    record = Record.objects.select_for_update().get(
        record_set_id=batch.record_set_id, source_system=case.source_system, source_id=case.source_id
    )
    values = shapes.record_values(case)
    details = {**case.details, **newer_review(record.details, case.details)}
    values |= columns(case.record_class, details, batch.record_set.owner.time_zone)
    values["sealed"] = record.sealed or values["sealed"]  # only an order unseals, never a file
    for name, value in values.items():
        setattr(record, name, value)
    history.save(record, actor=actor, reason=reason)
    people, charges, entries = shapes.rows_of(case, record)
    stored = _merge(Participant, record, people, actor, reason)
    for charge in charges:
        charge.participant = stored[charge.participant.position]
    _merge(Charge, record, charges, actor, reason)
    _merge(DocketEntry, record, entries, actor, reason)


def _merge(
    model: type[models.Model], record: Record, wanted: Sequence[Any], actor: User, reason: str
) -> dict[int, Any]:
    """Make the rows of one record say what is wanted, by position; what does not differ is left alone."""
    stored: Any = model._default_manager.filter(record_id=record.pk)
    present = {row.position: row for row in stored}
    names = [f.attname for f in model._meta.concrete_fields if f.name not in KEPT]
    merged: dict[int, Any] = {}
    for row in wanted:
        if isinstance(row, Participant) and row.represents is not None:
            row.represents = merged[row.represents.position]
        old = present.pop(row.position, None)
        merged[row.position] = old or row
        if old is None:
            history.save(row, actor=actor, reason=reason)
        elif any(getattr(old, name) != getattr(row, name) for name in names):
            _take_over(old, row, names)
            history.save(old, actor=actor, reason=reason)
    for row in sorted(present.values(), key=lambda row: -row.position):
        history.delete(row, actor=actor, reason=reason)
    return merged


def _take_over(old: Any, new: Any, names: list[str]) -> None:
    if isinstance(old, DocketEntry) and old.description != new.description:
        old.cleared_at = old.cleared_by = None  # a custodian cleared other words
    for name in names:
        setattr(old, name, getattr(new, name))
