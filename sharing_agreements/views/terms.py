"""The terms of a draft: what the portal will enforce."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from agencies.views.shared import person_of, posted, pressed, tried
from portal.kernel.access import members
from portal.kernel.parts import part
from sharing_agreements import commands
from sharing_agreements.forms import TermForm
from sharing_agreements.models import Agreement, Term
from sharing_agreements.wording import actions as actions_in_words
from sharing_agreements.wording import party_names, term_in_words

from .drafting import editable, page
from .shared import current, link, or_back

TERM_COLUMNS = [
    {"label": "Term", "head": True, "mono": True},
    *({"label": name} for name in ("Record set", "To", "Actions", "Purposes")),
    {"label": "Change", "hidden": True},
]


def term_rows(agreement: Agreement, terms: Iterable[Term]) -> list[list[Any]]:
    names = party_names(current(agreement))
    return [
        [
            term.code,
            term.record_set_name,
            names.get(term.recipient_id),
            actions_in_words(term.actions).capitalize(),
            ", ".join(sorted(term.purposes)),
            part("link", text="Change", href=link("term", agreement, term.pk), more=f" term {term.code}"),
        ]
        for term in terms
    ]


@members
@require_http_methods(["GET"])
@or_back
def term_list(request: HttpRequest, pk: UUID) -> HttpResponse:
    agreement = editable(request, pk)
    rows = term_rows(agreement, current(agreement).terms.all())
    more = {"rows": rows, "columns": TERM_COLUMNS, "alone": current(agreement).parties.count() < 2}
    return render(request, "sharing_agreements/term_list.html", page(agreement, "term_list", **more))


@members
@require_http_methods(["GET", "POST"])
@or_back
def term_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _term_page(request, editable(request, pk), None)


@members
@require_http_methods(["GET", "POST"])
@or_back
def term(request: HttpRequest, pk: UUID, term: UUID) -> HttpResponse:
    agreement = editable(request, pk)
    return _term_page(request, agreement, get_object_or_404(current(agreement).terms, pk=term))


def _term_page(request: HttpRequest, agreement: Agreement, edited: Term | None) -> HttpResponse:
    """A term's form. "Show in words" says what the term would permit and saves nothing."""
    version = current(agreement)
    form = TermForm(posted(request), version=version, term=edited)
    says: list[str] = []
    if form.is_valid():
        if "preview" in request.POST:
            says = term_in_words(_as_term(form), party_names(version))
        elif saved := _saved_term(request, agreement, form, edited):
            messages.success(request, f"Term {saved.code} is saved.")
            return redirect("agreements:term_list", agreement.pk)
    elif edited is not None and not form.is_bound:
        says = term_in_words(edited, party_names(version))
    more = {"form": form, "term": edited, "says": says, "previewed": "preview" in request.POST}
    return render(request, "sharing_agreements/term_edit.html", page(agreement, "term_list", **more))


def _as_term(form: TermForm) -> Term:
    """The entered term, unsaved."""
    record_set = form.cleaned_data["record_set"]
    given = {name: value for name, value in form.values().items() if name != "record_set_id"}
    return Term(record_set_name=record_set.name, record_set=record_set, **given)


def _saved_term(request: HttpRequest, agreement: Agreement, form: TermForm, edited: Term | None) -> Term | None:
    return tried(
        form,
        lambda: commands.save_term(
            actor=person_of(request),
            agreement_id=agreement.pk,
            term_id=edited.pk if edited else None,
            **form.values(),
        ),
    )


@members
@require_POST
@or_back
def remove_term(request: HttpRequest, pk: UUID, term: UUID) -> HttpResponse:
    agreement = editable(request, pk)
    gone = get_object_or_404(current(agreement).terms, pk=term)
    return pressed(
        request,
        lambda: commands.remove_term(actor=person_of(request), agreement_id=pk, term_id=gone.pk),
        f"Term {gone.code} is removed. The history keeps it.",
        "agreements:term_list",
        pk,
    )
