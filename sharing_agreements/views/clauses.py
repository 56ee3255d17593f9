"""The clauses of a draft."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from agencies.views.shared import person_of, posted, pressed, tried
from portal.kernel.access import members
from portal.kernel.parts import Part, part
from portal.kernel.policy import allows
from portal.kernel.templatetags.portal import anchor
from sharing_agreements import commands, fingerprint, library, policy, redline
from sharing_agreements.forms import ClauseForm
from sharing_agreements.library_forms import FIELDS, other_fields, three
from sharing_agreements.models import Agreement, Clause, LibraryVersion, Topic
from sharing_agreements.wording import law_in_words

from . import obligation_drafting
from .drafting import editable, page
from .shared import current, link, or_back
from .terms import TERM_COLUMNS, term_rows


@members
@require_http_methods(["GET"])
@or_back
def clauses(request: HttpRequest, pk: UUID) -> HttpResponse:
    agreement = editable(request, pk)
    newest = {each.clause_id: each.number for each in LibraryVersion.objects.offered(agreement.kind)}
    rows = [
        [
            clause.number,
            _named(agreement, clause),
            clause.get_topic_display(),
            ", ".join(term.code for term in clause.terms.all()),
            _source(clause, newest),
            _said_of(agreement, clause),
        ]
        for clause in current(agreement)
        .clauses.select_related("library_version__clause")
        .prefetch_related("terms", "comments")
        .with_law()
    ]
    columns = [
        {"label": "Number", "mono": True},
        {"label": "Heading", "head": True},
        {"label": "Topic"},
        {"label": "Terms that rest on it"},
        {"label": "Library"},
        {"label": "Comments"},
    ]
    asked = {"obligations": obligation_drafting.rows(agreement), "obligation_columns": obligation_drafting.COLUMNS}
    more = {**asked, "rows": rows, "columns": columns, "adds": allows(policy.may_add_clause, agreement)}
    return render(request, "sharing_agreements/clause_list.html", page(agreement, "clauses", **more))


def _named(agreement: Agreement, clause: Clause) -> Part:
    """The heading, which leads to the clause, and the law under it."""
    heading = part("link", text=clause.heading, href=link("clause", agreement, clause.pk))
    law = "; ".join(each.citation for each in clause.citations.all())
    return part("lines", text=heading, under=f"Rests on {law}" if law else "")


def _source(clause: Clause, newest: dict[UUID, int]) -> str:
    """Where the words come from, and what can be made of them."""
    taken = clause.library_version
    if taken is None:
        return "Own words"
    said = "Fixed" if clause.is_fixed else "As in the library" if clause.text == taken.text else "Changed here"
    return f"{said}; newer text" if newest.get(taken.clause_id, 0) > taken.number else said


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
    policy.may_add_clause(agreement)
    form = ClauseForm(posted(request), initial=_standard(agreement, request.GET.get("topic", "")))
    if form.is_valid() and _saved(request, agreement, form):
        messages.success(request, f"Clause {form.cleaned_data['number'].strip()} is added.")
        return redirect("agreements:clauses", pk)
    return render(request, "sharing_agreements/clause_edit.html", page(agreement, "clauses", form=form))


def _standard(agreement: Agreement, topic: str) -> dict[str, str]:
    """What the standard text says on a topic, to begin with; a number that another clause has is left open."""
    taken = set(current(agreement).clauses.values_list("number", flat=True))
    for words in library.template(agreement.kind):
        if words.clause.topic == topic:
            number = "" if words.clause.number in taken else words.clause.number
            return {"number": number, "topic": topic, "heading": words.heading, "text": words.text}
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
    found = current(agreement).clauses.select_related("library_version__clause")
    edited = get_object_or_404(found, pk=clause)
    if request.method == "POST":
        policy.may_reword(edited)
    form = ClauseForm(posted(request), clause=edited, as_read=fingerprint.of_clause(edited))
    stale = None
    if form.is_valid():
        if _saved(request, agreement, form, edited):
            messages.success(request, f"Clause {form.cleaned_data['number'].strip()} is saved.")
            return redirect("agreements:clauses", pk)
        form, stale = _compared(found.get(pk=clause), form)
    every = list(current(agreement).clauses.all())
    place = next(n for n, each in enumerate(every) if each.pk == edited.pk)
    more = {
        "form": form,
        "stale": stale,
        "clause": edited,
        "fixed": edited.is_fixed,
        "newer": library.newer(edited),
        "before": every[place - 1] if place else None,
        "after": every[place + 1] if place + 1 < len(every) else None,
        "said": edited.comments.open().select_related("author").prefetch_related("replies__author"),
        "obligations": edited.obligations.all(),
        "terms": term_rows(agreement, edited.terms.all()),
        "term_columns": TERM_COLUMNS,
    }
    return render(request, "sharing_agreements/clause_edit.html", page(agreement, "clauses", **more))


def _compared(now: Clause, form: ClauseForm) -> tuple[ClauseForm, dict[str, Any] | None]:
    """Where somebody changed the clause since it was opened: what each made of it, and a form that holds both."""
    given = form.cleaned_data
    if given["as_read"] in {"", fingerprint.of_clause(now)}:
        return form, None
    past = list(
        Clause.history.filter(id=now.pk).select_related("history_user").order_by("-history_date", "-history_id")
    )
    base = next((row for row in past if fingerprint.of_clause(row) == given["as_read"]), None)
    if base is None:
        return form, None
    mine = given["text"].strip().replace("\r\n", "\n")
    regions = redline.three_way(base.text, mine, now.text)
    both = {name: three(getattr(base, name), given[name], getattr(now, name)) for name in FIELDS}
    law = {each.authority_id for each in now.citations.all()}
    chosen, read = set(given["authority_ids"]), set(given["law_as_read"])
    values = {
        **both,
        "text": redline.merged(regions),
        "authority_ids": list((chosen - read) | (law - (read - chosen))),
        "as_read": fingerprint.of_clause(now),
    }
    stale = {
        "by": past[0].history_user,
        "at": past[0].history_date,
        "regions": regions,
        "clashes": redline.conflicts(regions),
        "fields": [
            *other_fields(base, now),
            *([f"Rests on {law_in_words(now) or 'no law'} now."] if law != read else []),
        ],
    }
    return ClauseForm(clause=now, initial=values), stale


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
