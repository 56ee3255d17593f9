"""The curators' desk: what awaits them, and everything that is done to a resource."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.forms import Form
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from agencies.views.shared import columns, form_page, person_of, posted, refused, sent
from portal.kernel.access import members
from portal.kernel.parts import part
from portal.kernel.policy import allows
from portal.kernel.sheets import csv_answer
from portal.resources.library import commands, finding, policy
from portal.resources.library.forms import ChangeForm, DeskFilter, EnterForm, ReasonForm, ReviewForm
from portal.resources.library.models import LinkCheck, Resource, ResourceQuerySet

from .reading import facts, listed
from .shared import state, with_file

CSV_COLUMNS = (
    "Title",
    "State",
    "Part",
    "Kind",
    "Link",
    "Last asked for",
    "Outcome",
    "Reviewed",
    "Next review",
    "Reason",
)
MOST_CHECKS = 12


def _asked(request: HttpRequest) -> tuple[DeskFilter, ResourceQuerySet]:
    policy.may_curate(person_of(request))
    form, found = DeskFilter(request.GET), Resource.objects.all()
    if not form.is_valid():
        return form, found.none()
    state, words = form.cleaned_data["state"], form.cleaned_data["q"]
    chosen = {"due": finding.review_due, "broken": finding.broken}.get(state)
    if chosen is not None:
        found = chosen(found)
    elif state:
        found = found.filter(status=state)
    return form, finding.with_last_check(finding.found(found, words=words))


@members
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """Every resource in whatever state, for its curators."""
    form, found = _asked(request)
    page = listed(found, request)
    query = urlencode({name: value for name, value in request.GET.items() if name in form.fields and value})
    everything = Resource.objects.all()
    waiting = [
        ("suggested", "Waiting for a decision", everything.filter(status=Resource.Status.SUGGESTED).count()),
        ("due", "Due for review", finding.review_due(everything).count()),
        ("broken", "With a link that leads nowhere", finding.broken(everything).count()),
    ]
    context = {
        "form": form,
        "waiting": [
            {"label": label, "note": str(count), "href": f"?state={code}", "current": request.GET.get("state") == code}
            for code, label, count in waiting
        ],
        "page": page,
        "count": found.count(),
        "columns": columns("Resource", "State", "Next review", "Link"),
        "rows": [_row(each) for each in page.items],
        "csv": f"{reverse('library:desk_csv')}?{query}",
        "filtered": bool(query),
    }
    return render(request, "library/desk.html", context)


def _row(resource: Any) -> list[Any]:
    named = part("link", text=resource.title, href=reverse("library:curate", args=[resource.pk]))
    return [
        part("lines", text=named, under=f"{resource.get_part_display()}, {resource.get_kind_display().lower()}"),
        state(resource),
        resource.review_on,
        _link(resource),
    ]


def _link(resource: Any) -> Any:
    """How its link fared when it was last asked for."""
    if not resource.link:
        return "A file" if resource.file else "No link"
    if resource.outcome is None:
        return part("lines", text=resource.host, under="not asked for yet")
    under = str(LinkCheck.Outcome(resource.outcome).label)
    return part("lines", text=resource.host, under=part("lines", text=under, under=resource.checked_at.date()))


@members
@require_GET
def desk_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same list as CSV."""
    _, found = _asked(request)
    return csv_answer("library", CSV_COLUMNS, _lines(found))


def _lines(found: ResourceQuerySet) -> Iterator[tuple[object, ...]]:
    each: Any
    for each in found.order_by("title", "pk").iterator(chunk_size=500):
        yield (
            each.title,
            each.get_status_display(),
            each.get_part_display(),
            each.get_kind_display(),
            each.link,
            each.checked_at,
            LinkCheck.Outcome(each.outcome).label if each.outcome else "",
            each.reviewed_at,
            each.review_on,
            each.because,
        )


def _page(resource: Resource) -> tuple[str, str]:
    """Address and name of a resource on the desk."""
    return reverse("library:curate", args=[resource.pk]), resource.title


