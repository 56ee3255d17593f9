"""The register of obligations: what is due and done under all agreements that somebody reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from agencies.views.shared import columns, membership_of, person_of
from portal.kernel.access import members
from portal.kernel.parts import part
from portal.kernel.sheets import csv_answer
from sharing_agreements import obligations, saved_filters
from sharing_agreements.models import Agreement, SavedFilter
from sharing_agreements.obligation_forms import DueFilter
from sharing_agreements.obligations import Occurrence

from .obligations import MARKS, mine, said_of, state
from .shared import link

PAGE = 40
CSV = (
    "Due",
    "State",
    "What is to be done",
    "Agency",
    "Agreement",
    "Title",
    "Clause",
    "Obligation",
    "Done at",
    "Done by",
    "What was done",
)


def _seen(request: HttpRequest) -> list[Occurrence]:
    """What is due or done under the agreements that this person reads."""
    seen = Agreement.objects.visible_to(person_of(request), membership_of(request))
    with_any = seen.filter(in_force_at__isnull=False, current_version__obligations__isnull=False)
    return obligations.found_in(with_any.values_list("pk", flat=True).distinct())


def _form(found: Iterable[Occurrence], asked: Mapping[str, str]) -> DueFilter:
    return DueFilter(
        asked,
        agencies=_choices((each.agency.pk, each.agency.name) for each in found),
        agreements=_choices((each.agreement.pk, str(each.agreement)) for each in found),
    )


@saved_filters.asked_by(SavedFilter.Register.OBLIGATIONS, "agreements:due")
def filter_form(request: HttpRequest, asked: Mapping[str, str]) -> DueFilter:
    """What of the register somebody asks for, among what they see."""
    return _form(_seen(request), asked)


def _asked(request: HttpRequest) -> tuple[DueFilter, list[Occurrence]]:
    """The filter, and what of it this person sees."""
    found = _seen(request)
    form = _form(found, request.GET)
    if not form.is_valid():
        return form, []
    given = form.cleaned_data
    return form, [
        each
        for each in found
        if given["agency"] in {"", str(each.agency.pk)}
        and given["agreement"] in {"", str(each.agreement.pk)}
        and _shows(each, given["state"])
    ]


def _choices(found: Iterable[tuple[UUID, str]]) -> list[tuple[str, str]]:
    return sorted(((str(key), name) for key, name in set(found)), key=lambda choice: choice[1])


def _shows(each: Occurrence, wanted: str) -> bool:
    if wanted == "done":
        return each.fulfilment is not None
    if each.fulfilment is not None or each.state == "missed":
        return False
    if wanted == "overdue" or (wanted == "" and each.is_overdue):
        return each.is_overdue
    days = timedelta(days=int(wanted or 180))
    return not each.is_overdue and each.due_on <= each.agreement.lead_agency.today + days


@members
@require_GET
def register(request: HttpRequest) -> HttpResponse:
    """The earliest first; of what was done the newest first."""
    person = person_of(request)
    if start := saved_filters.opens_with(person, SavedFilter.Register.OBLIGATIONS, request.GET):
        return redirect(start)
    form, found = _asked(request)
    query = {name: request.GET[name] for name in form.fields if request.GET.get(name)}
    if query.get("state") == "done":
        found.reverse()
    begin = _begin(request.GET.get("from", ""), len(found))
    own = mine(request)
    marked = {**query, saved_filters.MARK: request.GET.get(saved_filters.MARK, "")}
    context = {
        "crumbs": [{"label": "Agreements", "href": reverse("agreements:list")}, {"label": "Obligations"}],
        "form": form,
        "count": len(found),
        "filtered": bool(query),
        "saved": saved_filters.shown(person, SavedFilter.Register.OBLIGATIONS, form, request.GET),
        "columns": [
            *columns("What is to be done", "Due", "Agency", "Agreement", "State"),
            *([{"label": "Do", "hidden": True}] if own else []),
        ],
        "rows": [_row(each, own) for each in found[begin : begin + PAGE]],
        "previous": f"?{urlencode({**marked, 'from': max(begin - PAGE, 0)})}" if begin else None,
        "next": f"?{urlencode({**marked, 'from': begin + PAGE})}" if begin + PAGE < len(found) else None,
        "csv": f"{reverse('agreements:due_csv')}?{urlencode(query)}",
    }
    return render(request, "sharing_agreements/obligation_register.html", context)


def _begin(asked: str, most: int) -> int:
    """From which row on a page begins; anything that is none begins at the first."""
    begin = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 7 else 0
    return begin if begin < most else 0


def _row(each: Occurrence, own: UUID | None) -> list[Any]:
    what = part(
        "lines", text=each.obligation.what, under=f"{each.obligation.code}, clause {each.obligation.clause.number}"
    )
    named = part("link", text=each.agreement.number, href=link("obligations", each.agreement), mono=True)
    do: Any = ""
    if each.agency.pk == own and each.fulfilment is None and not each.early:
        href = link("obligation_done", each.agreement, each.obligation.pk, each.due_on)
        do = part(
            "link",
            text="Mark done",
            href=href,
            more=f": {each.agreement.number}, {each.obligation.code}, {each.due_on}",
        )
    how = said_of(each.fulfilment, each.agreement) if each.fulfilment else state(each)
    cells = [what, each.due_on, each.party, part("lines", text=named, under=each.agreement.title), how]
    return [*cells, do] if own else cells


@members
@require_GET
def csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same list as CSV."""
    _, found = _asked(request)
    return csv_answer("obligations", CSV, _lines(found))


def _lines(found: Iterable[Occurrence]) -> Iterator[tuple[object, ...]]:
    for each in found:
        done = each.fulfilment
        yield (
            each.due_on,
            MARKS[each.state][2],
            each.obligation.what,
            each.party,
            each.agreement.number,
            each.agreement.title,
            each.obligation.clause.number,
            each.obligation.code,
            done.done_at.isoformat(timespec="seconds") if done else "",
            done.done_by if done else "",
            done.note if done else "",
        )
