"""Snapshots: a file is staged as lines, previewed, and then counts as a whole or not at all."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from agencies.models import User
from portal.audit.record import record
from portal.kernel import files, history
from portal.kernel.days import plausible
from portal.kernel.errors import Refused
from portal.kernel.files import Stored
from sharing_agreements.registers import policy
from sharing_agreements.registers.comparing import differences, lines_of
from sharing_agreements.registers.models import FILES, Register, Snapshot, SnapshotLine
from sharing_agreements.registers.reading import Layout, Lines, Sheet, Unreadable, propose, read_day, read_lines
from sharing_agreements.registers.reading import read_sheets as read_file
from sharing_agreements.registers.reading.columns import columns_of, heading_key
from sharing_agreements.registers.settling import digest

from .entries import write_entries

S = Snapshot.Status


def newest(register: Register) -> Snapshot | None:
    """The snapshot that counts now."""
    return register.snapshots.filter(status=S.COMMITTED).order_by("-number").first()


def sheets_of(snapshot: Snapshot) -> list[Sheet]:
    """The sheets of its file. Raises `Refused` for a file that is no register."""
    return _sheets(snapshot.file)


def _sheets(file: UUID) -> list[Sheet]:
    try:
        return read_file(files.path_of(FILES, file))
    except Unreadable as why:
        raise Refused(str(why), code="unreadable") from why


@transaction.atomic(durable=True)
def receive(*, actor: User, register_id: UUID, stored: Stored, taken_on: date) -> Snapshot:
    """Take a stored file in and stage it as its headings propose. The same file twice is the same preview, or refused
    where it was committed: its file is the caller's to discard unless the snapshot names it."""
    register = Register.objects.for_update(register_id)
    policy.may_keep(actor, register)
    _check_day(taken_on, newest(register))
    waiting = register.snapshots.filter(status=S.PREVIEW).first()
    if waiting is not None and waiting.sha256 == stored.sha256:
        return waiting
    if waiting is not None:
        raise Refused("Another file waits in a preview. Commit or cancel that one first.", code="waiting")
    same = register.snapshots.filter(status=S.COMMITTED, sha256=stored.sha256).order_by("number")
    left = _listings_left(same)
    if same and not left:
        raise Refused(
            f"This very file is snapshot {same[0].number} already. Nothing was changed.", code="same", repeated=True
        )
    sheets = _sheets(stored.id)
    last = newest(register)
    layout = propose(sheets, earlier=last.headings if last else None)
    layout = Layout(layout.sheet, layout.header, layout.columns, last.layout.get("order", "") if last else "")
    snapshot = Snapshot(
        register=register,
        taken_on=taken_on,
        file=stored.id,
        file_name=stored.name,
        file_kind=stored.kind.code,
        size=stored.size,
        sha256=stored.sha256,
        received_by=actor,
    )
    _stage(snapshot, sheets, layout, actor=actor, reason="Received", listing=left[0] if left else "")
    record("register.snapshot_received", register, actor=actor, acting_agency_id=register.owner_id)
    return snapshot


def _listings_left(same: Any) -> list[str]:
    """The snapshots in a file of several that were not committed yet."""
    done = {snapshot.layout.get("listing", "") for snapshot in same}
    held = same[0].listings if same else []
    return [listing for listing in held if listing not in done]


def _check_day(taken_on: date, last: Snapshot | None) -> None:
    plausible(taken_on)
    if taken_on > timezone.localdate():
        raise ValidationError({"taken_on": "This day is still to come. Give the day on which the list stood so."})
    if last is not None and taken_on < last.taken_on:
        stands = date_format(last.taken_on, "M j, Y")
        raise ValidationError(
            {"taken_on": f"Snapshot {last.number} gives the state of {stands}. Choose that day or a later one."}
        )


@transaction.atomic(durable=True)
def choose_layout(*, actor: User, snapshot_id: UUID, layout: Layout, taken_on: date) -> Snapshot:
    """Stage the file of a preview anew, as a person says that it is to be read."""
    snapshot = _locked(snapshot_id)
    policy.may_prepare(actor, snapshot)
    last = newest(snapshot.register)
    sheets = sheets_of(snapshot)
    if not 0 <= layout.sheet < len(sheets) or not 0 <= layout.header < len(sheets[layout.sheet].rows):
        raise Refused("The file has no such row. Choose one that it has.", code="header")
    if (layout.sheet, layout.header) != (snapshot.layout["sheet"], snapshot.layout["header"]):
        layout = columns_of(sheets, layout.sheet, layout.header)
    else:
        _check_day(taken_on, last)
        snapshot.taken_on = taken_on
    _stage(snapshot, sheets, layout, actor=actor, reason="Columns chosen", listing=layout.listing)
    return snapshot


