"""What a draft takes from the clause library: a clause, or its newer words."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from agencies.views.shared import person_of, posted, tried
from portal.kernel.access import members
from portal.kernel.redline import words_changed
from sharing_agreements import commands, fingerprint, library, redline
from sharing_agreements.library_forms import FixedTakeOverForm, InsertForm, TakeOverForm, three
from sharing_agreements.models import Clause, LibraryVersion

from .drafting import editable, page
from .shared import current, or_back


@members
@require_http_methods(["GET", "POST"])
@or_back
def insert(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Choose a clause that the draft does not have yet."""
    agreement = editable(request, pk)
    taken = current(agreement).clauses.exclude(library_version=None).values("library_version__clause")
    form = InsertForm(
        posted(request), offered=list(LibraryVersion.objects.offered(agreement.kind).exclude(clause__in=taken))
    )
    if form.is_valid():
        given = {
            "library_version_id": UUID(form.cleaned_data["library_version"]),
            "number": form.cleaned_data["number"],
        }
        made = tried(form, lambda: commands.insert_clause(actor=person_of(request), agreement_id=pk, **given))
        if made:
            messages.success(request, f"Clause {made.number} is inserted from the library.")
            return redirect("agreements:clauses", pk)
    return render(request, "sharing_agreements/clause_insert.html", page(agreement, "clauses", form=form))


@members
@require_http_methods(["GET", "POST"])
@or_back
def take_over(request: HttpRequest, pk: UUID, clause: UUID) -> HttpResponse:
    """The library's newer words beside what the draft made of the older ones."""
    agreement = editable(request, pk)
    found = current(agreement).clauses.select_related("library_version__clause")
    edited = get_object_or_404(found, pk=clause)
    words = library.newer(edited)
    base = edited.library_version
    if words is None or base is None:
        raise Http404
    regions = redline.three_way(base.text, edited.text, words.text)
    begin = {
        "heading": three(base.heading, edited.heading, words.heading),
        "text": redline.merged(regions),
        "as_read": fingerprint.of_clause(edited),
        "library_version_id": words.pk,
    }
    form = (FixedTakeOverForm if edited.is_fixed else TakeOverForm)(posted(request), initial=begin)
    taken = tried(form, lambda: _take_over(request, edited, form.cleaned_data)) if form.is_valid() else None
    if taken:
        messages.success(request, f"Clause {edited.number} follows library version {words.number}.")
        return redirect("agreements:clauses", pk)
    more = {
        "form": form,
        "clause": edited,
        "base": base,
        "words": words,
        "regions": regions,
        "clashes": redline.conflicts(regions),
        "changed": edited.text != base.text,
        "pieces": words_changed(base.text, words.text),
    }
    return render(request, "sharing_agreements/clause_take_over.html", page(agreement, "clauses", **more))


def _take_over(request: HttpRequest, clause: Clause, given: dict[str, Any]) -> Clause:
    values: dict[str, Any] = {"heading": "", "text": "", **given}
    return commands.take_over(
        actor=person_of(request),
        agreement_id=clause.version.agreement_id,
        clause_id=clause.pk,
        **values,
    )
