"""The clauses of a draft."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from agencies.views.shared import person_of, pressed, tried
from portal.kernel.access import members
from portal.kernel.parts import Part, part
from portal.kernel.templatetags.portal import anchor
from sharing_agreements import commands, standard
from sharing_agreements.forms import ClauseForm
from sharing_agreements.models import Agreement, Clause, Topic

from .drafting import editable, page
from .shared import current, link, or_back, posted
from .terms import TERM_COLUMNS, term_rows


@members
@require_http_methods(["GET"])
@or_back
def clauses(request: HttpRequest, pk: UUID) -> HttpResponse:
    agreement = editable(request, pk)
    rows = [
        [
            clause.number,
            part("link", text=clause.heading, href=link("clause", agreement, clause.pk)),
            clause.get_topic_display(),
            ", ".join(term.code for term in clause.terms.all()),
            _said_of(agreement, clause),
        ]
        for clause in current(agreement).clauses.prefetch_related("terms", "comments")
    ]
    columns = [
        {"label": "Number", "mono": True},
        {"label": "Heading", "head": True},
        {"label": "Topic"},
        {"label": "Terms that rest on it"},
        {"label": "Comments"},
    ]
    more = {"rows": rows, "columns": columns}
    return render(request, "sharing_agreements/clause_list.html", page(agreement, "clauses", **more))


def _said_of(agreement: Agreement, clause: Clause) -> Part:
    """How many comments are open on a clause, and the way to them."""
    said = clause.comments.all()
    waits = sum(each.resolved_at is None for each in said)
    text = f"{waits} open" if waits else "Settled" if said else "Comment"
    return part("link", text=text, href=f"{link('comments', agreement)}#c{anchor(clause.number)}", more=f" on {clause}")


@members
@require_http_methods(["GET", "POST"])
@or_back
def clause_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    agreement = editable(request, pk)
    form = ClauseForm(posted(request), initial=_standard(agreement, request.GET.get("topic", "")))
    if form.is_valid() and _saved(request, agreement, form):
        messages.success(request, f"Clause {form.cleaned_data['number'].strip()} is added.")
        return redirect("agreements:clauses", pk)
    return render(request, "sharing_agreements/clause_edit.html", page(agreement, "clauses", form=form))


def _standard(agreement: Agreement, topic: str) -> dict[str, str]:
    """What the standard text says on a topic, to begin with; a number that another clause has is left open."""
    taken = set(current(agreement).clauses.values_list("number", flat=True))
    for clause in standard.clauses(agreement.kind):
        if clause["topic"] == topic:
            return {**clause, "number": "" if clause["number"] in taken else clause["number"]}
    return {"topic": topic} if topic in Topic.values else {}


def _saved(request: HttpRequest, agreement: Agreement, form: ClauseForm, clause: Clause | None = None) -> Clause | None:
    return tried(
        form,
        lambda: commands.save_clause(
            actor=person_of(request),
            agreement_id=agreement.pk,
            clause_id=clause.pk if clause else None,
            **form.cleaned_data,
        ),
    )


@members
@require_http_methods(["GET", "POST"])
@or_back
def clause(request: HttpRequest, pk: UUID, clause: UUID) -> HttpResponse:
    agreement = editable(request, pk)
    edited = get_object_or_404(current(agreement).clauses, pk=clause)
    form = ClauseForm(posted(request), clause=edited)
    if form.is_valid() and _saved(request, agreement, form, edited):
        messages.success(request, f"Clause {form.cleaned_data['number'].strip()} is saved.")
        return redirect("agreements:clauses", pk)
    every = list(current(agreement).clauses.all())
    place = next(n for n, each in enumerate(every) if each.pk == edited.pk)
    more = {
        "form": form,
        "clause": edited,
        "before": every[place - 1] if place else None,
        "after": every[place + 1] if place + 1 < len(every) else None,
        "said": edited.comments.open().select_related("author").prefetch_related("replies__author"),
        "terms": term_rows(agreement, edited.terms.all()),
        "term_columns": TERM_COLUMNS,
    }
    return render(request, "sharing_agreements/clause_edit.html", page(agreement, "clauses", **more))


@members
@require_POST
@or_back
def remove_clause(request: HttpRequest, pk: UUID, clause: UUID) -> HttpResponse:
    agreement = editable(request, pk)
    gone = get_object_or_404(current(agreement).clauses, pk=clause)
    return pressed(
        request,
        lambda: commands.remove_clause(actor=person_of(request), agreement_id=pk, clause_id=gone.pk),
        f"Clause {gone.number} is removed. The history keeps it.",
        "agreements:clauses",
        pk,
    )
