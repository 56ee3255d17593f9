"""A real worker and a real beat, and their end by force."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType

CELERY = [sys.executable, "-m", "celery", "-A", "portal"]
COMMANDS = {
    "worker": [
        *(*CELERY, "worker", "-I", "tests.notices.worker", "--concurrency=2"),
        *("--without-gossip", "--without-mingle", "--loglevel=INFO"),
    ],
    "beat": [*CELERY, "beat", "--pidfile=", "--loglevel=INFO"],
}

HURRIED = {"PORTAL_NOTICES_LEASE": "8", "PORTAL_NOTICES_SWEEP": "2", "EMAIL_TIMEOUT": "2"}
"""Times of the outbox for those who can't wait for its real ones."""


class Process:
    """One worker or beat, in a process group of its own; it is killed at the end if it still runs."""

    def __init__(self, name: str, environment: dict[str, str], log: Path) -> None:
        self.log = log
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                COMMANDS[name],
                env={**os.environ, **environment, "PORTAL_ROLE": "runtime", "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def kill(self) -> None:
        """SIGKILL to the process and all its children: nobody gets to tidy up."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def __enter__(self) -> "Process":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.kill()
        if kind is not None:
            print(self.log.read_text()[-4000:])


def wait_until(holds: Callable[[], bool], seconds: float) -> float:
    """Waits for something to become true and returns the seconds that it took. AssertionError when it does not."""
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > seconds:
            raise AssertionError(f"not within {seconds:.0f} s")
        time.sleep(0.05)
    return time.monotonic() - began
