"""A person's watches: setting one, what it told as far as it is open now, confirming that it is needed, ending it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.urls import reverse_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies.models import Membership
from agencies.views.shared import columns, membership_of, posted, pressed, tried
from portal.kernel.access import members
from portal.kernel.clock import database_now
from portal.kernel.parts import Part, part
from portal.records import policy, purposes, readers
from portal.records.decision import Decision, Viewer, open_among
from portal.records.forms import InquiryForm, WatchForm
from portal.records.looking import (
    address_of_look,
    current_inquiry,
    decision_of,
    looking,
    mark_of,
    person_of,
    refused,
    shown,
)
from portal.records.models import Record, SavedSearch, Watch, WatchNews
from portal.records.pages.search import Asked, hit_parts
from portal.records.saved.shown import asked_by, said
from portal.records.shown import Hit, hits
from sharing_agreements.models import Action

from . import commands

SEARCHING = {"label": "Search records", "href": reverse_lazy("records:search")}
MOST = 100
"""News of a watch that its page shows, the newest first."""


@members
@require_safe
@looking(Action.SEARCH)
def watches(request: HttpRequest) -> HttpResponse:
    """The person's watches, those that still run first. Of a record its number is said where it is open now."""
    membership, now = _watcher(request), database_now()
    mine = list(Watch.objects.of(membership).select_related("saved").order_by("-made_at")[:MOST])
    mine.sort(key=lambda watch: watch.state(now) == "ended")
    numbers = _numbers(request, [each.record_id for each in mine if each.record_id])
    rows = [
        [
            part("lines", text=_link(request, each, numbers), under=each.number),
            part("lines", text=each.purpose_label, under=each.case_number),
            each.confirmed_until,
            each.expires_at,
            _chip(each.state(now)),
        ]
        for each in mine
    ]
    named = columns("What", "Purpose and case number", "Confirm by", "Ends", "State")
    return TemplateResponse(request, "records/watches.html", {"columns": named, "rows": rows, "action": SEARCHING})


def _numbers(request: HttpRequest, records: list[UUID]) -> dict[UUID, str]:
    """The numbers of those that are open under the session's inquiry now: a look, as any list is."""
    found = Record.objects.visible_to(decision_of(request)).filter(pk__in=records)
    rows = list(found.values_list("pk", "docket_number", "record_set"))
    if rows:
        shown(
            request,
            decision_of(request),
            records=[key for key, _, _ in rows],
            sets=[of for _, _, of in rows],
            searched_by=["watch"],
            found=len(rows),
            seen=[],
        )
    return {key: number for key, number, _ in rows}


@members
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Say why, and for how long. Whether there is such a record is answered as any look is, under what is stated."""
    membership, inquiry = _watcher(request), current_inquiry(request)
    saved, record_id = _what(request, membership)
    watched = Watch.objects.of(membership).kept().filter(saved=saved, record_id=record_id).first()
    if watched is not None:
        return redirect("records:watch", watched.pk)
    initial = {"purpose": inquiry.purpose, "case_number": inquiry.case_number} if inquiry else None
    form = WatchForm(posted(request), initial=initial, opened=purposes.opened(membership.agency_id))
    if form.is_valid():
        try:
            made = tried(
                form,
                lambda: commands.set_watch(
                    actor=person_of(request),
                    membership_id=membership.pk,
                    saved_id=saved.pk if saved else None,
                    record_id=record_id,
                    **form.cleaned_data,
                ),
            )
        except Record.DoesNotExist:
            refused(request, Viewer(membership.pk, Action.VIEW, form.cleaned_data["purpose"]), record_id)
            form.add_error(None, "No record that you could watch is open to you for this purpose.")
        else:
            if made is not None:
                messages.success(request, f"Watch {made.number} is set. You are told when it has something new.")
                return redirect("records:watch", made.pk)
    return render(request, "records/watch_new.html", {"form": form, "saved": saved})


def _what(request: HttpRequest, membership: Membership) -> tuple[SavedSearch | None, UUID | None]:
    """The saved search or the record that the address names."""
    try:
        saved_id, record_id = (UUID(text) if (text := request.GET.get(name)) else None for name in ("saved", "record"))
    except ValueError:
        raise Http404 from None
    if (saved_id is None) == (record_id is None):
        raise Http404
    return get_object_or_404(SavedSearch.objects.of(membership), pk=saved_id) if saved_id else None, record_id


@members
@require_safe
@looking(Action.SEARCH)
def detail(request: HttpRequest, watch: UUID) -> HttpResponse:
    """What a watch told, as far as it is open under the session's inquiry now: a look, as any list is."""
    membership = _watcher(request)
    found = get_object_or_404(Watch.objects.of(membership).select_related("saved", "membership"), pk=watch)
    decision, now, inquiry = decision_of(request), database_now(), current_inquiry(request)
    state = found.state(now)
    told = {each.record_id: each for each in found.news.order_by("at", "pk")}
    newest = dict(sorted(told.items(), key=lambda item: item[1].at, reverse=True)[:MOST])
    rows = _shown(request, decision, newest)
    numbers = {hit.id: hit.docket_number for hit, _ in rows}
    if found.record_id and found.record_id not in numbers:
        numbers = _numbers(request, [found.record_id])
    open_now = {each.id for each, _ in rows}
    gone = [each for key, each in newest.items() if each.what == WatchNews.What.GONE and key not in open_now]
    context = {
        "watch": found,
        "called": _called(found, numbers),
        "state": state,
        "facts": [_chip(state), part("link", text=found.number, mono=True)],
        "pairs": _pairs(found),
        "hits": [parts for _, parts in rows],
        "gone": [_gone(found, each) for each in gone],
        "may_confirm": state == "paused" or (state == "active" and found.confirmed_until < found.expires_at),
    }
    if state != "ended" and (inquiry is None or inquiry.purpose != found.purpose):
        initial = {"purpose": found.purpose, "case_number": found.case_number, "next": request.path}
        opened = purposes.opened(membership.agency_id)
        context["inquiry_form"] = InquiryForm(initial=initial, opened=opened)
    return TemplateResponse(request, "records/watch_detail.html", context)


