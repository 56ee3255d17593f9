"""The obligations of a draft, which stand under its clauses."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from agencies.views.shared import columns, person_of, posted, pressed, tried
from portal.kernel.access import members
from portal.kernel.parts import part
from sharing_agreements import commands, fingerprint
from sharing_agreements.models import Agreement, Obligation
from sharing_agreements.obligation_forms import ObligationForm
from sharing_agreements.wording import obligation_in_words, party_names

from .drafting import editable, page
from .shared import current, link, or_back

COLUMNS = [*columns("Obligation", "Clause", "What is to be done", "By whom, when"), {"label": "Change", "hidden": True}]


def rows(agreement: Agreement) -> list[list[Any]]:
    """The obligations of the draft, as its page of clauses shows them."""
    version = current(agreement)
    names = party_names(version)
    found = []
    for each in version.obligations.select_related("clause"):
        each.version = version
        change = part(
            "link", text="Change", href=link("obligation", agreement, each.pk), more=f" obligation {each.code}"
        )
        found.append([each.code, each.clause.number, each.what, obligation_in_words(each, names)[1], change])
    return found


@members
@require_http_methods(["GET", "POST"])
@or_back
def obligation_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _page(request, editable(request, pk), None)


@members
@require_http_methods(["GET", "POST"])
@or_back
def obligation(request: HttpRequest, pk: UUID, obligation: UUID) -> HttpResponse:
    agreement = editable(request, pk)
    return _page(request, agreement, get_object_or_404(current(agreement).obligations, pk=obligation))


def _page(request: HttpRequest, agreement: Agreement, edited: Obligation | None) -> HttpResponse:
    form = ObligationForm(
        posted(request), version=current(agreement), obligation=edited, clause=request.GET.get("clause", "")
    )
    stale = None
    if form.is_valid():
        saved = tried(
            form,
            lambda: commands.save_obligation(
                actor=person_of(request),
                agreement_id=agreement.pk,
                obligation_id=edited.pk if edited else None,
                as_read=form.cleaned_data["as_read"],
                **form.values(),
            ),
        )
        if saved:
            messages.success(request, f"Obligation {saved.code} is saved.")
            return redirect("agreements:clauses", agreement.pk)
        stale = _changed_meanwhile(agreement, edited, form) if edited else None
    more = {"form": form, "obligation": edited, "stale": stale}
    return render(request, "sharing_agreements/obligation_edit.html", page(agreement, "clauses", **more))


def _changed_meanwhile(agreement: Agreement, edited: Obligation, form: ObligationForm) -> dict[str, Any] | None:
    """What stands now where somebody changed it since the form was opened; the form keeps what was entered in it."""
    version = current(agreement)
    now = version.obligations.select_related("clause").filter(pk=edited.pk).first()
    if now is None or form.cleaned_data["as_read"] in {"", fingerprint.of_obligation(now)}:
        return None
    now.version = version
    last = Obligation.history.filter(id=now.pk).select_related("history_user").latest("history_date", "history_id")
    form.stays_on(now)
    return {"it": now, "by": last.history_user, "says": obligation_in_words(now, party_names(version))}


@members
@require_POST
@or_back
def remove_obligation(request: HttpRequest, pk: UUID, obligation: UUID) -> HttpResponse:
    agreement = editable(request, pk)
    gone = get_object_or_404(current(agreement).obligations, pk=obligation)
    return pressed(
        request,
        lambda: commands.remove_obligation(actor=person_of(request), agreement_id=pk, obligation_id=gone.pk),
        f"Obligation {gone.code} is removed. The history keeps it.",
        "agreements:clauses",
        pk,
    )
