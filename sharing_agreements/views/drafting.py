"""A draft: its start, its title and dates, and what all its pages show."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from agencies.views.shared import membership_of, person_of, posted, tried
from portal.kernel.access import members
from portal.kernel.errors import Refused
from portal.kernel.parts import part
from sharing_agreements import commands, comments, library, policy
from sharing_agreements.forms import DraftForm, EditForm
from sharing_agreements.models import Agreement

from .shared import current, find, link, or_back, state

STEPS = (
    ("edit", "Title and dates"),
    ("parties", "Parties"),
    ("clauses", "Clauses"),
    ("term_list", "Terms"),
    ("submit", "Submit"),
)


def editable(request: HttpRequest, pk: UUID) -> Agreement:
    """A draft that this person may change; whoever may only read it gets the 403 page."""
    agreement = find(request, pk)
    policy.may_edit(person_of(request), agreement)
    return agreement


def page(agreement: Agreement, step: str, **more: Any) -> dict[str, Any]:
    """What every page of a draft shows: its head, the steps, and what is still missing."""
    version = current(agreement)
    wanted, source = library.MANDATORY[agreement.kind]
    names = [name for name, _ in STEPS]
    steps = [
        {"label": label, "href": link(name, agreement), "now": name == step, "done": number < names.index(step)}
        for number, (name, label) in enumerate(STEPS)
    ]
    return {
        "agreement": agreement,
        "version": version,
        "facts": [
            state(agreement),
            part("link", text=f"{agreement.number}, version {version.number}", mono=True),
            f"Step {names.index(step) + 1} of {len(names)}",
        ],
        "back": steps[names.index(step) - 1] if names.index(step) else None,
        "actions": [
            {"label": "Overview", "href": link("detail", agreement)},
            {"label": "Comments", "href": link("comments", agreement)},
            {"label": "Attachments", "href": link("attachments", agreement)},
            {"label": "Preview as text", "href": link("text", agreement)},
        ],
        "crumbs": [
            {"label": "Agreements", "href": reverse("agreements:list")},
            {"label": agreement.number, "href": link("detail", agreement)},
            {"label": dict(STEPS)[step]},
        ],
        "steps": steps,
        "topics": _topics(agreement),
        "covered": len(set(policy.covered_topics(version)) & set(wanted)),
        "source": source,
        "to_settle": comments.open_clauses(version),
        "missing": [{"mark": "fail", "text": sentence(each)} for each in policy.missing_besides_topics(version)],
        **more,
    }


def sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _topics(agreement: Agreement) -> list[dict[str, Any]]:
    """The topics of its kind, each with the clause that covers it or the way to add one."""
    covered = policy.covered_topics(current(agreement))
    lines = []
    for topic in library.MANDATORY[agreement.kind][0]:
        clause = covered.get(topic)
        if clause:
            href, text = link("clause", agreement, clause.pk), clause.number
            lines.append({"mark": "ok", "text": topic.label, "link": part("link", text=text, href=href, mono=True)})
        else:
            href = f"{link('clause_add', agreement)}?{urlencode({'topic': topic})}"
            more = part("link", text="Add", href=href, more=f" a clause on {topic.label}")
            lines.append({"mark": "missing", "text": topic.label, "link": more})
    return lines


@members
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Start from the standard text of a kind. The acting agency leads."""
    membership = membership_of(request)
    if membership is None:
        raise PermissionDenied("Only a drafter of an agency drafts an agreement.")
    policy.may_draft(person_of(request), membership.agency_id)
    form = DraftForm(posted(request))
    if form.is_valid():
        given = form.values()
        key = given.pop("id")
        try:
            commands.draft_agreement(
                actor=person_of(request),
                lead_agency_id=membership.agency_id,
                party_ids=[],
                agreement_id=key,
                **given,
            )
        except Refused as why:
            messages.info(request, str(why))
        else:
            messages.success(request, "The draft is started from the standard text. Name the other parties next.")
        return redirect("agreements:parties", key)
    context = {"form": form, "agency": membership.agency}
    return render(request, "sharing_agreements/agreement_new.html", context)


@members
@require_http_methods(["GET", "POST"])
@or_back
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    agreement = editable(request, pk)
    form = EditForm(posted(request), agreement=agreement)
    if form.is_valid():
        saved = tried(form, lambda: commands.edit_version(actor=person_of(request), agreement_id=pk, **form.values()))
        if saved:
            messages.success(request, "Saved.")
            return redirect("agreements:parties", pk)
    return render(request, "sharing_agreements/agreement_edit.html", page(agreement, "edit", form=form))
