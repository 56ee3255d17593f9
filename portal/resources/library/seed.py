"""What the library has from the start, whenever the tables were migrated or emptied.

What curators change, withdraw or publish stays so: an entry that is known by its code is left alone.
"""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from portal.kernel.bulk import insert_with_history
from portal.kernel.clock import database_now

from .models import Resource

SOURCE = Path(__file__).with_name("seed.toml")
REASON = "Seeded"
REVIEWED_AFTER = timedelta(days=365)


def entries() -> list[dict[str, Any]]:
    """Each with its code, and with what is said of it."""
    found: list[dict[str, Any]] = tomllib.loads(SOURCE.read_text(encoding="utf-8"))["resources"]
    return found


@transaction.atomic
def load(**signal: Any) -> None:
    """Add the entries that the library does not know yet, by their codes."""
    if not _is_there(signal.get("apps")):
        return
    known, now = set(Resource.objects.values_list("code", flat=True)), database_now()
    fixed: dict[str, Any] = {
        "status": Resource.Status.PUBLISHED,
        "entered_at": now,
        "published_at": now,
        "reviewed_at": now,
        "review_on": now.date() + REVIEWED_AFTER,
    }
    new = [Resource(**each, **fixed) for each in entries() if each["code"] not in known]
    if new:
        insert_with_history(Resource, new, actor=None, reason=REASON)


def _is_there(state: Any) -> bool:
    """Whether the tables exist: migrations also go back, and stop halfway."""
    try:
        return state is None or bool(state.get_model("library", "Resource"))
    except LookupError:
        return False
