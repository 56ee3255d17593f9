"""What is due under one agreement, what was done, and saying so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET, require_http_methods

from agencies.models import User
from agencies.views.shared import columns, membership_of, person_of, posted, say, tried
from portal.kernel import files
from portal.kernel.access import members
from portal.kernel.errors import Refused
from portal.kernel.parts import Part, part
from portal.kernel.policy import allows
from sharing_agreements import commands, obligation_policy
from sharing_agreements import obligations as owing
from sharing_agreements.forms import ReasonForm
from sharing_agreements.models import Agreement, AgreementVersion, Fulfilment, FulfilmentWithdrawal
from sharing_agreements.models.obligations import PROOFS
from sharing_agreements.obligation_forms import DoneForm
from sharing_agreements.obligations import Occurrence
from sharing_agreements.wording import obligation_in_words, party_names

from .shared import current, find, head, link, seen_line

SHOWN = 200
"""Days that were done which a page shows; the register has all of them."""
SEVERAL = 12
"""Days to come that the overview shows."""
MARKS = {
    "done": ("good", "check", "Done"),
    "missed": ("gone", "none", "Not done before the end"),
    "overdue": ("stop", "clock", "Overdue"),
    "soon": ("warn", "clock", "Due soon"),
    "later": ("plain", "clock", "To come"),
}
DUE_COLUMNS = [*columns("What is to be done", "By", "Party", "State", head=0), {"label": "Do", "hidden": True}]


def state(each: Occurrence) -> Part:
    tone, icon, word = MARKS[each.state]
    return part("chip", tone=tone, icon=icon, text=word)


def worded(version: AgreementVersion) -> list[dict[str, Any]]:
    """Each obligation of a text in plain words."""
    rows = list(version.obligations.select_related("clause"))
    names = party_names(version) if rows else {}
    for each in rows:
        each.version = version
    return [{"it": each, "says": obligation_in_words(each, names)} for each in rows]


def mine(request: HttpRequest) -> UUID | None:
    """The agency for which the viewer marks what is done."""
    membership = membership_of(request)
    if membership is None or not allows(obligation_policy.may_answer_for, person_of(request), membership.agency_id):
        return None
    return membership.agency_id


def due_rows(found: Iterable[Occurrence], own: UUID | None) -> list[list[Any]]:
    return [_due_row(each, own) for each in found]


def _due_row(each: Occurrence, own: UUID | None) -> list[Any]:
    obligation = each.obligation
    under = f"{obligation.code}, clause {obligation.clause.number}"
    do: Any = ""
    if each.agency.pk == own and each.fulfilment is None and not each.early:
        href = link("obligation_done", each.agreement, obligation.pk, each.due_on)
        more = f": {obligation.code}, due {date_format(each.due_on, 'M j, Y')}"
        do = part("link", text="Mark done", href=href, more=more)
    return [part("lines", text=obligation.what, under=under), each.due_on, each.party, state(each), do]


def overview(request: HttpRequest, agreement: Agreement) -> dict[str, Any]:
    """What the agreement's first page says of it: what is overdue or comes next, and how much is done."""
    texts = worded(current(agreement))
    found = owing.of_agreement(agreement) if texts and agreement.in_force_at else []
    waits = [each for each in found if each.fulfilment is None]
    return {
        "obligations": texts,
        "due_columns": DUE_COLUMNS,
        "due": due_rows(waits[:SEVERAL], mine(request) if waits else None),
        "more_due": max(len(waits) - SEVERAL, 0),
        "overdue": sum(each.state == "overdue" for each in found),
        "times_done": len(found) - len(waits),
    }


