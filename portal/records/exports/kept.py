"""Files of exports: kept privately, as long as they can be fetched, and no longer than what is in them."""

from __future__ import annotations

import os
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from portal.audit.record import record
from portal.kernel import files
from portal.notices.tell import tell
from portal.records.models import Export
from portal.records.models.exports import KEPT

FOLDER = "exports"


def append(export: Export, text: str) -> None:
    """Write behind what counts, in the transaction that counts it in: what a killed worker left there goes first.
    Raises FileNotFoundError where the file was lost."""
    path, more = files.path_of(FOLDER, export.pk), text.encode()
    if not export.size:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    with path.open("r+b") as kept:
        kept.truncate(export.size)
        kept.seek(export.size)
        kept.write(more)
        kept.flush()
        os.fsync(kept.fileno())
    export.size += len(more)


def discard(export: Export) -> None:
    """Remove the file once the transaction that says so is committed; what a crash leaves is swept."""
    transaction.on_commit(partial(files.discard, FOLDER, export.pk), robust=True)


def remove(export: Export) -> None:
    """The file of a locked export goes, and with it what was asked."""
    export.status, export.asked = Export.Status.REMOVED, {}
    export.save(update_fields=["status", "asked"])
    discard(export)


def void_those_with(record_id: UUID) -> None:
    """Void, in the transaction in which a record is sealed or expunged, files that hold it, or would."""
    alive = Export.objects.filter(status__in=[*Export.UNDER_WAY, Export.Status.READY])
    holding = alive.filter(release__accesses__record_ids__contains=[record_id]).values("pk")
    locked = Export.objects.select_for_update(of=("self",)).select_related("release__membership")
    for export in locked.filter(pk__in=holding).order_by("pk"):
        void(export)


def void(export: Export) -> None:
    """Remove the file of a locked export, since something in it may not leave any more; who asked for it is told."""
    remove(export)
    agency = export.release.membership.agency_id
    tell(record("export.ended", export, actor=None, acting_agency_id=agency, status=str(export.status)))


@transaction.atomic(durable=True)
def sweep() -> None:
    """Remove files whose time is over, and what a crash left."""
    old = Export.objects.filter(status=Export.Status.READY, finished_at__lt=Now() - KEPT)
    for export in old.select_for_update(of=("self",), skip_locked=True):
        remove(export)
    alive = [*Export.UNDER_WAY, Export.Status.READY]
    files.sweep(FOLDER, list(Export.objects.filter(status__in=alive).values_list("pk", flat=True)))
