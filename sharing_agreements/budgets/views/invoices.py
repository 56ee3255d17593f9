"""Invoices: sent under an adopted version, read and kept by the party, paid."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as spell
from django.views.decorators.http import require_GET, require_http_methods

from agencies.views.shared import form_page, person_of, posted, refused, sent
from portal.kernel import pdf
from portal.kernel.access import members
from portal.kernel.documents import Document, Section
from portal.kernel.parts import Part, part
from portal.kernel.policy import allows
from portal.kernel.sheets import csv_answer
from sharing_agreements.budgets import commands, policy
from sharing_agreements.budgets.forms import InvoiceFilter, IssueForm, PayForm, ReasonForm
from sharing_agreements.budgets.models import Invoice, InvoiceQuerySet
from sharing_agreements.budgets.wording import dollars

from .shared import crumbs, find, find_invoice, find_version, head, seen_invoices, table_columns

POST_TOO = ["GET", "POST"]
CSV = ("Invoice", "Party", "Fiscal year", "Part", "Amount", "Sent on", "Due on", "State", "Paid on", "Reference")


def state(invoice: Invoice) -> Part:
    """Where an invoice stands."""
    if invoice.cancelled_at is not None:
        return part("chip", tone="gone", icon="none", text="Taken back")
    if invoice.paid_on is not None:
        return part("chip", tone="good", icon="check", text="Paid")
    if invoice.due_on < timezone.localdate():
        return part("chip", tone="stop", icon="clock", text="Overdue")
    return part("chip", tone="plain", icon="clock", text="Open")


def _asked(request: HttpRequest, pk: UUID) -> tuple[InvoiceFilter, InvoiceQuerySet]:
    form = InvoiceFilter(request.GET)
    found = (
        seen_invoices(request).filter(budget=pk).select_related("agency").order_by("year", "agency__name", "instalment")
    )
    wanted = form.cleaned_data["state"] if form.is_valid() else ""
    narrow = {
        "open": Q(paid_on=None, cancelled_at=None),
        "overdue": Q(paid_on=None, cancelled_at=None, due_on__lt=timezone.localdate()),
        "paid": Q(paid_on__isnull=False),
        "cancelled": Q(cancelled_at__isnull=False),
    }
    return form, found.filter(narrow[wanted]) if wanted else found


@members
@require_GET
def invoices(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The invoices of a budget that this person reads: those of their agency, or all for who keeps it."""
    budget = find(request, pk)
    form, found = _asked(request, pk)
    rows = [
        [
            part("link", text=each.number, href=reverse("budgets:invoice", args=[each.pk])),
            each.agency,
            each.year_label,
            dollars(each.amount),
            each.due_on,
            state(each),
        ]
        for each in found
    ]
    context = {
        **head(request, budget, "invoices"),
        "form": form,
        "filtered": bool(request.GET.get("state")),
        "rows": rows,
        "columns": table_columns("Invoice", "Party", "Fiscal year", "#Amount", "Due on", "State"),
        "csv": f"{reverse('budgets:invoices_csv', args=[pk])}?{request.GET.urlencode()}",
    }
    return render(request, "budgets/budget_invoices.html", context)


@members
@require_GET
def invoices_csv(request: HttpRequest, pk: UUID) -> StreamingHttpResponse:
    """The same as CSV."""
    find(request, pk)
    return csv_answer("invoices", CSV, _lines(_asked(request, pk)[1]))


def _lines(found: InvoiceQuerySet) -> Iterator[tuple[object, ...]]:
    for each in found:
        said = state(each).parameters["text"]
        dates = (each.issued_on, each.due_on, said, each.paid_on, each.reference)
        yield each.number, each.agency, each.year, each.part, each.amount, *dates


