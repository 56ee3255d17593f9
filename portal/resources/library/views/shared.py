"""What the pages of the library have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from portal.kernel import files
from portal.kernel.parts import Part, part
from portal.resources.library.forms import MOST, TAKEN
from portal.resources.library.models import FILES, Resource


def state(resource: Resource) -> Part:
    """Where a resource stands; the mark of what is published says “in force”, as of a policy."""
    if resource.status == Resource.Status.PUBLISHED:
        return part("chip", tone="good", icon="good", text=resource.get_status_display())
    return part("state", status=resource.status)


def with_file(given: dict[str, Any], command: Callable[..., Resource]) -> Resource:
    """Run a command with what a form gives, its file kept first; a file whose row is not written is not kept."""
    values = dict(given)
    upload = values.pop("file")
    if not upload:
        return command(stored=None, **values)
    stored = files.keep(upload, folder=FILES, kinds=TAKEN, most=MOST)
    with files.discarded_unless_taken(FILES, stored):
        return command(stored=stored, **values)
