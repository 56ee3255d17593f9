"""Keeps programs running: starts them, starts again what dies, stops them in the opposite order."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from portal.quickstart.binaries import Program, die_with_parent

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Seconds before a program that died is started again; the pause doubles while it keeps dying."""

STEADY = 60.0
"""Seconds after which a program counts as running well, and its next pause is short again."""

LARGEST_LOG = 10_000_000
"""Bytes of a program's log beyond which its next start begins a new one, keeping one old one."""


@dataclass
class Child:
    """A program under supervision."""

    program: Program
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = FIRST_PAUSE
    due: float | None = None


class Supervisor:
    """Runs programs; `tell` gets one line of plain words for each thing that happens."""

    def __init__(self, logs: Path, tell: Callable[[str], None]) -> None:
        self.logs = logs
        self.tell = tell
        self.children: list[Child] = []
        logs.mkdir(mode=0o700, parents=True, exist_ok=True)

    def start(self, program: Program) -> Child:
        child = Child(program)
        self.children.append(child)
        self.launch(child)
        return child

    def launch(self, child: Child) -> None:
        program = child.program
        program.before_start()
        log_file = self.log_of(program.name)
        if log_file.exists() and log_file.stat().st_size > LARGEST_LOG:
            log_file.replace(log_file.with_suffix(".log.1"))
        descriptor = os.open(log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        switch = program.person.switch() if program.person else {}
        with os.fdopen(descriptor, "ab") as log:
            child.process = subprocess.Popen(
                program.command,
                env=program.environment,
                cwd=program.directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Its own session: Ctrl-C reaches the quickstart alone, which then stops everything in order.
                start_new_session=True,
                preexec_fn=die_with_parent(program.stop_signal),
                **switch,
            )
        child.started, child.due = time.monotonic(), None

    def log_of(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def look_after(self) -> None:
        """One round: notices what died, and starts again what is due. Called several times a second."""
        now = time.monotonic()
        for child in self.children:
            if child.process is None:
                continue
            code = child.process.poll()
            if code is None:
                continue
            if child.due is None:
                self.note_death(child, code, now)
            elif now >= child.due:
                self.launch(child)
                self.tell(f"{child.program.name} started again")

    def note_death(self, child: Child, code: int, now: float) -> None:
        sweep(child)
        pause = FIRST_PAUSE if now - child.started > STEADY else child.pause
        child.due, child.pause = now + pause, min(pause * 2, LONGEST_PAUSE)
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        self.tell(
            f"{child.program.name} stopped ({how}); starting it again in {pause:.0f} s. "
            f"What it said: {self.log_of(child.program.name)}"
        )

    def alive(self, child: Child) -> bool:
        return child.process is not None and child.process.poll() is None

    def stop(self) -> None:
        """Stops everything, the latest started first; what does not stop in time is stopped by force."""
        for child in reversed(self.children):
            process = child.process
            if process is None:
                continue
            child.process = None
            if process.poll() is None:
                process.send_signal(child.program.stop_signal)
                try:
                    process.wait(child.program.patience)
                except subprocess.TimeoutExpired:
                    self.tell(
                        f"{child.program.name} did not stop within {child.program.patience:.0f} s; ended by force"
                    )
                    process.kill()
                    process.wait()
            sweep_group(process.pid)


def sweep(child: Child) -> None:
    """Ends what a program that died left behind, such as a worker's own children."""
    if child.process is not None:
        sweep_group(child.process.pid)


def sweep_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