def _stage(snapshot: Snapshot, sheets: list[Sheet], layout: Layout, *, actor: User, reason: str, listing: str) -> None:
    """Write the lines of a preview in place of those that are there."""
    read = read_lines(sheets, layout) if "agency" in layout.columns else Lines()
    if read.listings:
        chosen = listing if listing in read.listings else read.listings[0]
        layout = Layout(layout.sheet, layout.header, layout.columns, layout.order, chosen)
        read = read_lines(sheets, layout)
        _take_day_of(snapshot, chosen)
    header = sheets[layout.sheet].rows[layout.header].cells
    notes = [["", note, "note"] for note in sheets[layout.sheet].notes]
    snapshot.layout = layout.to_json()
    snapshot.headings = {name: heading_key(header[at]) for name, at in layout.columns.items() if at < len(header)}
    snapshot.listings = read.listings
    snapshot.problems = notes + [[each.place, each.reason, each.severity] for each in read.problems]
    snapshot.rows_read = len(read.lines)
    history.save(snapshot, actor=actor, reason=reason)
    SnapshotLine.objects.filter(snapshot=snapshot).delete()
    SnapshotLine.objects.bulk_create(
        SnapshotLine(
            snapshot=snapshot,
            position=position,
            key=digest(line.key),
            base=digest(line.base),
            twice=line.twice,
            place=line.place[:120],
            values=line.values,
            other=line.other,
        )
        for position, line in enumerate(read.lines, 1)
    )


def _take_day_of(snapshot: Snapshot, listing: str) -> None:
    """The day of a listing that is called by one, such as `2025-05-16 am`; a person sees it before the commit."""
    day = read_day(listing)
    days = (day.on,) if day.on else day.candidates
    if len(days) == 1 and days[0] is not None and days[0] <= timezone.localdate():
        snapshot.taken_on = days[0]


@transaction.atomic(durable=True)
def commit(*, actor: User, snapshot_id: UUID, base_id: UUID | None) -> Snapshot:
    """Make a preview the state of the register. `base_id`: the snapshot with which the preview was compared."""
    snapshot = _locked(snapshot_id)
    policy.may_keep(actor, snapshot.register)
    if snapshot.status == S.COMMITTED:
        return snapshot  # sent twice: what is, is what was wanted
    policy.may_prepare(actor, snapshot)
    last = newest(snapshot.register)
    if (last.pk if last else None) != base_id:
        raise Refused("Another snapshot was committed since. Look at the differences again.", code="stale")
    if not snapshot.rows_read:
        raise Refused("There is no line to commit. Say which column names the agency.", code="empty")
    _check_day(snapshot.taken_on, last)
    found = differences(lines_of(last), after := lines_of(snapshot))
    snapshot.status = S.COMMITTED
    snapshot.number = (last.number or 0) + 1 if last else 1
    snapshot.committed_at = timezone.now()
    snapshot.added, snapshot.changed = len(found.added), len(found.changed)
    snapshot.ended, snapshot.unchanged = len(found.ended), found.unchanged
    history.save(snapshot, actor=actor, reason="Committed")
    issues = write_entries(snapshot, after, actor=actor)
    record(
        "register.snapshot_committed",
        snapshot.register,
        actor=actor,
        acting_agency_id=snapshot.register.owner_id,
        number=snapshot.number,
        added=snapshot.added,
        changed=snapshot.changed,
        ended=snapshot.ended,
        issues=issues,
    )
    return snapshot


@transaction.atomic(durable=True)
def cancel(*, actor: User, snapshot_id: UUID) -> Snapshot:
    """Leave a preview. Neither its lines nor its file stay."""
    snapshot = _locked(snapshot_id)
    policy.may_keep(actor, snapshot.register)
    if snapshot.status == S.CANCELLED:
        return snapshot
    policy.may_prepare(actor, snapshot)
    SnapshotLine.objects.filter(snapshot=snapshot).delete()
    snapshot.status = S.CANCELLED
    history.save(snapshot, actor=actor, reason="Cancelled")
    transaction.on_commit(partial(files.discard, FILES, snapshot.file), robust=True)
    return snapshot


def _locked(snapshot_id: UUID) -> Snapshot:
    """A snapshot whose register is locked, the root of everything under it."""
    register = Register.objects.for_update(Snapshot.objects.get(pk=snapshot_id).register_id)
    snapshot = Snapshot.objects.for_update(snapshot_id)
    snapshot.register = register
    return snapshot
