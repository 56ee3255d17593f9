"""What somebody disputes of a record: marked and settled by custodians and privacy officers of its owner."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from agencies.views.shared import posted, put_on, say
from portal.kernel.access import members
from portal.kernel.errors import Refused
from portal.kernel.parts import part
from portal.records import commands, policy
from portal.records.forms import DisputeForm, SettledForm
from portal.records.looking import address_of_look, looking
from portal.records.models import Dispute
from portal.records.shown import CaseFile
from portal.records.shown.disputes import fields_of
from sharing_agreements.models import Action

from .custody import kept_case, run

COLUMNS = ("What", "Note", "Since", "Request", "Settled")


@members
@require_http_methods(["GET", "HEAD", "POST"])
def disputes(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is disputed of a record, and the form that marks more."""
    return _page(request, pk=pk, form=DisputeForm()) if request.method != "POST" else _marked(request, pk)


def _marked(request: HttpRequest, pk: UUID) -> HttpResponse:
    form = DisputeForm(request.POST)
    if form.is_valid():
        about, _, of = form.cleaned_data["about"].partition(":")
        values = {name: form.cleaned_data[name] for name in ("note", "words_of", "request_number")}
        try:
            run(request, pk, commands.dispute, field=about, of=_uuid(of), **values)
        except Refused as no:
            if no.repeated:
                say(request, no)
                return redirect("records:disputes", pk)
            form.add_error("note", str(no))
        except ValidationError as wrong:
            put_on(form, wrong)
        else:
            messages.success(request, "It is marked as disputed. Other agencies that were shown it are told.")
            return redirect("records:disputes", pk)
    return _page(request, pk=pk, form=form)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@looking(Action.VIEW)
def _page(request: HttpRequest, *, pk: UUID, form: DisputeForm) -> HttpResponse:
    case = _case(request, pk)
    form.offer((f"{each.field}:{each.of or ''}", each.label) for each in fields_of(case))
    known = Dispute.objects.filter(record=pk).in_bulk()
    rows = [
        _row(request, each, case)
        for each in sorted(known.values(), key=lambda each: (each.ended_at is not None, each.pk))
    ]
    context = {"case": case, "form": form, "columns": [{"label": name} for name in COLUMNS], "rows": rows}
    return TemplateResponse(request, "records/record_disputes.html", context)


def _row(request: HttpRequest, each: Dispute, case: CaseFile) -> list[object]:
    """One dispute. Its note as it is shown beside the field, which the viewer's own rules may withhold; none once it is
    settled."""
    here = next((shown for shown in case.disputes if shown.id == each.pk), None)
    label = next(
        (field.label for field in fields_of(case) if field.of == each.target and field.field == each.field), ""
    )
    note: object = ""
    if here is not None:
        note = part("lines", text=here.note or "Kept back", under=here.whose)
        if each.unread_since:
            note = part(
                "lines",
                text="Kept back: this part, or who is on the record, has changed since",
                under="Settle it, and mark it again if it is disputed still.",
            )
    settled: object = each.get_outcome_display()
    if not each.outcome:
        href = address_of_look(request, "dispute_end", each.record_id, each.pk)
        settled = part("link", text="Settle", href=href, more=f" the dispute of {label or each}")
    return [label or str(each), note, each.opened_at, each.request_number, settled]


@members
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, pk: UUID, dispute: UUID) -> HttpResponse:
    """Say how a dispute was settled."""
    form = SettledForm(posted(request))
    if form.is_valid():
        try:
            run(request, pk, commands.end_dispute, dispute_id=dispute, outcome=form.cleaned_data["outcome"])
        except Refused as no:
            say(request, no)
        else:
            messages.success(request, "The dispute is settled. Whoever was told of it is told so.")
        return redirect("records:disputes", pk)
    return _end_page(request, pk=pk, dispute=dispute, form=form)


@looking(Action.VIEW)
def _end_page(request: HttpRequest, *, pk: UUID, dispute: UUID, form: SettledForm) -> HttpResponse:
    case = _case(request, pk)
    found = Dispute.objects.filter(record=pk, pk=dispute, ended_at=None).first()
    if found is None:
        raise Http404
    here = next((shown for shown in case.disputes if shown.id == dispute), None)
    return TemplateResponse(
        request, "records/dispute_end.html", {"case": case, "form": form, "dispute": found, "here": here}
    )


def _case(request: HttpRequest, pk: UUID) -> CaseFile:
    return kept_case(request, pk, whole=True, may=policy.may_account)
