"""The register of initiatives, and starting one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Min, Q, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from agencies.register import page
from agencies.views.shared import columns, form_page, membership_of, page_links, person_of, posted, tried
from portal.kernel.access import members
from portal.kernel.parts import part
from portal.kernel.policy import allows
from portal.kernel.sheets import csv_answer
from sharing_agreements.initiatives import commands, policy
from sharing_agreements.initiatives.forms import InitiativeFilter, StartForm

from .shared import POST_TOO, seen

CSV = (
    *("Initiative", "Board", "Lead", "Owner", "State", "Partners", "Milestones", "Done", "Overdue", "Next due"),
    *("Budget", "Ended on", "Outcome"),
)


def _with_counts(found: QuerySet[Any]) -> QuerySet[Any]:
    is_open = Q(milestones__done_on=None)
    counted: QuerySet[Any] = found.annotate(
        all=Count("milestones", distinct=True),
        done=Count("milestones", distinct=True, filter=~is_open),
        overdue=Count("milestones", distinct=True, filter=is_open & Q(milestones__due_on__lt=timezone.localdate())),
        next=Min("milestones__due_on", filter=is_open),
    )
    return counted


def _asked(request: HttpRequest) -> tuple[InitiativeFilter, QuerySet[Any]]:
    mine = seen(request)
    boards = mine.order_by("board__name").values_list("board", "board__name").distinct()
    partners = mine.order_by("partners__agency__name").values_list("partners__agency", "partners__agency__name")
    form = InitiativeFilter(
        request.GET,
        boards=[(str(key), name) for key, name in boards],
        partners=[(str(key), name) for key, name in partners.distinct()],
    )
    found: QuerySet[Any] = mine.select_related("board", "lead", "owner")
    if not form.is_valid():
        return form, found.none()
    given = form.cleaned_data
    for word in given["q"].split()[:8]:
        found = found.filter(title__icontains=word)
    for field, value in (("board", given["board"]), ("status", given["state"])):
        found = found.filter(**{field: value}) if value else found
    if given["partner"]:
        found = found.filter(pk__in=mine.filter(partners__agency=given["partner"]).values("pk"))
    return form, found


@members
@require_GET
def register(request: HttpRequest) -> HttpResponse:
    """The initiatives that this person reads."""
    form, found = _asked(request)
    given = form.cleaned_data if form.is_valid() else {}
    shown = page(_with_counts(found), "title", before=given.get("before"), after=given.get("after"))
    asked = {
        name: value for name in (field.name for field in form.visible_fields()) if (value := request.GET.get(name))
    }
    membership = membership_of(request)
    context = {
        "form": form,
        "count": found.count(),
        "filtered": bool(asked),
        "columns": [
            *columns("Initiative", "Board", "State"),
            {"label": "Milestones done", "num": True},
            {"label": "Overdue", "num": True},
            {"label": "Next due"},
        ],
        "rows": [_row(each) for each in shown.rows],
        "csv": f"{reverse('initiatives:csv')}?{urlencode(asked)}",
        "starts": membership is not None and allows(policy.may_start, person_of(request), membership.agency_id),
        **page_links(request, shown),
    }
    return render(request, "initiatives/initiative_list.html", context)


def _row(each: Any) -> list[Any]:
    link = part("link", text=each.title, href=reverse("initiatives:detail", args=[each.pk]))
    return [
        part("lines", text=link, under=f"led by {each.lead}"),
        each.board,
        part("state", status=each.status),
        f"{each.done} of {each.all}",
        each.overdue if not each.is_over else 0,
        each.next if not each.is_over else None,
    ]


@members
@require_GET
def csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same list as CSV."""
    _, found = _asked(request)
    return csv_answer("initiatives", CSV, _lines(_with_counts(found).order_by("title", "pk")))


def _lines(found: QuerySet[Any]) -> Iterator[tuple[object, ...]]:
    for each in found.prefetch_related("partners__agency", "links__budget"):
        budget = next((link.budget.title for link in each.links.all() if link.budget), "")
        yield (
            *(each.title, each.board, each.lead, each.owner, each.get_status_display()),
            "; ".join(str(partner) for partner in each.partners.all()),
            *(each.all, each.done, each.overdue, each.next, budget, each.ended_on, each.outcome),
        )


@members
@require_http_methods(POST_TOO)
def new(request: HttpRequest) -> HttpResponse:
    """Start an initiative for the agency that one acts for."""
    person, membership = person_of(request), membership_of(request)
    if membership is None:
        raise PermissionDenied("An initiative is started for an agency.")
    policy.may_start(person, membership.agency_id)
    lead = membership.agency
    form = StartForm(posted(request), boards=policy.boards_of(lead.pk), lead=lead, person=person)
    if form.is_valid():
        made = tried(form, lambda: commands.start_initiative(actor=person, lead_id=lead.pk, **form.values()))
        if made is not None:
            messages.success(
                request, "The initiative is an idea now. Add its milestones, then put it before the board."
            )
            return redirect("initiatives:detail", made.pk)
    back = (reverse("initiatives:list"), "Initiatives")
    return form_page(request, form, title="Start an initiative", submit="Start it", back=back)
