"""Submitting a draft, taking it back, withdrawing it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from agencies.views.shared import person_of, posted, tried
from portal.kernel.access import members
from sharing_agreements import commands, governance, policy, reviewing
from sharing_agreements.forms import ReasonForm
from sharing_agreements.wording import party_names, term_in_words

from .drafting import editable, page, sentence
from .obligations import worded
from .shared import current, find, or_back


@members
@require_http_methods(["GET", "POST"])
@or_back
def submit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is missing, or what submitting does; the button is the confirmation."""
    if request.method == "POST":
        find(request, pk)
        commands.submit(actor=person_of(request), agreement_id=pk)
        messages.success(request, "Submitted. The text is frozen; reviewers, the board and the parties are told.")
        return redirect("agreements:detail", pk)
    agreement = editable(request, pk)
    version = current(agreement)
    more = {
        "uncovered": [sentence(each) for each in policy.missing_before_submission(version)],
        "board": governance.responsible_board(agreement),
        "parties": version.parties.all(),
        "obligations": worded(version),
        "planned": reviewing.planned(agreement),
        "says": [
            (each.code, term_in_words(each, party_names(version)))
            for each in version.terms.select_related("record_set__owner", "recipient")
        ],
    }
    return render(request, "sharing_agreements/agreement_submit.html", page(agreement, "submit", **more))


@members
@require_http_methods(["GET", "POST"])
@or_back
def take_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    agreement = find(request, pk)
    policy.may_take_back(person_of(request), agreement)
    form = ReasonForm(posted(request), hint="The board and the parties read it.")
    if form.is_valid():
        back = tried(form, lambda: commands.take_back(actor=person_of(request), agreement_id=pk, **form.cleaned_data))
        if back:
            messages.success(request, "It is a draft again, as the next version. The submitted text stays on file.")
            return redirect("agreements:clauses", pk)
    context = {
        "agreement": agreement,
        "form": form,
        "title": f"Take {agreement.number} back to draft",
        "lead": "The submitted version stays as it is; a copy of it becomes the next version, which you can change. "
        "Until you submit that one, only your agency sees the agreement.",
        "submit": "Take back to draft",
    }
    return render(request, "sharing_agreements/agreement_end.html", context)


@members
@require_http_methods(["GET", "POST"])
@or_back
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    agreement = find(request, pk)
    policy.may_withdraw(person_of(request), agreement)
    form = ReasonForm(posted(request), hint="Whoever was asked to decide or to sign reads it.")
    if form.is_valid():
        gone = tried(form, lambda: commands.withdraw(actor=person_of(request), agreement_id=pk, **form.cleaned_data))
        if gone:
            messages.success(request, f"{agreement.number} is withdrawn.")
            return redirect("agreements:detail", pk)
    context = {
        "agreement": agreement,
        "form": form,
        "title": f"Withdraw {agreement.number}",
        "lead": "This ends the agreement for good. Votes and signatures given so far have no effect. "
        "To share after all, draft a new one.",
        "submit": "Withdraw the agreement",
        "stop": True,
    }
    return render(request, "sharing_agreements/agreement_end.html", context)
