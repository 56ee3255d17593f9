"""What is to be returned or purged when sharing has ended, and each recipient's word on it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET, require_http_methods

from agencies.views.shared import membership_of, person_of, posted, tried
from portal.kernel.access import members
from portal.kernel.parts import part
from portal.kernel.policy import allows
from sharing_agreements import closing, commands, policy
from sharing_agreements.forms import CertificateForm

from .shared import find, head, link, or_back

DAY = "M j, Y"


@members
@require_GET
def duties(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Every recipient with its record set: what became of the records, or until when it says so."""
    agreement = find(request, pk)
    top = head(request, agreement, tab="closing")
    found: list[closing.Duty] = top["duties"]
    membership = membership_of(request)
    mine = (
        membership.agency_id
        if membership and allows(policy.may_certify, person_of(request), membership.agency_id)
        else None
    )
    context = {
        **top,
        "open": sum(duty.certificate is None for duty in found),
        "columns": [
            {"label": "Recipient", "head": True},
            *({"label": name} for name in ("Record set", "Closed", "Certificate")),
        ],
        "rows": [_row(duty, mine=duty.agency.pk == mine) for duty in found],
    }
    return render(request, "sharing_agreements/agreement_closing.html", context)


def _row(duty: closing.Duty, *, mine: bool) -> list[Any]:
    return [duty.agency.name, duty.record_set.name, duty.closed_at, _certificate(duty, mine=mine)]


def _certificate(duty: closing.Duty, *, mine: bool) -> Any:
    given = duty.certificate
    if given is not None:
        mark = part("chip", tone="good", icon="check", text=given.get_manner_display())
        return part(
            "lines",
            text=mark,
            under=f"{given.method} {given.given_by}, {given.title}, {date_format(localtime(given.at), DAY)}",
        )
    if mine:
        href = link("certify", duty.agreement, duty.record_set.pk)
        due = part("link", text="Certify", href=href, more=f" the return or purge of {duty.record_set.name}")
        return part("lines", text=due, under=f"By {date_format(duty.due_on, DAY)}")
    tone, word = ("stop", "Overdue since") if duty.overdue else ("warn", "Awaited by")
    return part("chip", tone=tone, icon="clock", text=f"{word} {date_format(duty.due_on, DAY)}")


@members
@require_http_methods(["GET", "POST"])
@or_back
def certify(request: HttpRequest, pk: UUID, record_set: UUID) -> HttpResponse:
    """The word of the viewer's agency on one record set."""
    agreement = find(request, pk)
    membership = membership_of(request)
    duty = closing.duty_of(agreement, membership.agency_id if membership else None, record_set)
    if duty is None or membership is None:
        raise Http404
    policy.may_certify(person_of(request), membership.agency_id)
    form = CertificateForm(posted(request))
    if form.is_valid():
        given = tried(
            form,
            lambda: commands.certify(
                actor=person_of(request),
                agreement_id=pk,
                agency_id=membership.agency_id,
                record_set_id=record_set,
                **form.cleaned_data,
            ),
        )
        if given:
            messages.success(request, "Certified. The owner is told, and it stands on the agreement's page.")
            return redirect("agreements:closing", pk)
    context = {**head(request, agreement, tab="closing"), "form": form, "duty": duty}
    return render(request, "sharing_agreements/agreement_certify.html", context)
