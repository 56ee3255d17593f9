"""What beat asks of acceptances: to remind of those that stop counting. A reminder that was missed is found later."""

import logging

from celery import shared_task
from django.db import Error
from django.db.models import Exists, OuterRef, Q

from portal.kernel.clock import database_now
from privacy.models import PolicyVersion

from . import commands, due
from .models import COUNTS_FOR, Acceptance

log = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def remind_of_acceptances() -> None:
    """Remind each person concerned; the command says nothing twice. One that goes wrong holds up no other."""
    oldest, in_force = database_now() - COUNTS_FOR, PolicyVersion.objects.published()
    near = Acceptance.objects.filter(accepted_at__gt=oldest, accepted_at__lte=oldest + due.SOON, reminder=None)
    of_same = Q(policy_version=OuterRef("policy_version")) | Q(rules=OuterRef("rules"))
    anew = Acceptance.objects.filter(of_same, person=OuterRef("person"), accepted_at__gt=OuterRef("accepted_at"))
    near = near.filter(~Exists(anew), Q(rules=due.rules_in_force()) | Q(policy_version__in=in_force.values("pk")))
    for person in near.order_by("person").values_list("person", flat=True).distinct():
        try:
            commands.remind(person_id=person)
        except Error as error:
            log.warning("person %s not reminded of acceptances: %s", person, type(error).__name__)
