"""PostgreSQL and the broker for a test run: those that the environment names, or embedded ones started for it."""

import fcntl
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from portal.kernel import addresses
from portal.quickstart.services import claim_free_place, given_services, start_services
from portal.quickstart.state import make_private, state_directory
from portal.quickstart.supervisor import Supervisor


@dataclass
class Services:
    """What a test run started, and must stop."""

    supervisor: Supervisor
    place_lock: IO[str]

    def stop(self) -> None:
        self.supervisor.stop()
        self.place_lock.close()


def provide() -> Services | None:
    """Sets the environment that tests run in; returns what was started for them, if anything was."""
    root = make_private(state_directory())
    started, place = None, root / "tests"
    if not given_services():
        place, lock = claim_free_place(root / "tests")
        started = Services(Supervisor(place / "logs", print), lock)
        os.environ.update(start_services(started.supervisor, place, root=root, keep=False))
    os.environ.update(
        {
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "PORTAL_ROLE": "owner",
            "SECRET_KEY": secrets.token_urlsafe(48),
            "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
            "PORTAL_ADDRESS": "http://localhost",
            "PORTAL_FILES": str(place / "files"),
            "PORTAL_STATIC_FORM": "checkout",
        }
    )
    return started


def broker_apart() -> str:
    """A numbered database of the broker for this test process alone, where no other rings."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    return addresses.redis_database(os.environ["REDIS_URL"], 4 + int(worker.removeprefix("gw")) % 12)


@contextmanager
def first_makes_database(connection: Any) -> Iterator[None]:
    """Inside, a process makes its test database: the first of a run by migrating, the others as a copy of that."""
    run, workers = (os.environ.get(f"PYTEST_XDIST_{name}") for name in ("TESTRUNUID", "WORKER_COUNT"))
    if run is None or workers is None or workers == "1":
        yield
        return
    template = connection.ops.quote_name(f"template_{run}")
    with open(Path(tempfile.gettempdir()) / f"portal-tests-{run}", "a") as turns:
        fcntl.flock(turns, fcntl.LOCK_EX)
        turn = turns.seek(0, os.SEEK_END)
        if turn > 0:
            connection.settings_dict["TEST"]["TEMPLATE"] = f"template_{run}"
        yield
        turns.write(".")
        with connection.creation._nodb_cursor() as cursor:
            if turn == 0:
                made = connection.ops.quote_name(connection.settings_dict["NAME"])
                cursor.execute(f"CREATE DATABASE {template} TEMPLATE {made}")
            elif turn + 1 == int(workers):
                cursor.execute(f"DROP DATABASE {template}")
                os.unlink(turns.name)
