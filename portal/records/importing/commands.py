"""The verbs of an import. Reading goes on in small transactions, so that it can be cancelled and resumed; committing is
one transaction."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils import timezone
from django.utils.text import get_valid_filename

from agencies.models import Membership, RecordSet, Role, User, is_certified
from portal.audit.record import record
from portal.kernel import doorbell, history
from portal.kernel.errors import Refused
from portal.kernel.ids import uuid7
from portal.kernel.viewing import as_job
from portal.notices.tell import tell
from portal.records import expunged
from portal.records.classes.reading import SUFFIX, read_records
from portal.records.models import Import, ImportProblem, Record, StagedCase
from portal.records.reading import CaseDraft, Problem, Reading, read_path
from portal.records.reading.draft import to_json

from . import shapes, uploads
from .writing import write

S = Import.Status
BATCH = 200
LEASE = timedelta(minutes=2)
SUFFIXES = (".json", ".jsonl", ".acms_json", ".xml", ".json.gz", ".jsonl.gz", ".xml.gz", ".zip")
LONGEST_NAME = 80
EXPUNGED = "Expunged by order; not imported."
"""Said of a docket by its place in the file, for a file is often called by the number of a case."""
TWICE = "The same docket stands in this import already; the first one is kept."
MOST_BYTES = 2 * 1024**3
log = logging.getLogger(__name__)


def may_import(person: User, record_set: RecordSet) -> Membership:
    """Only a records custodian of the owner imports. Returns the membership under which they do."""
    here = Membership.objects.acted_under(person).with_role(Role.CUSTODIAN)
    membership = here.filter(agency=record_set.owner_id).first()
    if membership is None:
        raise PermissionDenied("Only a records custodian of the agency that owns the record set imports into it.")
    apart = record_set.record_class == RecordSet.RecordClass.INTELLIGENCE
    if apart and not is_certified(person, record_set.owner.today):
        raise Refused(
            "Criminal intelligence is handled by people certified in 28 CFR part 23. Ask your administrator to record "
            "your training.",
            code="certified",
        )
    if record_set.closed_at is not None:
        raise Refused("The record set is closed. Choose another one.", code="closed")
    return membership


def store(upload: UploadedFile[Any]) -> Path:
    """Keep an uploaded file privately, in a folder of its own. Raises `Refused` for what no reader takes.

    It keeps the end of its name, by which problems say where they are.
    """
    name = (upload.name or "").lower()
    if not name.endswith(SUFFIXES):
        raise Refused(f"Choose a file that ends in {', '.join(SUFFIXES)}.", code="suffix")
    if (upload.size or 0) > MOST_BYTES:
        raise Refused("The file is larger than 2 GB. Split it and import the parts.", code="size")
    return uploads.keep(upload, get_valid_filename(name[-LONGEST_NAME:]))


@transaction.atomic(durable=True)
def start_import(*, actor: User, record_set_id: UUID, path: Path, key: UUID | None = None) -> Import:
    """Take a stored file in for reading; a worker reads it. `key` comes with the form: sent twice, it is one import."""
    record_set = RecordSet.objects.for_update(record_set_id)
    membership = may_import(actor, record_set)
    again = Import.objects.filter(pk=key, record_set=record_set, started_by=actor).first() if key else None
    if again is not None:
        transaction.on_commit(partial(uploads.discard, str(path)), robust=True)
        return again
    batch = Import(
        pk=key or uuid7(),
        record_set=record_set,
        membership=membership,
        started_by=actor,
        stored_as=str(path),
        size=_size(path),
    )
    history.save(batch, actor=actor, reason="Received")
    record("import.received", batch, actor=actor, acting_agency_id=membership.agency_id)
    transaction.on_commit(nudge, robust=True)
    return batch


def _size(path: Path) -> int:
    return sum(f.stat().st_size for f in path.rglob("*") if f.is_file()) if path.is_dir() else path.stat().st_size


def nudge() -> None:
    """Ring the doorbell; the sweep finds imports that a lost nudge left."""
    from portal.records.tasks import work_on_imports  # noqa: PLC0415 - the task imports this module

    doorbell.ring(work_on_imports)


def _move(batch: Import, to: S, *, actor: User | None, why: str = "") -> None:
    moves = {
        S.RECEIVED: {S.READING, S.CANCELLED, S.FAILED},
        S.READING: {S.PREVIEW, S.CANCELLED, S.FAILED},
        S.PREVIEW: {S.COMMITTING, S.CANCELLED},
        S.COMMITTING: {S.COMMITTED, S.CANCELLED, S.FAILED},
    }
    now = S(batch.status)
    if to not in moves.get(now, set()):
        raise Refused(f"The import is {now.label.lower()}. Reload the page to see where it stands.", code="bad_move")
    batch.status, batch.why = to, why[:300]
    if to not in uploads.NEEDED:  # what was read is staged, so the file is needed no longer
        transaction.on_commit(partial(uploads.discard, batch.stored_as), robust=True)
    if to in (S.COMMITTED, S.CANCELLED, S.FAILED):
        batch.finished_at = timezone.now()
    history.save(batch, actor=actor, reason=why or to.label)


# --- Reading into staging ---------------------------------------------------------------------------------------------


def read(batch_id: UUID, *, say: Callable[[Import], None] = lambda batch: None, seconds: float | None = None) -> bool:
    """Read and stage what is not staged yet, batch by batch. Returns whether it is finished.

    Another worker that holds the lease is left alone. Killed at any point, the next call goes on behind the last batch.
    """
    batch = _claim(batch_id)
    if batch is None:
        return True
    started = timezone.now()
    done = batch.cases
    counted = [0]

    def progress(count: int) -> None:
        counted[0] += count

    readings = _readings(batch, progress)
    for _ in islice(readings, done):
        pass
    while chunk := list(islice(readings, BATCH)):
        try:
            batch = _stage(batch_id, chunk, counted[0])
        except Refused as no:
            _fail(batch_id, str(no))
            return True
        say(batch)
        if batch.cancel_asked_at:
            _cancel_now(batch_id)
            return True
        if seconds is not None and (timezone.now() - started).total_seconds() > seconds:
            _release(batch_id)
            return False
    _finish_reading(batch_id)
    return True


def _readings(batch: Import, progress: Callable[[int], None]) -> Iterator[Reading]:
    """The records of the file, by the class of the set; a file of cases may be of either form."""
    record_class = batch.record_set.record_class
    if record_class == RecordSet.RecordClass.CASE and not batch.stored_as.lower().endswith(SUFFIX):
        return iter(read_path(batch.stored_as, progress))
    return read_records(batch.stored_as, record_class, progress)


@transaction.atomic(durable=True)
def _claim(batch_id: UUID) -> Import | None:
    batch = Import.objects.for_update(batch_id)
    leased = batch.claimed_at is not None and batch.claimed_at > timezone.now() - LEASE
    if batch.status not in (S.RECEIVED, S.READING) or leased:
        return None
    batch.claimed_at = timezone.now()
    if batch.status == S.RECEIVED:
        _move(batch, S.READING, actor=None)
    else:
        history.save(batch, actor=None, reason="Resumed")
    return batch


@transaction.atomic(durable=True)
def _release(batch_id: UUID) -> None:
    batch = Import.objects.for_update(batch_id)
    batch.claimed_at = None
    history.save(batch, actor=None, reason="Goes on later")


@transaction.atomic(durable=True)
def _stage(batch_id: UUID, readings: list[Reading], read_bytes: int) -> Import:
    batch = Import.objects.for_update(batch_id)
    expunged.hold_imports(batch.record_set_id)
    problems: list[ImportProblem] = []
    sources = [source for reading in readings if reading.case for source in reading.case.identities]
    with as_job("import", batch.record_set_id):
        gone = expunged.among(batch.record_set_id, sources)
        wanted = {r.case.source_id for r in readings if r.case}
        twice = set(StagedCase.objects.filter(batch=batch, source_id__in=wanted).values_list("source_id", flat=True))
        stored = {
            (r.source_system, r.source_id): r
            for r in Record.objects.filter(record_set=batch.record_set_id, source_id__in=wanted)
        }
        staged = []
        for reading in readings:
            batch.cases += 1
            counted = batch.families.setdefault(reading.family, {"read": 0, "refused": 0})
            if reading.case and not gone.isdisjoint(reading.case.identities):
                problems.append(_problem(batch, f"Docket {batch.cases}", Problem("", EXPUNGED)))
            else:
                problems += [_problem(batch, reading.source, p) for p in reading.problems]
                if reading.case and reading.case.source_id in twice:
                    problems.append(_problem(batch, reading.source, Problem("", TWICE)))
                elif reading.case:
                    twice.add(reading.case.source_id)
                    staged.append(_staged(batch, reading.case, stored))
                    counted["read"] += 1
                    continue
            batch.refused += 1
            counted["refused"] += 1
        StagedCase.objects.bulk_create(staged)
    ImportProblem.objects.bulk_create(problems)
    batch.read_bytes = min(read_bytes, batch.size)
    batch.claimed_at = timezone.now()
    batch.save_without_historical_record()  # type: ignore[attr-defined]
    return batch


def _problem(batch: Import, source: str, problem: Problem) -> ImportProblem:
    place = f"{source} {problem.place}".strip()
    return ImportProblem(batch=batch, severity=problem.severity, place=place[:300], reason=problem.reason[:300])


def _staged(batch: Import, case: CaseDraft, stored: dict[tuple[str, str], Record]) -> StagedCase:
    known = stored.get((case.source_system, case.source_id))
    found = shapes.digest(case)
    V = StagedCase.Verdict
    if known is None:
        verdict = V.NEW
        batch.added += 1
    elif known.source_digest == found:
        verdict = V.UNCHANGED
        batch.unchanged += 1
    else:
        verdict = V.CHANGED
        batch.changed += 1
    changes = shapes.differences(shapes.flat_stored(known), shapes.flat(case)) if known and verdict == V.CHANGED else []
    return StagedCase(
        batch=batch,
        record_set_id=batch.record_set_id,
        position=batch.cases,
        source_id=case.source_id,
        digest=found,
        verdict=verdict,
        draft={} if verdict == V.UNCHANGED else to_json(case),
        differences=changes,
    )


@transaction.atomic(durable=True)
def _fail(batch_id: UUID, why: str) -> None:
    batch = Import.objects.for_update(batch_id)
    _drop_staged(batch)
    _move(batch, S.FAILED, actor=None, why=why)


@transaction.atomic(durable=True)
def _finish_reading(batch_id: UUID) -> None:
    batch = Import.objects.for_update(batch_id)
    if batch.cases == 0:
        _move(batch, S.FAILED, actor=None, why="The file holds no docket. Choose another file.")
        return
    batch.claimed_at = None
    _move(batch, S.PREVIEW, actor=None)
    tell(record("import.read", batch, actor=None, cases=batch.cases, refused=batch.refused))


# --- Commit -----------------------------------------------------------------------------------------------------------


@transaction.atomic(durable=True)
def ask_commit(*, actor: User, batch_id: UUID) -> Import:
    """Commit what is previewed; a worker writes it, all or nothing."""
    batch = Import.objects.for_update(batch_id)
    may_import(actor, batch.record_set)
    if batch.status in (S.COMMITTING, S.COMMITTED):
        return batch  # asked for already: what is, is what was wanted
    _move(batch, S.COMMITTING, actor=actor)
    record("import.commit_asked", batch, actor=actor, acting_agency_id=batch.membership.agency_id)
    transaction.on_commit(nudge, robust=True)
    return batch


class _Cancelled(Exception):
    """Somebody cancelled while the commit was being written."""


def commit(batch_id: UUID) -> None:
    """Write everything that is staged in one transaction. Killed or cancelled, nothing of it is there."""
    with contextlib.suppress(_Cancelled):
        _commit(batch_id)
        return
    _cancel_now(batch_id)


@transaction.atomic(durable=True)
def _commit(batch_id: UUID) -> None:
    if not _alone(batch_id):
        return
    batch = Import.objects.select_related("record_set", "started_by").get(pk=batch_id)
    if batch.status != S.COMMITTING:
        return
    if stale := _stale(batch):
        locked = Import.objects.for_update(batch_id)
        number = "1 record" if stale == 1 else f"{stale:,} records"
        _move(locked, S.FAILED, actor=None, why=f"{number} changed since the preview. Import the file again.")
        return
    last = StagedCase.Verdict.UNCHANGED
    expunged.hold_imports(batch.record_set_id)
    with as_job("import", batch.record_set_id):
        staged = StagedCase.objects.filter(batch=batch).exclude(verdict=last).order_by("position")
        position = 0
        while chunk := list(staged.filter(position__gt=position)[:BATCH]):
            if Import.objects.filter(pk=batch_id, cancel_asked_at__isnull=False).exists():
                raise _Cancelled
            write(batch, chunk, actor=batch.started_by, reason=f"Import {batch.pk}")
            position = chunk[-1].position
        StagedCase.objects.filter(batch=batch).delete()
    batch = Import.objects.for_update(batch_id)
    _move(batch, S.COMMITTED, actor=batch.started_by)
    tell(record("import.committed", batch, actor=None, added=batch.added, changed=batch.changed))


def _alone(batch_id: UUID) -> bool:
    """Whether no other transaction writes this import; the lock goes with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"import {batch_id}"])
        return bool(cursor.fetchone()[0])


