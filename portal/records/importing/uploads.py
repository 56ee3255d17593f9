"""The private store of uploaded files. A file is kept as long as somebody still reads it, and no longer: what is in it
is staged then, under row-level security, or was left out for good."""

from __future__ import annotations

import logging
import shutil
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from portal.kernel.ids import uuid7
from portal.records.models import Import

NEEDED = (Import.Status.RECEIVED, Import.Status.READING)
"""As long as an import stands so, its file is read, or read on after a crash."""

LEFT_ALONE = 3600.0
"""Seconds for which the sweep leaves a file that no import names: it may be on its way in."""

log = logging.getLogger(__name__)


def store() -> Path:
    return Path(settings.MEDIA_ROOT) / "imports"


def keep(upload: UploadedFile[Any], name: str) -> Path:
    """Write an upload into a folder of its own, for the portal's processes alone."""
    store().mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = store() / str(uuid7())
    folder.mkdir(mode=0o700)
    path = folder / name
    with path.open("xb") as kept:
        path.chmod(0o600)
        for chunk in upload.chunks():
            kept.write(chunk)
    return path


def discard(stored_as: str) -> None:
    """Remove an uploaded file with its folder. What was imported from elsewhere at a terminal is not the portal's."""
    folder = Path(stored_as).parent
    if folder.parent == store():
        shutil.rmtree(folder, ignore_errors=True)
        if folder.exists():
            log.warning("an uploaded file could not be removed, the sweep tries again: %s", folder.name)


def sweep() -> int:
    """Remove what a crash left: folders that no import reads any more. Returns how many."""
    if not store().is_dir():
        return 0
    needed = {Path(path).parent for path in _read_still()}
    old = time.time() - LEFT_ALONE
    left = [each for each in store().iterdir() if each not in needed and each.stat().st_mtime < old]
    for folder in left:
        discard(str(folder / "file"))
    return len(left)


def _read_still() -> list[str]:
    return list(Import.objects.filter(status__in=NEEDED).values_list("stored_as", flat=True))
