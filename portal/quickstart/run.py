"""The quickstart: from an empty directory to a portal that answers, and back, with each step told as it happens."""

import http.client
import importlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import FrameType

from portal.quickstart.binaries import Program, Trouble
from portal.quickstart.services import claim, given_services, start_services
from portal.quickstart.state import make_private, read_environment, secret, without_password, write_environment
from portal.quickstart.supervisor import Child, Supervisor

CHECKOUT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 120
"""Seconds for a task to come back."""


class Stopped(Exception):
    """Somebody asked the quickstart to stop while it was starting."""


class Quickstart:
    """One run of the portal on this machine. `say` prints a line."""

    def __init__(self, state: Path, port: int, say: Callable[[str], None]) -> None:
        self.state = state
        self.port = port
        self.say = say
        self.began = time.monotonic()
        self.address = f"http://127.0.0.1:{port}"
        self.asked_to_stop = 0
        self.supervisor = Supervisor(state / "logs", self.step)
        self.environment: dict[str, str] = {}

    def step(self, line: str) -> None:
        self.say(f"[{time.monotonic() - self.began:6.1f} s] {line}")

    def run(self, *, check: bool = False) -> None:
        """Starts everything and stays until it is told to stop; with `check`, until it has shown that it works."""
        with self.signals(), self.alone():
            try:
                self.start()
                if check:
                    self.prove()
                else:
                    self.introduce()
                    self.stay()
            except Stopped:
                self.step("asked to stop while starting")
            finally:
                self.step("stopping")
                self.supervisor.stop()
                self.step("stopped; the data stays in " + str(self.state))

    def start(self) -> None:
        self.say(f"State directory: {self.state}")
        given = given_services()
        if given:
            for name, url in given.items():
                self.step(f"using {name} {without_password(url)}")
            self.environment = self.settings(given)
        else:
            self.step(
                "starting PostgreSQL and the broker" + ("" if self.seen_before() else " (first time: making them)")
            )
            self.environment = self.settings(start_services(self.supervisor, self.state, root=self.state))
        write_environment(self.state, self.environment)
        self.manage("bringing the database's tables up to date", "migrate", "--verbosity=0", role="owner")
        self.manage("collecting static files", "collectstatic", "--noinput", "--verbosity=0")
        if has_command("load_demo"):
            self.manage("loading the demonstration data", "load_demo")
        web = self.start_portal()
        self.await_web(web)

    def seen_before(self) -> bool:
        return (self.state / "postgres" / "data").exists()

    def settings(self, services: dict[str, str]) -> dict[str, str]:
        """The portal's settings; what the caller's environment says goes first."""
        mail, files = make_private(self.state / "mail"), make_private(self.state / "files")
        own = {
            "SECRET_KEY": secret(self.state, "secret-key"),
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "PORTAL_ADDRESS": self.address,
            "PORTAL_STATE": str(self.state),
            "PORTAL_FILES": str(files),
            "PORTAL_STATIC": str(self.state / "static"),
            "PORTAL_STATIC_FORM": "named",
            "PORTAL_DEMONSTRATION": "true",
            "PORTAL_TIME_ZONE": "America/Los_Angeles",
            "EMAIL_URL": f"file:///{mail}",
        }
        return {name: os.environ.get(name) or value for name, value in own.items()} | services

    def child_environment(self, role: str = "runtime") -> dict[str, str]:
        return {**os.environ, **self.environment, "PORTAL_ROLE": role, "PYTHONUNBUFFERED": "1"}

    def manage(self, what: str, *command: str, role: str = "runtime") -> None:
        """Runs one management command to its end; its output is shown only when it fails."""
        self.step(what)
        with subprocess.Popen(
            [sys.executable, str(CHECKOUT / "manage.py"), *command],
            env=self.child_environment(role),
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as process:
            output = self.attend(process)
        if process.returncode != 0:
            raise Trouble(f"`manage.py {' '.join(command)}` failed:\n{output.strip()}")

    def attend(self, process: "subprocess.Popen[str]") -> str:
        while True:
            try:
                return process.communicate(timeout=0.3)[0]
            except subprocess.TimeoutExpired:
                self.supervisor.look_after()
                if self.asked_to_stop:
                    process.terminate()
                    raise Stopped from None

    def start_portal(self) -> Child:
        self.step("starting web, worker and beat")
        celery = [sys.executable, "-m", "celery", "-A", "portal"]
        commands = {
            "worker": [*celery, "worker", "--concurrency=2", "--without-gossip", "--without-mingle", "--loglevel=INFO"],
            "beat": [*celery, "beat", "--pidfile=", "--loglevel=INFO"],
            "web": [
                *(sys.executable, "-m", "gunicorn", "portal.wsgi", "--config", "deploy/gunicorn.conf.py"),
                *("--bind", f"127.0.0.1:{self.port}", "--workers", "2", "--threads", "4"),
            ],
        }
        children = {
            name: self.supervisor.start(
                Program(name, command, environment=self.child_environment(), directory=CHECKOUT)
            )
            for name, command in commands.items()
        }
        return children["web"]

    def await_web(self, web: Child, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not self.answers("/healthz"):
            self.supervisor.look_after()
            if self.asked_to_stop:
                raise Stopped
            if time.monotonic() > deadline:
                raise Trouble(
                    f"The web server did not answer within {seconds:.0f} s. See {self.supervisor.log_of('web')}"
                )
            time.sleep(0.1)
        self.step("the portal answers")

    def answers(self, path: str) -> bool:
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)) as connection:
                connection.request("GET", path)
                return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False

    def prove(self) -> None:
        """Sends a task through the broker to the worker, and waits for its mark.

        What the demonstration's people caused waits before it: mails of hundreds of notices, half a minute's work.
        """
        self.manage("sending a task through broker and worker", "prove_worker", f"--seconds={PATIENCE}")
        self.step("a task came back from the worker")

    def introduce(self) -> None:
        """Says where the portal is and who can sign in."""
        self.say("")
        self.say(f"  {self.environment['PORTAL_ADDRESS']}")
        for email, password, what in demonstration_accounts():
            self.say(f"    {email:<42} {password:<22} {what}")
        self.say(f"  Mail that the portal sends lies in {self.state / 'mail'}, its logs in {self.supervisor.logs}.")
        self.say("  Ctrl-C stops everything; the same command resumes with its data.")
        self.say("")

    def stay(self) -> None:
        while not self.asked_to_stop:
            self.supervisor.look_after()
            time.sleep(0.3)

    @contextmanager
    def signals(self) -> Iterator[None]:
        """Ctrl-C and SIGTERM ask for an orderly stop; asking three times ends everything by force."""

        def asked(number: int, frame: FrameType | None) -> None:
            self.asked_to_stop += 1
            if self.asked_to_stop >= 3:
                for child in self.supervisor.children:
                    if child.process is not None:
                        child.process.kill()

        before = {number: signal.signal(number, asked) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Holds the state directory, and makes sure of the port, before anything is started."""
        lock = claim(self.state / "lock")
        if lock is None:
            running = read_environment(self.state).get("PORTAL_ADDRESS", "")
            raise Trouble(
                f"A quickstart already runs on {self.state}{f', at {running}' if running else ''}. Use that one, stop "
                "it with Ctrl-C where it was started, or set PORTAL_STATE to another directory."
            )
        with lock:
            refuse_taken_port(self.port)
            yield


def refuse_taken_port(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError as error:
            raise Trouble(f"This person may not use port {port}. Choose one above 1023 with --port.") from error
        except OSError as error:
            raise Trouble(
                f"Port {port} is in use by another program. Choose another one: "
                f"python3 manage.py quickstart --port {port + 1}"
            ) from error


def has_command(name: str) -> bool:
    from django.core.management import get_commands  # noqa: PLC0415 - tests of this module need no Django

    return name in get_commands()


def demonstration_accounts() -> list[tuple[str, str, str]]:
    """(email, password, what they do) of the invented people; none where the portal ships no demonstration."""
    try:
        demo = importlib.import_module("portal.demo")
    except ModuleNotFoundError:
        return []
    return list(getattr(demo, "ACCOUNTS", ()))
