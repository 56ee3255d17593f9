"""When the members of a written ballot are reminded, and when its chair and alternates hear of it. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from .models import Ballot, Reminder

DAY = timedelta(days=1)
Step = Reminder.Step


def half_time(ballot: Ballot) -> datetime:
    return ballot.opened_at + (ballot.closes_at - ballot.opened_at) / 2


def last_call(ballot: Ballot) -> datetime:
    """A day before the close; of a ballot of two days and less, half time is the last call."""
    return max(ballot.closes_at - DAY, half_time(ballot))


def escalates_at(ballot: Ballot) -> datetime:
    """A day before the close, or a tenth of the ballot's time where that is shorter."""
    return ballot.closes_at - min(DAY, (ballot.closes_at - ballot.opened_at) / 10)


def due(ballot: Ballot, now: datetime) -> set[Reminder.Step]:
    """What is to be said now, if it was not said yet. What was missed in time is not made up for."""
    if not half_time(ballot) <= now < ballot.closes_at:
        return set()
    last = last_call(ballot)
    steps = {Step.LAST if half_time(ballot) < last <= now else Step.HALF}
    return steps | ({Step.ESCALATED} if escalates_at(ballot) <= now else set())
