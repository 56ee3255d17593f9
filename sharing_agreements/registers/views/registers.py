"""The registers, one of them as a list of entries, and the search over entries and texts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from agencies.register import page
from agencies.views.shared import columns, page_links, person_of, tried
from portal.kernel.access import members
from portal.kernel.parts import part
from portal.kernel.policy import allows
from portal.kernel.sheets import csv_answer
from sharing_agreements.registers import commands, policy
from sharing_agreements.registers.forms import EntryFilter, RegisterForm, SearchForm
from sharing_agreements.registers.models import Entry, Issue, Register, Snapshot
from sharing_agreements.registers.searching import Found
from sharing_agreements.registers.searching import search as look

from .shared import agency_or_text, day_or_text, find, head, owner_id_of, seen, standing

CSV = (
    "Agency",
    "Agency in the portal",
    "ORI",
    "State",
    "County",
    "Kind of agreement",
    "Signed on",
    "Signed on, as written",
    "Ends on",
    "Ends on, as written",
    "Status",
    "Link",
    "First in snapshot",
    "Ended in snapshot",
)


@members
@require_GET
def register_list(request: HttpRequest) -> HttpResponse:
    """The registers that this person reads."""
    newest = Snapshot.objects.filter(register=OuterRef("pk"), status=Snapshot.Status.COMMITTED).order_by("-number")
    listed = Q(entries__ended_in=None) & Q(entries__isnull=False)
    found = seen(request).annotate(
        listed=Count("entries", filter=listed, distinct=True),
        open_issues=Count("issues", filter=Q(issues__status=Issue.Status.OPEN), distinct=True),
        state_of=Subquery(newest.values("taken_on")[:1]),
    )
    rows = [
        [
            part("link", text=register.name, href=reverse("registers:detail", args=[register.pk])),
            register.owner or "The portal",
            register.listed,
            register.state_of,
            register.open_issues,
        ]
        for register in found.order_by("name", "pk")[:200]
    ]
    kinds: list[dict[str, object]] = [
        {"label": "Register", "head": True},
        {"label": "Kept by"},
        {"label": "Agreements listed", "num": True},
        {"label": "State of"},
        {"label": "Open issues", "num": True},
    ]
    opens = allows(policy.may_open_register, person_of(request), owner_id_of(request))
    context = {"rows": rows, "columns": kinds, "opens": opens, "form": SearchForm()}
    return render(request, "registers/register_list.html", context)


@members
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Name a register."""
    person, owner = person_of(request), owner_id_of(request)
    policy.may_open_register(person, owner)
    form = RegisterForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data
        made = tried(form, lambda: commands.open_register(actor=person, owner_id=owner, **given))
        if made is not None:
            messages.success(request, "The register is open. Upload its first snapshot.")
            return redirect("registers:snapshots", made.pk)
    membership = getattr(request, "membership", None)
    return render(request, "registers/register_new.html", {"form": form, "membership_agency": membership})


@members
@require_GET
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The entries of a register, filtered by what the address says."""
    register = find(request, pk)
    form = EntryFilter(request.GET, register=register)
    found = form.of(register)
    beside = form.cleaned_data if form.is_valid() else {}
    rows = found.select_related("agency")
    shown = page(rows, "agency_name", before=beside.get("before"), after=beside.get("after"))
    filters = request.GET.copy()
    for name in ("before", "after"):
        filters.pop(name, None)
    context = {
        **head(request, register, "detail"),
        "form": form,
        "filtered": any(request.GET.get(field.name) for field in form.visible_fields()),
        "count": found.count(),
        "columns": columns("Agency", "Kind of agreement", "Signed", "Ends", "Standing"),
        "rows": [_row(entry) for entry in shown.rows],
        "has_snapshot": register.snapshots.filter(status=Snapshot.Status.COMMITTED).exists(),
        "csv": f"{reverse('registers:csv', args=[register.pk])}?{filters.urlencode()}",
        **page_links(request, shown),
    }
    return render(request, "registers/register_detail.html", context)


def _row(entry: Entry) -> list[Any]:
    return [
        agency_or_text(entry),
        entry.kind,
        day_or_text(entry.signed_on, entry.signed_text),
        day_or_text(entry.ends_on, entry.ends_text),
        standing(entry),
    ]


@members
@require_GET
def csv(request: HttpRequest, pk: UUID) -> StreamingHttpResponse:
    """The same entries as CSV."""
    register = find(request, pk)
    found = EntryFilter(request.GET, register=register).of(register)
    rows = found.select_related("agency", "first_in", "ended_in").order_by("agency_name", "pk")
    return csv_answer("existing-agreements", CSV, _lines(rows))


def _lines(found: QuerySet[Entry]) -> Iterator[tuple[object, ...]]:
    for entry in found.iterator(chunk_size=500):
        yield (
            entry.agency_name,
            entry.agency or "",
            entry.ori,
            entry.state,
            entry.county,
            entry.kind,
            entry.signed_on,
            entry.signed_text,
            entry.ends_on,
            entry.ends_text,
            entry.status_text,
            entry.link,
            entry.first_in.number,
            entry.ended_in.number if entry.ended_in else "",
        )


@members
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Entries and texts that hold the words, in the registers that this person reads."""
    form = SearchForm(request.GET)
    words = form.cleaned_data["q"].strip() if form.is_valid() else ""
    found = look(Register.objects.filter(pk__in=seen(request).values("pk")), words) if words else Found()
    context = {
        "form": form,
        "words": words,
        "found": found,
        "entries": [_entry_hit(entry) for entry in found.entries],
        "texts": [
            {
                "number": f"{attachment.get_file_kind_display()}",
                "kind": attachment.file_name,
                "title": str(attachment.entry),
                "href": reverse("registers:entry", args=[attachment.entry_id]),
                "facts": [snippet, attachment.entry.register.name],
            }
            for attachment, snippet in found.texts
        ],
    }
    return render(request, "registers/search.html", context)


def _entry_hit(entry: Entry) -> dict[str, Any]:
    return {
        "number": entry.state,
        "kind": entry.county,
        "title": str(entry),
        "href": reverse("registers:entry", args=[entry.pk]),
        "facts": [entry.register.name],
        "state": standing(entry),
    }
