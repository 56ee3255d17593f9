"""Who is bound by a draft."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST

from agencies.models import Agency
from agencies.views.shared import person_of, pressed
from portal.kernel.access import members
from sharing_agreements import commands
from sharing_agreements.forms import PartySearch
from sharing_agreements.models import Agreement

from .drafting import editable, page
from .shared import current, or_back

FOUND = 20


@members
@require_http_methods(["GET"])
@or_back
def parties(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who is bound; others are found by name or ORI among the agencies that work here."""
    agreement = editable(request, pk)
    form = PartySearch(request.GET if "q" in request.GET else None)
    present = list(current(agreement).parties.select_related("agency"))
    found = _agencies(form.cleaned_data["q"], {p.agency_id for p in present}) if form.is_valid() else None
    more = {"form": form, "parties": present, "found": found}
    return render(request, "sharing_agreements/agreement_parties.html", page(agreement, "parties", **more))


def _agencies(words: str, without: Iterable[UUID]) -> list[Agency]:
    named = Q(name__icontains=words.strip()) | Q(ori__iexact=words.strip())
    active = Agency.objects.filter(named, status=Agency.Status.ACTIVE).exclude(pk__in=without)
    return list(active.order_by("name", "pk")[:FOUND])


def _others(agreement: Agreement) -> list[UUID]:
    """The parties besides the lead agency."""
    found = current(agreement).parties.values_list("agency", flat=True)
    return [pk for pk in found if pk != agreement.lead_agency_id]


@members
@require_POST
@or_back
def add_party(request: HttpRequest, pk: UUID, agency: UUID) -> HttpResponse:
    agreement = editable(request, pk)
    chosen = get_object_or_404(Agency, pk=agency)

    def add() -> Agreement:
        wanted = [*_others(agreement), chosen.pk]
        return commands.set_parties(actor=person_of(request), agreement_id=pk, agency_ids=wanted)

    return pressed(request, add, f"{chosen} is a party.", "agreements:parties", pk)


@members
@require_POST
@or_back
def remove_party(request: HttpRequest, pk: UUID, agency: UUID) -> HttpResponse:
    agreement = editable(request, pk)
    left = get_object_or_404(Agency, pk=agency)

    def remove() -> Agreement:
        wanted = [key for key in _others(agreement) if key != left.pk]
        return commands.set_parties(actor=person_of(request), agreement_id=pk, agency_ids=wanted)

    return pressed(request, remove, f"{left} is no party any more.", "agreements:parties", pk)
