"""What the owner's records custodian does with a record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from agencies.views.shared import membership_of
from portal.kernel import files
from portal.kernel.access import members
from portal.kernel.errors import Refused
from portal.records import commands, policy
from portal.records.decision import BY_OFFICE
from portal.records.forms import CorrectionForm, NamesForm, OrderForm
from portal.records.looking import decision_of, looked_at, looking, person_of, refused, shown, viewer_of
from portal.records.models import CourtOrder, Record
from portal.records.models.orders import FILES
from portal.records.shown import CaseFile, case_file
from portal.records.shown.protected import naming
from sharing_agreements.models import Action

MOST = 20 * files.MEBIBYTE
"""Bytes of the order itself."""


@members
@require_http_methods(["GET", "HEAD", "POST"])
def seal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Seal a record by a court's order."""
    return _by_order(request, pk, commands.seal_record, sealing=True)


@members
@require_http_methods(["GET", "HEAD", "POST"])
def unseal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Unseal a record by a court's order."""
    return _by_order(request, pk, commands.unseal_record, sealing=False)


@members
@require_http_methods(["GET", "HEAD", "POST"])
def entry_clear(request: HttpRequest, pk: UUID, entry: UUID) -> HttpResponse:
    """Release one docket entry to those who see free text, once it was shown what that does."""
    if request.method != "POST":
        return _entry_page(request, pk=pk, entry=entry, releasing=True)
    form = NamesForm(request.POST)
    read = form.is_valid() and form.cleaned_data["names_read"]
    return _on_entry(request, pk, entry, commands.clear_entry, "The entry is released.", names_read=read)


@members
@require_http_methods(["GET", "HEAD", "POST"])
def entry_withdraw(request: HttpRequest, pk: UUID, entry: UUID) -> HttpResponse:
    """Withhold a released docket entry again."""
    if request.method != "POST":
        return _entry_page(request, pk=pk, entry=entry, releasing=False)
    return _on_entry(request, pk, entry, commands.withdraw_clearing, "The entry is withheld again.")


