"""One round of `benchmarks.faults`, in a process that is set up as the web server is: commit, wait, look for losses."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection

import tests.notices.worker  # noqa: F401 - makes the probe kind known here too
from portal.kernel.ids import uuid7
from portal.notices.letters import message_id
from portal.notices.models import Notice
from tests.notices import probe
from tests.notices.smtp import MailServer

EVENTS, PEOPLE, SECONDS = 30, 3, 3.0
"""Of each round: how many events, to how many people each, committed over how long."""

GIVE_UP = 120.0
"""Seconds after which what is still owed counts as lost."""


@dataclass
class Found:
    """What a round, or all of them, came to."""

    owed: int = 0
    lost: int = 0
    copies: int = 0
    unknown: int = 0
    recoveries: list[float] = field(default_factory=list)

    def add(self, other: Found) -> None:
        self.owed += other.owed
        self.lost += other.lost
        self.copies += other.copies
        self.unknown += other.unknown
        self.recoveries += other.recoveries


def play(kill: Callable[[], None], server: MailServer, chance: random.Random) -> Found:
    """One round: commit events, kill in the middle, wait until all is settled, look for what is missing."""
    people = [probe.someone(f"{uuid7()}@agency.example") for _ in range(PEOPLE)]
    committed: list[UUID] = []
    unknown = 0
    began = time.monotonic()
    killing = threading.Timer(chance.uniform(0.2, SECONDS), kill)
    killing.start()
    for number in range(EVENTS):
        time.sleep(max(0.0, began + number * SECONDS / EVENTS - time.monotonic()))
        try:
            committed.append(probe.happen(people).pk)
        except (InterfaceError, OperationalError):
            connection.close()
            unknown += 1
            time.sleep(0.2)
    killing.join()
    waited = settled([person.pk for person in people])
    return tally(server, committed, unknown, waited)


def settled(people: list[UUID]) -> float | None:
    """Seconds until these people are owed nothing, counted from now; None when that takes too long.

    Events count whose commit the database never confirmed, too: a kill may come between the commit and its answer.
    """
    began = time.monotonic()
    while time.monotonic() - began < GIVE_UP:
        try:
            if not Notice.objects.filter(recipient__in=people, status=Notice.Status.OWED).exists():
                return time.monotonic() - began
        except (InterfaceError, OperationalError):
            connection.close()
        time.sleep(0.1)
    return None


def tally(server: MailServer, committed: list[UUID], unknown: int, waited: float | None) -> Found:
    """What of the committed events' notices is missing, and what was sent more than once."""
    copies = Counter(server.message_ids())
    lost, again = 0, 0
    for event in committed:
        notices = list(Notice.objects.filter(event=event))
        lost += 2 * PEOPLE - len(notices)
        for notice in notices:
            arrived = copies[message_id(notice)] if notice.channel == Notice.Channel.EMAIL else 1
            lost += notice.status != Notice.Status.SENT or arrived == 0
            again += max(0, arrived - 1)
    return Found(
        owed=2 * PEOPLE * len(committed),
        lost=lost,
        copies=again,
        unknown=unknown,
        recoveries=[GIVE_UP if waited is None else waited],
    )
