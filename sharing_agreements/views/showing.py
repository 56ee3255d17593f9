"""A draft that is shown to its named parties: opening and closing it, and what a party reads and says there.

A party finds it by `shown_to` alone, on these pages alone: every other page of the draft stays a 404 to it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from agencies.models import Membership
from agencies.views.shared import membership_of, person_of, posted, pressed, refused, sent
from portal.kernel.access import members
from portal.kernel.parts import part
from portal.kernel.policy import allows
from portal.kernel.templatetags.portal import anchor
from sharing_agreements import commands, comment_policy
from sharing_agreements.draft_forms import CommentForm
from sharing_agreements.models import Agreement, Clause, Comment

from .obligations import worded
from .shared import current, find, link, state, term_of, worded_terms

OPEN = part("chip", tone="plain", icon="clock", text="Open for comment")

# --- The lead agency ------------------------------------------------------------------------------------------------


@members
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Open the draft for comment; the button is the confirmation."""
    agreement, person = find(request, pk), person_of(request)
    if refused(request, comment_policy.may_show, person, agreement):
        return redirect("agreements:detail", pk)
    if request.method == "POST":
        command = lambda: commands.show_draft(actor=person, agreement_id=pk)  # noqa: E731
        return pressed(request, command, "Open for comment. They are told.", "agreements:detail", pk)
    others = current(agreement).parties.exclude(agency=agreement.lead_agency_id)
    return render(request, "sharing_agreements/agreement_show.html", {"agreement": agreement, "others": others})


@members
@require_http_methods(["GET", "POST"])
def hide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Close the draft for comment; the button is the confirmation."""
    agreement, person = find(request, pk), person_of(request)
    if refused(request, comment_policy.may_hide, person, agreement):
        return redirect("agreements:detail", pk)
    if request.method == "POST":
        command = lambda: commands.hide_draft(actor=person, agreement_id=pk)  # noqa: E731
        said = "Closed for comment. Only your agency reads the draft."
        return pressed(request, command, said, "agreements:detail", pk)
    return render(request, "sharing_agreements/agreement_show.html", {"agreement": agreement, "closes": True})


# --- A named party --------------------------------------------------------------------------------------------------


def _shown(request: HttpRequest, pk: UUID) -> tuple[Agreement, Membership]:
    """A draft that is shown to the agency for which the viewer acts, or the 404 of one that never existed."""
    membership = membership_of(request)
    seen = Agreement.objects.shown_to(person_of(request), membership).select_related("current_version", "lead_agency")
    agreement = get_object_or_404(seen, pk=pk)
    if membership is None:
        raise Http404
    return agreement, membership


@members
@require_GET
def shown(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The text with its terms and obligations, and beside each clause what the viewer's own agency said of it."""
    agreement, membership = _shown(request, pk)
    version, person = current(agreement), person_of(request)
    said = Comment.objects.of_party(agreement, membership.agency_id).select_related("author", "resolved_by", "version")
    found = list(said.prefetch_related("replies__author"))
    context = {
        "agreement": agreement,
        "version": version,
        "agency": membership.agency,
        "eyebrow": f"{agreement.number}, draft of {agreement.lead_agency}",
        "facts": [state(agreement), OPEN, term_of(version)],
        "crumbs": [{"label": "Agreements", "href": reverse("agreements:list")}, {"label": agreement.number}],
        "parties": version.parties.all(),
        "beside": [
            (clause, [_thread(request, agreement, each) for each in found if each.clause_id == clause.pk])
            for clause in version.clauses.with_law()
        ],
        "earlier": [each for each in found if each.clause_id is None or each.version_id != version.pk],
        "can_say": allows(comment_policy.may_comment_for, person, agreement, membership.agency_id),
        "terms": worded_terms(version),
        "obligations": worded(version),
    }
    return render(request, "sharing_agreements/agreement_shown.html", context)


def _thread(request: HttpRequest, agreement: Agreement, comment: Comment) -> dict[str, Any]:
    open_ = comment.resolved_at is None
    return {
        "it": comment,
        "can_reply": open_ and allows(comment_policy.may_reply, person_of(request), agreement, comment),
    }


@members
@require_http_methods(["GET", "POST"])
def shown_comment(request: HttpRequest, pk: UUID, clause: UUID) -> HttpResponse:
    """Say something of a clause for the viewer's agency."""
    agreement, membership = _shown(request, pk)
    about = get_object_or_404(current(agreement).clauses, pk=clause)
    form = CommentForm(posted(request), readers=_readers(agreement, membership))
    return _answer(
        request,
        agreement,
        form,
        lambda: commands.comment(
            actor=person_of(request), clause_id=about.pk, party_id=membership.agency_id, **form.cleaned_data
        ),
        clause=about,
        title=f"Comment on clause {about.number}",
        submit="Comment",
    )


@members
@require_http_methods(["GET", "POST"])
def shown_reply(request: HttpRequest, pk: UUID, comment: UUID) -> HttpResponse:
    """Answer in a thread of the viewer's own agency."""
    agreement, membership = _shown(request, pk)
    own = Comment.objects.of_party(agreement, membership.agency_id).select_related("author", "clause")
    found = get_object_or_404(own, pk=comment)
    form = CommentForm(
        posted(request),
        label="Your answer",
        readers=_readers(agreement, membership),
    )
    return _answer(
        request,
        agreement,
        form,
        lambda: commands.reply(actor=person_of(request), comment_id=found.pk, **form.cleaned_data),
        clause=found.clause,
        comment=found,
        title="Answer the comment",
        submit="Answer",
    )


def _readers(agreement: Agreement, membership: Membership) -> str:
    return (
        f"People of {agreement.lead_agency}, its auditors, and whoever comments for {membership.agency} read it. "
        "Other parties do not. It is no part of the text."
    )


def _answer(
    request: HttpRequest,
    agreement: Agreement,
    form: Form,
    command: Callable[[], object],
    *,
    clause: Clause | None,
    **more: Any,
) -> HttpResponse:
    """The form beside its clause; once it is sent, the draft at that clause."""
    back = link("shown", agreement)
    there = f"{back}#c{anchor(clause.number)}" if clause is not None else back
    if answer := sent(request, form, command, "Saved.", there):
        return answer
    context = {"agreement": agreement, "form": form, "clause": clause, "back": back, **more}
    return render(request, "sharing_agreements/comment_form.html", context)
