"""The history of a privacy policy, for who audits its agency."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from portal.kernel.access import members
from privacy.models import PrivacyPolicy

from .past import Entry
from .past_policies import PolicyPast
from .scope import scope_of
from .views import PastFilter, filtered, paged, past_csv, person_of


def _past(request: HttpRequest, pk: UUID) -> tuple[PrivacyPolicy, PastFilter, list[Entry]]:
    policy = get_object_or_404(scope_of(person_of(request)).policies().select_related("agency"), pk=pk)
    return policy, *filtered(request, PolicyPast(policy).entries())


@members
@require_GET
def policy_history(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything that happened to one policy: its versions, provisions, rules, law, assessments, newest first."""
    policy, asked, entries = _past(request, pk)
    in_force = policy.versions.published().exists()
    assessed = policy.versions.filter(assessment__isnull=False).order_by("-number")
    context = {
        "title": policy.title,
        "about": policy.agency.name,
        "back": {"label": "Policy in force", "href": reverse("public:policy", args=[pk])} if in_force else None,
        "assessed": assessed,
        "filter": asked,
        "csv": reverse("workbench:policy_history_csv", args=[pk]) + "?" + request.GET.urlencode(),
        **paged(request, entries),
    }
    return render(request, "workbench/past.html", context)


@members
@require_GET
def policy_history_csv(request: HttpRequest, pk: UUID) -> StreamingHttpResponse:
    """The same as CSV."""
    policy, _, entries = _past(request, pk)
    return past_csv(f"history-{slugify(policy.agency.name)}-policy", entries)
