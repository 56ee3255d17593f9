"""What commands share that write a saved search."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.records.models import SavedSearch


def written(saved: SavedSearch, asked: Mapping[str, Any] | None = None) -> SavedSearch:
    """Write it; `asked`: what it asks for from now on, as `shown.fields` makes of a search. Raises ValidationError."""
    for field, value in (asked or {}).items():
        setattr(saved, field, value)
    saved.full_clean(exclude=["saved_at"])
    saved.save()
    return saved
