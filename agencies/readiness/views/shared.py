"""What the pages of readiness have in common: where they stand, and what they find."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from agencies.models import Agency
from agencies.readiness.models import Assessment, DimensionScore
from agencies.readiness.scoring import Score
from agencies.views.shared import membership_of, person_of


def find(request: HttpRequest, pk: UUID) -> Assessment:
    """An assessment of which the person reads the answers, or the 404 of one that never existed."""
    seen = Assessment.objects.visible_to(person_of(request), membership_of(request))
    return get_object_or_404(seen.select_related("agency", "submitted_by", "reviewed_by"), pk=pk)


def is_own(request: HttpRequest, agency_id: UUID) -> bool:
    """Whether the person acts for the agency."""
    membership = membership_of(request)
    return membership is not None and membership.agency_id == agency_id


def crumbs(agency: Agency, *here: tuple[str, str]) -> list[dict[str, str]]:
    """Where a page stands; the last of `here` is the page itself."""
    trail = [
        ("Readiness", reverse("readiness:partners")),
        (agency.name, reverse("readiness:agency", args=[agency.pk])),
        *here,
    ]
    return [{"label": label, "href": href} for label, href in trail]


def scores_of(assessments: Iterable[Assessment]) -> dict[UUID, dict[str, Score]]:
    """What the dimensions of reviewed assessments came to."""
    found: dict[UUID, dict[str, Score]] = defaultdict(dict)
    for each in DimensionScore.objects.filter(assessment__in=[each.pk for each in assessments]):
        found[each.assessment_id][each.dimension] = Score(each.mean, each.value)
    return found
