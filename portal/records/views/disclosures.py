"""To whom a record went: the accounting of disclosures that its owner gives to whom it is about."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from portal.kernel.access import members
from portal.kernel.sheets import csv_lines
from portal.records import policy, readers
from portal.records.decision import BY_OFFICE
from portal.records.looking import address_of_look, looking
from portal.records.models import AccessEntry
from portal.records.shown import CaseFile
from privacy.models import DataCategory, Purpose

from .custody import kept_case

COLUMNS = ("When", "To whom", "How", "Data", "Purpose", "Why", "Under")
MOST = 200
"""Rows of the page; the file has all."""


@members
@require_safe
@looking(BY_OFFICE)
def accounting(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Every disclosure to another agency, and every release by one's own, the newest first; agencies, never people."""
    case = _case(request, pk)
    rows = [_row(case, each) for each in _disclosed(case)[: MOST + 1]]
    context = {
        "case": case,
        "columns": [{"label": name} for name in COLUMNS],
        "rows": rows[:MOST],
        "more": len(rows) > MOST,
        "csv": address_of_look(request, "disclosures_csv", pk),
        "tells": case.open_set.sealed and not case.envelope.sealed,
        "told": [(each.at, DataCategory(each.detail["category"]).label) for each in readers.told(pk).order_by("-at")],
    }
    return TemplateResponse(request, "records/record_disclosures.html", context)


@members
@require_safe
@looking(BY_OFFICE)
def csv(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same as a file, whole before it leaves: it is read in the transaction of the look."""
    case = _case(request, pk)
    rows = [_row(case, each) for each in _disclosed(case)]
    lines = csv_lines(COLUMNS, ([at.isoformat(timespec="seconds"), *rest] for at, *rest in rows))
    answer = HttpResponse("\ufeff" + "".join(lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="disclosures.csv"'
    return answer


def _case(request: HttpRequest, pk: UUID) -> CaseFile:
    return kept_case(request, pk, may=policy.may_account)


def _disclosed(case: CaseFile) -> QuerySet[AccessEntry]:
    """What went to others; of criminal intelligence every look, one's own agency's too (28 CFR 23.20(g))."""
    to_others = Q() if case.open_set.apart else ~Q(agency=case.open_set.owner_id) | Q(release__isnull=False)
    found = readers.shown(case.envelope.id).filter(to_others).order_by("-at", "-pk")
    return found.select_related("agency", "release", "inquiry", "person")


def _row(case: CaseFile, entry: AccessEntry) -> list[Any]:
    """One disclosure: by agency; of criminal intelligence by person, and with the case that it was for."""
    release, apart = entry.release, case.open_set.apart
    by = entry.agency.name if entry.agency else ""
    by = f"{entry.person}, {by}" if apart else by
    matter = f"Case {entry.inquiry.case_number}" if apart and entry.inquiry else ""
    return [
        entry.at,
        f"{release.recipient}, by {by}" if release else by,
        _how(entry),
        _data(case, entry),
        Purpose(entry.purpose).label if entry.purpose in Purpose.values else "",
        "; ".join(filter(None, [release.reason if release else "", matter])),
        ", ".join(entry.agreements),
    ]


def _data(case: CaseFile, entry: AccessEntry) -> str:
    """Whether specially protected data was shown; empty for a look from before that was noted."""
    if entry.protected_ids is None:
        return ""
    return "Specially protected" if case.envelope.id in entry.protected_ids else "Ordinary"


def _how(entry: AccessEntry) -> str:
    """How it went, and of what was told by word of mouth which kinds of data."""
    told = entry.release.told_words if entry.release else ""
    return f"{entry.get_action_display()}: {told}" if told else entry.get_action_display()
