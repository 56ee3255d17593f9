"""What beat asks of agreements: to remind of missing signatures, of what is due and of ends that come near, and to
compare guardian's rows with the grants.

Nothing waits for these. A reminder that was missed while no worker ran is found by the next run.
"""

import logging

from celery import shared_task
from django.db import Error

from portal.kernel.clock import database_now

from . import attachments, commands, expiring, grants, obligations, reminding
from .models import Agreement

log = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def heal_grants() -> None:
    """Put right what drifted. Anything but zero is a mistake to look for, so it is logged as one."""
    if changed := grants.heal():
        log.error("%s grants or guardian rows did not fit and were put right", changed)


@shared_task(ignore_result=True)
def remind_signatories() -> None:
    """Remind of each signature that is due for it; one party that goes wrong does not hold up the others."""
    now = database_now()
    parties = reminding.waiting().select_related("version").prefetch_related("reminders")
    asked_at = reminding.asked_at({party.version.agreement_id for party in parties})
    for party in parties:
        step = reminding.due(asked_at[party.version.agreement_id], now)
        if step is None or step in {reminder.step for reminder in party.reminders.all()}:
            continue
        try:
            commands.remind_of_signature(party_id=party.pk)
        except Error as error:
            log.warning("nobody reminded of the signature of party %s: %s", party.pk, type(error).__name__)


@shared_task(ignore_result=True)
def tell_of_ends() -> None:
    """Tell of each end that has come nearer; one agreement that goes wrong does not hold up the others."""
    now = database_now()
    for agreement in expiring.near():
        if expiring.threshold(agreement, now) is None:
            continue
        try:
            commands.tell_of_end(agreement_id=agreement.pk)
        except Error as error:
            log.warning("nobody told of the end of agreement %s: %s", agreement.pk, type(error).__name__)


@shared_task(ignore_result=True)
def remind_of_obligations() -> None:
    """Remind of what is due soon or overdue; one day that goes wrong does not hold up the others."""
    living = Agreement.objects.filter(status__in=obligations.ASKING, current_version__obligations__isnull=False)
    for each in obligations.not_reminded(living.values_list("pk", flat=True).distinct()):
        try:
            commands.remind_of_obligation(
                agreement_id=each.agreement.pk,
                obligation_id=each.obligation.pk,
                agency_id=each.agency.pk,
                due_on=each.due_on,
            )
        except Error as error:
            log.warning("nobody reminded of obligation %s: %s", each.obligation.pk, type(error).__name__)


@shared_task(ignore_result=True)
def sweep_files() -> None:
    """Once a day: attached files that a crash left without a row."""
    attachments.sweep()
    obligations.sweep()
