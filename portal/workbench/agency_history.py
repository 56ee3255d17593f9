"""The history of what an agency says of itself, for who audits it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from agencies.models import Agency
from portal.kernel.access import members

from .past import Entry
from .past_agencies import AgencyPast
from .scope import scope_of
from .views import PastFilter, filtered, paged, past_csv, person_of


def _past(request: HttpRequest, pk: UUID) -> tuple[Agency, PastFilter, list[Entry]]:
    agency = get_object_or_404(scope_of(person_of(request)).speaking(), pk=pk)
    return agency, *filtered(request, AgencyPast(agency).entries())


@members
@require_GET
def agency_history(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything that happened to its readiness, its plan, its gaps and changes in law, newest first."""
    agency, asked, entries = _past(request, pk)
    context = {
        "title": agency.name,
        "about": "Readiness, plan, gaps in law, and changes that it asks for",
        "back": {"label": "Readiness", "href": reverse("readiness:partners")},
        "filter": asked,
        "csv": reverse("workbench:agency_history_csv", args=[pk]) + "?" + request.GET.urlencode(),
        **paged(request, entries),
    }
    return render(request, "workbench/past.html", context)


@members
@require_GET
def agency_history_csv(request: HttpRequest, pk: UUID) -> StreamingHttpResponse:
    """The same as CSV."""
    agency, _, entries = _past(request, pk)
    return past_csv(f"history-{slugify(agency.name)}", entries)