def _find(request: HttpRequest, pk: UUID) -> Resource:
    policy.may_curate(person_of(request))
    return get_object_or_404(Resource.objects.select_related("suggested_by"), pk=pk)


@members
@require_GET
def curate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One resource: what it says, how its link fares, what was done to it, and what can be done now."""
    found, person = _find(request, pk), person_of(request)
    checks = found.checks.all()[:MOST_CHECKS]
    done = found.history.select_related("history_user")[:MOST_CHECKS]
    context = {
        "resource": found,
        "facts": [state(found), found.publisher],
        "pairs": facts(found),
        "check_columns": columns("Asked", "Outcome", "Link"),
        "checks": [[each.at, str(each), each.link] for each in checks],
        "history_columns": columns("When", "What", "Who"),
        "history": [
            [each.history_date, each.history_change_reason, each.history_user or "The portal"] for each in done
        ],
        **{
            f"can_{verb}": allows(getattr(policy, f"may_{verb}"), person, found)
            for verb in ("publish", "decline", "withdraw", "review")
        },
    }
    return render(request, "library/curate.html", context)


@members
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    policy.may_curate(person)
    form = EnterForm(posted(request), request.FILES or None)
    command = partial(commands.enter, actor=person)
    if answer := sent(request, form, lambda: with_file(form.cleaned_data, command), "It is published.", "library:desk"):
        return answer
    lead = "It is published at once. Enter what exists and can be read, under the name that its publisher gives it."
    return form_page(
        request,
        form,
        title="Enter a resource",
        lead=lead,
        submit="Publish it",
        back=(reverse("library:desk"), "Library"),
    )


@members
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: UUID) -> HttpResponse:
    found, person = _find(request, pk), person_of(request)
    form = ChangeForm.of(found, posted(request), request.FILES or None)
    command = partial(commands.change, actor=person, resource_id=pk)
    if answer := sent(request, form, lambda: with_file(form.cleaned_data, command), "Saved.", "library:curate", pk):
        return answer
    lead = f"{found.get_status_display()}. What you change shows at once where it is published."
    return form_page(request, form, title=f"Change “{found}”", lead=lead, submit="Save", back=_page(found))


def _step(
    request: HttpRequest,
    pk: UUID,
    check: Callable[..., None],
    form: Form,
    command: Callable[..., Resource],
    done: str,
    **words: Any,
) -> HttpResponse:
    """One thing that is done to a resource where it stands, with what the form asks."""
    found, person = _find(request, pk), person_of(request)
    if refused(request, check, person, found):
        return redirect("library:curate", pk)

    def act() -> Resource:
        return command(actor=person, resource_id=pk, **form.cleaned_data)

    if answer := sent(request, form, act, done, "library:curate", pk):
        return answer
    return form_page(request, form, lead=found.title, back=_page(found), **words)


@members
@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest, pk: UUID) -> HttpResponse:
    form = ReviewForm(posted(request))
    words = {"title": "Publish this resource?", "submit": "Publish it"}
    return _step(request, pk, policy.may_publish, form, commands.publish, "It is published.", **words)


@members
@require_http_methods(["GET", "POST"])
def decline(request: HttpRequest, pk: UUID) -> HttpResponse:
    form = ReasonForm(posted(request))
    words: dict[str, Any] = {"title": "Decline this suggestion?", "submit": "Decline it", "stop": True}
    return _step(request, pk, policy.may_decline, form, commands.decline, "The suggestion is declined.", **words)


@members
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    form = ReasonForm(posted(request))
    words: dict[str, Any] = {"title": "Withdraw this resource?", "submit": "Withdraw it", "stop": True}
    return _step(request, pk, policy.may_withdraw, form, commands.withdraw, "It is no longer in the library.", **words)


@members
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, pk: UUID) -> HttpResponse:
    form = ReviewForm(posted(request))
    words = {"title": "Is this resource still right?", "submit": "It is still right"}
    return _step(request, pk, policy.may_review, form, commands.review, "Reviewed.", **words)