@members
@require_GET
def obligations(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Every day that is due or was done, and what the text asks for."""
    agreement = find(request, pk)
    found = owing.of_agreement(agreement)
    own = mine(request)
    done = _done(agreement, found)
    context = {
        **head(request, agreement, tab="obligations"),
        "texts": worded(current(agreement)),
        "began": agreement.in_force_at,
        "due_columns": DUE_COLUMNS,
        "due": due_rows([each for each in found if each.fulfilment is None], own),
        "done_columns": [*columns("What was due", "By", "Party", "Done"), {"label": "Correct", "hidden": True}],
        "done": [_done_row(agreement, each, own) for each in done[:SHOWN]],
        "left_out": len(done) > SHOWN,
        "former": _former(request, agreement),
    }
    return render(request, "sharing_agreements/obligation_list.html", context)


def _former(request: HttpRequest, agreement: Agreement) -> list[dict[str, Any]]:
    """The texts before this one under which something was marked: there a mistake is put right."""
    earlier = [each for each in seen_line(request, agreement) if each.pk < agreement.pk]
    said = (
        Fulfilment.objects.filter(agreement__in=[each.pk for each in earlier]) if earlier else Fulfilment.objects.none()
    )
    marks = Counter(said.values_list("agreement", flat=True))
    return [{"it": each, "marks": marks[each.pk]} for each in reversed(earlier) if marks[each.pk]]


def _done(agreement: Agreement, found: Iterable[Occurrence]) -> list[Fulfilment]:
    """What was marked under this agreement, taken back or not, and before it of a day that is its own."""
    before = {each.fulfilment.pk for each in found if each.fulfilment is not None}
    rows = Fulfilment.objects.filter(Q(agreement=agreement) | Q(pk__in=before))
    related = ("agreement", "obligation__clause", "agency", "done_by", "withdrawal__by")
    return list(rows.select_related(*related).order_by("-due_on", "-done_at")[: SHOWN + 1])


def _done_row(agreement: Agreement, each: Fulfilment, own: UUID | None) -> list[Any]:
    obligation = each.obligation
    under = f"{obligation.code}, clause {obligation.clause.number}"
    back = getattr(each, "withdrawal", None)
    act: Any = ""
    if back is None and each.agency_id == own:
        more = f" that {obligation.code}, due {date_format(each.due_on, 'M j, Y')}, was done"
        act = part("link", text="Take back", href=link("obligation_take_back", each.agreement, each.pk), more=more)
    return [
        part("lines", text=obligation.what, under=under),
        each.due_on,
        str(each.agency),
        said_of(each, agreement),
        act,
    ]


def said_of(each: Fulfilment, agreement: Agreement) -> Part:
    """Who said what of it when; of what was taken back also why."""
    back = getattr(each, "withdrawal", None)
    said = f"“{each.note}” Marked by {each.done_by}, {date_format(localtime(each.done_at), 'M j, Y')}."
    if back is not None:
        mark = part("chip", tone="gone", icon="none", text="Taken back")
        said = f"{said} Taken back by {back.by}, {date_format(localtime(back.at), 'M j, Y')}: {back.reason}"
    else:
        mark = part("chip", tone="good", icon="check", text="Done")
    if each.file is None:
        return part("lines", text=mark, under=said)
    href = link("obligation_file", agreement, each.pk)
    shows = part("link", text=each.file_name, href=href, more=f", for {each.due_on:%Y-%m-%d}")
    return part("lines", text=part("lines", text=mark, under=said), under=shows)


# --- Saying so ------------------------------------------------------------------------------------------------------


@members
@require_http_methods(["GET", "POST"])
def done(request: HttpRequest, pk: UUID, obligation: UUID, due: str) -> HttpResponse:
    """Say for the viewer's agency that it did what is due on a day."""
    agreement, person, membership = find(request, pk), person_of(request), membership_of(request)
    occurrence = owing.find(agreement, obligation, membership.agency_id, _day(due)) if membership else None
    if occurrence is None:
        raise Http404
    try:
        obligation_policy.may_mark_done(person, occurrence)
        form = DoneForm(posted(request), request.FILES or None)
        marked = tried(form, lambda: _marked(person, occurrence, **form.cleaned_data)) if form.is_valid() else None
        if marked is not None:
            messages.success(request, "Marked as done. Whoever reads the agreement sees it.")
            return redirect("agreements:obligations", pk)
    except Refused as no:
        say(request, no)
        return redirect("agreements:obligations", pk)
    context = {
        **head(request, agreement, tab="obligations"),
        "form": form,
        "occurrence": occurrence,
        "state": state(occurrence),
    }
    return render(request, "sharing_agreements/obligation_done.html", context)


def _day(words: str) -> date:
    try:
        return date.fromisoformat(words)
    except ValueError:
        raise Http404 from None


def _marked(person: User, occurrence: Occurrence, *, note_of_it: str, file: Any) -> Fulfilment:
    values: dict[str, Any] = {
        "actor": person,
        "agreement_id": occurrence.agreement.pk,
        "obligation_id": occurrence.obligation.pk,
        "agency_id": occurrence.agency.pk,
        "due_on": occurrence.due_on,
        "note_of_it": note_of_it,
    }
    if not file:
        return commands.mark_done(**values)
    stored = files.keep(file, folder=PROOFS, kinds=owing.TAKEN, most=owing.LARGEST)
    with files.discarded_unless_taken(PROOFS, stored):
        return commands.mark_done(**values, stored=stored)


def _find(request: HttpRequest, pk: UUID, fulfilment: UUID) -> Fulfilment:
    """What was said under this agreement, or before it of a day that is its own: whoever reads the page reads it."""
    agreement = find(request, pk)
    rows = Fulfilment.objects.select_related("obligation__clause", "agency", "done_by", "withdrawal__by")
    found = get_object_or_404(rows, pk=fulfilment)
    if found.agreement_id != agreement.pk and all(
        each.fulfilment is None or each.fulfilment.pk != found.pk for each in owing.of_agreement(agreement)
    ):
        raise Http404
    return found


@members
@require_http_methods(["GET", "POST"])
def take_back(request: HttpRequest, pk: UUID, fulfilment: UUID) -> HttpResponse:
    """Say that what was marked as done was not."""
    agreement, person = find(request, pk), person_of(request)
    found = _find(request, pk, fulfilment)
    if found.agreement_id != agreement.pk:
        raise Http404  # it is taken back under the agreement under which it was said
    hint = "What was said stays readable, with this beside it; the day is open again."
    form = ReasonForm(posted(request), hint=hint)
    try:
        obligation_policy.may_take_back(person, found)
        taken = tried(form, lambda: _taken_back(person, found, **form.cleaned_data)) if form.is_valid() else None
        if taken is not None:
            messages.success(request, "Taken back. What was said of it stays readable.")
            return redirect("agreements:obligations", pk)
    except Refused as no:
        say(request, no)
        return redirect("agreements:obligations", pk)
    context = {**head(request, agreement, tab="obligations"), "form": form, "done": found}
    return render(request, "sharing_agreements/obligation_take_back.html", context)


def _taken_back(person: User, found: Fulfilment, *, reason: str) -> FulfilmentWithdrawal:
    return commands.take_done_back(actor=person, agreement_id=found.agreement_id, fulfilment_id=found.pk, reason=reason)


@members
@require_GET
def proof(request: HttpRequest, pk: UUID, fulfilment: UUID) -> HttpResponseBase:
    """The file that shows it, to keep."""
    found = _find(request, pk, fulfilment)
    if found.file is None:
        raise Http404
    return files.answer(PROOFS, found.file, kind=files.KINDS[found.file_kind], name=found.file_name)
