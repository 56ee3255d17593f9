"""The standard text becomes versions 1 of the clause library, whenever the tables were migrated or emptied."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from portal.kernel.bulk import insert_with_history
from sharing_agreements.models import LibraryClause, LibraryVersion

from . import clauses

REASON = "Standard text of the portal"


@transaction.atomic
def load(**signal: Any) -> None:
    """Add the standard clauses that the library does not know yet, by their codes; those it knows stay as they are."""
    if not _is_there(signal.get("apps")):
        return
    known = set(LibraryClause.objects.values_list("code", flat=True))
    texts, versions = [], []
    for each in clauses():
        if each["code"] in known:
            continue
        clause = LibraryClause(
            is_fixed=each["fixed"], **{name: each[name] for name in ("code", "number", "topic", "kinds")}
        )
        texts.append(clause)
        versions.append(
            LibraryVersion(clause=clause, number=1, heading=each["heading"], text=each["text"], note=REASON)
        )
    if texts:
        insert_with_history(LibraryClause, texts, actor=None, reason=REASON)
        LibraryVersion.objects.bulk_create(versions)


def _is_there(state: Any) -> bool:
    """Whether the tables exist: migrations also go back, and stop halfway."""
    try:
        return state is None or bool(state.get_model("sharing_agreements", "LibraryClause"))
    except LookupError:
        return False
