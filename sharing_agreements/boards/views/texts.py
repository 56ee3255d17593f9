"""What a motion changes in a text, at hand on its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal.kernel.parts import part
from sharing_agreements import redline
from sharing_agreements.boards.models import Motion


@dataclass(frozen=True)
class ChangedText:
    """The redline of the version on which the board decides against the one before it."""

    since: int
    clauses: list[redline.ClauseChange]
    rest: list[tuple[str, Any]]


def changed_text(motion: Motion) -> ChangedText | None:
    """None for a first version, and where nothing is decided about an agreement's text."""
    new = motion.version
    if motion.agreement is None or new is None:
        return None
    old = motion.agreement.versions.filter(number__lt=new.number).order_by("-number").first()
    if old is None:
        return None
    rest = [(each.field, part("redline", pieces=each.pieces)) for each in redline.rest_changed(old, new)]
    return ChangedText(old.number, redline.clauses_changed(old, new), rest)
