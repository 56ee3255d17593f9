"""The content of a proposal: everything that a board is asked to approve, and a hash of exactly that."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from .models import Block, Initiative


def content_of(initiative: Initiative) -> dict[str, Any]:
    """The initiative as JSON, in words and days."""
    milestones = initiative.milestones.select_related("agency").prefetch_related(
        "blocks__by_milestone", "blocks__by_agency", "blocks__by_change"
    )
    return {
        "title": initiative.title,
        "purpose": initiative.purpose,
        "lead": str(initiative.lead),
        "owner": str(initiative.owner),
        "partners": [str(each) for each in initiative.partners.select_related("agency")],
        "milestones": [
            {
                "number": each.number,
                "title": each.title,
                "agency": str(each.agency),
                "due_on": each.due_on.isoformat(),
                "waits_for": sorted(_named(block) for block in each.blocks.all()),
            }
            for each in milestones
        ],
    }


def _named(block: Block) -> str:
    if block.by_agency is not None:
        return f"{block.by_agency}: {block.what}"
    return f"milestone {block.by_milestone}" if block.by_milestone is not None else "a change in law"


def sha256(content: dict[str, Any]) -> str:
    exact = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(exact.encode()).hexdigest()
