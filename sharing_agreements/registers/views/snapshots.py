"""Snapshots: upload, columns, preview, commit; and what is different between two of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencies.models import User
from agencies.views.shared import person_of, pressed, say, tried
from portal.kernel import files
from portal.kernel.access import members
from portal.kernel.errors import Refused
from portal.kernel.files import PACKED, TEXT, WORKBOOK
from portal.kernel.parts import Part, part
from sharing_agreements.registers import commands, policy
from sharing_agreements.registers.commands.snapshots import newest, sheets_of
from sharing_agreements.registers.comparing import Differences, differences, lines_of
from sharing_agreements.registers.forms import DifferencesForm, LayoutForm, UploadForm
from sharing_agreements.registers.models import FILES, Issue, Register, Snapshot, SnapshotLine
from sharing_agreements.registers.settling import new_questions

from .shared import crumbs, find, find_snapshot, head, keeps

MOST = 20 * files.MEBIBYTE
SHOWN = 25
ALL = 500
S = Snapshot.Status


@members
@require_http_methods(["GET", "POST"])
def snapshot_list(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The snapshots of a register, newest first, and the upload of the next one."""
    register = find(request, pk)
    person = person_of(request)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST":
        policy.may_keep(person, register)
        if form.is_valid() and (answer := _received(request, person, register, form)):
            return answer
    found = register.snapshots.exclude(status=S.CANCELLED).select_related("received_by").order_by("-received_at")
    context = {
        **head(request, register, "snapshots"),
        "form": form,
        "waiting": next((each for each in found if each.status == S.PREVIEW), None),
        "rows": [_row(each) for each in found if each.status == S.COMMITTED],
        "columns": [
            {"label": "Snapshot", "head": True},
            {"label": "State of"},
            *({"label": name, "num": True} for name in ("Added", "Changed", "Ended", "Unchanged")),
            {"label": "Committed"},
            {"label": "By"},
        ],
    }
    return render(request, "registers/snapshot_list.html", context)


def _row(snapshot: Snapshot) -> list[Any]:
    link = part("link", text=str(snapshot), href=reverse("registers:snapshot", args=[snapshot.pk]))
    return [
        part("lines", text=link, under=snapshot.file_name),
        snapshot.taken_on,
        snapshot.added,
        snapshot.changed,
        snapshot.ended,
        snapshot.unchanged,
        snapshot.committed_at,
        str(snapshot.received_by),
    ]


def _received(request: HttpRequest, person: User, register: Register, form: UploadForm) -> HttpResponse | None:
    """Keep and stage the file; one that is refused, or that is there already, is not kept a second time."""
    given = form.cleaned_data

    def take() -> Snapshot:
        stored = files.keep(given["file"], folder=FILES, kinds=(TEXT, WORKBOOK, PACKED), most=MOST)
        with files.discarded_unless_taken(FILES, stored):
            made = commands.receive(actor=person, register_id=register.pk, stored=stored, taken_on=given["taken_on"])
        if made.file != stored.id:
            files.discard(FILES, stored.id)
        return made

    try:
        made = tried(form, take)
    except Refused as no:
        say(request, no)
        return redirect("registers:snapshots", register.pk)
    return redirect("registers:snapshot", made.pk) if made else None