def _stale(batch: Import) -> int:
    """How many staged cases were changed by somebody else after the preview compared them."""
    with as_job("import", batch.record_set_id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM records_stagedcase s LEFT JOIN records_record r ON r.record_set_id = s.record_set_id"
            " AND r.source_id = s.source_id AND r.source_system = s.draft->>'source_system'"
            " WHERE s.batch_id = %s AND ((s.verdict = 'new' AND r.id IS NOT NULL)"
            " OR (s.verdict = 'changed' AND (r.id IS NULL OR r.updated_at > %s)))",
            [batch.pk, batch.made_at],
        )
        return int(cursor.fetchone()[0])


# --- Cancel -----------------------------------------------------------------------------------------------------------


@transaction.atomic(durable=True)
def cancel_import(*, actor: User, batch_id: UUID) -> Import:
    """Stop an import: at once when it waits, at the next batch when a worker is at it. Nothing of it stays."""
    batch = Import.objects.for_update(batch_id)
    may_import(actor, batch.record_set)
    if batch.status == S.CANCELLED or batch.cancel_asked_at:
        return batch  # asked for already
    if batch.status in (S.COMMITTED, S.FAILED):
        raise Refused(f"The import is {batch.get_status_display().lower()} already.", code="finished")
    record("import.cancel_asked", batch, actor=actor, acting_agency_id=batch.membership.agency_id)
    if batch.status in (S.RECEIVED, S.PREVIEW):
        _drop_staged(batch)
        nothing = batch.status == S.PREVIEW and not batch.to_write
        why = "Closed: it would have changed nothing." if nothing else "Cancelled before it was committed."
        _move(batch, S.CANCELLED, actor=actor, why=why)
        return batch
    batch.cancel_asked_at = timezone.now()
    history.save(batch, actor=actor, reason="Cancel asked for")
    return batch


@transaction.atomic(durable=True)
def _cancel_now(batch_id: UUID) -> None:
    batch = Import.objects.for_update(batch_id)
    _drop_staged(batch)
    _move(batch, S.CANCELLED, actor=None, why="Cancelled. Nothing of it was written.")


def _drop_staged(batch: Import) -> None:
    with as_job("import", batch.record_set_id):
        StagedCase.objects.filter(batch=batch).delete()


def waiting() -> list[tuple[UUID, str]]:
    """Imports that a worker should take up: new ones, ones whose worker died, ones to commit."""
    now = timezone.now()
    open_ones = Import.objects.filter(status__in=[S.RECEIVED, S.READING, S.COMMITTING]).order_by("made_at")
    return [
        (batch.pk, batch.status)
        for batch in open_ones
        if batch.status == S.COMMITTING or batch.claimed_at is None or batch.claimed_at < now - LEASE
    ]
