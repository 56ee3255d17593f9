"""Invoices under the version that the board adopted."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import Length
from django.utils import timezone

from agencies.models import User
from portal.audit.record import record
from portal.kernel import history
from portal.kernel.clock import database_now
from portal.kernel.errors import Refused
from portal.notices.tell import tell
from sharing_agreements.budgets import policy, years
from sharing_agreements.budgets.formulas import in_parts, money
from sharing_agreements.budgets.models import Budget, BudgetVersion, Invoice

INSTALMENTS = (1, 2, 4, 12)
"""In how many parts a year's share is billed."""


@transaction.atomic(durable=True)
def issue_invoices(*, actor: User, version_id: UUID, year: int, due_on: date, instalments: int = 1) -> list[Invoice]:
    """Send every party of a version what it owes for a year, in one invoice or in parts at equal distances over twelve
    months, the first due on `due_on`; what a party has already is not sent again."""
    budget = Budget.objects.for_update(BudgetVersion.objects.get(pk=version_id).budget_id)
    version = budget.versions.get(pk=version_id)
    policy.may_invoice(actor, version)
    shares = version.content["shares"].get(str(year))
    today = timezone.localdate()
    if shares is None:
        raise ValidationError({"year": "The version does not cover this year."})
    if due_on < today:
        raise ValidationError({"due_on": "Choose today or a later day."})
    if instalments not in INSTALMENTS:
        raise ValidationError({"instalments": "Choose one, two, four or twelve parts."})
    there = list(budget.invoices.filter(year=year, cancelled_at=None).select_related("agency"))
    if other := next((each for each in there if each.instalments != instalments), None):
        parts = "one invoice" if other.instalments == 1 else f"{other.instalments} parts"
        raise Refused(f"{other.agency} is billed in {parts} for {years.label(year)}. Choose the same.", code="parts")
    billed = {(each.agency_id, each.instalment) for each in there}
    made = []
    for key, share in sorted(shares.items(), key=lambda item: version.content["agencies"][item[0]]):
        for number, amount in enumerate(in_parts(share, instalments), 1):
            if not amount or (UUID(key), number) in billed:
                continue
            invoice = Invoice(
                budget=budget,
                version=version,
                number=_next_number(budget, year),
                agency_id=UUID(key),
                year=year,
                instalment=number,
                instalments=instalments,
                amount=money(amount),
                issued_on=today,
                due_on=_months_after(due_on, (number - 1) * 12 // instalments),
            )
            invoice.full_clean()
            history.save(invoice, actor=actor, reason="Issued")
            made.append(invoice)
            said: dict[str, Any] = {"invoice": str(invoice.pk), "number": invoice.number, "agency": key}
            tell(record("budget.invoiced", budget, actor=actor, acting_agency_id=budget.owner_id, **said))
    if not made:
        _say_what_differs(there, shares, year)
        raise Refused(f"Every party has its invoice for {years.label(year)}.", code="issued", repeated=True)
    return made


def _say_what_differs(there: list[Invoice], shares: dict[str, int], year: int) -> None:
    """Raises Refused where what was billed is not what the version in force says: an earlier one was billed."""
    billed: dict[str, Decimal] = {}
    for each in there:
        billed[str(each.agency_id)] = billed.get(str(each.agency_id), Decimal(0)) + each.amount
    off = sum(billed.get(key, Decimal(0)) != money(share) for key, share in shares.items())
    if off:
        parties = "1 party is" if off == 1 else f"{off} parties are"
        raise Refused(
            f"{parties} billed for {years.label(year)} by an earlier version, with another sum than this one says."
            " Take back what is not paid yet, and send it again; what was paid is settled outside the portal.",
            code="differs",
        )


def _months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last one where it is shorter."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _next_number(budget: Budget, year: int) -> str:
    """Numbered through for each year of a budget; the number of an invoice that was taken back is not used again."""
    prefix = f"INV-{year}-"
    taken = budget.invoices.filter(year=year).values_list("number", flat=True)
    newest = taken.order_by(Length("number"), "number").last()
    return f"{prefix}{int(newest.removeprefix(prefix)) + 1 if newest else 1:03d}"


@transaction.atomic(durable=True)
def pay_invoice(*, actor: User, invoice_id: UUID, paid_on: date, reference: str = "") -> Invoice:
    """Record that an invoice was paid."""
    invoice = _invoice(invoice_id)
    policy.may_settle(actor, invoice)
    if paid_on > timezone.localdate():
        raise ValidationError({"paid_on": "This day is still to come. Record the payment when it is there."})
    if paid_on < invoice.issued_on:
        raise ValidationError({"paid_on": "The invoice was sent later than that. Look at the day."})
    invoice.paid_on, invoice.reference = paid_on, " ".join(reference.split())
    invoice.full_clean()
    history.save(invoice, actor=actor, reason="Paid")
    _note("budget.invoice_paid", invoice, actor)
    return invoice


@transaction.atomic(durable=True)
def cancel_invoice(*, actor: User, invoice_id: UUID, reason: str) -> Invoice:
    """Take an unpaid invoice back; its number is not used again."""
    invoice = _invoice(invoice_id)
    policy.may_settle(actor, invoice)
    if not reason.strip():
        raise ValidationError({"reason": "Say why the invoice is taken back; the party reads it."})
    invoice.cancelled_at = database_now()
    history.save(invoice, actor=actor, reason=reason.strip())
    _note("budget.invoice_cancelled", invoice, actor, reason=reason.strip()[:300])
    return invoice


def _invoice(invoice_id: UUID) -> Invoice:
    budget = Budget.objects.for_update(Invoice.objects.get(pk=invoice_id).budget_id)
    invoice = Invoice.objects.for_update(invoice_id)
    invoice.budget = budget
    return invoice


def _note(kind: str, invoice: Invoice, actor: User, **detail: str) -> None:
    said: dict[str, Any] = {
        "invoice": str(invoice.pk),
        "number": invoice.number,
        "agency": str(invoice.agency_id),
        **detail,
    }
    budget = invoice.budget
    tell(record(kind, budget, actor=actor, acting_agency_id=budget.owner_id, **said))
