"""What leaves on paper or in a file, each as a logged release."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_http_methods

from agencies.views.shared import membership_of
from portal.kernel.access import members
from portal.kernel.errors import Refused
from portal.kernel.ids import uuid7
from portal.kernel.sign_in import client_address
from portal.kernel.viewing import tell_database
from portal.records import listing, policy, releases
from portal.records.carried import question
from portal.records.decision import Viewer, explain, look_as
from portal.records.exports import commands as exports
from portal.records.forms import ReleaseForm, ToldForm
from portal.records.looking import current_inquiry, decision_of, looked_at, looking, person_of, shown, viewer_of
from portal.records.models import Release
from portal.records.pages.record import content, release_pairs
from portal.records.pages.search import Asked, asked, heading
from portal.records.shown import case_file
from portal.records.staying import staying
from sharing_agreements.models import Action


@members
@require_http_methods(["GET", "HEAD", "POST"])
@looking(Action.PRINT)
def print_record(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for whom and why, then show the whole record as it may be printed, under its release number."""
    decision = decision_of(request)
    case = case_file(decision, pk, whole=request.method == "POST")
    if case is None:
        raise Http404
    form = ReleaseForm(request.POST or None, initial={"key": uuid7()})
    if request.method != "POST" or not form.is_valid():
        return TemplateResponse(request, "records/record_release.html", {"form": form, "case": case})
    release = releases.release(request, Release.Kind.PRINT, decision.viewer, form.cleaned_data)
    entry = looked_at(request, case, release)
    context = {
        **content(case, explain(decision.viewer, case.envelope)),
        "made": release,
        "release_pairs": release_pairs(release),
        "release": release.number,
        "access": entry,
    }
    return TemplateResponse(request, "records/record_print.html", context)


@members
@require_http_methods(["GET", "HEAD", "POST"])
@looking(Action.REDISCLOSE)
def told(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record that somebody was told something of a record: by telephone, at the counter, in court."""
    decision = decision_of(request)
    case = case_file(decision, pk)
    if case is None:
        raise Http404
    form = ToldForm(case.categories_shown, request.POST or None, initial={"key": uuid7()})
    if request.method != "POST" or not form.is_valid():
        return TemplateResponse(request, "records/record_told.html", {"form": form, "case": case})
    made = releases.release(request, Release.Kind.TOLD, decision.viewer, form.cleaned_data, of=pk)
    if not made.accesses.exists():
        looked_at(request, case, made)
    messages.success(request, f"It is written into the access log as release {made.number}.")
    return redirect("records:detail", pk)


@members
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest) -> HttpResponseBase:
    """Ask for whom and why, then stream the records of a search that may be exported."""
    if asked_first := question(request, current_inquiry(request)):
        return asked_first
    found = asked(request)
    if found.search is None:
        messages.info(request, "Search first; what was found can then be exported.")
        return redirect("records:search")
    form = ReleaseForm(request.POST or None, initial={"key": uuid7()})
    if request.method != "POST" or not form.is_valid():
        return _export_page(request, found=found, form=form)
    policy.may_look(person_of(request), membership_of(request))
    viewer = viewer_of(request, Action.EXPORT)
    number, stays = _leaving(viewer, found)
    if number > listing.MOST_COUNTED:
        return _written_later(request, viewer, found, form)
    with transaction.atomic():
        made = releases.release(request, Release.Kind.EXPORT, viewer, form.cleaned_data)
    answer = StreamingHttpResponse(
        releases.stream(request, viewer, found.query, made, stays),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{made.number}.csv"'},
    )
    add_never_cache_headers(answer)
    return answer


def _leaving(viewer: Viewer, found: Asked) -> tuple[int, str]:
    """How many records leave, one more than `listing.MOST_COUNTED` for more; and what is said of those that stay."""
    with transaction.atomic():
        decision = look_as(viewer)
        number, stays = listing.count(decision, found.query), staying(decision, found.query).said
        tell_database()
    return number, stays


def _written_later(request: HttpRequest, viewer: Viewer, found: Asked, form: ReleaseForm) -> HttpResponse:
    try:
        export = exports.start_export(
            actor=person_of(request),
            viewer=viewer,
            query=found.query,
            form=form.cleaned_data,
            source_address=client_address(request) or None,
        )
    except Refused as no:
        form.add_error(None, str(no))
        return _export_page(request, found=found, form=form)
    return redirect("records:export_job", export.pk)


@looking(Action.EXPORT)
def _export_page(request: HttpRequest, *, found: Asked, form: ReleaseForm) -> HttpResponse:
    policy.may_look(person_of(request), membership_of(request))
    decision = decision_of(request)
    stays, tally = staying(decision, found.query), listing.tally(decision, found.query)
    # Before anything leaves: the page says how many there are, as the search page does.
    shown(
        request,
        replace(decision, viewer=decision.viewer.to(Action.SEARCH)),
        records=[],
        sets=[],
        seen=[],
        searched_by=found.query.searched_by,
        found=min(stays.listed, listing.MOST_COUNTED),
    )
    context = {
        "form": form,
        "asked": found,
        "heading": heading(found.search, tally),
        "tally": tally,
        "stays": stays,
    }
    return TemplateResponse(request, "records/record_export.html", context)
