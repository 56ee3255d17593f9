"""What anybody reads of the library: the list, an entry, its file, the list as CSV, what is new as a feed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import require_safe

from agencies.models import User
from agencies.views.shared import columns
from portal.kernel import files
from portal.kernel.access import public
from portal.kernel.parts import part
from portal.kernel.policy import allows
from portal.kernel.sheets import csv_answer
from portal.resources import pages
from portal.resources.library import finding, policy
from portal.resources.library.forms import ResourceFilter
from portal.resources.library.models import FILES, Resource, ResourceQuerySet
from portal.resources.views import FIVE_MINUTES, kept

CSV_COLUMNS = (
    "Title", "Publisher", "Part", "Kind", "Jurisdiction", "Date", "Tags", "Summary", "Link", "Published", "Reviewed",
)  # fmt: skip
NEWEST = 30


def _asked(request: HttpRequest) -> tuple[ResourceFilter, ResourceQuerySet, ResourceQuerySet]:
    """The filter, what is found under it, and what would be in every part of the library."""
    everything = Resource.objects.public()
    form = ResourceFilter(request.GET, finding.tags_of(everything))
    if not form.is_valid():
        return form, everything.none(), everything.none()
    given = form.cleaned_data
    narrow = {name: given[name] for name in ("kind", "jurisdiction", "tag")}
    in_every_part = finding.found(everything, words=given["q"], **narrow)
    return form, in_every_part.filter(part=given["part"]) if given["part"] else in_every_part, in_every_part


def _query(request: HttpRequest, form: ResourceFilter, **other: str) -> str:
    """The filter as the query of an address, with something in it changed."""
    given = {name: request.GET.get(name, "") for name in form.fields}
    return urlencode({name: value for name, value in {**given, **other}.items() if value})


def listed(resources: ResourceQuerySet, request: HttpRequest) -> pages.Page[Resource]:
    """A page of them: the best first where words are looked for, else by title."""
    return pages.of(resources, request.GET, by="back" if "back" in resources.query.annotations else "title")


@public
@require_safe
@kept(FIVE_MINUTES)
def resource_list(request: HttpRequest) -> HttpResponse:
    """The library, searched and narrowed."""
    form, found, in_every_part = _asked(request)
    page = listed(found, request)
    person = request.user if isinstance(request.user, User) else None
    context = {
        "section": "resources",
        "form": form,
        "parts": _parts(request, form, in_every_part),
        "count": found.count(),
        "narrowed": bool(_query(request, form)),
        "page": page,
        "columns": columns("Resource", "What it is", "Kind", "Jurisdiction"),
        "rows": [_row(each) for each in page.items],
        "csv": f"{reverse('library:csv')}?{_query(request, form)}",
        "suggests": person is not None and allows(policy.may_suggest, person),
        "curates": person is not None and allows(policy.may_curate, person),
    }
    return render(request, "library/resource_list.html", context)


def _parts(request: HttpRequest, form: ResourceFilter, found: ResourceQuerySet) -> list[dict[str, Any]]:
    """The parts of the library as links, with how many resources each has under the same filter."""
    counts = dict(found.order_by().values_list("part").annotate(number=Count("pk")))
    now = form.cleaned_data["part"] if form.is_valid() else ""
    options = [("", "All parts", sum(counts.values()))]
    options += [(str(each.value), str(each.label), counts.get(each.value, 0)) for each in Resource.Part]
    return [
        {
            "label": label,
            "note": str(count),
            "href": f"{reverse('library:list')}?{_query(request, form, part=code)}",
            "current": code == now,
        }
        for code, label, count in options
    ]


def _row(resource: Resource) -> list[Any]:
    named = part("link", text=resource.title, href=reverse("library:detail", args=[resource.pk]))
    return [
        part("lines", text=named, under=resource.publisher),
        resource.summary,
        resource.get_kind_display(),
        resource.holds_in if resource.jurisdiction else None,
    ]


@public
@require_safe
def resource_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same list as CSV."""
    _, found, _ = _asked(request)
    return csv_answer("resources", CSV_COLUMNS, _lines(found))


def _lines(found: ResourceQuerySet) -> Iterator[tuple[object, ...]]:
    for each in found.order_by("title", "pk").iterator(chunk_size=500):
        yield (
            each.title,
            each.publisher,
            each.get_part_display(),
            each.get_kind_display(),
            each.holds_in,
            each.dated_on,
            ", ".join(each.tags),
            each.summary,
            each.link,
            each.published_at.date() if each.published_at else None,
            each.reviewed_at.date() if each.reviewed_at else None,
        )


@public
@require_safe
@kept(FIVE_MINUTES)
def resource_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One resource: what it is, where it is found, and when somebody last looked through it."""
    found = get_object_or_404(Resource.objects.public(), pk=pk)
    context = {
        "section": "resources",
        "resource": found,
        "pairs": facts(found),
        "curates": isinstance(request.user, User) and allows(policy.may_curate, request.user),
    }
    return render(request, "library/resource_detail.html", context)


def facts(resource: Resource) -> list[tuple[str, Any]]:
    """What is known of a resource, for everybody."""
    return [
        ("Publisher", resource.publisher),
        ("Kind", resource.get_kind_display()),
        ("Part", resource.get_part_display()),
        ("Jurisdiction", resource.holds_in),
        *([("Date of the text", resource.dated_on)] if resource.dated_on else []),
        *([("Reviewed", resource.reviewed_at.date())] if resource.reviewed_at else []),
        *([("Next review", resource.review_on)] if resource.review_on else []),
    ]


@public
@require_safe
def resource_file(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The file of a resource; of one that is not published for its curators, and for who suggested it."""
    seen = Resource.objects.public()
    if isinstance(request.user, User):
        mine = Resource.objects.suggested_by(request.user)
        seen = Resource.objects.all() if allows(policy.may_curate, request.user) else seen | mine
    found = get_object_or_404(seen, pk=pk, file__isnull=False)
    assert found.file is not None  # noqa: S101  (the query asks for it)
    return files.answer(FILES, found.file, kind=files.KINDS[found.file_kind], name=found.file_name)


class NewResources(Feed[Resource, None]):
    """What was published lately, newest first. It names no person."""

    feed_type = Atom1Feed
    description_template = None

    def title(self) -> str:
        return f"Resources of {settings.PORTAL_NAME}"

    subtitle = "What is new in the library: governance, privacy, funding and other resources of information sharing."

    def link(self) -> str:
        return reverse("library:list")

    def feed_url(self) -> str:
        return reverse("library:feed")

    def items(self) -> list[Resource]:
        return list(Resource.objects.public().order_by("-published_at", "pk")[:NEWEST])

    def item_title(self, item: Resource) -> str:
        return item.title

    def item_description(self, item: Resource) -> str:
        return item.summary

    def item_link(self, item: Resource) -> str:
        return reverse("library:detail", args=[item.pk])

    def item_guid(self, item: Resource) -> str:
        return item.pk.urn

    def item_pubdate(self, item: Resource) -> datetime | None:
        return item.published_at

    def item_updateddate(self, item: Resource) -> datetime | None:
        return item.reviewed_at

    def item_categories(self, item: Resource) -> list[str]:
        return [str(item.get_part_display()), *item.tags]

    def item_author_name(self, item: Resource) -> str:
        return item.publisher


@public
@require_safe
@kept(FIVE_MINUTES)
def feed(request: HttpRequest) -> HttpResponse:
    """What is new, as Atom."""
    return NewResources()(request)
