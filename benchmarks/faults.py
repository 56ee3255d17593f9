"""What is lost, sent twice, decided twice or left in no lawful state when processes are killed and servers misbehave.

Real web server, worker, beat, broker, PostgreSQL and mail server. In each round two processes vote on and sign the same
agreements while events owe messages, and one harm, chosen at random, is done at a random moment; a supervisor starts
again what died, as the quickstart does. The round ends when nothing is owed any more and every agreement is in force;
then every notice is looked for in the database and at the mail server, and every agreement's decision, signatures,
events and grants are counted.

    python -m benchmarks.faults --runs 14 --seed 1
    python -m benchmarks.faults --runs 1000 --state soak.json    # stopped and called again, it goes on
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import django
import redis

from benchmarks.fault_acts import READY, set_up
from portal.quickstart.binaries import Program
from portal.quickstart.services import claim_free_place, start_services
from portal.quickstart.state import make_private, state_directory
from portal.quickstart.supervisor import FIRST_PAUSE, Child, Supervisor
from tests.notices.processes import COMMANDS, HURRIED
from tests.notices.smtp import MailServer

if TYPE_CHECKING:
    from benchmarks.fault_checks import Found

HERE = Path(__file__).resolve().parent.parent
SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "portal.settings",
    "SECRET_KEY": "a-benchmark-serves-nobody-and-keeps-nothing-secret",
    "ALLOWED_HOSTS": "localhost",
    "PORTAL_ADDRESS": "http://localhost",
    "LOG_LEVEL": "WARNING",
    **HURRIED,
}
OFF_CLOCK = [sys.executable, "-m", "benchmarks.fault_run"]
WEB = ["gunicorn", "portal.wsgi", "--config", "deploy/gunicorn.conf.py", "--workers", "2", "--threads", "2"]

KILLED = {
    "worker": ["worker"],
    "broker": ["valkey"],
    "worker and broker": ["worker", "valkey"],
    "beat": ["beat"],
    "web": ["web"],
    "database": ["postgres"],
}
HARMS = (
    *KILLED,
    "pool",
    "queue",
    "actors",
    "mail refused",
    "mail hanging",
    "clock ahead",
    "clock behind",
)
CRASHES = {"worker", "worker and broker", "pool", "database", "mail hanging"}
"""Harms after which a mail may come twice: its sender died, or was left without an answer, before marking it."""

HOUR = {"clock ahead": 3600, "clock behind": -3600}


class Stage:
    """The running processes, looked after by a thread as the quickstart looks after its own."""

    def __init__(self, supervisor: Supervisor, server: MailServer, port: int) -> None:
        self.supervisor = supervisor
        self.server = server
        self.port = port
        self.actors = Actors(port, supervisor.logs / "actors.log")
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

    def do(self, harm: str) -> None:
        """SIGKILL, to the whole process group, save for one process of the worker's pool; or other harm."""
        if harm in KILLED:
            for name in KILLED[harm]:
                self.kill(name)
        elif harm == "pool":
            self.kill_one_of_the_pool()
        elif harm == "actors":
            self.actors.kill_now_and_then()
        elif harm == "mail refused":
            self.upset(reply_to_data="451 later")
        elif harm == "mail hanging":
            self.upset(hangs_at="data")
        else:  # the queue is emptied; where clocks are off, so that beat alone is left to find what is owed
            with redis.Redis.from_url(os.environ["REDIS_URL"]) as client, suppress(redis.RedisError):
                client.flushall()

    def kill(self, name: str) -> None:
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

    def upset(self, seconds: float = 2.0, **mood: Any) -> None:
        """The mail server behaves otherwise for a while."""
        usual = {name: getattr(self.server.mood, name) for name in mood}
        for values in (mood, usual):
            for name, value in values.items():
                setattr(self.server.mood, name, value)
            if values is mood:
                time.sleep(seconds)

    def set_clocks(self, seconds: int) -> None:
        """Worker, web and those who act get a clock that is off; beat and the database keep theirs."""
        self.actors.environment["FAULTS_CLOCK"] = str(seconds)
        for name in ("worker", "web"):
            environment = self.child(name).program.environment
            assert environment is not None  # noqa: S101 (it was given one)
            if environment.get("FAULTS_CLOCK", "0") != str(seconds):
                environment["FAULTS_CLOCK"] = str(seconds)
                self.kill(name)
        self.await_web()

    def await_web(self) -> None:
        time.sleep(0.3)
        for _ in range(600):
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.1)
        raise SystemExit("faults: the web server does not start")

    def end(self) -> None:
        self.actors.kill()
        self.over.set()
        self.thread.join()


