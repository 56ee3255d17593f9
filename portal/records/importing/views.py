"""Upload, progress, preview, commit."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Count, Min, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencies.models import Membership, RecordSet, Role, User, is_certified
from portal.kernel.access import members
from portal.kernel.errors import Refused
from portal.kernel.ids import uuid7
from portal.kernel.parts import part
from portal.kernel.viewing import as_job
from portal.records.classes.reading import FAMILY as NIEM
from portal.records.models import Import, ImportProblem, StagedCase
from portal.records.reading.families import FAMILIES

from . import commands, uploads
from .formats import COLUMNS as FORMAT_COLUMNS
from .formats import formats

PAGE = 25
PROBLEMS = 100
QUIET = timedelta(seconds=20)
"""After this long without a step it is said why nothing moves."""

NO_WORKER = "No worker has taken it up yet. The file is kept, and is read as soon as one is free."
COMMITTING = (
    "Everything is written in one step, and shows here once all of it is. If that stops midway, nothing of it is "
    "there, and a worker begins again."
)
S = Import.Status


def _custodian(request: HttpRequest) -> Membership:
    """The acting membership of a records custodian; for anybody else the page does not exist."""
    membership: Membership | None = getattr(request, "membership", None)
    if membership is None or not membership.has(Role.CUSTODIAN):
        raise Http404
    return membership


def _mine(request: HttpRequest) -> QuerySet[Import]:
    return Import.objects.filter(record_set__owner=_custodian(request).agency_id)


class UploadForm(forms.Form):
    record_set = forms.ModelChoiceField(RecordSet.objects.none(), label="Record set", empty_label="Choose")
    file = forms.FileField(
        label="File",
        help_text=(
            "Cases: dockets as JSON or XML, of federal courts and their feeds, the Supreme Court, Texas, Florida, and "
            "dispositions of North Carolina; one or several, one a line (.jsonl), or a .zip of such files. Other "
            "classes: one record a line, under NIEM names. All also .gz."
        ),
    )

    key = forms.UUIDField(required=False, widget=forms.HiddenInput, initial=uuid7)

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = RecordSet.objects.filter(owner=membership.agency_id, closed_at=None).select_related("owner")
        cast("forms.ModelChoiceField[RecordSet]", self.fields["record_set"]).queryset = own.order_by("name")


@members
@require_http_methods(["GET", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """The agency's imports, newest first, and the upload."""
    membership = _custodian(request)
    form = UploadForm(request.POST or None, request.FILES or None, membership=membership)
    if request.method == "POST" and form.is_valid():
        try:
            batch = _upload(cast(User, request.user), **form.cleaned_data)
        except Refused as why:
            form.add_error("file", str(why))
        else:
            return redirect("records:import", pk=batch.pk)
    recent = _mine(request).select_related("record_set", "started_by").order_by("-made_at")[:50]
    rows = [
        [
            batch.made_at,
            part("link", text=batch.record_set.name, href=batch_url(batch)),
            part("chip", **chip(batch)),
            batch.added,
            batch.changed,
            batch.unchanged,
            batch.refused,
            str(batch.started_by),
        ]
        for batch in recent
    ]
    columns = [
        {"label": "Started"},
        {"label": "Record set", "head": True},
        {"label": "State"},
        *({"label": name, "num": True} for name in ("New", "Changed", "Unchanged", "Refused")),
        {"label": "By"},
    ]
    return render(request, "records/imports.html", {"form": form, "rows": rows, "columns": columns})


def _upload(actor: User, *, record_set: RecordSet, file: UploadedFile[Any], key: UUID | None) -> Import:
    """Keep the file and start its import; a file that is refused is not kept."""
    path = commands.store(file)
    try:
        return commands.start_import(actor=actor, record_set_id=record_set.pk, path=path, key=key)
    except (Refused, PermissionDenied):
        uploads.discard(str(path))
        raise


@members
@require_GET
def import_format(request: HttpRequest) -> HttpResponse:
    """How records of each class are written for an import, as their descriptions say."""
    _custodian(request)
    return render(request, "records/import_format.html", {"classes": formats(), "columns": FORMAT_COLUMNS})


def batch_url(batch: Import) -> str:
    return f"{batch.pk}/"


def chip(batch: Import) -> dict[str, str]:
    """How the state of an import shows."""
    tones = {S.COMMITTED: "good", S.PREVIEW: "warn", S.FAILED: "stop", S.CANCELLED: "gone"}
    icons = {S.COMMITTED: "check", S.PREVIEW: "clock", S.FAILED: "cross", S.CANCELLED: "minus"}
    status = S(batch.status)
    if status == S.PREVIEW and not batch.to_write:
        return {"tone": "plain", "icon": "minus", "text": "Nothing to commit"}
    return {"tone": tones.get(status, "plain"), "icon": icons.get(status, "clock"), "text": str(status.label)}


