"""Pages of the agency: what it was asked, and its answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Coalesce
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencies.models import Agency
from agencies.views.shared import columns, membership_of, person_of, posted, pressed, refused, sent
from portal.kernel.access import members
from portal.kernel.parts import part
from portal.kernel.policy import allows
from portal.kernel.sheets import csv_answer
from privacy.redress import commands, policy, reminding
from privacy.redress.forms import AnswerForm, AppealDecisionForm, ExtendForm, ProofForm, RequestFilter
from privacy.redress.models import RedressRequest, RedressRequestQuerySet

PAGE = 40
COLUMNS = ("Number", "Asks for", "Received", "Due", "State", "Outcome", "Ground", "Answered", "Appeal")


def _agency(request: HttpRequest) -> Agency:
    """The agency whose desk this is; who answers nothing for it finds no such page."""
    membership = membership_of(request)
    if membership is None or not policy.has_desk(membership):
        raise Http404
    return membership.agency


def _find(request: HttpRequest, pk: UUID) -> RedressRequest:
    seen = RedressRequest.objects.visible_to(person_of(request), membership_of(request))
    return get_object_or_404(seen.select_related("agency", "appeal", "handler", "decided_by"), pk=pk)


def _asked(request: HttpRequest) -> tuple[RequestFilter, RedressRequestQuerySet]:
    here, form = _agency(request), RequestFilter(request.GET)
    seen = RedressRequest.objects.visible_to(person_of(request), membership_of(request))
    if not form.is_valid():
        return form, seen.none()
    state, kind = form.cleaned_data["state"], form.cleaned_data["kind"]
    if state == "late":
        seen = seen.late(here.today)
    elif state == "answered":
        seen = seen.filter(decided_at__isnull=False)
    elif state != "all":
        seen = seen.asking()
    return form, (seen.filter(kind=kind) if kind else seen).select_related("agency", "appeal", "handler")


@members
@require_GET
def register(request: HttpRequest) -> HttpResponse:
    """What was asked, what is due first on top."""
    form, found = _asked(request)
    asked = {key: value for key, value in request.GET.items() if key in form.fields and value}
    begin = int(start) if (start := request.GET.get("from", "")).isascii() and start.isdigit() else 0
    count = found.count()
    rows = found.order_by(F("decided_at").asc(nulls_first=True), "due_on", "-pk")
    if form.is_valid() and form.cleaned_data["state"] in {"", "late"}:
        rows = found.order_by(Coalesce("appeal__due_on", "due_on"), "-pk")
    context = {
        "form": form,
        "count": count,
        "filtered": bool(asked),
        "columns": columns("Request", "Asks for", "State", "Due", "In hand"),
        "rows": [_row(each) for each in rows[begin : begin + PAGE]],
        "previous": f"?{urlencode({**asked, 'from': max(begin - PAGE, 0)})}" if begin else None,
        "next": f"?{urlencode({**asked, 'from': begin + PAGE})}" if count > begin + PAGE else None,
        "csv": f"{reverse('redress:csv')}?{urlencode(asked)}",
    }
    return render(request, "privacy/redress/list.html", context)


def _row(each: RedressRequest) -> list[Any]:
    named = part("link", text=each.number, href=reverse("redress:detail", args=[each.pk]))
    return [
        part("lines", text=named, under=each.name or "Forgotten"),
        each.what,
        state(each),
        reminding.day_of(each),
        each.handler,
    ]


def state(each: RedressRequest) -> Any:
    due = reminding.due(each)
    late = due is not None and due.step == reminding.Step.LATE
    return part("state", status=each.state, detail="late" if late else "")


@members
@require_GET
def csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same list, without who asked and what about."""
    _, found = _asked(request)
    return csv_answer("requests", COLUMNS, _lines(found.order_by("-pk")))


def _lines(found: RedressRequestQuerySet) -> Iterator[tuple[object, ...]]:
    for each in found.iterator(chunk_size=500):
        appeal = getattr(each, "appeal", None)
        yield (
            each.number,
            each.what,
            each.received_at,
            each.due_on,
            each.state.replace("_", " "),
            each.get_outcome_display(),
            each.get_ground_display(),
            each.decided_at,
            (appeal.get_outcome_display() or "Undecided") if appeal else "",
        )


@members
@require_GET
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One request: who asks for what, by when it is to be answered, and what its reader can do now."""
    found, person = _find(request, pk), person_of(request)
    checks = {
        "take": policy.may_take,
        "prove": policy.may_prove,
        "extend": policy.may_extend,
        "answer": policy.may_answer,
        "decide_appeal": policy.may_decide_appeal,
    }
    context = {
        "asked": found,
        "appeal": getattr(found, "appeal", None),
        "state": state(found),
        "can": {name: allows(check, person, found) for name, check in checks.items()},
        "due": reminding.day_of(found),
        "past": found.history.select_related("history_user").order_by("history_date", "history_id"),
        "crumbs": [{"label": "Requests", "href": reverse("redress:list")}, {"label": found.number}],
    }
    return render(request, "privacy/redress/detail.html", context)


@members
@require_POST
def take(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _find(request, pk)
    command = lambda: commands.take(actor=person_of(request), request_id=found.pk)  # noqa: E731
    return pressed(request, command, "You have it in hand.", "redress:detail", pk)


@dataclass(frozen=True)
class Act:
    """One thing that is done with a request by a form: who may, with which form, by which command, in which words."""

    title: str
    lead: str
    submit: str
    done: str
    check: Callable[..., None]
    form: type[Form]
    command: Callable[..., object]


ACTS = {
    "prove": Act(
        "Who asks",
        "Until it is shown who asks, nothing is granted: neither a look at records nor a change of them.",
        "Record it",
        "It is recorded who asks.",
        policy.may_prove,
        ProofForm,
        commands.record_proof,
    ),
    "extend": Act(
        "Take more time",
        "Thirty days more, once. Who asked is told, and reads why.",
        "Take 30 days more",
        "There are 30 days more. Who asked is told.",
        policy.may_extend,
        ExtendForm,
        commands.extend,
    ),
    "answer": Act(
        "Answer",
        "An answer is final. Against what is not granted who asked can appeal for 60 days; somebody else decides.",
        "Answer for good",
        "It is answered. Who asked is told.",
        policy.may_answer,
        AnswerForm,
        commands.answer,
    ),
    "decide_appeal": Act(
        "Decide on the appeal",
        "Read the request, the answer and what is said against it. Your decision is final.",
        "Decide for good",
        "The appeal is decided. Who asked is told.",
        policy.may_decide_appeal,
        AppealDecisionForm,
        commands.decide_appeal,
    ),
}


@members
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, pk: UUID, name: str) -> HttpResponse:
    """A form for what its reader can do now, below what it is about; then the request."""
    found, person, what = _find(request, pk), person_of(request), ACTS[name]
    if refused(request, what.check, person, found):
        return redirect("redress:detail", pk)
    form = what.form(posted(request))

    def command() -> object:
        return what.command(actor=person, request_id=found.pk, **form.cleaned_data)

    if answer := sent(request, form, command, what.done, "redress:detail", pk):
        return answer
    context = {"asked": found, "appeal": getattr(found, "appeal", None), "form": form, "act": what}
    return render(request, "privacy/redress/act.html", context)
