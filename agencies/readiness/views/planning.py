"""The plan of an agency: what is done about what it lacks, by whom and when, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.views.decorators.http import require_GET, require_http_methods

from agencies.models import Agency
from agencies.readiness import commands, lifecycle, policy, questionnaire
from agencies.readiness.forms import ActionForm, OutcomeForm, PlanFilter
from agencies.readiness.models import PlanAction, PlanActionQuerySet
from agencies.views.shared import columns, membership_of, person_of, posted, refused, sent
from portal.kernel.access import members
from portal.kernel.parts import part
from portal.kernel.policy import allows
from portal.kernel.sheets import csv_answer

from .shared import crumbs, is_own

A = PlanAction.Status
COLUMNS = (
    "Number",
    "Dimension",
    "What is missing",
    "Action",
    "Owner",
    "By",
    "State",
    "Outcome",
    "Amount",
    "Paid",
    "First fiscal year",
)
VERBS = {A.BEGUN: "Begin", A.DONE: "Mark done", A.GIVEN_UP: "Give up", A.PLANNED: "Plan it again"}
NAMES = {each.key: each.name for each in questionnaire.dimensions(questionnaire.NEWEST)}


def _seen(request: HttpRequest) -> PlanActionQuerySet:
    found = PlanAction.objects.visible_to(person_of(request), membership_of(request))
    return found.select_related("owner", "agency")


def _asked(request: HttpRequest, pk: UUID) -> tuple[Agency, PlanFilter, PlanActionQuerySet]:
    """The agency, the filter and what the person reads of its plan under it."""
    agency = get_object_or_404(Agency, pk=pk)
    form, found = PlanFilter(request.GET), _seen(request).filter(agency=pk)
    if not is_own(request, pk) and not found.exists():
        raise Http404
    if not form.is_valid():
        return agency, form, found.none()
    wanted = {name: value for name, value in form.cleaned_data.items() if value}
    return agency, form, found.filter(**wanted)


@members
@require_GET
def plan(request: HttpRequest, pk: UUID) -> HttpResponse:
    agency, form, found = _asked(request, pk)
    query = {name: value for name, value in request.GET.items() if name in form.fields and value}
    rows = list(found)
    costs = [each for each in rows if each.amount is not None and each.status != A.GIVEN_UP]
    context = {
        "agency": agency,
        "form": form,
        "filtered": bool(query),
        "columns": [*columns("Action", "About", "By", "Who", "State"), {"label": "Costs", "num": True}],
        "rows": [_row(each) for each in rows],
        "tally": [
            (sum(each.status in {A.PLANNED, A.BEGUN} for each in rows), "open"),
            (sum(each.status == A.DONE for each in rows), "done"),
            (_dollars(costs, PlanAction.Recurs.ONCE), "once"),
            (_dollars(costs, PlanAction.Recurs.YEARLY), "each year"),
        ],
        "csv": f"{reverse('readiness:plan_csv', args=[pk])}?{urlencode(query)}",
        "adds": allows(policy.may_write, person_of(request), pk),
        "crumbs": crumbs(agency, ("Plan", "")),
    }
    return render(request, "agencies/readiness/plan.html", context)


def _dollars(costs: list[PlanAction], recurs: str) -> str:
    total = sum((each.amount or Decimal(0) for each in costs if each.recurs == recurs), Decimal(0))
    return f"${total:,.2f}"


def _row(each: PlanAction) -> list[Any]:
    named = part("link", text=each.action, href=reverse("readiness:action", args=[each.pk]))
    late = each.status in {A.PLANNED, A.BEGUN} and each.due_on < each.agency.today
    by = part("chip", tone="stop", icon="clock", text=f"Overdue, {date_format(each.due_on, 'M j, Y')}")
    return [
        part("lines", text=named, under=f"Action {each.number}: {each.gap}"),
        NAMES.get(each.dimension, each.dimension),
        by if late else each.due_on,
        str(each.owner),
        part("state", status=each.status),
        each.investment or None,
    ]


@members
@require_GET
def plan_csv(request: HttpRequest, pk: UUID) -> StreamingHttpResponse:
    """The same list as CSV."""
    return csv_answer("readiness-plan", COLUMNS, _lines(_asked(request, pk)[2]))


def _lines(found: PlanActionQuerySet) -> Iterator[tuple[object, ...]]:
    for each in found.iterator(chunk_size=500):
        yield (
            each.number,
            NAMES.get(each.dimension, each.dimension),
            each.gap,
            each.action,
            each.owner,
            each.due_on,
            each.get_status_display(),
            each.outcome,
            each.amount,
            each.get_recurs_display(),
            each.first_fiscal_year,
        )


@members
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Plan something; `dimension` in the address chooses what it is about."""
    if not is_own(request, pk):
        raise Http404
    person, agency = person_of(request), get_object_or_404(Agency, pk=pk)
    policy.may_write(person, pk)
    initial = {"owner": person.pk, "dimension": request.GET.get("dimension", "")}
    form = ActionForm(pk, posted(request), initial=initial)

    def command() -> PlanAction:
        return commands.add_action(actor=person, agency_id=pk, **form.cleaned_data)

    if answer := sent(request, form, command, "It is planned.", "readiness:plan", pk):
        return answer
    return _form(request, agency, form, "Plan an action", reverse("readiness:plan", args=[pk]))


