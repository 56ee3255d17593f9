"""What the search page shows of a person's saved searches, and of the records that they looked at last."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from agencies.models import Agency, Membership, RecordSet
from portal.kernel.parts import part
from portal.kernel.templatetags.portal import day
from portal.records.decision import Decision, decide
from portal.records.listing import Query
from portal.records.models import AccessEntry, Record, SavedSearch, Watch
from portal.records.pages.search import Asked
from portal.records.searching import Search
from sharing_agreements.models import Action

RECENT = 8
LOOKED_BACK = 100
"""How many looks back the records are sought: somebody who looks at one again and again has seen few others."""


def fields(found: Asked) -> dict[str, Any]:
    """What of a search is saved."""
    search = found.search or Search()
    return {
        "words": search.words,
        "since": search.since,
        "until": search.until,
        "by_name": found.by_name,
        "standing": found.standing,
        "record_class": found.record_class,
        "owner_id": found.owner_id,
    }


def asked_by(saved: SavedSearch, name: str = "") -> Asked:
    """The search that was saved, kept in the session under a name."""
    return Asked(
        name=name,
        search=Search(saved.words, saved.since, saved.until),
        by_name=saved.by_name,
        standing=saved.standing,
        record_class=saved.record_class,
        owner_id=saved.owner_id,
        saved=str(saved.pk),
    )


def query_of(saved: SavedSearch, decision: Decision) -> Query:
    """What a saved search asks of the lists for one viewer, as its page does."""
    found = asked_by(saved)
    return replace(found, by_name=True).query if found.falls_back(decision) else found.query


def said(found: Asked) -> SafeString:
    """What a search asks for, in a line: `“halvorsen”, Warrant, Open, from Nov 1, 2026`."""
    search = found.search or Search()
    owner = Agency.objects.filter(pk=found.owner_id).values_list("name", flat=True).first() if found.owner_id else ""
    asked = [
        f"“{search.words}”" + (" as a name" if found.by_name else "") if search.words else "",
        str(RecordSet.RecordClass(found.record_class).label) if found.record_class else "",
        found.standing.capitalize(),
        owner,
        format_html("from {}", day(search.since)) if search.since else "",
        format_html("until {}", day(search.until)) if search.until else "",
    ]
    return format_html_join(", ", "{}", ((each,) for each in asked if each))


def chips(membership: Membership | None, found: Asked) -> dict[str, Any]:
    """The person's saved searches, which of them is in use, and whether it asks for something else by now."""
    rows = list(SavedSearch.objects.of(membership))
    used = next((each for each in rows if str(each.pk) == found.saved), None)
    changed = used is not None and fields(found) != fields(asked_by(used))

    def chip(each: SavedSearch) -> dict[str, Any]:
        here = each == used
        href = reverse("records:saved_open", args=[each.pk]) + Asked(under=found.under).tail()
        return {"label": each.name, "href": href, "current": here, "note": "modified" if here and changed else ""}

    return {
        "chips": [chip(each) for each in rows],
        "used": used,
        "changed": changed,
        "watchable": used is not None and used.record_class != RecordSet.RecordClass.INTELLIGENCE,
        "watch": Watch.objects.filter(saved=used).kept().first() if used else None,
        "save": reverse("records:saved_save") + replace(found, after=None, before=None).tail() if found.search else "",
    }


def recent(decision: Decision, membership: Membership, found: Asked) -> list[list[Any]]:
    """The rows of the records that this person opened last for this agency, as far as they can be opened now.

    They say of a record what the person's own look in the access log says already, its number and what it belongs to,
    and nothing that a rule of disclosure decides. So nothing is disclosed, and no look is logged: one that was, each
    time the page loads, would tell an auditor of searches that nobody made.
    """
    mine = AccessEntry.objects.filter(
        person=membership.person_id,
        agency=membership.agency_id,
        action=AccessEntry.Action.VIEW,
        outcome=AccessEntry.Outcome.SHOWN,
    )
    looks: dict[UUID, datetime] = {}
    for keys, at in mine.order_by("-at").values_list("record_ids", "at")[:LOOKED_BACK]:
        for key in keys:
            looks.setdefault(key, at)
    if not looks:
        return []
    viewable = decide(decision.viewer.to(Action.VIEW)).of_class("")
    there = Record.objects.visible_to(viewable).filter(pk__in=looks)
    rows = {row[0]: row for row in there.values_list("pk", "docket_number", "record_class", "record_set__owner__name")}
    carried = Asked(under=found.under).tail()
    return [
        [
            part("link", text=number, href=reverse("records:detail", args=[key]) + carried, mono=True),
            str(RecordSet.RecordClass(record_class).label),
            owner,
            looks[key],
        ]
        for key, number, record_class, owner in [rows[key] for key in looks if key in rows][:RECENT]
    ]