def _shown(request: HttpRequest, decision: Decision, newest: dict[UUID, WatchNews]) -> list[tuple[Hit, dict[str, Any]]]:
    rows = sorted(hits(decision, list(newest)), key=lambda hit: newest[hit.id].at, reverse=True) if newest else []
    if not rows:
        return []
    shown(
        request,
        decision,
        records=[hit.id for hit in rows],
        sets=[hit.open_set.record_set_id for hit in rows],
        searched_by=["watch"],
        found=len(rows),
        seen=[each for hit in rows for each in hit.seen],
    )
    viewable = open_among(decision.viewer.to(Action.VIEW), {hit.open_set.record_set_id for hit in rows})
    found = []
    for hit in rows:
        parts = hit_parts(hit, Asked(under=mark_of(request)), viewable)
        parts["facts"] = [_mark(newest[hit.id]), newest[hit.id].at, *parts["facts"]]
        found.append((hit, parts))
    return found


def _mark(news: WatchNews) -> Part | str:
    """How something that is open now was told of; what was taken back and opened again needs no word."""
    if news.what == WatchNews.What.CHANGED:
        return part("chip", tone="warn", icon="pen", text="Changed")
    return part("chip", tone="good", icon="plus", text="New")


def _gone(watch: Watch, news: WatchNews) -> list[Any]:
    """The person's own look at a match that is no longer open; nothing of the record itself."""
    mine = readers.shown(news.record_id).filter(person=watch.membership.person_id, agency=watch.membership.agency_id)
    look = mine.select_related("inquiry").order_by("-at").first()
    inquiry = look.inquiry if look else None
    return [
        news.at,
        look.at if look else None,
        part("link", text=inquiry.number, mono=True) if inquiry else watch.number,
        inquiry.case_number if inquiry else watch.case_number,
    ]


def _pairs(watch: Watch) -> list[tuple[str, Any]]:
    return [
        *([("Looks for", said(asked_by(watch.saved)))] if watch.saved else []),
        ("Purpose", watch.purpose_label),
        ("Case number", watch.case_number),
        ("Set", watch.made_at),
        ("Confirm by", watch.confirmed_until),
        ("Ends", watch.ended_at or watch.expires_at),
        ("Looked last", watch.ran_at),
    ]


@members
@require_POST
def confirm(request: HttpRequest, watch: UUID) -> HttpResponse:
    found = _own(request, watch)
    return pressed(
        request,
        lambda: commands.confirm_watch(actor=person_of(request), watch_id=found.pk),
        "Confirmed. The watch goes on.",
        "records:watch",
        found.pk,
    )


@members
@require_POST
def end(request: HttpRequest, watch: UUID) -> HttpResponse:
    found = _own(request, watch)
    return pressed(
        request,
        lambda: commands.end_watch(actor=person_of(request), watch_id=found.pk),
        "The watch has ended.",
        "records:watches",
    )


def _link(request: HttpRequest, watch: Watch, numbers: dict[UUID, str]) -> Part:
    return part("link", text=_called(watch, numbers), href=address_of_look(request, "watch", watch.pk))


def _called(watch: Watch, numbers: dict[UUID, str]) -> str:
    """By its search, or its record's number as far as that is open now."""
    if watch.record_id:
        return numbers.get(watch.record_id, "One record, not open to you now")
    return f"“{watch.saved.name}”" if watch.saved else "A search, deleted since"


def _chip(state: str) -> Part:
    tone, icon, text = {
        "active": ("good", "check", "Active"),
        "paused": ("warn", "clock", "Paused"),
        "ended": ("gone", "minus", "Ended"),
    }[state]
    return part("chip", tone=tone, icon=icon, text=text)


def _watcher(request: HttpRequest) -> Membership:
    """The membership under which the person watches."""
    membership = membership_of(request)
    policy.may_look(person_of(request), membership)
    if membership is None:
        raise PermissionDenied
    return membership


def _own(request: HttpRequest, pk: UUID) -> Watch:
    return get_object_or_404(Watch.objects.of(membership_of(request)), pk=pk)