@members
@require_GET
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A preview with its columns, or a committed snapshot with what it brought."""
    snapshot = find_snapshot(request, pk)
    if snapshot.status == S.PREVIEW:
        if not keeps(request, snapshot.register):
            raise Http404
        return _preview(request, snapshot)
    before = snapshot.register.snapshots.filter(status=S.COMMITTED, number=(snapshot.number or 0) - 1).first()
    found = differences(lines_of(before), lines_of(snapshot))
    context = {**_facts(snapshot), "sections": _sections(request, found), "before": before}
    return render(request, "registers/snapshot_detail.html", context)


def _facts(snapshot: Snapshot) -> dict[str, Any]:
    register = snapshot.register
    return {
        "snapshot": snapshot,
        "register": register,
        "crumbs": crumbs(
            register,
            {"label": "Snapshots", "href": reverse("registers:snapshots", args=[register.pk])},
            {"label": str(snapshot)},
        ),
        "problems": snapshot.problems,
        "left_out": sum(severity == "error" for _, _, severity in snapshot.problems),
    }


def _preview(request: HttpRequest, snapshot: Snapshot, form: LayoutForm | None = None) -> HttpResponse:
    last, lines = newest(snapshot.register), lines_of(snapshot)
    found = differences(lines_of(last), lines)
    asked = new_questions(snapshot, lines)
    questions = [
        [
            Issue.About(question.about).label,
            part("lines", text=question.source, under=question.state),
            lines[entry.key].place if entry.key in lines else "",
        ]
        for entry, question in asked
    ]
    context = {
        **_facts(snapshot),
        "form": form or LayoutForm(snapshot=snapshot, sheets=sheets_of(snapshot)),
        "last": last,
        "found": found,
        "counts": _counts(snapshot, found, len(asked)),
        "sections": _sections(request, found),
        "question_columns": [{"label": "What", "head": True}, {"label": "Written"}, {"label": "Place"}],
        "questions": questions[:SHOWN],
        "question_count": len(asked),
        "ends_most": last is not None and len(found.ended) > max(5, (found.unchanged + len(found.changed))),
    }
    return render(request, "registers/snapshot_preview.html", context)


def _counts(snapshot: Snapshot, found: Differences, asked: int) -> list[tuple[str, int]]:
    return [
        ("Lines read", snapshot.rows_read),
        ("Added", len(found.added)),
        ("Changed", len(found.changed)),
        ("Ended", len(found.ended)),
        ("Unchanged", found.unchanged),
        ("Left out", sum(severity == "error" for _, _, severity in snapshot.problems)),
        ("New issues", asked),
    ]


def _sections(request: HttpRequest, found: Differences) -> list[dict[str, Any]]:
    """Added, changed and ended, a few of each, or many of the one that the address asks for."""
    asked = request.GET.copy()
    wanted = asked.get("show", "")
    columns = [{"label": "Agency", "head": True}, *({"label": n} for n in ("Kind of agreement", "Signed", "Place"))]
    parts: list[tuple[str, str, list[Any]]] = [
        ("added", "Added", found.added),
        ("changed", "Changed", found.changed),
        ("ended", "Ended: in the snapshot before, and not in this one", found.ended),
    ]
    sections = []
    for name, label, items in parts:
        if not items or wanted not in ("", name):
            continue
        most = ALL if wanted == name else SHOWN
        asked["show"] = name
        shown = items[:most]
        sections.append(
            {
                "name": name,
                "label": label,
                "count": len(items),
                "columns": columns,
                "rows": [] if name == "changed" else [_line(line) for line in shown],
                "changes": shown if name == "changed" else [],
                "more": f"?{asked.urlencode()}" if len(items) > most and not wanted else "",
                "cut": len(items) > most and bool(wanted),
            }
        )
    return sections


def _line(line: SnapshotLine) -> list[Any]:
    values = line.values
    where = ", ".join(filter(None, [values.get("county", ""), values.get("state", "")]))
    named: Part = part("lines", text=values["agency"], under=where)
    return [named, values.get("kind", ""), values.get("signed", ""), line.place]


@members
@require_POST
def columns(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Read the file of a preview as the form says."""
    snapshot, person = find_snapshot(request, pk), person_of(request)
    policy.may_keep(person, snapshot.register)
    if snapshot.status != S.PREVIEW:
        return redirect("registers:snapshot", pk)
    form = LayoutForm(request.POST, snapshot=snapshot, sheets=sheets_of(snapshot))
    if not form.is_valid():
        return _preview(request, snapshot, form)
    given = form.cleaned_data
    layout = form.chosen()
    made = tried(
        form,
        lambda: commands.choose_layout(actor=person, snapshot_id=pk, layout=layout, taken_on=given["taken_on"]),
    )
    return redirect("registers:snapshot", pk) if made else _preview(request, snapshot, form)


@members
@require_POST
def commit(request: HttpRequest, pk: UUID) -> HttpResponse:
    snapshot = find_snapshot(request, pk)
    try:
        base = UUID(given) if (given := request.POST.get("base", "")) else None
    except ValueError:
        raise Http404 from None
    return pressed(
        request,
        lambda: commands.commit(actor=person_of(request), snapshot_id=pk, base_id=base),
        "The snapshot is committed. Its open questions stand under Issues.",
        "registers:snapshot",
        snapshot.pk,
    )


@members
@require_POST
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    snapshot = find_snapshot(request, pk)
    register = snapshot.register
    try:
        commands.cancel(actor=person_of(request), snapshot_id=pk)
        messages.success(request, "The preview is gone. Nothing of it was written.")
    except Refused as no:
        say(request, no)
    return redirect("registers:snapshots", register.pk)


@members
@require_GET
def download(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The file as it was uploaded."""
    snapshot = find_snapshot(request, pk)
    if snapshot.status == S.PREVIEW and not keeps(request, snapshot.register):
        raise Http404
    kind = files.KINDS[snapshot.file_kind]
    return files.answer(FILES, snapshot.file, kind=kind, name=snapshot.file_name)


@members
@require_GET
def compare(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is different between two snapshots of a register, any two."""
    register = find(request, pk)
    snapshots = list(register.snapshots.filter(status=S.COMMITTED).order_by("-number"))
    context = {**head(request, register, "differences"), "snapshots": snapshots}
    if len(snapshots) > 1:
        numbers = {each.number: each for each in snapshots}
        given = request.GET.copy()
        given.setdefault("earlier", str(snapshots[1].number))
        given.setdefault("later", str(snapshots[0].number))
        form = DifferencesForm(given, snapshots=snapshots)
        context["form"] = form
        if form.is_valid():
            earlier, later = (numbers[form.cleaned_data[name]] for name in ("earlier", "later"))
            found = differences(lines_of(earlier), lines_of(later))
            context |= {
                "earlier": earlier,
                "later": later,
                "found": found,
                "sections": _sections(request, found),
                "counts": [
                    ("Added", len(found.added)),
                    ("Changed", len(found.changed)),
                    ("Ended", len(found.ended)),
                    ("Unchanged", found.unchanged),
                ],
            }
    return render(request, "registers/differences.html", context)
