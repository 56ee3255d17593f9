"""Finding resources: by words and their beginnings, by what they are; and those that await a curator or a check."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db.models import F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Now
from django.utils.timezone import localdate

from .models import FAILING, WORDS, LinkCheck, Resource, ResourceQuerySet

MOST_WORDS = 8
BY_TITLE_FIRST = SearchVector("title", config="english", weight="A") + SearchVector(
    "publisher", "summary", config="english", weight="C"
)
CHECKED_EVERY = timedelta(days=7)
TRIED_AGAIN_AFTER = timedelta(days=1)


def found(
    resources: ResourceQuerySet,
    *,
    words: str = "",
    part: str = "",
    kind: str = "",
    jurisdiction: str = "",
    tag: str = "",
) -> ResourceQuerySet:
    """Those that hold every word, or a word that begins with it. `back`: how far each stands behind the best."""
    for name, value in (("part", part), ("kind", kind), ("jurisdiction", jurisdiction)):
        if value:
            resources = resources.filter(**{name: value})
    if tag:
        resources = resources.filter(tags__contains=[tag])
    given = re.findall(r"\w+", words.lower())[:MOST_WORDS]
    if not given:
        return resources.none() if words.strip() else resources
    query = SearchQuery(" & ".join(f"{word}:*" for word in given), config="english", search_type="raw")
    tagged = Q(tags__contains=[" ".join(given)])
    return resources.alias(words=WORDS).filter(Q(words=query) | tagged).annotate(back=_back(query))


def _back(query: SearchQuery) -> Cast:
    """How far back in the order a resource stands, in whole numbers: a page can begin at one exactly."""
    return Cast(Value(-1_000_000) * SearchRank(BY_TITLE_FIRST, query), IntegerField())


def tags_of(resources: ResourceQuerySet) -> list[str]:
    """Every tag that these have."""
    each = resources.order_by().annotate(tag=Func(F("tags"), function="unnest"))
    return sorted(set(each.values_list("tag", flat=True)))


def with_last_check(resources: ResourceQuerySet) -> ResourceQuerySet:
    """With `checked_at` and `outcome` of the newest check of the link that each has now."""
    newest = LinkCheck.objects.filter(resource=OuterRef("pk"), link=OuterRef("link")).order_by("-at")
    return resources.annotate(
        checked_at=Subquery(newest.values("at")[:1]), outcome=Subquery(newest.values("outcome")[:1])
    )


def broken(resources: ResourceQuerySet) -> ResourceQuerySet:
    """Published ones whose link did not lead anywhere when it was last asked for."""
    checked: Any = with_last_check(resources.public())
    found: ResourceQuerySet = checked.filter(outcome__in=FAILING)
    return found


def review_due(resources: ResourceQuerySet) -> ResourceQuerySet:
    """Published ones whose day of review has come."""
    return resources.public().filter(review_on__lte=localdate())


def links_to_check() -> QuerySet[Resource]:
    """Published ones whose link was not asked for lately, the longest ago first; a failing one comes sooner."""
    linked: QuerySet[Any] = with_last_check(Resource.objects.public().exclude(link=""))
    old = Q(checked_at=None) | Q(checked_at__lt=Now() - CHECKED_EVERY)
    again = Q(outcome__in=FAILING, checked_at__lt=Now() - TRIED_AGAIN_AFTER)
    return linked.filter(old | again).order_by(F("checked_at").asc(nulls_first=True), "pk")