def _form(request: HttpRequest, agency: Agency, form: ActionForm, title: str, back: str) -> HttpResponse:
    trail = crumbs(agency, ("Plan", reverse("readiness:plan", args=[agency.pk])), (title, ""))
    context = {"agency": agency, "form": form, "title": title, "back": back, "crumbs": trail}
    return render(request, "agencies/readiness/action_form.html", context)


@members
@require_http_methods(["GET", "POST"])
def action(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One action; its owner, and whoever plans, says where it stands: `to` is the button."""
    found, person = get_object_or_404(_seen(request), pk=pk), person_of(request)
    form = OutcomeForm(posted(request))
    if request.method == "POST":
        policy.may_move_action(person, found)
        to = request.POST.get("to", "")
        if to not in A.values:
            raise Http404

        def command() -> PlanAction:
            outcome = form.cleaned_data["outcome"]
            return commands.move_action(actor=person, action_id=found.pk, to=to, outcome=outcome)

        if answer := sent(request, form, command, "Saved.", "readiness:action", found.pk):
            return answer
    moves = lifecycle.ACTION_MOVES[A(found.status)] if allows(policy.may_move_action, person, found) else ()
    context = {
        "action": found,
        "agency": found.agency,
        "dimension": NAMES.get(found.dimension, found.dimension),
        "form": form,
        "moves": [(each.value, VERBS[each]) for each in moves],
        "ends": bool({A.DONE, A.GIVEN_UP} & set(moves)),
        "changes": allows(policy.may_change_action, person, found),
        "facts": [part("state", status=found.status, big=True)],
        "crumbs": crumbs(
            found.agency,
            ("Plan", reverse("readiness:plan", args=[found.agency_id])),
            (f"Action {found.number}", ""),
        ),
    }
    return render(request, "agencies/readiness/action.html", context)


@members
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: UUID) -> HttpResponse:
    found, person = get_object_or_404(_seen(request), pk=pk), person_of(request)
    if refused(request, policy.may_change_action, person, found):
        return redirect("readiness:action", found.pk)
    form = ActionForm.of(found, posted(request))

    def command() -> PlanAction:
        return commands.change_action(actor=person, action_id=found.pk, **form.cleaned_data)

    if answer := sent(request, form, command, "Saved.", "readiness:action", found.pk):
        return answer
    title = f"Change action {found.number}"
    return _form(request, found.agency, form, title, reverse("readiness:action", args=[found.pk]))
