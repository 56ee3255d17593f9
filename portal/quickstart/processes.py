"""Processes that outlive their parent: found by the lock file they left, ended only when they are surely ours."""

import os
import signal
import subprocess
import time
from pathlib import Path


def stop_leftover(lock: Path, *, belongs: str, stop_signal: int, patience: float) -> None:
    """Ends the process that `lock` names if its command line has `belongs` in it.

    A lock whose number another program has since got (after a restart of the machine, or in a container) is removed:
    the server would wait for that program for ever. One whose process is gone stays: servers read more from it.
    """
    pid = pid_in(lock)
    if pid is None:
        return
    if belongs in command_line(pid):
        end(pid, stop_signal, patience)
    elif runs(pid):
        lock.unlink(missing_ok=True)


def pid_in(lock: Path) -> int | None:
    """The process number on the first line of a lock file."""
    try:
        return abs(int(lock.read_text().split("\n", 1)[0]))
    except (OSError, ValueError):
        return None


def runs(pid: int) -> bool:
    """Whether there is such a process that has not ended; one that nobody has waited for yet has."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not ended_but_kept(pid)


def ended_but_kept(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return False


def command_line(pid: int) -> str:
    """How a process was started; empty when there is none."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        said = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
        return said.stdout.strip()


def end(pid: int, stop_signal: int, patience: float) -> None:
    """Asks a process to stop, and stops it by force after `patience` seconds."""
    for each in (stop_signal, signal.SIGKILL):
        try:
            os.kill(pid, each)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + patience
        while runs(pid) and time.monotonic() < deadline:
            time.sleep(0.02)