@members
@require_GET
def import_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One import: progress while a worker is at it, the preview, problems by place, what was written.

    A page that follows a worker (htmx) is told to load anew once there is more to show than progress.
    """
    batch = get_object_or_404(_mine(request).select_related("record_set__owner", "started_by"), pk=pk)
    running = batch.status in (S.RECEIVED, S.READING, S.COMMITTING)
    if "HX-Request" in request.headers and not running:
        return HttpResponse(headers={"HX-Refresh": "true"})
    problem_count = ImportProblem.objects.filter(batch=batch).count()
    context = {
        "batch": batch,
        "chip": chip(batch),
        "running": running,
        "waits": _waits(batch) if running else "",
        "nothing": _nothing(batch),
        "read": batch.cases - batch.refused,
        "families": _families(batch),
        "family_columns": FAMILY_COLUMNS,
        "problems": _problems(batch) if problem_count else [],
        "problem_count": problem_count,
    }
    if batch.status == S.PREVIEW and not _apart_from(request, batch):
        context |= _preview(request, batch)
    return render(request, "records/import.html", context)


def _apart_from(request: HttpRequest, batch: Import) -> bool:
    """Whether it is criminal intelligence, and the custodian is not certified to read what is in it."""
    apart = batch.record_set.record_class == RecordSet.RecordClass.INTELLIGENCE
    return apart and not is_certified(cast(User, request.user), batch.record_set.owner.today)


FAMILY_COLUMNS = [
    {"label": "Family", "head": True},
    {"label": "Read", "num": True},
    {"label": "Refused", "num": True},
]


TITLES = {name: family.title for name, family in FAMILIES.items()} | {
    NIEM: "Records under NIEM names",
    "": "No docket that is known",
}


def _families(batch: Import) -> list[list[Any]]:
    """What was read and refused, family by family; documents of none come last."""
    return [
        [title, batch.families[name]["read"], batch.families[name]["refused"]]
        for name, title in TITLES.items()
        if name in batch.families
    ]


def _problems(batch: Import) -> list[dict[str, Any]]:
    """The problems by place, equal ones as one with its number: {reason, severity, times, place of the first}."""
    equal = ImportProblem.objects.filter(batch=batch).values("severity", "reason")
    rows = equal.annotate(times=Count("pk"), place=Min("place")).order_by("place", "reason")[:PROBLEMS]
    found = [{**row, "done": ImportProblem.Severity(row["severity"]).label} for row in rows]
    return sorted(found, key=lambda row: [int(p) if p.isdecimal() else p for p in re.split("([0-9]+)", row["place"])])


def _waits(batch: Import) -> str:
    """What is happening where nothing moves: no worker yet, one that stopped, a commit that shows only when done."""
    now = timezone.now()
    if batch.cancel_asked_at:
        return "Cancelling was asked for. It stops at the next step, and nothing of it is written."
    if batch.status == S.COMMITTING:
        return COMMITTING
    if batch.status == S.RECEIVED:
        return NO_WORKER if now - batch.made_at > QUIET else ""
    if batch.claimed_at is None or now - batch.claimed_at < QUIET:
        return ""
    again = timezone.localtime(batch.claimed_at + commands.LEASE)
    return (
        "Nothing was read lately: its worker may have stopped. What was read is kept, and another worker goes on "
        f"behind it, soon after {date_format(again, 'g:i a T')}."
    )


def _nothing(batch: Import) -> str:
    """Why there is nothing to commit in a preview; empty where there is something, or no preview."""
    if batch.status != S.PREVIEW or batch.to_write:
        return ""
    refused = " Those that were refused are named below, with the reason." if batch.refused else ""
    return f"No docket of this file is new, and none differs from your records.{refused} Close the import."


def _preview(request: HttpRequest, batch: Import) -> dict[str, Any]:
    after = int(text) if (text := request.GET.get("after", "0")).isdecimal() else 0
    with transaction.atomic(), as_job("import", batch.record_set_id):
        staged = StagedCase.objects.filter(batch=batch, position__gt=after)
        shown = staged.exclude(verdict=StagedCase.Verdict.UNCHANGED).order_by("position")
        rows = list(shown.defer("draft")[: PAGE + 1])
    more = len(rows) > PAGE
    return {"staged": rows[:PAGE], "next": f"?after={rows[PAGE - 1].position}" if more else None, "after": after}


@members
@require_POST
def import_commit(request: HttpRequest, pk: UUID) -> HttpResponse:
    batch = get_object_or_404(_mine(request), pk=pk)
    try:
        commands.ask_commit(actor=cast(User, request.user), batch_id=batch.pk)
    except Refused as why:
        messages.error(request, str(why))
    return redirect("records:import", pk=pk)


@members
@require_POST
def import_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    batch = get_object_or_404(_mine(request), pk=pk)
    try:
        commands.cancel_import(actor=cast(User, request.user), batch_id=batch.pk)
        messages.success(request, "The import is closed, or will be at its next step. Nothing of it is written.")
    except Refused as why:
        messages.error(request, str(why))
    return redirect("records:import", pk=pk)
