"""Decisions of boards that anybody may read; which ones, and what of them, says `boards.decisions`."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.kernel.access import public
from portal.kernel.parts import part
from sharing_agreements.boards import decisions
from sharing_agreements.boards.decision_record import record_of
from sharing_agreements.boards.views.decisions import Answer, pdf_answer, register_csv, register_page

from .views import AT_ONCE, kept


@public
@require_safe
@kept(AT_ONCE)
def register(request: HttpRequest) -> HttpResponse:
    """Decisions on agreements in force, charters, policies and sanctions, newest first."""
    context = register_page(request, decisions.public(), to="public:decision", csv="public:decisions_csv")
    return render(request, "public/decisions.html", {**context, "section": "decisions"})


@public
@require_safe
def csv(request: HttpRequest) -> Answer:
    """The same list as CSV."""
    found = decisions.public()
    return register_csv(request, found, name="decisions-of-boards", page="public:decisions", to="public:decision")


@public
@require_safe
@kept(AT_ONCE)
def decision(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What anybody may read of one decision."""
    found = get_object_or_404(decisions.public(), pk=pk)
    record = record_of(found, public=True)
    state = [part("state", status=record.outcome, big=True)] if record.outcome else []
    context = {
        "section": "decisions",
        "record": record,
        "number": found.ballot.motion.number,
        "facts": [*state, record.decided, "Public version"],
        "actions": [{"label": "PDF", "href": reverse("public:decision_pdf", args=[pk]), "icon": "download"}],
    }
    return render(request, "public/decision.html", context)


@public
@require_safe
def decision_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same as PDF."""
    found = get_object_or_404(decisions.public(), pk=pk)
    return pdf_answer(record_of(found, public=True), found)
