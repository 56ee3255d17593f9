"""Searching: what was typed comes by POST and is kept in the session; addresses carry an opaque name for it."""

from __future__ import annotations

from dataclasses import replace

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from agencies.models import Role
from agencies.views.shared import columns, membership_of
from portal.acknowledgement import due
from portal.kernel.access import members
from portal.kernel.errors import Refused
from portal.records import listing, policy, purposes, searching
from portal.records.carried import carried
from portal.records.decision import Decision, decide, open_among
from portal.records.forms import InquiryForm, SearchForm
from portal.records.listing import Query
from portal.records.looking import (
    address_of_look,
    current_inquiry,
    decision_of,
    looking,
    person_of,
    refused,
    shown,
    viewer_of,
)
from portal.records.pages.search import Asked, Near, asked, narrowed_to, results
from portal.records.saved import shown as saved
from portal.records.shown import hits
from sharing_agreements.lapsed import lapsed
from sharing_agreements.models import Action

MOST_NEAR = 10
RECENT = columns("Number", "Class", "Held by", "You looked at it")


@members
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """The search page, with results where a search is named."""
    if request.method != "POST":
        return _page(request)
    try:
        policy.may_look(person_of(request), membership_of(request))
    except PermissionDenied:
        refused(request, viewer_of(request, Action.SEARCH), None)
        raise
    form = SearchForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    name, found = searching.keep(request.session, form.search), asked(request)
    under = carried(request) or found.under
    return redirect(replace(found, name=name, by_name=False, alike=False, under=under).address())


@looking(Action.SEARCH)
def _page(request: HttpRequest, form: SearchForm | None = None) -> HttpResponse:
    policy.may_look(person_of(request), membership_of(request))
    decision, found, membership = decision_of(request), asked(request), membership_of(request)
    keeping = {"label": "To review or destroy", "href": address_of_look(request, "keeping")}
    context = {
        "form": form or SearchForm.of(found.search),
        "asked": found,
        "narrowed_to": narrowed_to(decision, found),
        "lost": found.name and not found.search,
        "owns": decision.owns,
        "why_nothing": _why_nothing(request, decision),
        "lapsed": lapsed(membership.agency_id) if membership else [],
        "nothing_for": _nothing_for_purpose(request, decision),
        "unaccepted": due.missing(membership) if membership else [],
        "saved": saved.chips(membership, found),
        "actions": [
            {"label": "Your watches", "href": reverse("records:watches")},
            {"label": "Your exports", "href": reverse("records:exports")},
            *([keeping] if membership is not None and membership.has(Role.CUSTODIAN) else []),
        ],
    }
    if current_inquiry(request) is None:
        opened = purposes.opened(membership.agency_id) if membership else []
        context["inquiry_form"] = InquiryForm(initial={"next": found.address()}, opened=opened)
    if found.search and form is None:
        context |= _results(request, decision, found)
    elif membership is not None:
        context["recent"] = saved.recent(decision, membership, found)
        context["recent_columns"] = RECENT
    return TemplateResponse(request, "records/record_search.html", context)


def _results(request: HttpRequest, decision: Decision, found: Asked) -> dict[str, object]:
    """One page of results, written to the access log: by which fields was searched, how much found, what shown."""
    if found.falls_back(decision):
        found = replace(found, by_name=True)
    query = found.query
    tally = listing.tally(decision, query)
    page = listing.page(decision, query, after=found.after, before=found.before)
    rows = hits(decision, page.ids, query.names, query.statutes, similar=query.alike)
    near = None if page.more_after else _near(decision, query)
    listed = [*rows, *(near.hits if near else [])]
    shown(
        request,
        decision,
        records=list(dict.fromkeys(hit.id for hit in listed)),
        sets=[hit.open_set.record_set_id for hit in listed],
        searched_by=query.searched_by,
        found=tally.counted,
        seen=[each for hit in listed for each in hit.seen],
    )
    viewable = open_among(decision.viewer.to(Action.VIEW), {hit.open_set.record_set_id for hit in listed})
    exportable = decide(decision.viewer.to(Action.EXPORT))
    return results(decision, found, tally, page, rows, near=near, viewable=viewable, exportable=exportable)


def _near(decision: Decision, query: Query) -> Near | None:
    """What stands below the last page of a search by name: people whose names are like the words."""
    if not query.name_words or query.alike:
        return None
    found = listing.find(decision, replace(query, alike=True), limit=listing.MOST_COUNTED + 1)
    if not found:
        return None
    newest = [key for _, key in found[:MOST_NEAR]]
    return Near(hits(decision, newest, query.name_words, similar=True), listing.Tally(len(found), capped=True))


def _nothing_for_purpose(request: HttpRequest, decision: Decision) -> str:
    """That the stated purpose opens nothing of other agencies, and which one would."""
    membership, inquiry = membership_of(request), current_inquiry(request)
    if membership is None or inquiry is None or not decision.owns_all:
        return ""
    return purposes.nothing_for(inquiry.purpose, membership.agency_id)


def _why_nothing(request: HttpRequest, decision: Decision) -> str:
    """What the person must do first where no record set at all is open to them."""
    membership = membership_of(request)
    if not decision.nothing or membership is None:
        return ""
    try:
        policy.may_open_inquiry(person_of(request), membership)
    except Refused as error:
        return str(error)
    return ""
