"""What a motion changes in a text, at hand on its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal.kernel.parts import part
from sharing_agreements import redline
from sharing_agreements.boards.models import Motion
from sharing_agreements.versions import before


@dataclass(frozen=True)
class ChangedText:
    """The redline of the version on which the board decides against the one before it, or the text that it follows."""

    since: str
    clauses: list[redline.ClauseChange]
    rest: list[tuple[str, Any]]


def changed_text(motion: Motion) -> ChangedText | None:
    """None for the first text of all, and where nothing is decided about an agreement's text."""
    new = motion.version
    if motion.agreement is None or new is None:
        return None
    old = before(new)
    if old is None:
        return None
    since = f"version {old.number}" if old.agreement_id == new.agreement_id else old.agreement.number
    rest = [(each.field, part("redline", pieces=each.pieces)) for each in redline.rest_changed(old, new)]
    return ChangedText(since, redline.clauses_changed(old, new), rest)