@members
@require_http_methods(POST_TOO)
def issue(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send every party what it owes for a year."""
    version, person = find_version(request, pk), person_of(request)
    if refused(request, policy.may_invoice, person, version):
        return redirect("budgets:version", pk)
    form = IssueForm(posted(request), budget=version.budget)

    def command() -> object:
        return commands.issue_invoices(actor=person, version_id=pk, **form.cleaned_data)

    if answer := sent(request, form, command, "The invoices are sent.", "budgets:invoices", version.budget_id):
        return answer
    return form_page(
        request,
        form,
        title="Send invoices",
        submit="Send",
        back=(reverse("budgets:version", args=[pk]), str(version)),
        lead="Every party gets its share of the year, in one invoice or in parts. What was sent is not sent again.",
    )


@members
@require_GET
def invoice(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One invoice, for the party and for who keeps the budget."""
    found = find_invoice(request, pk)
    context = {
        "invoice": found,
        "state": state(found),
        "crumbs": crumbs(found.budget, found.number),
        "amount": dollars(found.amount),
        "document": _document(found),
        "settles": allows(policy.may_settle, person_of(request), found),
    }
    return render(request, "budgets/invoice_detail.html", context)


def _document(found: Invoice) -> Document:
    """The invoice as it is read and printed."""
    budget = found.budget

    def day(on: object) -> str:
        return spell(on, "M j, Y")  # type: ignore[arg-type]

    owed = [
        ("Invoice", found.number),
        ("From", str(budget.owner)),
        ("To", str(found.agency)),
        ("For", f"{budget.title}, {budget.spelled(found.year)}{f', part {found.part}' if found.part else ''}"),
        ("Amount", dollars(found.amount)),
        ("Due on", day(found.due_on)),
    ]
    said = f"The share of {found.agency} under version {found.version.number}, formula “{found.version.formula_name}”."
    adopted = f"Adopted by {budget.board} by motion {found.version.adoption.motion}."
    paid = [("Paid on", day(found.paid_on)), ("Reference", found.reference)] if found.paid_on else []
    return Document(
        title=f"Invoice {found.number}",
        eyebrow=str(budget.owner),
        subject=budget.title,
        dated=f"Sent {day(found.issued_on)}",
        footer=f"{budget.title}, invoice {found.number}",
        sections=[
            Section("owed", "What is owed", pairs=[*owed, *paid]),
            Section("why", "Why", lines=[said, adopted], note=f"SHA-256 of the version: {found.version.sha256}"),
        ],
    )


@members
@require_GET
def invoice_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The invoice to print and keep."""
    found = find_invoice(request, pk)
    return pdf.answer(_document(found), name=f"invoice-{found.number.lower()}")


@members
@require_http_methods(POST_TOO)
def pay(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record a payment."""
    found, person = find_invoice(request, pk), person_of(request)
    if refused(request, policy.may_settle, person, found):
        return redirect("budgets:invoice", pk)
    form = PayForm(posted(request), initial={"paid_on": timezone.localdate()})

    def command() -> object:
        return commands.pay_invoice(actor=person, invoice_id=pk, **form.cleaned_data)

    if answer := sent(request, form, command, "The payment is recorded.", "budgets:invoice", pk):
        return answer
    back = (reverse("budgets:invoice", args=[pk]), found.number)
    return form_page(request, form, title=f"Record the payment of {found}", submit="Record", back=back)


@members
@require_http_methods(POST_TOO)
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take an unpaid invoice back."""
    found, person = find_invoice(request, pk), person_of(request)
    if refused(request, policy.may_settle, person, found):
        return redirect("budgets:invoice", pk)
    form = ReasonForm(posted(request))

    def command() -> object:
        return commands.cancel_invoice(actor=person, invoice_id=pk, **form.cleaned_data)

    if answer := sent(request, form, command, "The invoice is taken back.", "budgets:invoice", pk):
        return answer
    back = (reverse("budgets:invoice", args=[pk]), found.number)
    return form_page(request, form, title=f"Take {found} back", submit="Take it back", back=back, stop=True)
