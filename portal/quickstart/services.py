"""PostgreSQL and the broker of one directory, started together: what the quickstart and a test run both stand on."""

import fcntl
import os
from pathlib import Path
from typing import IO

from portal.quickstart.binaries import Trouble
from portal.quickstart.broker import Broker
from portal.quickstart.postgres import OWNER, RUNTIME, UNSAFE_BUT_FAST, Postgres
from portal.quickstart.supervisor import Supervisor

GIVEN = ("DATABASE_OWNER_URL", "DATABASE_URL", "REDIS_URL")


def given_services() -> dict[str, str]:
    """The running servers that the environment names: all three, or none."""
    given = {name: os.environ[name] for name in GIVEN if os.environ.get(name)}
    if given and len(given) < len(GIVEN):
        missing = ", ".join(name for name in GIVEN if name not in given)
        raise Trouble(f"{', '.join(given)} set, but not {missing}. Set all three to use running servers, or none.")
    return given


def start_services(supervisor: Supervisor, place: Path, *, root: Path, keep: bool = True) -> dict[str, str]:
    """Starts both in `place` and returns the environment that leads to them; `keep` makes writes durable."""
    postgres = Postgres(place / "postgres", root=root, settings=() if keep else UNSAFE_BUT_FAST)
    broker = Broker(place / "broker", durable=keep)
    for service in (postgres, broker):
        service.prepare()
        supervisor.start(service.program())
    for service in (postgres, broker):
        service.wait(supervisor.look_after)
    return {
        "DATABASE_OWNER_URL": postgres.url(OWNER),
        "DATABASE_URL": postgres.url(RUNTIME),
        "REDIS_URL": broker.url(),
    }


def claim(lock: Path) -> IO[str] | None:
    """Takes a lock that lasts as long as this process, however it ends; None when another process has it."""
    lock.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = open(lock, "a+")  # noqa: SIM115 - stays open: closing it gives the lock back
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def claim_free_place(places: Path) -> tuple[Path, IO[str]]:
    """A directory that no other process uses now: 0, 1, 2 and so on, so that test runs side by side don't meet."""
    number = 0
    while True:
        place = places / str(number)
        lock = claim(place / "lock")
        if lock is not None:
            return place, lock
        number += 1
