"""Resources of the library, by the commands that lead to them."""

from datetime import timedelta
from typing import Any

from django.utils.timezone import localdate

from agencies.models import User
from portal.resources.library import commands
from portal.resources.library.models import Resource

from .people import portal_administrator

SAYS: dict[str, Any] = {
    "part": "governance",
    "kind": "guide",
    "title": "A guide to charters of boards",
    "publisher": "State Courts Office",
    "summary": "How a board that governs sharing is set up.",
    "link": "https://courts.example/guide",
    "jurisdiction": "",
    "dated_on": None,
    "tags": ["boards"],
}


def resource(**values: Any) -> Resource:
    """One that a curator entered for everybody."""
    ahead = localdate() + timedelta(days=365)
    return commands.enter(actor=portal_administrator(), review_on=ahead, **{**SAYS, **values})


def suggested(by: User, **values: Any) -> Resource:
    """One that somebody suggested."""
    return commands.suggest(actor=by, **{**SAYS, "link": "https://courts.example/suggested", **values})
