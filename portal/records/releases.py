"""What leaves the portal: a print, or an export that is decided again for every batch."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.utils.text import capfirst

from agencies.models import Membership, RecordSet
from agencies.views.shared import membership_of
from portal.kernel.ids import of_form, uuid7
from portal.kernel.marks import STATES
from portal.kernel.sign_in import client_address
from portal.kernel.viewing import tell_database
from privacy.models import DataCategory

from . import listing
from .classes import Kind, described
from .decision import Decision, Viewer, look_as
from .listing import Page, Place, Query
from .looking import logged, unless_expunged
from .models import Inquiry, Release
from .pages.search import restrictions, standing
from .shown import DisputedHere, Hit, hits
from .shown.details import agency_names, in_a_line

BATCH = 200
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet takes for the beginning of a formula, full-width signs included."""
COLUMNS = (
    "Docket number",
    "Case",
    "Class",
    "Category",
    "Standing",
    "Filed",
    "Closed",
    "Charges",
    "Court",
    "Court id",
    "Held by",
    "Record set",
    "Shared under",
    "Record id",
    "Restriction",
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
    return released(membership, kind, viewer, form, of=of)


def released(
    membership: Membership, kind: Release.Kind, viewer: Viewer, form: dict[str, Any], *, of: UUID | None = None
) -> Release:
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


def stream(request: HttpRequest, viewer: Viewer, query: Query, made: Release, stays: str) -> Iterator[str]:
    """The lines of an export; `stays` are the words on what stays behind.

    Each batch is decided, read and logged in its own transaction before it leaves; when less is open or shown than at
    the beginning, or the inquiry is over, the file ends there and says so.
    """
    yield HEAD
    began: Extent | None = None
    place: Place | None = None
    written = 0
    address = client_address(request) or None
    while True:
        batch = unless_expunged(partial(next_batch, viewer, query, made, began, place, address))
        if batch is None:
            break
        began = began or batch.extent
        written += batch.records
        yield batch.text
        place = batch.page.last
        if not batch.page.more_after:
            yield last_line(made, written, stays)
            return
    yield stopped_line(made, written)


def last_line(made: Release, records: int, stays: str) -> str:
    noun = "record" if records == 1 else "records"
    return line((f"End of release {made.number}: {records} {noun}.{f' {stays}' if stays else ''}",))


def stopped_line(made: Release, records: int) -> str:
    return line((f"Stopped: what you may export has changed. Release {made.number} ends after {records} records.",))


@dataclass(frozen=True)
class Extent:
    """What is open and shown to who exports: an export goes on while it has not shrunk or changed."""

    sets: frozenset[str]
    sealed: frozenset[str]
    juvenile: frozenset[str]
    nonconviction: frozenset[str]
    shown: str
    """A digest of what lists show of people and text in each set."""

    @classmethod
    def of(cls, decision: Decision) -> Extent:
        def ids(restriction: str) -> frozenset[str]:
            return frozenset(map(str, decision.sets_with(restriction)))

        disclosure = decision.disclosure
        disclosure.prepare(decision.sets)
        rows = [
            [
                str(key),
                disclosure.roles_shown(key, DataCategory.NAME),
                disclosure.roles_shown(key, DataCategory.CHARGES),
                disclosure.free_text(key).shown,
            ]
            for key in sorted(decision.sets, key=str)
        ]
        digest = hashlib.sha256(json.dumps(rows).encode()).hexdigest()
        return cls(ids(""), ids("sealed"), ids("juvenile"), ids("nonconviction"), digest)

    @classmethod
    def read(cls, kept: dict[str, Any]) -> Extent:
        sets = {name: frozenset(kept[name]) for name in ("sets", "sealed", "juvenile", "nonconviction")}
        return cls(**sets, shown=kept["shown"])

    def written(self) -> dict[str, Any]:
        return {name: sorted(value) if name != "shown" else value for name, value in vars(self).items()}

    def holds_in(self, other: Extent) -> bool:
        return all(getattr(self, name) <= getattr(other, name) for name in vars(self) if name != "shown")


@dataclass(frozen=True)
class Batch:
    """Some records of an export, as they leave."""

    extent: Extent
    page: Page
    records: int
    text: str


@transaction.atomic
def next_batch(
    viewer: Viewer, query: Query, made: Release, began: Extent | None, place: Place | None, address: str | None
) -> Batch | None:
    """The next records, logged; None where the export must end."""
    decision = still_open(viewer, began)
    if decision is None:
        tell_database()
        return None
    page = listing.page(decision, query, after=place, size=BATCH)
    rows = hits(decision, page.ids)
    logged(
        made.membership.person,
        made.membership.agency_id,
        decision,
        records=[hit.id for hit in rows],
        sets=[hit.open_set.record_set_id for hit in rows],
        searched_by=query.searched_by,
        found=len(rows),
        seen=[each for hit in rows for each in hit.seen],
        release=made,
        source_address=address,
    )
    tell_database()
    return Batch(began or Extent.of(decision), page, len(rows), text_of(rows, made))


def text_of(rows: Sequence[Hit], made: Release) -> str:
    """The lines of some records, open or closed as they were when the release was made: a file that is fetched later
    says what it said. Agencies by name, as far as they are known here."""
    names = agency_names(key for hit in rows for key in (hit.court_id, *_agencies(hit).values()))
    return "".join(line(cells(hit, names, made.made_at)) for hit in rows)


def _agencies(hit: Hit) -> dict[str, str]:
    """Fields of its class that hold the ORI or court id of an agency."""
    fields = described(hit.record_class).fields
    return {
        each.name: hit.details[each.name] for each in fields if each.kind is Kind.AGENCY and each.name in hit.details
    }


def inquiry_is_over(viewer: Viewer) -> bool:
    return viewer.inquiry_id is not None and not Inquiry.objects.open().filter(pk=viewer.inquiry_id).exists()


def still_open(viewer: Viewer, began: Extent | None) -> Decision | None:
    """The decision for the next batch, or None where the export must end. Names the viewer for the transaction."""
    if inquiry_is_over(viewer):
        return None
    decision = look_as(viewer)
    if began is None:
        return decision
    if not began.holds_in(Extent.of(decision)):
        return None
    same = decision.only(map(UUID, began.sets))
    return same if Extent.of(same).shown == began.shown else None


def cells(hit: Hit, names: Mapping[str, str], at: datetime) -> tuple[str, ...]:
    """One record of a list in the words of its page; what is withheld says so, with its reason and rule."""
    way, ruling = hit.open_set.ways[0], hit.naming
    withheld = f"Withheld: {ruling.reason}" + (f", {ruling.rule}" if ruling.rule else "")
    under = "Own record"
    if not hit.open_set.own:
        under = f"{way['agreement_number']}, clause {way['clause_number']}, term {way['term_code']}"
    return (
        hit.docket_number,
        withheld if hit.withheld else hit.called,
        str(RecordSet.RecordClass(hit.record_class).label),
        capfirst(hit.category),
        _standing(hit, at),
        hit.filed_on.isoformat() if hit.filed_on else "",
        hit.terminated_on.isoformat() if hit.terminated_on else "",
        str(hit.charges),
        names.get(hit.court_id, hit.court_id),
        hit.court_id,
        hit.open_set.owner_name,
        hit.open_set.name,
        under,
        str(hit.id),
        ", ".join(restrictions(hit.sealed, hit.juvenile)),
        hit.handling,
        "; ".join(map(_disputed, hit.disputed)),
        _expires(hit),
        _fields(hit, names),
    )


def _standing(hit: Hit, at: datetime) -> str:
    """Open, closed or expired; empty where records of its class do not end."""
    stands = described(hit.record_class).stands
    return STATES[standing(hit.terminated_on, hit.expires_at, at)].word if stands else ""


def _expires(hit: Hit) -> str:
    """The last day on which it holds, by the clock of its owner: its class says so itself."""
    return str(hit.details.get(described(hit.record_class).expires, ""))


def _fields(hit: Hit, names: Mapping[str, str]) -> str:
    """The fields of its class that are shown, and how many are not."""
    named = {name: names.get(key, key) for name, key in _agencies(hit).items()}
    shown = in_a_line(described(hit.record_class).fields, hit.details | named)
    said = [f"{each.label}: {words}" for each, words in shown]
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


HEAD = "\ufeff" + line(COLUMNS)
