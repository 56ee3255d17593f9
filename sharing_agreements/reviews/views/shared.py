"""What the pages of reviews have in common."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from agencies.views.shared import membership_of, person_of
from sharing_agreements.reviews.models import Review

WITH = (
    "agreement__lead_agency",
    "agreement__current_version",
    "agreement__follows",
    "version",
    "stage__agency",
    "stage__plan__board",
    "reviewer",
    "reviewer_agency",
    "carried_from__version",
)
"""What the words of a review are taken from."""


def find(request: HttpRequest, pk: UUID) -> Review:
    """A review that the person reads, or the 404 of one that never existed."""
    seen = Review.objects.visible_to(person_of(request), membership_of(request)).select_related(*WITH)
    review = get_object_or_404(seen, pk=pk)
    review.version.agreement = review.agreement
    return review


def crumbs(review: Review | None = None, *here: str) -> list[dict[str, str]]:
    """The list of reviews, the review, and this page."""
    found = [{"label": "Reviews", "href": reverse("reviews:list")}]
    if review is not None:
        found.append({"label": str(review.stage), "href": reverse("reviews:detail", args=[review.pk])})
    return [*found, *({"label": label} for label in here)]
