"""Who changed which clause of a version, and when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portal.kernel.access import members
from portal.kernel.parts import part
from portal.kernel.redline import words_changed
from sharing_agreements.models import Clause, ClauseAuthority

from .shared import find, head, leads, version_asked

PAGE = 30


@members
@require_GET
def changes(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What people changed of the clauses of a version, newest first; for the agency that drafts it."""
    agreement = find(request, pk)
    if not leads(request, agreement):
        raise Http404
    version = version_asked(request, agreement)
    past = list(
        Clause.history.filter(version=version.pk).select_related("history_user").order_by("history_date", "history_id")
    )
    cited = ClauseAuthority.history.filter(version=version.pk).exclude(history_type="~").select_related("history_user")
    entries = [*_entries(past), *_of_law(cited, {row.id: row.number for row in past})]
    pages = Paginator(sorted(entries, key=lambda entry: entry["event"]["at"], reverse=True), PAGE)
    shown = pages.get_page(request.GET.get("page"))
    context = {
        **head(request, agreement, tab="history"),
        "version": version,
        "entries": shown.object_list,
        "older": f"?version={version.number}&page={shown.next_page_number()}" if shown.has_next() else "",
        "newer": f"?version={version.number}&page={shown.previous_page_number()}" if shown.has_previous() else "",
    }
    return render(request, "sharing_agreements/clause_changes.html", context)


BEGINNINGS = frozenset({"Copied", "From the standard text"})
"""Why a clause came that nobody wrote."""


def _entries(past: list[Any]) -> list[dict[str, Any]]:
    """Each change with what it changed from; a state that says what the last one said is none."""
    last: dict[UUID, Any] = {}
    found = []
    for row in past:
        before, last[row.id] = last.get(row.id), row
        if before is None and row.history_change_reason in BEGINNINGS:
            continue
        diffs = _differences(before, row)
        if diffs:
            found.append({"event": _event(before, row), "diffs": diffs})
    return found


def _of_law(cited: Iterable[Any], numbers: dict[UUID, str]) -> Iterator[dict[str, Any]]:
    """Each authority that a clause was rested on, or no more."""
    for row in cited:
        if row.history_change_reason in BEGINNINGS:
            continue
        event = {
            "title": f"Law of clause {numbers[row.clause_id]} changed",
            "at": row.history_date,
            "actor": row.history_user,
        }
        gone = row.history_type == "-"
        before, after = (row.citation, "") if gone else ("", row.citation)
        yield {"event": event, "diffs": [{"field": "Rests on", "before": before, "after": after}]}


def _event(before: Any, row: Any) -> dict[str, Any]:
    verb = "removed" if row.history_type == "-" else "changed" if before else "added"
    reason = row.history_change_reason or ""
    return {
        "title": f"Clause {row.number} {verb}",
        "at": row.history_date,
        "actor": row.history_user,
        "reason": reason if reason.startswith("From the library") else "",
    }


def _differences(before: Any, row: Any) -> list[dict[str, Any]]:
    if row.history_type == "-":
        return [{"field": "Text", "before": row.text, "after": ""}]
    if before is None:
        return [{"field": "Text", "before": "", "after": row.text}]
    named = (("Number", "number"), ("Heading", "heading"), ("Topic", "topic"))
    found: list[dict[str, Any]] = [
        {"field": label, "before": _said(before, name), "after": _said(row, name)}
        for label, name in named
        if getattr(before, name) != getattr(row, name)
    ]
    if before.text != row.text:
        pieces = words_changed(before.text, row.text)
        old = [piece for piece in pieces if piece[0] != "add"]
        new = [piece for piece in pieces if piece[0] != "del"]
        found.append({"field": "Text", "before": part("redline", pieces=old), "after": part("redline", pieces=new)})
    return found


def _said(row: Any, name: str) -> str:
    return str(row.get_topic_display() if name == "topic" else getattr(row, name))
