"""The register of reviews."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from agencies.views.shared import columns, membership_of, person_of
from portal.kernel.access import members
from portal.kernel.parts import part
from portal.kernel.sheets import csv_answer
from sharing_agreements import saved_filters
from sharing_agreements.models import SavedFilter
from sharing_agreements.reviews.forms import ReviewFilter
from sharing_agreements.reviews.models import Review, ReviewQuerySet
from sharing_agreements.reviews.wording import last_day, state, when, who

from .shared import WITH

PAGE = 40
COLUMNS = ("Agreement", "Title", "Version", "Review", "Agency", "Step", "State", "Due", "Reviewer", "Decided")


def _form(seen: ReviewQuerySet, asked: Mapping[str, str]) -> ReviewFilter:
    named = seen.order_by("agreement__number").values_list("agreement", "agreement__number", "agreement__title")
    return ReviewFilter(asked, agreements=[(str(key), f"{number} {title}") for key, number, title in named.distinct()])


@saved_filters.asked_by(SavedFilter.Register.REVIEWS, "reviews:list")
def filter_form(request: HttpRequest, asked: Mapping[str, str]) -> ReviewFilter:
    """What of the register somebody asks for, among what they see."""
    return _form(Review.objects.visible_to(person_of(request), membership_of(request)), asked)


def _asked(request: HttpRequest) -> tuple[ReviewFilter, ReviewQuerySet]:
    """The filter, and the reviews that this person sees under it; none where the filter is wrong."""
    person = person_of(request)
    seen = Review.objects.visible_to(person, membership_of(request))
    form = _form(seen, request.GET)
    if not form.is_valid():
        return form, seen.none()
    given = form.cleaned_data
    if given["whose"]:
        seen = seen.filter(pk__in=Review.objects.to_do_for(person).values("pk"))
    if given["state"] == "late":
        seen = seen.under_way().filter(due_at__lte=Now())
    elif given["state"]:
        seen = seen.filter(status=given["state"])
    if given["discipline"]:
        seen = seen.filter(stage__discipline=given["discipline"])
    if given["agreement"]:
        seen = seen.filter(agreement=given["agreement"])
    return form, seen.select_related(*WITH)


@members
@require_GET
def register(request: HttpRequest) -> HttpResponse:
    """The reviews that this person may read, the newest first."""
    person = person_of(request)
    if start := saved_filters.opens_with(person, SavedFilter.Register.REVIEWS, request.GET):
        return redirect(start)
    form, found = _asked(request)
    query = {key: value for key, value in request.GET.items() if key in form.fields and value}
    marked = {**query, saved_filters.MARK: request.GET.get(saved_filters.MARK, "")}
    rows, older = _page(found, request.GET.get("before", ""))
    context = {
        "form": form,
        "count": found.count(),
        "filtered": bool(query),
        "saved": saved_filters.shown(person, SavedFilter.Register.REVIEWS, form, request.GET),
        "columns": columns("Agreement", "Review", "State", "When", "Reviewer"),
        "rows": [_row(review) for review in rows],
        "newest": f"?{urlencode(marked)}" if "before" in request.GET else None,
        "older": f"?{urlencode({**marked, 'before': older})}" if older else None,
        "csv": f"{reverse('reviews:csv')}?{urlencode(query)}",
    }
    return render(request, "reviews/review_list.html", context)


def _page(found: ReviewQuerySet, before: str) -> tuple[list[Review], UUID | None]:
    """One page, and the id from which older ones follow; an address that is none gives the first page."""
    with suppress(ValueError):
        found = found.filter(pk__lt=UUID(before)) if before else found
    rows = list(found.order_by("-pk")[: PAGE + 1])
    return rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None


def _row(review: Review) -> list[Any]:
    named = part("link", text=str(review.stage), href=reverse("reviews:detail", args=[review.pk]))
    title = f"{review.agreement.number}, version {review.version.number}"
    return [
        part("lines", text=review.agreement.title, under=title),
        named,
        state(review),
        when(review),
        who(review),
    ]


@members
@require_GET
def csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same list as CSV."""
    _, found = _asked(request)
    return csv_answer("reviews", COLUMNS, _lines(found.order_by("-pk")))


def _lines(found: ReviewQuerySet) -> Iterator[tuple[object, ...]]:
    for review in found.iterator(chunk_size=500):
        stage = review.stage
        yield (
            review.agreement.number,
            review.agreement.title,
            review.version.number,
            stage.get_discipline_display(),
            stage.agency,
            stage.step,
            review.get_status_display(),
            last_day(review),
            review.reviewer,
            review.decided_at,
        )
