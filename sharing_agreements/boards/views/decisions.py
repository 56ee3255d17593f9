"""The register of decisions, and the record of each, for members and auditors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from agencies.views.shared import columns, person_of
from portal.kernel import pdf
from portal.kernel.access import members
from portal.kernel.days import plausible
from portal.kernel.parts import part
from portal.kernel.sheets import csv_answer
from sharing_agreements import saved_filters
from sharing_agreements.boards import decisions
from sharing_agreements.boards.decision_record import Record, record_of
from sharing_agreements.boards.decisions import Decisions
from sharing_agreements.boards.models import Board, Decision, Motion, MotionKind
from sharing_agreements.boards.wording import heading
from sharing_agreements.models import SavedFilter

from .shared import crumbs

COLUMNS = (
    "Number",
    "Board",
    "Decided",
    "Kind",
    "Decision on",
    "Ground of a termination",
    "Outcome",
    "Legal ground of a closed session",
    "Motion",
    "Address",
)
Address = str
"""The name of an address; most take a decision's id."""
Answer = HttpResponse | StreamingHttpResponse


class DecisionFilter(forms.Form):
    """What of a register to show."""

    q = forms.CharField(label="Number or words", required=False, max_length=200)
    board = forms.TypedChoiceField(label="Board", required=False, coerce=UUID, empty_value=None)
    kind = forms.ChoiceField(label="Kind", required=False, choices=[("", "Any"), *MotionKind.choices])
    outcome = forms.ChoiceField(label="Outcome", required=False)
    since = forms.DateField(label="From", required=False, validators=[plausible])
    until = forms.DateField(label="To", required=False, validators=[plausible])

    def __init__(self, data: Any, *, boards: list[tuple[str, str]], outcomes: Iterable[str]) -> None:
        super().__init__(data)
        choices = [(each.value, each.label) for each in Decision.Outcome if each in outcomes]
        self.fields["board"].choices = [("", "Any"), *boards]  # type: ignore[attr-defined]
        self.fields["outcome"].choices = [("", "Any"), *choices]  # type: ignore[attr-defined]

    def asked(self) -> decisions.Asked:
        data = self.cleaned_data
        return decisions.Asked(
            data["q"].replace("\x00", "").strip(),
            data["board"],
            data["kind"],
            data["outcome"],
            data["since"],
            data["until"],
        )


def form_of(asked: Mapping[str, str], seen: Decisions) -> DecisionFilter:
    """What somebody asks of these decisions."""
    boards = Board.objects.filter(motions__ballots__decision__in=seen.order_by().values("pk")).distinct()
    return DecisionFilter(
        asked,
        boards=[(str(board.pk), board.name) for board in boards.order_by("name")],
        outcomes=decisions.DECIDED if decisions.CLOSED in seen.query.annotations else Decision.Outcome,
    )


def asked_of(request: HttpRequest, seen: Decisions) -> tuple[DecisionFilter, Decisions]:
    """The filter, and the decisions among these that it asks for."""
    form = form_of(request.GET, seen)
    return form, form.asked().of(seen) if form.is_valid() else seen.none()


def register_page(request: HttpRequest, seen: Decisions, *, to: Address, csv: Address) -> dict[str, Any]:
    """What a register shows: filter, one page, the addresses of its neighbours and of the CSV."""
    form, found = asked_of(request, seen)
    page = decisions.page(found, request.GET)
    query = {key: value for key, value in request.GET.items() if key in form.fields and value}
    return {
        "form": form,
        "count": found.count(),
        "filtered": bool(query),
        "columns": columns("Decision", "Board", "Decided", "Outcome"),
        "rows": [_row(decision, to) for decision in page.items],
        "newer": page.newer,
        "older": page.older,
        "csv": f"{reverse(csv)}?{urlencode(query)}",
    }


def _row(decision: Decision, to: Address) -> list[Any]:
    motion, closed = decision.ballot.motion, getattr(decision, decisions.CLOSED, None)
    title = "Decided in closed session" if closed else heading(motion)
    link = part("link", text=title, href=reverse(to, args=[decision.pk]))
    under = f"Motion {motion.number}, {closed}" if closed else f"Motion {motion.number}"
    outcome = None if closed else part("state", status=decision.outcome)
    return [part("lines", text=link, under=under), motion.board.name, decision.at, outcome]


