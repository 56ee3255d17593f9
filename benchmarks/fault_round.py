"""One round of `benchmarks.faults`, in a process that is set up as the web server is: act, do harm, wait, look."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from typing import Protocol
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection
from django.db.models.functions import Now

import tests.notices.worker  # noqa: F401 - makes the probe kind known here too
from benchmarks.fault_acts import Scene, draw_up
from benchmarks.fault_checks import Found, approvals, digests_of, notices_of
from portal.audit.models import Event
from portal.kernel.clock import database_now
from portal.kernel.ids import uuid7
from portal.notices import commands
from portal.notices.models import Notice
from tests.notices import probe
from tests.notices.smtp import MailServer

EVENTS, PEOPLE, SECONDS = 30, 4, 3.0
"""Of each round: how many events, to how many people each, committed over how long."""

GIVE_UP = 180.0
"""Seconds after which what is still owed counts as lost, and what is not in force as stuck."""


AGREEMENTS = 2
"""Of each round: how many are approved and signed."""


class Actors(Protocol):
    """Those who vote and sign, in processes of their own."""

    def start(self, agreements: list[UUID], seed: str) -> None: ...

    def acted(self) -> bool:
        """Whether they are done; whoever was killed goes on."""


def play(harm: Callable[[], None], actors: Actors, scene: Scene, server: MailServer, chance: random.Random) -> Found:
    """One round: commit events beside the approvals, do harm in the middle, wait until all is settled, look."""
    start, first = database_now(), len(server.mails)
    agreements = draw_up(scene, AGREEMENTS)
    drawn_up = database_now()
    actors.start(agreements, f"{chance.random()}")
    committed, unknown = happens(harm, chance)
    waited = settled(actors.acted)
    mails, events = server.mails[first:], list(Event.objects.filter(at__gte=start))
    found = Found(unknown=unknown, recoveries=[GIVE_UP if waited is None else waited])
    found.illegal += not actors.acted()
    found.lost += 2 * PEOPLE * len(committed) - Notice.objects.filter(event__in=committed).count()
    for part in (approvals(agreements), notices_of(events, mails, drawn_up), digests_of(events, mails)):
        found.add(part)
    return found


def happens(harm: Callable[[], None], chance: random.Random) -> tuple[list[UUID], int]:
    """Events, and the harm among them; which were committed, and how many commits the database refused."""
    people = [probe.someone(f"{uuid7()}@agency.example") for _ in range(PEOPLE)]
    commands.choose(actor=people[0], ways={probe.KIND.group.key: "digest"}, digest_hour=7)
    committed: list[UUID] = []
    unknown = 0
    began = time.monotonic()
    harming = threading.Timer(chance.uniform(0.2, SECONDS), harm)
    harming.start()
    for number in range(EVENTS):
        time.sleep(max(0.0, began + number * SECONDS / EVENTS - time.monotonic()))
        try:
            committed.append(probe.happen(people).pk)
            the_hour_comes()
        except (InterfaceError, OperationalError):
            connection.close()
            unknown += 1
            time.sleep(0.2)
    harming.join()
    return committed, unknown


def the_hour_comes() -> None:
    """As if it were the hour of every digest; what is put off after a failed try stays put off."""
    waiting = Notice.objects.filter(channel=Notice.Channel.DIGEST, status=Notice.Status.OWED, attempts=0)
    waiting.filter(next_try_at__gt=Now()).update(next_try_at=Now())


def settled(acted: Callable[[], bool]) -> float | None:
    """Seconds until all have acted and nobody is owed anything; None when that takes too long.

    Events count whose commit the database never confirmed, too: a kill may come between the commit and its answer.
    """
    began = time.monotonic()
    while time.monotonic() - began < GIVE_UP:
        try:
            the_hour_comes()
            if acted() and not Notice.objects.filter(status=Notice.Status.OWED).exists():
                return time.monotonic() - began
        except (InterfaceError, OperationalError):
            connection.close()
        time.sleep(0.1)
    return None