@members
@require_http_methods(["GET", "HEAD", "POST"])
def corrected(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Tell whoever looked at the record that something on it was corrected."""
    form = CorrectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            told = run(request, pk, commands.tell_of_correction, category=form.cleaned_data["category"])
        except Refused as error:
            messages.info(request, str(error))
        else:
            messages.success(request, f"{told} {'agency is' if told == 1 else 'agencies are'} told.")
        return redirect("records:disclosures", pk=pk)
    return _correction_page(request, pk=pk, form=form)


@looking(BY_OFFICE)
def _correction_page(request: HttpRequest, *, pk: UUID, form: CorrectionForm) -> HttpResponse:
    case = kept_case(request, pk)
    return TemplateResponse(request, "records/record_corrected.html", {"form": form, "case": case})


def kept_case(
    request: HttpRequest, pk: UUID, *, whole: bool = False, may: Callable[..., None] = policy.may_keep
) -> CaseFile:
    """The record, for whom it exists and who may do what the page is for; a look at it, logged as any other."""
    decision, membership = decision_of(request), membership_of(request)
    case = case_file(decision, pk, whole=whole)
    if case is None or membership is None:
        raise Http404
    may(person_of(request), membership, decision, case.envelope.record_set_id)
    looked_at(request, case)
    return case


def _by_order(request: HttpRequest, pk: UUID, command: Callable[..., Any], *, sealing: bool) -> HttpResponse:
    form = OrderForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            done = _entered(request, pk, command, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
            return _order_page(request, pk=pk, form=form, sealing=sealing)
        except Refused as error:
            if error.code != commands.ALREADY:
                form.add_error("document", str(error))
                return _order_page(request, pk=pk, form=form, sealing=sealing)
            messages.info(request, str(error))
        else:
            messages.success(request, "The record is sealed." if sealing else "The record is no longer sealed.")
            return redirect("records:detail" if done.closes_at is None else "records:review", pk=pk)
        return redirect("records:detail", pk=pk)
    return _order_page(request, pk=pk, form=form, sealing=sealing)


def _entered(request: HttpRequest, pk: UUID, command: Callable[..., Any], *, document: Any, **order: Any) -> Record:
    if not document:
        return cast(Record, run(request, pk, command, **order))
    stored = files.keep(document, folder=FILES, kinds=(files.PDF,), most=MOST)
    with files.discarded_unless_taken(FILES, stored):
        return cast(Record, run(request, pk, command, **order, stored=stored))


@members
@require_safe
@looking(BY_OFFICE)
def order_document(request: HttpRequest, pk: UUID, order: UUID) -> HttpResponse:
    """The order of a court by which a record was sealed or opened, for its custodians: a look at the record."""
    found = get_object_or_404(CourtOrder, pk=order, record=pk)  # row-level security shows custodians alone any
    decision = decision_of(request)
    case = case_file(decision, pk)
    if case is None or not case.open_set.sealed or found.file is None:
        raise Http404
    shown(request, decision, records=[pk], sets=[case.envelope.record_set_id], found=1, seen=[])
    return cast(HttpResponse, files.answer(FILES, found.file, kind=files.PDF, name=found.file_name))


@looking(BY_OFFICE)
def _order_page(request: HttpRequest, *, pk: UUID, form: OrderForm, sealing: bool) -> HttpResponse:
    case = kept_case(request, pk)
    if not sealing:
        form.opens(CourtOrder.objects.filter(record=pk, effect=CourtOrder.Effect.SEAL).last())
    context = {"form": form, "case": case, "sealing": sealing}
    return TemplateResponse(request, "records/record_seal.html", context)


@looking(Action.VIEW)
def _entry_page(request: HttpRequest, *, pk: UUID, entry: UUID, releasing: bool) -> HttpResponse:
    """The entry as its custodian reads it, and what releasing or withholding it does. A look, logged as any other."""
    decision, case = decision_of(request), kept_case(request, pk, whole=True)
    found = next((each for each in case.entries if each.id == entry), None)
    if found is None:
        raise Http404
    page = _page_of(request.GET)
    context = {
        "case": case,
        "entry": found,
        "releasing": releasing,
        "naming": replace(
            naming(decision, case.envelope.record_set_id, case.people, found.text.value or ""),
            outcome=found.tells,
        ),
        "form": NamesForm(),
        "may": releasing is False or case.free_text.shown,
        "page": page,
        "back": _back(pk, entry, page),
    }
    return TemplateResponse(request, "records/record_entry.html", context)


def _on_entry(
    request: HttpRequest, pk: UUID, entry: UUID, command: Callable[..., Any], done: str, **more: bool
) -> HttpResponse:
    page = _page_of(request.POST)
    try:
        run(request, pk, command, entry_id=entry, **more)
        messages.success(request, done)
    except Refused as error:
        messages.error(request, str(error))
        if error.code == policy.NAMES:
            asked = reverse("records:entry_clear", kwargs={"pk": pk, "entry": entry})
            return redirect(f"{asked}?entries={page}" if page else asked)
    return redirect(_back(pk, entry, page))


def _page_of(values: QueryDict) -> str:
    """The page of the docket from which somebody came, by the position that it begins behind."""
    page = values.get("entries", "")
    return page if page.isascii() and page.isdigit() else ""


def _back(pk: UUID, entry: UUID, page: str) -> str:
    """Where the entry stands in the docket."""
    asked = f"?entries={page}" if page else ""
    return f"{reverse('records:detail', kwargs={'pk': pk})}{asked}#entry-{entry}"


def run(request: HttpRequest, pk: UUID, command: Callable[..., Any], **more: object) -> Any:
    """One command on a record. What is absent and what is not open are one 404; either refusal is logged."""
    membership = membership_of(request)
    viewer = viewer_of(request, BY_OFFICE)
    try:
        if membership is None:
            raise Http404
        return command(actor=person_of(request), membership_id=membership.pk, record_id=pk, **more)
    except (Http404, ObjectDoesNotExist):
        refused(request, viewer, pk)
        raise Http404 from None
    except PermissionDenied:
        refused(request, viewer, pk)
        raise
