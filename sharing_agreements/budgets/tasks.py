"""What beat asks of budgets: to remind of invoices. A reminder that was missed is found by the next run."""

import logging

from celery import shared_task
from django.db import Error
from django.utils import timezone

from . import commands, reminding
from .models import Invoice

log = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def remind_of_invoices() -> None:
    """Remind of each open invoice that is due for it; one that goes wrong does not hold up the others."""
    today = timezone.localdate()
    for invoice in Invoice.objects.open().prefetch_related("reminders"):
        step = reminding.due(invoice, today)
        if step is None or step in {reminder.step for reminder in invoice.reminders.all()}:
            continue
        try:
            commands.remind_of_invoice(invoice_id=invoice.pk)
        except Error as error:
            log.warning("nobody reminded of invoice %s: %s", invoice.pk, type(error).__name__)
