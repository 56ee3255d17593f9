"""When a party is reminded of an invoice. Reads only."""

from __future__ import annotations

from datetime import date, timedelta

from .models import Invoice, InvoiceReminder

Step = InvoiceReminder.Step
SOON = timedelta(days=14)


def due(invoice: Invoice, today: date) -> InvoiceReminder.Step | None:
    """What is to be said of an open invoice now. One that was sent with less time than the warning is not warned of."""
    if today > invoice.due_on:
        return Step.OVERDUE
    return Step.SOON if invoice.issued_on < invoice.due_on - SOON <= today else None