def register_csv(request: HttpRequest, seen: Decisions, *, name: str, page: Address, to: Address) -> Answer:
    """The same decisions as a file; a filter that is wrong goes back to the page, which says what is."""
    form, found = asked_of(request, seen)
    if not form.is_valid():
        return redirect(f"{reverse(page)}?{request.GET.urlencode()}")
    return csv_answer(name, COLUMNS, _lines(found, lambda pk: request.build_absolute_uri(reverse(to, args=[pk]))))


def _lines(found: Decisions, address: Callable[[UUID], str]) -> Iterator[tuple[object, ...]]:
    for decision in found.order_by("-at", "-pk").iterator(chunk_size=500):
        motion = decision.ballot.motion
        head = (motion.number, motion.board.name, decision.at.isoformat(timespec="seconds"))
        if closed := getattr(decision, decisions.CLOSED, None):
            yield (*head, "", "", "", "", closed, "", address(decision.pk))
        else:
            kind = Motion.Kind(motion.kind).label
            outcome = decision.get_outcome_display()
            yield (
                *head,
                kind,
                heading(motion),
                motion.get_ground_display(),
                outcome,
                "",
                motion.text,
                address(decision.pk),
            )


def pdf_answer(record: Record, decision: Decision) -> HttpResponse:
    """The record as a file to keep."""
    return pdf.answer(record.document, name=f"decision-{decision.ballot.motion.number}")


# --- Members and auditors -------------------------------------------------------------------------------------------


@members
@require_GET
def register(request: HttpRequest) -> HttpResponse:
    """Every decision of the boards that this person sits on or audits, newest first."""
    seen, person = _seen(request), person_of(request)
    if start := saved_filters.opens_with(person, SavedFilter.Register.DECISIONS, request.GET):
        return redirect(start)
    context = register_page(request, seen, to="boards:decision", csv="boards:decisions_csv")
    saved = saved_filters.shown(person, SavedFilter.Register.DECISIONS, context["form"], request.GET)
    more = {"saved": saved, "crumbs": crumbs(request, None, "Decisions")}
    return render(request, "boards/decision_list.html", {**context, **more})


@saved_filters.asked_by(SavedFilter.Register.DECISIONS, "boards:decisions")
def filter_form(request: HttpRequest, asked: Mapping[str, str]) -> DecisionFilter:
    """What of the register somebody asks for, among what they see."""
    return form_of(asked, _seen(request))


def _seen(request: HttpRequest) -> Decisions:
    """What this person reads; who reads no board's decisions gets the 404 of an absent page."""
    person = person_of(request)
    if not Board.objects.visible_to(person).exists():
        raise Http404
    return decisions.visible_to(person)


@members
@require_GET
def csv(request: HttpRequest) -> Answer:
    """The same list as CSV."""
    return register_csv(request, _seen(request), name="decisions", page="boards:decisions", to="boards:decision")


def _find(request: HttpRequest, pk: UUID) -> Decision:
    return get_object_or_404(decisions.visible_to(person_of(request)), pk=pk)


@members
@require_GET
def decision(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The record of one ballot that ended."""
    found = _find(request, pk)
    motion = found.ballot.motion
    actions = [
        {"label": "Motion", "href": reverse("boards:motion", args=[motion.pk])},
        {"label": "PDF", "href": reverse("boards:decision_pdf", args=[pk]), "icon": "download"},
    ]
    if decisions.public().filter(pk=pk).exists():
        actions.insert(1, {"label": "Public version", "href": reverse("public:decision", args=[pk])})
    record = record_of(found)
    context = {
        "record": record,
        "crumbs": crumbs(request, motion.board, f"Decision on motion {motion.number}"),
        "facts": [part("state", status=found.outcome, big=True), record.decided],
        "actions": actions,
    }
    return render(request, "boards/decision_detail.html", context)


@members
@require_GET
def decision_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same record as PDF."""
    found = _find(request, pk)
    return pdf_answer(record_of(found), found)
