"""The one who asks."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

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
