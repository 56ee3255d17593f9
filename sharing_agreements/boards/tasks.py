"""What beat asks of boards: write down the decisions of ballots whose deadline has passed."""

import logging

from celery import shared_task

from portal.kernel.errors import Refused
from sharing_agreements.grants import database_now

from . import commands
from .models import Ballot, Motion

log = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def settle_due_ballots() -> None:
    """Settle what is due; a ballot that somebody settled in the meantime is left alone."""
    due = Ballot.objects.undecided().filter(motion__status=Motion.Status.VOTING, closes_at__lte=database_now())
    for ballot_id in due.values_list("pk", flat=True):
        try:
            commands.settle(ballot_id=ballot_id)
        except Refused as why:
            log.info("ballot %s not settled: %s", ballot_id, why.code)