class Actors:
    """Two processes that vote and sign; whoever is killed is started again and goes on."""

    def __init__(self, port: int, log: Path) -> None:
        self.port, self.log = port, log
        self.environment: dict[str, str] = {}
        self.arguments: list[str] = []
        self.processes: list[subprocess.Popen[str]] = []

    def start(self, agreements: list[UUID], seed: str) -> None:
        self.arguments = [str(self.port), seed, *map(str, agreements)]
        self.processes = [self._run(), self._run()]
        for process in self.processes:
            self._await(process)

    def _run(self) -> subprocess.Popen[str]:
        with self.log.open("a") as log:
            return subprocess.Popen(
                [*OFF_CLOCK, "benchmarks.fault_acts", *self.arguments],
                env={**os.environ, **self.environment},
                cwd=HERE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def _await(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None  # noqa: S101 (a pipe was asked for)
        if process.stdout.readline().strip() != READY and process.poll() not in {None, -signal.SIGKILL}:
            raise SystemExit(f"faults: those who act do not start, see {self.log}")

    def acted(self) -> bool:
        for number, process in enumerate(self.processes):
            if process.poll() not in {None, 0}:
                self.processes[number] = self._run()
        return all(process.poll() == 0 for process in self.processes)

    def kill(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()

    def kill_now_and_then(self, times: int = 3) -> None:
        """Three times, at another moment of what they do each time."""
        for number in range(times):
            time.sleep(random.uniform(0.0, 0.8))  # noqa: S311
            self.kill()
            if number + 1 < times:
                self.acted()
                for process in self.processes:
                    self._await(process)


@contextmanager
def stage() -> Iterator[Stage]:
    """Everything started and migrated, with this process set up as the web server would be; stopped afterwards."""
    root = make_private(state_directory())
    place, lock = claim_free_place(root / "faults")
    for left in ("postgres", "broker"):  # of an earlier call: each begins with an empty database
        shutil.rmtree(place / left, ignore_errors=True)
    supervisor = Supervisor(place / "logs", lambda line: None)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    with MailServer() as server, lock:
        server.mood.seconds_a_mail = 0.01
        try:
            os.environ.update(start_services(supervisor, place, root=root))
            os.environ.update(SETTINGS, PORTAL_ROLE="runtime", EMAIL_URL=f"smtp://127.0.0.1:{server.port}")
            migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
            subprocess.run(migrate, check=True, cwd=HERE, env={**os.environ, "PORTAL_ROLE": "owner"})
            django.setup()
            modules = {name: command[2:] for name, command in COMMANDS.items()}
            for name, module in {**modules, "web": [*WEB, "--bind", f"127.0.0.1:{port}"]}.items():
                command = [*OFF_CLOCK, *module]
                supervisor.start(Program(name, command, environment=dict(os.environ), directory=HERE))
            running = Stage(supervisor, server, port)
            try:
                running.await_web()
                yield running
            finally:
                running.end()
        finally:
            supervisor.stop()


def plan(seed: int, runs: int) -> list[str]:
    """The harm of each round: all of them in another order each time around, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - chooses harms, no secrets
    return [harm for _ in range(runs // len(HARMS) + 1) for harm in chance.sample(HARMS, len(HARMS))][:runs]


def rounds(running: Stage, seed: int, harms: list[str], done: int) -> Iterator[tuple[str, Found]]:
    """Plays the rounds that are not done yet; each has chances of its own, so that it can be played again alone."""
    from benchmarks.fault_round import play, settled

    scene = set_up()
    settled(lambda: True)
    for number, harm in enumerate(harms[done:], start=done + 1):
        chance = random.Random(f"{seed} {number}")  # noqa: S311
        running.set_clocks(HOUR.get(harm, 0))
        found = play(functools.partial(running.do, harm), running.actors, scene, running.server, chance)
        if harm not in CRASHES:
            found.stray = found.copies
        print(
            f"round {number}: {harm}; {found.owed} notices, {found.lost} lost, {found.copies} sent twice, "
            f"{found.approved} approvals, {found.illegal} illegal, {found.double} double, "
            f"{found.unknown} commits refused, settled after {found.recoveries[0]:.1f} s",
            flush=True,
        )
        yield harm, found


def main() -> int:
    """Prints a line a round and the figures last; the exit code is 1 when anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=len(HARMS), help=f"rounds ({len(HARMS)}: each harm once)")
    parser.add_argument("--seed", type=int, default=None, help="repeats the choices of an earlier call")
    parser.add_argument("--state", type=Path, default=None, help="a file to go on from, with seed and finished rounds")
    options = parser.parse_args()
    kept: dict[str, Any] = json.loads(options.state.read_text()) if options.state and options.state.exists() else {}
    seed = kept.get("seed", options.seed if options.seed is not None else random.SystemRandom().getrandbits(32))
    finished: list[dict[str, Any]] = kept.get("rounds", [])
    print(f"seed {seed}" + (f", {len(finished)} rounds done before" if finished else ""))

    def keep(harm: str, found: Found) -> None:
        finished.append({"harm": harm, **asdict(found)})
        if options.state:
            unfinished = options.state.with_suffix(".unfinished")
            unfinished.write_text(json.dumps({"seed": seed, "rounds": finished}))
            unfinished.replace(options.state)

    if len(finished) < options.runs:
        with stage() as running:
            for harm, found in rounds(running, seed, plan(seed, options.runs), len(finished)):
                keep(harm, found)
    return report(finished)


def report(finished: list[dict[str, Any]]) -> int:
    def total(name: str) -> int:
        return sum(each[name] for each in finished)

    recoveries = [seconds for each in finished for seconds in each["recoveries"]]
    print(
        f"faults: {len(finished)} rounds, {total('owed')} notices, {total('approved')} approvals; "
        f"{total('lost')} lost, {total('illegal')} illegal states, {total('double')} double decisions, "
        f"{total('copies')} duplicates ({total('stray')} outside a crash), recovery "
        f"{statistics.median(recoveries):.1f} s (median) {max(recoveries):.1f} s (longest)"
    )
    return 1 if any(total(name) for name in ("lost", "illegal", "double", "stray")) else 0


if __name__ == "__main__":
    sys.exit(main())
