"""The verbs of a large export. Each batch is one transaction: decided, read, logged, written and counted."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from agencies.models import Membership, User
from portal.audit.record import record
from portal.kernel import doorbell, files
from portal.kernel.clock import database_now
from portal.kernel.errors import Refused
from portal.kernel.viewing import tell_database
from portal.notices.tell import tell
from portal.records import listing, policy, releases
from portal.records.decision import Viewer, look_as
from portal.records.listing import NameAndNumber, Place, Query
from portal.records.looking import unless_expunged
from portal.records.models import AccessEntry, Export, Record, Release
from portal.records.shown import hits
from portal.records.staying import staying
from sharing_agreements.models import Action

from . import kept

S = Export.Status
MOST_COUNTED = 100_000
MOST_AT_ONCE = 3
BATCHES_AT_ONCE = 50


@transaction.atomic(durable=True)
def start_export(
    *, actor: User, viewer: Viewer, query: Query, form: dict[str, Any], source_address: str | None
) -> Export:
    """Take a release in for writing; a worker writes it. The same form again is the same export."""
    membership = Membership.objects.for_update(viewer.membership_id)
    policy.may_save(actor, membership)
    made = releases.released(membership, Release.Kind.EXPORT, viewer, form)
    again = Export.objects.filter(release=made).first()
    if again is not None:
        return again
    if Export.objects.of(membership).under_way().count() >= MOST_AT_ONCE:
        raise Refused(f"{MOST_AT_ONCE} exports of yours are being written. Wait, or cancel one.", code="many")
    decision = look_as(viewer)
    about = min(listing.count(decision, query, most=MOST_COUNTED), MOST_COUNTED)
    export = Export.objects.create(
        release=made,
        asked=_written(query),
        extent=releases.Extent.of(decision).written(),
        about=about,
        stays=staying(decision, query).said,
        source_address=source_address,
    )
    record("export.asked", export, actor=actor, acting_agency_id=membership.agency_id)
    transaction.on_commit(nudge, robust=True)
    return export


def nudge() -> None:
    """Ring the doorbell; the sweep finds exports that a lost nudge left."""
    from .tasks import write_exports  # noqa: PLC0415 - the task imports this module

    doorbell.ring(write_exports)


def _written(query: Query) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, UUID) else value
        for name, value in asdict(query).items()
    }


def _read(asked: dict[str, Any]) -> Query:
    days = {name: date.fromisoformat(asked[name]) if asked[name] else None for name in ("since", "until")}
    owner = UUID(asked["owner_id"]) if asked["owner_id"] else None
    words = {name: tuple(asked.get(name, ())) for name in ("name_words", "statutes", "glued")}
    beside = asked.get("beside")
    if beside:
        beside = NameAndNumber(**{**beside, **{name: tuple(beside[name]) for name in ("name_words", "glued")}})
    return Query(**{**asked, **days, **words, "owner_id": owner, "beside": beside})


def viewer_of(made: Release) -> Viewer:
    """Who exports: under the inquiry of the release, as long as it is open."""
    purpose = made.inquiry.purpose if made.inquiry else ""
    return Viewer(made.membership_id, Action.EXPORT, purpose, made.inquiry_id)


def waiting() -> list[UUID]:
    return list(Export.objects.under_way().order_by("made_at").values_list("pk", flat=True))


def write(export_id: UUID, *, seconds: float) -> bool:
    """Go on writing, for so long at most; whether there is nothing more to write now."""
    until = time.monotonic() + seconds
    while unless_expunged(partial(_write_some, export_id)):
        if time.monotonic() > until:
            return False
    return True


@transaction.atomic(durable=True)
def _write_some(export_id: UUID) -> bool:
    """One batch; whether there is more. Another worker that is at it is left alone."""
    open_now = Export.objects.under_way().select_for_update(of=("self",), skip_locked=True)
    export = open_now.select_related("release__membership__person", "release__inquiry").filter(pk=export_id).first()
    if export is None:
        return False
    made, place = export.release, (export.place_day, export.place_id)
    batch = releases.next_batch(
        viewer_of(made),
        _read(export.asked),
        made,
        releases.Extent.read(export.extent),
        _place(*place),
        export.source_address,
    )
    if batch is None:
        _finish(export, S.STOPPED)
        return False
    more = batch.page.more_after
    export.records += batch.records
    text = ("" if export.size else releases.HEAD) + batch.text
    try:
        kept.append(export, text if more else text + releases.last_line(made, export.records, export.stays))
    except FileNotFoundError:
        _finish(export, S.STOPPED)
        return False
    if not more:
        _finish(export, S.READY)
        return False
    export.status = S.WRITING
    export.place_day, export.place_id = batch.page.last or (None, None)
    export.save()
    return True


def _place(day: date | None, key: UUID | None) -> Place | None:
    return (day, key) if day and key else None


def _finish(export: Export, status: S) -> None:
    export.status, export.asked, export.finished_at = status, {}, database_now()
    export.save()
    if status != S.READY:
        kept.discard(export)
    agency = export.release.membership.agency_id
    tell(
        record("export.ended", export, actor=None, acting_agency_id=agency, status=str(status), records=export.records)
    )


@transaction.atomic(durable=True)
def cancel_export(*, actor: User, export_id: UUID) -> Export:
    """Stop at the next batch; nothing of the file stays. What was read for it stands in the access log."""
    export = _own(actor, export_id)
    if export.status not in (*Export.UNDER_WAY, S.READY):
        return export
    export.status, export.asked, export.finished_at = S.CANCELLED, {}, database_now()
    export.save()
    kept.discard(export)
    record("export.cancelled", export, actor=actor, acting_agency_id=export.release.membership.agency_id)
    return export


@transaction.atomic(durable=True)
def fetch_export(*, actor: User, export_id: UUID) -> Export:
    """Note that its owner fetches the file. Raises `Refused` where what they may export has changed since."""
    export = _own(actor, export_id)
    policy.may_save(actor, export.release.membership)
    if export.status != S.READY or not files.path_of(kept.FOLDER, export.pk).exists():
        raise Refused("There is no file to fetch. Export again.", code="no_file")
    decision = releases.still_open(viewer_of(export.release), releases.Extent.read(export.extent))
    tell_database()
    if decision is None:
        raise Refused(
            "What you may export has changed since the file was written, or the inquiry is over. Export again.",
            code="changed",
        )
    record("export.fetched", export, actor=actor, acting_agency_id=export.release.membership.agency_id)
    return export


def lines(export: Export) -> Iterator[bytes]:
    """The file as it may leave: each batch is decided again, and leaves where it says what it said; else the file ends
    there."""
    made, gone = export.release, 0
    with files.path_of(kept.FOLDER, export.pk).open("rb") as file:
        yield file.read(len(releases.HEAD.encode()))
        for ids in _batches(made):
            text = _again(export, ids)
            if text is None or file.read(len(text)) != text:
                yield releases.stopped_line(made, gone).encode()
                return
            yield text
            gone += len(ids)
        yield releases.last_line(made, gone, export.stays).encode()


def _batches(made: Release) -> Iterator[list[UUID]]:
    """The records of each batch, in the order in which they were written; some batches are in memory at a time."""
    written = made.accesses.filter(action=AccessEntry.Action.EXPORT).order_by("at", "pk")
    rest = written
    while some := list(rest.values_list("record_ids", "at", "pk")[:BATCHES_AT_ONCE]):
        for ids, at, key in some:
            yield ids
            rest = written.filter(Q(at__gt=at) | Q(at=at, pk__gt=key))


@transaction.atomic
def _again(export: Export, ids: list[UUID]) -> bytes | None:
    """What these records say now to who exports, or None where the export must end or one of them is not open."""
    decision = releases.still_open(viewer_of(export.release), releases.Extent.read(export.extent))
    rows = hits(decision, ids) if decision is not None else []
    tell_database()
    return releases.text_of(rows, export.release).encode() if decision is not None and len(rows) == len(ids) else None


def ready() -> list[UUID]:
    return list(Export.objects.filter(status=S.READY).order_by("made_at").values_list("pk", flat=True))


@transaction.atomic(durable=True)
def void_if_closed(export_id: UUID) -> None:
    """Void a file of which a record ceased to be open to who exports, by an import, a term or time; it goes with its
    inquiry without a word."""
    waiting = Export.objects.filter(status=S.READY).select_for_update(of=("self",), skip_locked=True)
    export = waiting.select_related("release__membership", "release__inquiry").filter(pk=export_id).first()
    if export is None:
        return
    viewer = viewer_of(export.release)
    if releases.inquiry_is_over(viewer):
        kept.remove(export)
        return
    decision = releases.still_open(viewer, releases.Extent.read(export.extent))
    stands = decision is not None and all(
        Record.objects.visible_to(decision).filter(pk__in=ids).count() == len(ids) for ids in _batches(export.release)
    )
    tell_database()
    if not stands:
        kept.void(export)


def _own(actor: User, export_id: UUID) -> Export:
    found = Export.objects.select_related("release__membership__person", "release__inquiry")
    export = found.select_for_update(of=("self",)).get(pk=export_id)
    if export.release.membership.person_id != actor.pk:
        raise PermissionDenied("This is another person's export.")
    return export
