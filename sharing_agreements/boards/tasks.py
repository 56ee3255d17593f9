"""What beat asks of boards: write down the decisions of ballots whose deadline has passed, and remind members.

Nothing waits for these: a deadline is a timestamp that is compared, and what was missed while no worker ran is found by
the next run. One matter that goes wrong does not hold up the others.
"""

import logging
from collections.abc import Callable, Iterable
from uuid import UUID

from celery import shared_task
from django.db import Error

from portal.kernel.clock import database_now
from portal.kernel.errors import Refused

from . import commands
from .models import Ballot, ChairSuspension, Motion
from .models.ballots import BallotQuerySet

log = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def settle_due_ballots() -> None:
    """Settle what is due; a ballot that somebody settled in the meantime is left alone."""
    due = _voting().filter(closes_at__lte=database_now())
    _each(due.values_list("pk", flat=True), lambda key: commands.settle(ballot_id=key), "ballot %s not settled: %s")


@shared_task(ignore_result=True)
def remind_members() -> None:
    """Remind of written ballots that are past half their time, and of suspensions that the board left undecided."""
    now = database_now()
    running = _voting().filter(meeting=None, closes_at__gt=now)
    late = [ballot.pk for ballot in running if ballot.closes_at - now <= now - ballot.opened_at]
    _each(late, lambda key: commands.remind_of_ballot(ballot_id=key), "nobody reminded of ballot %s: %s")
    overdue = ChairSuspension.objects.unratified().filter(ratify_by__lte=now, reminders=None)
    _each(
        overdue.values_list("pk", flat=True),
        lambda key: commands.remind_of_suspension(suspension_id=key),
        "nobody reminded of suspension %s: %s",
    )


def _voting() -> BallotQuerySet:
    return Ballot.objects.undecided().filter(motion__status=Motion.Status.VOTING)


def _each(keys: Iterable[UUID], command: Callable[[UUID], object], failed: str) -> None:
    for key in keys:
        try:
            command(key)
        except Refused as why:
            log.info(failed, key, why.code)
        except Error as error:
            log.warning(failed, key, type(error).__name__)
