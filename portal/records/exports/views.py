"""Large exports of one's own: how far they are, the file while access holds, cancelling."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_POST, require_safe

from agencies.views.shared import columns, membership_of, person_of, pressed, say
from portal.kernel.access import members
from portal.kernel.errors import Refused
from portal.kernel.parts import Part, part
from portal.records import policy
from portal.records.models import Export
from portal.records.models.exports import KEPT

from . import commands

S = Export.Status
SHOWN = 50
INQUIRY_OVER = "The inquiry under which it was asked for is over, and the file with it. Export again."
WORDS = {
    S.STOPPED: "What you may export changed while it was written, or the inquiry was over. Nothing of it was kept.",
    S.CANCELLED: "It was cancelled. Nothing of it was kept.",
    S.REMOVED: "The file was removed: its time was over, or what you may export has changed. Export again.",
}


@members
@require_safe
def exports(request: HttpRequest) -> HttpResponse:
    """The person's large exports, the newest first."""
    membership = membership_of(request)
    policy.may_look(person_of(request), membership)
    mine = Export.objects.of(membership).select_related("release__inquiry").order_by("-made_at")[:SHOWN]
    rows = [
        [
            part("link", text=each.release.number, href=reverse("records:export_job", args=[each.pk]), mono=True),
            each.made_at,
            each.release.recipient,
            each.records,
            _chip(each),
        ]
        for each in mine
    ]
    return render(
        request,
        "records/exports.html",
        {"columns": columns("Release", "Asked for", "Who gets it", "Records", "State"), "rows": rows},
    )


@members
@require_safe
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Progress while a worker writes, then the file. A page that follows (htmx) is loaded anew once it is over."""
    export = _own(request, pk)
    running = export.status in Export.UNDER_WAY
    if "HX-Request" in request.headers and not running:
        return HttpResponse(headers={"HX-Refresh": "true"})
    chip, gone = _chip(export), _went_with_its_inquiry(export)
    context: dict[str, Any] = {
        "export": export,
        "release": export.release,
        "facts": [chip],
        "running": running,
        "ready": export.status == S.READY and not gone,
        "why": INQUIRY_OVER if gone else WORDS.get(S(export.status), ""),
        "many": export.about >= commands.MOST_COUNTED,
        "until": export.finished_at + KEPT if export.finished_at else None,
    }
    return render(request, "records/export_job.html", context)


@members
@require_POST
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    export = _own(request, pk)
    return pressed(
        request,
        lambda: commands.cancel_export(actor=person_of(request), export_id=export.pk),
        "Cancelled. Nothing of the file is kept.",
        "records:export_job",
        export.pk,
    )


@members
@require_POST
def fetch(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The file, decided again batch by batch as it leaves."""
    export = _own(request, pk)
    try:
        export = commands.fetch_export(actor=person_of(request), export_id=export.pk)
    except Refused as no:
        say(request, no)
        return redirect("records:export_job", pk)
    answer = StreamingHttpResponse(
        commands.lines(export),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{export.release.number}.csv"'},
    )
    add_never_cache_headers(answer)
    return answer


def _own(request: HttpRequest, pk: UUID) -> Export:
    mine = Export.objects.of(membership_of(request)).select_related("release__inquiry")
    return get_object_or_404(mine, pk=pk)


def _went_with_its_inquiry(export: Export) -> bool:
    """Whether a file waits that nobody can fetch any more: the next sweep removes it."""
    inquiry = export.release.inquiry
    return export.status == S.READY and inquiry is not None and inquiry.is_over


def _chip(export: Export) -> Part:
    if _went_with_its_inquiry(export):
        return part("chip", tone="gone", icon="minus", text="Inquiry over")
    tone, icon = {S.READY: ("good", "check"), S.STOPPED: ("stop", "cross")}.get(S(export.status), ("plain", "clock"))
    if export.status in (S.CANCELLED, S.REMOVED):
        tone, icon = "gone", "minus"
    return part("chip", tone=tone, icon=icon, text=S(export.status).label)
