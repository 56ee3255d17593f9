"""The page on which a board, a signatory or an auditor sees what an agreement opens before it does."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portal.kernel.access import members
from portal.kernel.parts import Part, part
from portal.records.decision.matrix import OF_PEOPLE, OF_RECORDS, ROLES
from privacy.models import Purpose, Treatment
from sharing_agreements.views.shared import find, head
from sharing_agreements.wording import actions, listed

from .impact import MOST_COUNTED, Change, Opened, changes, impact_of, people, strictest_first

WORDS = {
    "gained": ("good", "plus", "Opens"),
    "lost": ("stop", "minus", "Closes"),
    "changed": ("warn", "pen", "Changes"),
    "same": ("gone", "none", "Stays"),
}
Cells = tuple[frozenset[str], ...]


@members
@require_GET
def impact(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who gains or loses what, with how many records, and what of them is shown."""
    agreement = find(request, pk)
    found = impact_of(agreement)
    each = changes(found)
    context = {
        **head(request, agreement, tab="impact"),
        "proposed": found.after is not None,
        "people": people(found),
        "columns": [
            {"label": "Recipient", "head": True},
            *({"label": name} for name in ("Record set", "With it", "Records", "May", "Purposes")),
        ],
        "rows": [_row(change, proposed=found.after is not None) for change in each],
        "without_people": [one.agency for one in (found.after or found.before).values() if not one.people],
        "shown": [_shown(change) for change in each if change.after is not None],
    }
    return render(request, "workbench/impact.html", context)


def _row(change: Change, *, proposed: bool) -> list[Any]:
    now, then = change.before, change.after
    tone, icon, word = WORDS[change.word] if proposed else ("good", "key", "Open")
    return [
        change.agency.name,
        part("lines", text=change.record_set.name, under=str(change.record_set.owner.name)),
        part("chip", tone=tone, icon=icon, text=word),
        _changed(_records(now), _records(then)),
        _changed(_actions(now), _actions(then)),
        _changed(_purposes(now), _purposes(then)),
    ]


def _changed(before: str, after: str) -> Part | str:
    """What it is, and beneath it what it was."""
    if before == after or not before:
        return after
    return part("lines", text=after or "None", under=f"Now: {before}")


def _records(opened: Opened | None) -> str:
    if opened is None:
        return ""
    count = f"More than {MOST_COUNTED:,}" if opened.records > MOST_COUNTED else f"{opened.records:,}"
    return f"{count}, with juveniles" if opened.juvenile else count


def _actions(opened: Opened | None) -> str:
    return actions(opened.actions).capitalize() if opened else ""


def _purposes(opened: Opened | None) -> str:
    return listed(opened.purposes) if opened else ""


# --- What of a record is shown --------------------------------------------------------------------------------------


def _shown(change: Change) -> dict[str, Any]:
    """A table for one recipient and record set: people who are treated alike stand in one line."""
    after, before = change.after, change.before
    assert after is not None  # noqa: S101  (left out by the caller)
    lines: dict[tuple[Cells, Cells], list[str]] = {}
    for role in ROLES:
        lines.setdefault((_cells(after, role), _cells(before or after, role)), []).append(str(role.label))
    return {
        "title": f"{change.agency.name}: {change.record_set.name}",
        "open": change.word != "same",
        "purposes": "; ".join(str(Purpose(code).label) for code in after.purposes),
        "columns": [{"label": "People", "head": True}, *({"label": c.label} for c in OF_PEOPLE)],
        "rows": [
            [", ".join(roles), *(_cell(now, was) for now, was in zip(cells, earlier, strict=True))]
            for (cells, earlier), roles in lines.items()
        ],
        "of_records": [
            (category.label, _cell(after.shown[subject], (before or after).shown[subject]))
            for category in OF_RECORDS
            for subject in [("*", str(category))]
        ],
    }


def _cells(opened: Opened, role: str) -> Cells:
    return tuple(opened.shown[str(role), str(category)] for category in OF_PEOPLE)


def _cell(now: frozenset[str], was: frozenset[str]) -> Part | str:
    return _changed(treatment_words(was), treatment_words(now))


def treatment_words(treatments: frozenset[str]) -> str:
    """One treatment, or the strictest first where it depends on the purpose."""
    labels = [str(Treatment(each).label) for each in strictest_first(treatments)]
    return labels[0] if len(labels) == 1 else f"{labels[0]}, or {' or '.join(labels[1:]).lower()} by purpose"
