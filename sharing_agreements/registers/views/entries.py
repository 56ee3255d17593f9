"""One entry: what the list says, what was settled, its history over the snapshots, and its texts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencies.models import User
from agencies.views.shared import form_page, person_of, say, tried
from portal.kernel import files
from portal.kernel.access import members
from portal.kernel.errors import Refused
from portal.kernel.files import PDF, TEXT, Stored
from portal.kernel.parts import Part, part
from portal.kernel.reading.pdf_text import Text, text_of_pdf, text_of_plain
from sharing_agreements.registers import commands, policy
from sharing_agreements.registers.forms import AttachForm, DismissForm
from sharing_agreements.registers.models import FILES, Attachment, Entry, Snapshot, SnapshotLine
from sharing_agreements.registers.reading import FIELDS
from sharing_agreements.registers.settling import TEXTS

from .shared import crumbs, day_or_text, find_attachment, find_entry, keeps, standing

MOST = 20 * files.MEBIBYTE
SHOWN = {TEXTS[name]: FIELDS[name] for name in ("agency", "state", "county", "kind", "status", "link")}
SHOWN |= {
    "signed_text": "Signed, as written",
    "signed_on": "Signed on",
    "ends_text": "Ends, as written",
    "ends_on": "Ends on",
    "agency_id": "Agency in the portal",
    "ended_in_id": "Standing",
}
"""The fields whose changes the history tells."""


@members
@require_GET
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _page(request, find_entry(request, pk), AttachForm())


def _page(request: HttpRequest, entry: Entry, form: AttachForm) -> HttpResponse:
    register = entry.register
    found = entry.attachments.filter(removed_at=None).select_related("attached_by").defer("text")
    context = {
        "entry": entry,
        "register": register,
        "crumbs": crumbs(register, {"label": entry.agency_name}),
        "facts": [standing(entry), *filter(None, [entry.county, entry.state])],
        "pairs": _pairs(entry),
        "other": _other(entry),
        "keeps": keeps(request, register),
        "form": form,
        "attachments": [_attachment(each) for each in found.order_by("attached_at")],
        "history": _history(entry),
    }
    return render(request, "registers/entry_detail.html", context)


def _pairs(entry: Entry) -> list[tuple[str, object]]:
    agency: object = "Not known in the portal"
    if entry.agency is not None:
        agency = part("link", text=entry.agency.name, href=reverse("agencies:detail", args=[entry.agency.pk]))
    link: object = entry.link
    if entry.link.startswith(("https://", "http://")):
        link = part("link", text=entry.link[:80], href=entry.link)
    return [
        ("Agency, as written", entry.agency_name),
        ("Agency in the portal", agency),
        ("ORI", entry.ori),
        ("Kind of agreement", entry.kind),
        ("Signed on", day_or_text(entry.signed_on, entry.signed_text)),
        ("Ends on", day_or_text(entry.ends_on, entry.ends_text)),
        ("Status", entry.status_text),
        ("Link", link),
    ]


def _other(entry: Entry) -> list[tuple[str, str]]:
    """What other columns of the newest snapshot that has the entry say of it."""
    lines = SnapshotLine.objects.filter(
        snapshot__register=entry.register_id, snapshot__status=Snapshot.Status.COMMITTED, key=entry.key
    )
    newest = lines.order_by("-snapshot__number").first()
    return sorted(newest.other.items()) if newest else []


def _attachment(attachment: Attachment) -> dict[str, Any]:
    return {
        "it": attachment,
        "kind": attachment.get_file_kind_display(),
        "size": filesizeformat(attachment.size),
        "text": _text_state(attachment),
    }


def _text_state(attachment: Attachment) -> Part:
    if attachment.flaw:
        return part("lines", text=part("chip", tone="warn", icon="none", text="Not readable"), under=attachment.flaw)
    if not attachment.has_text:
        chip = part("chip", tone="gone", icon="none", text="No text in this file")
        return part("lines", text=chip, under="It seems to be scanned. The search does not find it.")
    under = "Only its beginning is searched; the file is long." if attachment.text_is_cut else ""
    return part("lines", text=part("chip", tone="good", icon="check", text="Text is searched"), under=under)


def _history(entry: Entry) -> list[dict[str, Any]]:
    """What each snapshot and each answer changed, newest first."""
    past = list(entry.history.select_related("history_user", "agency").order_by("history_date", "history_id")[:200])
    found = []
    for at, row in enumerate(past):
        before = past[at - 1] if at else None
        diffs = [
            {"field": label, "before": _value(before, name), "after": _value(row, name)}
            for name, label in SHOWN.items()
            if before is not None and getattr(before, name) != getattr(row, name)
        ]
        event = {"title": row.history_change_reason, "at": row.history_date, "actor": row.history_user}
        found.append({"event": event, "diffs": diffs})
    return found[::-1]


def _value(row: Any, name: str) -> object:
    if name == "agency_id":
        return row.agency
    if name == "ended_in_id":
        return "No longer listed" if row.ended_in_id else "Listed"
    return getattr(row, name)


@members
@require_POST
def attach(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep a file, read what it says, attach it."""
    entry, person = find_entry(request, pk), person_of(request)
    policy.may_attach(person, entry)
    form = AttachForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            made = tried(form, lambda: _attached(person, entry, form.cleaned_data["file"]))
        except Refused as no:
            say(request, no)
            return redirect("registers:entry", pk)
        if made is not None:
            _tell(request, made)
            return redirect("registers:entry", pk)
    return _page(request, entry, form)


def _attached(person: User, entry: Entry, file: Any) -> Attachment:
    stored = files.keep(file, folder=FILES, kinds=(PDF, TEXT), most=MOST)
    with files.discarded_unless_taken(FILES, stored):
        return commands.attach(actor=person, entry_id=entry.pk, stored=stored, text=_text(stored))


def _text(stored: Stored) -> Text:
    path = files.path_of(FILES, stored.id)
    return text_of_pdf(path) if stored.kind is PDF else text_of_plain(path)


def _tell(request: HttpRequest, made: Attachment) -> None:
    if made.flaw:
        messages.warning(request, f"The file is kept, but its text could not be read. {made.flaw}")
    elif not made.has_text:
        messages.warning(request, "The file is kept. There is no text in this file, so the search does not find it.")
    else:
        messages.success(request, "The file is attached, and its text is searched.")


@members
@require_GET
def download(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """A text of an agreement as a file, which no browser opens as a page."""
    attachment = find_attachment(request, pk)
    kind = files.KINDS[attachment.file_kind]
    return files.answer(FILES, attachment.file, kind=kind, name=attachment.file_name)


@members
@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a file off its entry."""
    attachment, person = find_attachment(request, pk), person_of(request)
    entry = attachment.entry
    policy.may_keep(person, entry.register)
    form = DismissForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        if tried(form, lambda: commands.remove_attachment(actor=person, attachment_id=pk, reason=reason)):
            messages.success(request, "The file is removed. That it was here stays in the history.")
            return redirect("registers:entry", entry.pk)
    return form_page(
        request,
        form,
        title=f"Remove {attachment.file_name}",
        submit="Remove the file",
        back=(reverse("registers:entry", args=[entry.pk]), str(entry)),
        stop=True,
        lead="The file and its text go for good.",
    )
