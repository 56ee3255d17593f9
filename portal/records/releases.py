"""What leaves the portal: a print, or an export that is decided again for every batch."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest

from agencies.views.shared import membership_of
from portal.kernel.ids import of_form, uuid7
from portal.kernel.viewing import tell_database

from . import listing
from .classes import described
from .decision import Decision, Viewer, decide, see_as
from .listing import Page, Place, Query
from .looking import shown, unless_expunged
from .models import Inquiry, Release
from .shown import DisputedHere, Hit, hits
from .shown.details import in_a_line

BATCH = 200
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet takes for the beginning of a formula, full-width signs included."""
COLUMNS = (
    "Docket number",
    "Case",
    "Class",
    "Category",
    "Filed",
    "Closed",
    "Charges",
    "Court",
    "Held by",
    "Record set",
    "Shared under",
    "Record id",
    "How to handle it",
    "Disputed",
    "Expires",
    "Other fields",
)


def release(
    request: HttpRequest, kind: Release.Kind, viewer: Viewer, form: dict[str, Any], *, of: UUID | None = None
) -> Release:
    """The release of a valid form, written in the caller's transaction; the same form again is the same release.

    `of`: the one record that it is of, where the same form for another record is another release.
    """
    membership = membership_of(request)
    if membership is None:
        raise PermissionDenied
    values = {
        "kind": kind,
        "membership": membership,
        "inquiry_id": viewer.inquiry_id,
        "recipient": form["recipient"],
        "reason": form["reason"],
        "told": form.get("told", []),
    }
    made, new = Release.objects.get_or_create(pk=of_form(form["key"], membership.pk), defaults=values)
    same = all(getattr(made, name) == value for name, value in values.items())
    same = same and (of is None or not made.accesses.exclude(record_ids=[of]).exists())
    return made if new or same else Release.objects.create(pk=uuid7(), **values)


def stream(request: HttpRequest, viewer: Viewer, query: Query, made: Release) -> Iterator[str]:
    """The lines of an export. Each batch is decided, read and logged in its own transaction before it leaves; when less
    is open than at the beginning, or the inquiry is over, the file ends there and says so."""
    yield "\ufeff" + line(COLUMNS)
    began: Decision | None = None
    place: Place | None = None
    written = 0
    while True:
        batch = unless_expunged(partial(_batch, request, viewer, query, made, began, place))
        if batch is None:
            break
        began = began or batch.decision
        written += batch.records
        yield batch.text
        place = batch.page.last
        if not batch.page.more_after:
            yield line((f"End of release {made.number}: {written} records.",))
            return
    yield line((f"Stopped: what you may export has changed. Release {made.number} ends after {written} records.",))


@dataclass(frozen=True)
class Batch:
    """Some records of an export, as they leave."""

    decision: Decision
    page: Page
    records: int
    text: str


@transaction.atomic
def _batch(
    request: HttpRequest, viewer: Viewer, query: Query, made: Release, began: Decision | None, place: Place | None
) -> Batch | None:
    """The next records, logged; None where the export must end."""
    decision = _again(viewer, began)
    if decision is None:
        tell_database()
        return None
    page = listing.page(decision, query, after=place, size=BATCH)
    rows = hits(decision, page.ids)
    shown(
        request,
        decision,
        records=[hit.id for hit in rows],
        sets=[hit.open_set.record_set_id for hit in rows],
        searched_by=query.searched_by,
        found=len(rows),
        seen=[each for hit in rows for each in hit.seen],
        release=made,
    )
    tell_database()
    return Batch(decision, page, len(rows), "".join(line(cells(hit)) for hit in rows))


def _again(viewer: Viewer, began: Decision | None) -> Decision | None:
    """The decision for the next batch, or None where the export must end. Names the viewer for the transaction."""
    if viewer.inquiry_id and not Inquiry.objects.open().filter(pk=viewer.inquiry_id).exists():
        return None
    see_as(viewer)
    decision = decide(viewer)
    if began is None:
        return decision
    for restriction in ("", "sealed", "juvenile"):
        if not set(began.sets_with(restriction)) <= set(decision.sets_with(restriction)):
            return None
    return Decision(viewer, {key: decision.sets[key] for key in began.sets})


def cells(hit: Hit) -> tuple[str, ...]:
    """One record of a list as text; what is withheld says so, with its reason and rule."""
    way, ruling = hit.open_set.ways[0], hit.naming
    withheld = f"Withheld: {ruling.reason}" + (f", {ruling.rule}" if ruling.rule else "")
    under = "Own record"
    if not hit.open_set.own:
        under = f"{way['agreement_number']}, clause {way['clause_number']}, term {way['term_code']}"
    return (
        hit.docket_number,
        withheld if hit.withheld else hit.called,
        hit.record_class,
        hit.category,
        hit.filed_on.isoformat() if hit.filed_on else "",
        hit.terminated_on.isoformat() if hit.terminated_on else "",
        str(hit.charges),
        hit.court_id,
        hit.open_set.owner_name,
        hit.open_set.name,
        under,
        str(hit.id),
        hit.handling,
        "; ".join(map(_disputed, hit.disputed)),
        _expires(hit),
        _fields(hit),
    )


def _expires(hit: Hit) -> str:
    """The last day on which it holds, by the clock of its owner: its class says so itself."""
    return str(hit.details.get(described(hit.record_class).expires, ""))


def _fields(hit: Hit) -> str:
    """The fields of its class that are shown, and how many are not."""
    said = [f"{each.label}: {words}" for each, words in in_a_line(described(hit.record_class).fields, hit.details)]
    return "; ".join(said + ([f"{hit.details_withheld} withheld"] if hit.details_withheld else []))


def _disputed(each: DisputedHere) -> str:
    what = f"Disputed ({each.label})" if each.label else "Disputed"
    return f"{what}: {each.note}, {each.whose.lower()}" if each.note else what


def line(values: tuple[str, ...]) -> str:
    """One line of CSV. A cell that a spreadsheet would take for a formula begins with an apostrophe."""
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_ALL).writerow([harmless(value) for value in values])
    return buffer.getvalue()


def harmless(value: str) -> str:
    return f"'{value}" if value.lstrip(" \u00a0\ufeff").startswith(FORMULA) else value
