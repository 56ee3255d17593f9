"""The one who asks."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from agencies.models import RECORD_ROLES
from portal.kernel import prepared
from sharing_agreements.models import Action


@dataclass(frozen=True)
class Viewer:
    """Who asks, acting where, for what purpose, to do what, and as of when (None: now, on the database's clock)."""

    membership_id: UUID | None
    action: Action
    purpose: str = ""
    inquiry_id: UUID | None = None
    at: datetime | None = None

    def to(self, action: Action) -> "Viewer":
        """The same viewer asking to do something else."""
        return replace(self, action=action)

    def asked_at(self, at: datetime) -> "Viewer":
        """The same viewer asking what was open at a moment of the past."""
        return replace(self, at=at)


def parameters(viewer: Viewer) -> dict[str, Any]:
    return {
        "membership": viewer.membership_id,
        "action": str(viewer.action),
        "purpose": viewer.purpose,
        "inquiry": viewer.inquiry_id,
        "at": viewer.at,
        "record_roles": [str(role) for role in RECORD_ROLES],
    }


def see_as(viewer: Viewer) -> None:
    """Name the viewer to the second lock for the rest of this transaction, for which it works out now what is open."""
    if not connection.in_atomic_block:
        raise RuntimeError("The viewer is set inside a transaction only.")
    named = {"membership": str(viewer.membership_id or ""), "action": str(viewer.action), "purpose": viewer.purpose}
    prepared.rows("SELECT records_see_as(%(membership)s::text, %(action)s::text, %(purpose)s::text)", named)
