"""Reminding of invoices, once each step. Asked for by beat; what is paid is not reminded of."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from portal.audit.record import record
from portal.notices.tell import tell
from sharing_agreements.budgets import reminding
from sharing_agreements.budgets.models import Budget, Invoice, InvoiceReminder

KIND = {
    InvoiceReminder.Step.SOON: "budget.invoice_due",
    InvoiceReminder.Step.OVERDUE: "budget.invoice_overdue",
}


@transaction.atomic(durable=True)
def remind_of_invoice(*, invoice_id: UUID) -> InvoiceReminder | None:
    """Remind of an invoice that is due soon, or say that it is overdue."""
    budget = Budget.objects.for_update(Invoice.objects.get(pk=invoice_id).budget_id)
    invoice = Invoice.objects.for_update(invoice_id)
    step = reminding.due(invoice, timezone.localdate())
    is_open = invoice.paid_on is None and invoice.cancelled_at is None
    if not is_open or step is None or invoice.reminders.filter(step=step).exists():
        return None
    said: dict[str, Any] = {"invoice": str(invoice.pk), "number": invoice.number, "agency": str(invoice.agency_id)}
    tell(record(KIND[step], budget, actor=None, **said))
    return InvoiceReminder.objects.create(invoice=invoice, step=step)
