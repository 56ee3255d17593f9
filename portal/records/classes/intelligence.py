"""28 CFR 23.20(h): what is kept is reviewed at least every five years, by whom and why it is kept is written down."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

MOST_YEARS = 5
REVIEW = ("review_due_on", "reviewed_on", "reviewer", "reason_retained")
"""The fields that a review sets."""


def latest_review(since: date) -> date:
    """The last day on which the next review can be due."""
    try:
        return since.replace(year=since.year + MOST_YEARS)
    except ValueError:  # the 29th of February
        return since.replace(year=since.year + MOST_YEARS, day=28)


def flaw_of_review(details: Mapping[str, Any]) -> str:
    """What is wrong with the review of a record that is otherwise in order; empty if nothing is."""
    if not details.get("submitted_on") or not details.get("review_due_on"):
        return ""  # said of the field already
    since = date.fromisoformat(details.get("reviewed_on") or details["submitted_on"])
    if date.fromisoformat(details["review_due_on"]) > latest_review(since):
        return f"is due for review more than {MOST_YEARS} years after it was submitted or reviewed (28 CFR 23.20(h))."
    if details.get("reviewed_on") and not (details.get("reviewer") and details.get("reason_retained")):
        return "was reviewed, and says neither by whom nor why it is kept, or only one of these."
    return ""


def newer_review(stored: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a review here that an import of an older state must not undo."""
    if (stored.get("reviewed_on") or "") <= (given.get("reviewed_on") or ""):
        return {}
    return {name: stored[name] for name in REVIEW if name in stored}
