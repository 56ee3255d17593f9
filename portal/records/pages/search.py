"""The search page: what is asked for by its address, hits, facets, pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from agencies.models import Agency, RecordSet
from portal.kernel.parts import part
from portal.kernel.templatetags.portal import day
from portal.records import links, searching
from portal.records.carried import UNDER
from portal.records.classes import described
from portal.records.decision import Decision, OpenSet
from portal.records.decision.decide import INTELLIGENCE
from portal.records.listing import CLOSED, OPEN, Page, Place, Query, Tally, find
from portal.records.looking import mark_of
from portal.records.shown import Hit
from portal.records.shown.details import in_a_line
from portal.records.shown.values import Envelope
from privacy.models import ParticipantRole

MOST_OWNERS = 12


@dataclass(frozen=True)
class Asked:
    """A search by its name in the session, narrowed and paged by its address."""

    name: str = ""
    search: searching.Search | None = None
    by_name: bool = False
    alike: bool = False
    standing: str = ""
    record_class: str = ""
    owner_id: UUID | None = None
    after: Place | None = None
    before: Place | None = None
    saved: str = ""
    """The saved search with which it began."""
    under: str = ""
    """What the page carries of its inquiry."""

    def address(self, **changes: str) -> str:
        """The search page, with some of what its address says changed; a change begins on the first page."""
        return reverse("records:search") + self.tail(**changes)

    @property
    def first_page(self) -> str:
        """The same search, neither narrowed nor paged."""
        return self.address(standing="", owner="", kind="")

    @property
    def afresh(self) -> str:
        """Where other words are searched for: what they are narrowed to stays, and stands beside them."""
        return self.address(s="", by="", alike="", under="")

    @property
    def narrowed(self) -> bool:
        return bool(self.standing or self.owner_id or self.record_class)

    @cached_property
    def carried(self) -> str:
        """What the address of a record carries: the search that led to it, and the inquiry."""
        return Asked(name=self.name, under=self.under).tail()

    def tail(self, **changes: str) -> str:
        values = {
            "s": self.name,
            "by": "name" if self.by_name else "",
            "alike": "1" if self.alike else "",
            "standing": self.standing,
            "kind": self.record_class,
            "owner": str(self.owner_id or ""),
            "saved": self.saved,
            UNDER: self.under,
            **changes,
        }
        kept = {key: value for key, value in values.items() if value}
        return f"?{urlencode(kept)}" if kept else ""

    @property
    def query(self) -> Query:
        """The query for it. Where a digit was typed it asks for a number, unless the address says it is a name."""
        search = self.search or searching.Search()
        query = search.query(standing=self.standing, owner_id=self.owner_id, record_class=self.record_class)
        query = (search.by_name(query) if self.by_name else None) or query
        return replace(query, alike=self.alike and bool(query.name_words))

    def falls_back(self, decision: Decision) -> bool:
        """Whether nothing bears the number that was typed, and it could be a name."""
        query = self.query
        if self.by_name or self.search is None or self.search.by_name(query) is None:
            return False
        apart = query.record_class if query.record_class == INTELLIGENCE else ""
        return not find(decision, replace(query, standing="", owner_id=None, record_class=apart), limit=1)


def asked(request: HttpRequest) -> Asked:
    """What this address asks for; whatever is no good in it is left out."""
    name = request.GET.get("s", "")
    standing, kind = request.GET.get("standing", ""), request.GET.get("kind", "")
    return Asked(
        name=name,
        search=searching.kept(request.session, name) if name else None,
        by_name=request.GET.get("by") == "name",
        alike=request.GET.get("alike") == "1",
        standing=standing if standing in (OPEN, CLOSED) else "",
        record_class=kind if kind in RecordSet.RecordClass.values else "",
        owner_id=_uuid(request.GET.get("owner", "")),
        after=searching.place(request.GET.get("after", "")),
        before=searching.place(request.GET.get("before", "")),
        saved=str(_uuid(request.GET.get("saved", "")) or ""),
        under=mark_of(request),
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def results(
    decision: Decision,
    found: Asked,
    tally: Tally,
    page: Page,
    rows: list[Hit],
    *,
    near: Near | None = None,
    viewable: Mapping[UUID, OpenSet],
    exportable: Decision,
) -> dict[str, Any]:
    """Context of the results, with what is `near` them. `viewable`: the sets of these that are open to a view;
    `exportable`: the decision for an export."""
    searched, leaving = (each.of_class(found.record_class).sets_with("") for each in (decision, exportable))
    may_export = not set(leaving).isdisjoint(searched)
    return {
        "searched": True,
        "heading": heading(found.search, tally, alike=found.query.alike),
        "exactly": found.address(alike="") if found.query.alike else "",
        "near": _near(near, found, viewable) if near else None,
        "tally": tally,
        "hits": [hit_parts(hit, found, viewable) for hit in rows],
        "facets": _facets(decision, found, tally) if tally.total or found.narrowed else _apart(decision, found),
        "apart": _apart_option(found)["href"] if INTELLIGENCE in decision.scopes and not found.record_class else "",
        "previous": found.address(before=searching.written(page.first)) if page.more_before else "",
        "next": found.address(after=searching.written(page.last)) if page.more_after else "",
        "narrowed": found.narrowed,
        "export": reverse("records:export") + found.tail() if tally.total and may_export else "",
    }


@dataclass(frozen=True)
class Near:
    """Below what was found: the newest records of people whose names are like the words, and how many there are."""

    hits: list[Hit]
    tally: Tally


def _near(near: Near, found: Asked, viewable: Mapping[UUID, OpenSet]) -> dict[str, Any]:
    return {
        "number": near.tally.said(near.tally.total),
        "hits": [hit_parts(hit, found, viewable) for hit in near.hits],
        "all": found.address(alike="1") if near.tally.total > len(near.hits) else "",
    }


def heading(search: searching.Search | None, tally: Tally, *, alike: bool = False) -> str:
    """How many there are, and of what: `18 records for “Halvorsen”`, `1,000+ records`."""
    number = tally.said(tally.total) if tally.total else "No"
    noun = "record" if tally.total == 1 else "records"
    what = " with names similar to" if alike else " for"
    return f"{number} {noun}" + (f"{what} “{search.words}”" if search and search.words else "")


def narrowed_to(decision: Decision, found: Asked) -> list[dict[str, Any]]:
    """What a search is narrowed to, each with the address without it. An owner is named that holds what is open."""
    words = [("kind", str(RecordSet.RecordClass(found.record_class).label))] if found.record_class else []
    if found.owner_id:
        holding = Agency.objects.filter(record_sets__in=decision.sets_with(""), pk=found.owner_id)
        words.append(("owner", holding.values_list("name", flat=True).first() or "One agency"))
    words += [("standing", found.standing.capitalize())] if found.standing else []
    return [
        {"label": label, "verb": "Without", "icon": "cross", "href": found.address(**{name: ""})}
        for name, label in words
    ]


def hit_parts(hit: Hit, found: Asked, viewable: Mapping[UUID, OpenSet]) -> dict[str, Any]:
    """The parameters of components/hit.html; without an address where the terms let it be found, not opened."""
    way = hit.open_set.ways[0]
    charges = f"{hit.charges} charge{'' if hit.charges == 1 else 's'}" if hit.charges else ""
    charges = ", ".join([charges, *hit.statutes]) if hit.statutes else charges
    filed = format_html("{} {}", _begun(hit.record_class), day(hit.filed_on)) if hit.filed_on else ""
    withheld = part("withheld", reason=hit.naming.reason, rule=hit.naming.rule)
    opens = _opens(hit, viewable)
    address = reverse("records:detail", kwargs={"pk": hit.id}) + found.carried
    return {
        "number": hit.docket_number,
        "kind": RecordSet.RecordClass(hit.record_class).label,
        "title": withheld if hit.withheld else hit.called,
        "href": address if opens else "",
        "facts": [
            *bearers(hit),
            *filter(None, [filed, hit.open_set.owner_name, charges, *listed_fields(hit), hit.handling]),
            *class_chips(hit.sealed, hit.juvenile),
            *(part("disputed", label=each.label, note=each.note, whose=each.whose) for each in hit.disputed),
        ],
        "state": state(hit),
        "decision": part(
            "cite",
            own=hit.open_set.own,
            agreement=way["agreement_number"],
            clause=way["clause_number"],
            rule=hit.naming.rule,
            href=links.to_clause(way),
        ),
    }


def bearers(hit: Hit) -> list[str]:
    """By whose name it was found, where the row is not called by it: in which role, and by which other name."""
    found = []
    for each in hit.bearers:
        name = each.name if each.name != hit.heading else ""
        role, also = str(ParticipantRole(each.role).label), f"also known as {each.also}" if each.also else ""
        found.append(", ".join(filter(None, [name, role.lower() if name else role, also])))
    return [*found, f"and {hit.more_bearers} more of such names"] if hit.more_bearers else found


def _begun(record_class: str) -> str:
    """What the day by which a class is listed is called: filed, issued, booked."""
    described_as = described(record_class)
    return next(each.label for each in described_as.fields if each.name == described_as.begins)


def listed_fields(hit: Hit) -> list[str]:
    """The fields of its class that a list says."""
    return [f"{each.label}: {said}" for each, said in in_a_line(described(hit.record_class).listed, hit.details)]


def standing(terminated_on: date | None, expires_at: datetime | None, at: datetime | None = None) -> str:
    """Open, closed, or past its last day; now, if no moment is given."""
    if terminated_on:
        return CLOSED
    return "expired" if expires_at and expires_at <= (at or timezone.now()) else OPEN


def state(of: Hit | Envelope) -> Any:
    """The mark of its standing; none where records of its class do not end."""
    return part("state", status=standing(of.terminated_on, of.expires_at)) if described(of.record_class).stands else ""


def _opens(hit: Hit, viewable: Mapping[UUID, OpenSet]) -> bool:
    """Whether the viewer may open what they found."""
    open_set = viewable.get(hit.open_set.record_set_id)
    if open_set is None or (hit.sealed and not open_set.sealed):
        return False
    return open_set.juvenile or not hit.juvenile


def restrictions(sealed: bool, juvenile: bool) -> list[str]:
    """Words of the restrictions that a record is under, for those alone who see it at all."""
    return [word for word, on in (("Sealed", sealed), ("Juvenile", juvenile)) if on]


def class_chips(sealed: bool, juvenile: bool) -> list[Any]:
    tones = {"Sealed": "stop", "Juvenile": "plain"}
    return [part("chip", tone=tones[word], icon="none", text=word) for word in restrictions(sealed, juvenile)]


def _facets(decision: Decision, found: Asked, tally: Tally) -> list[dict[str, Any]]:
    stand = [_by_standing(found, tally)] if not found.record_class or described(found.record_class).stands else []
    return [*_by_class(decision, found, tally), _by_owner(decision, found, tally), *stand]


def _by_class(decision: Decision, found: Asked, tally: Tally) -> list[dict[str, Any]]:
    """Classes of what was found, where records of more than one are open; criminal intelligence is searched apart."""
    if found.record_class == INTELLIGENCE:
        back = {"label": "All other records", "href": found.address(kind=""), "current": False, "count": None}
        return [{"name": "Class", "options": [back, _apart_option(found)]}]
    opened = decision.scopes
    held = [each for each in RecordSet.RecordClass if each in opened and each != INTELLIGENCE]
    counts = tally.by_class
    options = [
        {
            "label": str(each.label),
            "count": None if counts is None else tally.said(counts.get(each, 0)),
            "href": found.address(kind=str(each)),
            "current": found.record_class == each,
        }
        for each in held
    ]
    total = None if counts is None else tally.said(sum(counts.values()))
    everything = {"label": "All", "count": total, "href": found.address(kind=""), "current": not found.record_class}
    apart = [_apart_option(found)] if INTELLIGENCE in opened else []
    return [{"name": "Class", "options": [everything, *options, *apart]}] if len(held) > 1 or apart else []


def _apart(decision: Decision, found: Asked) -> list[dict[str, Any]]:
    """Where nothing was found: that criminal intelligence, which is never among the rest, can be searched."""
    return [{"name": "Class", "options": [_apart_option(found)]}] if INTELLIGENCE in decision.scopes else []


def _apart_option(found: Asked) -> dict[str, Any]:
    label, current = f"{INTELLIGENCE.label}, apart", found.record_class == INTELLIGENCE
    return {"label": label, "count": None, "href": found.address(kind=INTELLIGENCE, by=""), "current": current}


def _by_standing(found: Asked, tally: Tally) -> dict[str, Any]:
    counts = tally.by_standing
    options = [("All", ""), ("Open", OPEN), ("Closed", CLOSED)]
    return {
        "name": "Standing",
        "options": [
            {
                "label": label,
                "count": None if counts is None else tally.said(counts[key] if key else sum(counts.values())),
                "href": found.address(standing=key),
                "current": found.standing == key,
            }
            for label, key in options
        ],
    }


def _by_owner(decision: Decision, found: Asked, tally: Tally) -> dict[str, Any]:
    """Owners of what was found; where that was not counted, of what is open."""
    counts = tally.by_owner
    holding = Agency.objects.filter(record_sets__in=decision.sets_with("")).distinct()
    names = dict(holding.values_list("pk", "name"))
    held = names if counts is None else (key for key in names if counts.get(key) or key == found.owner_id)
    owners = sorted(held, key=lambda key: names[key])
    options = [
        {
            "label": names[key],
            "count": None if counts is None else tally.said(counts.get(key, 0)),
            "href": found.address(owner=str(key)),
            "current": found.owner_id == key,
        }
        for key in owners[:MOST_OWNERS]
    ]
    everybody = {
        "label": "All",
        "count": None if counts is None else tally.said(sum(counts.values())),
        "href": found.address(owner=""),
        "current": found.owner_id is None,
    }
    return {"name": "Held by", "options": [everybody, *options]}
