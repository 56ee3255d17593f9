"""How many notices are lost when processes are killed: real worker, beat, broker, PostgreSQL and mail server.

In each round somebody commits events while one victim, chosen at random, is killed by SIGKILL at a random moment, and
a supervisor starts it again as the quickstart does. The round ends when nothing is owed any more; then every notice is
looked for in the database, and every mail at the mail server.

    python -m benchmarks.faults --runs 5 --seed 1
"""

from __future__ import annotations

import argparse
import functools
import os
import random
import signal
import statistics
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import django
import redis

from portal.quickstart.binaries import Program
from portal.quickstart.services import claim_free_place, start_services
from portal.quickstart.state import make_private, state_directory
from portal.quickstart.supervisor import FIRST_PAUSE, Child, Supervisor
from tests.notices.processes import COMMANDS, HURRIED
from tests.notices.smtp import MailServer

HERE = Path(__file__).resolve().parent.parent
SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "portal.settings",
    "SECRET_KEY": "a-benchmark-serves-nobody-and-keeps-nothing-secret",
    "ALLOWED_HOSTS": "localhost",
    "PORTAL_ADDRESS": "http://localhost",
    "LOG_LEVEL": "WARNING",
    **HURRIED,
}

VICTIMS = ("worker", "pool", "broker", "worker and broker", "beat", "queue", "database")


class Stage:
    """The running processes, looked after by a thread as the quickstart looks after its own."""

    def __init__(self, supervisor: Supervisor, server: MailServer) -> None:
        self.supervisor = supervisor
        self.server = server
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.look_after, daemon=True)
        self.thread.start()

    def look_after(self) -> None:
        while not self.over.wait(0.1):
            for child in self.supervisor.children:
                child.pause = FIRST_PAUSE  # killed by us, not failing by itself: no reason to wait longer each time
            self.supervisor.look_after()

    def child(self, name: str) -> Child:
        return next(child for child in self.supervisor.children if child.program.name == name)

    def kill(self, victim: str) -> None:
        """SIGKILL, to the whole process group, save for one process of the worker's pool; or the queue is emptied."""
        if victim == "queue":
            with redis.Redis.from_url(os.environ["REDIS_URL"]) as client, suppress(redis.RedisError):
                client.flushall()
        elif victim == "pool":
            self.kill_one_of_the_pool()
        else:
            names = {"broker": ["valkey"], "worker and broker": ["worker", "valkey"], "database": ["postgres"]}
            for name in names.get(victim, [victim]):
                process = self.child(name).process
                if process is not None:
                    with suppress(ProcessLookupError):
                        os.killpg(process.pid, signal.SIGKILL)

    def kill_one_of_the_pool(self) -> None:
        process = self.child("worker").process
        if process is None:
            return
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        with suppress(OSError, IndexError, ValueError):
            os.kill(int(children.read_text().split()[0]), signal.SIGKILL)

    def end(self) -> None:
        self.over.set()
        self.thread.join()


@contextmanager
def stage() -> Iterator[Stage]:
    """Everything started and migrated, with this process set up as the web server would be; stopped afterwards."""
    root = make_private(state_directory())
    place, lock = claim_free_place(root / "faults")
    supervisor = Supervisor(place / "logs", lambda line: None)
    with MailServer() as server, lock:
        server.mood.seconds_a_mail = 0.01
        try:
            os.environ.update(start_services(supervisor, place, root=root))
            os.environ.update(SETTINGS, PORTAL_ROLE="runtime", EMAIL_URL=f"smtp://127.0.0.1:{server.port}")
            migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
            subprocess.run(migrate, check=True, cwd=HERE, env={**os.environ, "PORTAL_ROLE": "owner"})
            django.setup()
            for name, command in COMMANDS.items():
                supervisor.start(Program(name, command, environment=dict(os.environ), directory=HERE))
            running = Stage(supervisor, server)
            try:
                yield running
            finally:
                running.end()
        finally:
            supervisor.stop()


def main() -> int:
    """Prints a line a round and the figures last; the exit code is 1 when a notice was lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="rounds (5)")
    parser.add_argument("--seed", type=int, default=None, help="repeats the choices of an earlier call")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().getrandbits(32)
    chance = random.Random(seed)  # noqa: S311 - chooses victims, no secrets
    print(f"seed {seed}")
    victims = [
        victim for _ in range(options.runs // len(VICTIMS) + 1) for victim in chance.sample(VICTIMS, len(VICTIMS))
    ]
    with stage() as running:
        from benchmarks.fault_round import Found, play

        whole = Found()
        for number, victim in enumerate(victims[: options.runs], start=1):
            found = play(functools.partial(running.kill, victim), running.server, chance)
            whole.add(found)
            print(
                f"round {number}: {victim} killed; {found.owed} notices, {found.lost} lost, {found.copies} sent twice, "
                f"{found.unknown} commits refused, settled after {found.recoveries[0]:.1f} s",
                flush=True,
            )
    print(
        f"faults: {options.runs} rounds, {whole.owed} notices, {whole.lost} lost, {whole.copies} duplicates, recovery "
        f"{statistics.median(whole.recoveries):.1f} s (median) {max(whole.recoveries):.1f} s (longest)"
    )
    return 1 if whole.lost else 0


if __name__ == "__main__":
    sys.exit(main())
