"""What dies is started again; what is stopped stays stopped."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portal.quickstart import supervisor as module
from portal.quickstart.binaries import Program
from portal.quickstart.processes import runs
from portal.quickstart.supervisor import Child, Supervisor

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def supervisor(tmp_path: Path, told: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Supervisor]:
    monkeypatch.setattr(module, "FIRST_PAUSE", 0.05)
    found = Supervisor(tmp_path / "logs", told.append)
    yield found
    found.stop()


def python(name: str, code: str, **more: float) -> Program:
    return Program(name, [sys.executable, "-c", code], **more)  # type: ignore[arg-type]


def until(condition: Callable[[], bool], supervisor: Supervisor | None = None) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "did not happen within 10 s"
        if supervisor:
            supervisor.look_after()
        time.sleep(0.01)


def pid(child: Child) -> int:
    assert child.process is not None
    return child.process.pid


def test_a_killed_program_is_started_again(supervisor: Supervisor, told: list[str]) -> None:
    child = supervisor.start(python("web", "import time; time.sleep(60)"))
    child.pause = 0.05
    killed = pid(child)
    os.kill(killed, signal.SIGKILL)
    until(lambda: pid(child) != killed and supervisor.alive(child), supervisor)
    assert told[0].startswith("web stopped (SIGKILL); starting it again")
    assert told[1] == "web started again"


def test_a_program_that_keeps_dying_is_started_ever_more_slowly(supervisor: Supervisor, told: list[str]) -> None:
    child = supervisor.start(python("worker", "raise SystemExit(3)"))
    child.pause = 0.05
    until(lambda: sum("exit code 3" in line for line in told) == 3, supervisor)
    assert child.pause == pytest.approx(0.4)


def test_a_program_that_ran_well_is_started_again_at_once(supervisor: Supervisor) -> None:
    child = supervisor.start(python("web", "import time; time.sleep(60)"))
    child.pause, child.started = 30.0, time.monotonic() - module.STEADY - 1
    killed = pid(child)
    os.kill(killed, signal.SIGKILL)
    until(lambda: pid(child) != killed, supervisor)


def test_what_a_killed_program_left_behind_is_ended(supervisor: Supervisor) -> None:
    left = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {left!r}])"
    child = supervisor.start(python("worker", code))
    log = supervisor.log_of("worker")
    until(lambda: log.read_text().strip().isdigit())
    grandchild = int(log.read_text())
    os.kill(pid(child), signal.SIGKILL)
    until(lambda: not runs(grandchild), supervisor)


def test_everything_stops_in_the_opposite_order(tmp_path: Path, supervisor: Supervisor) -> None:
    order = tmp_path / "order"
    for name in ("postgres", "web"):
        code = (
            "import signal, sys, time\n"
            f"def stop(*_): open({str(order)!r}, 'a').write({name!r} + ' '); sys.exit()\n"
            "signal.signal(signal.SIGTERM, stop); print('up', flush=True); time.sleep(60)"
        )
        supervisor.start(python(name, code))
        until(lambda name=name: "up" in supervisor.log_of(name).read_text())  # type: ignore[misc]
    supervisor.stop()
    assert order.read_text().split() == ["web", "postgres"]


def test_what_does_not_stop_in_time_is_ended_by_force(supervisor: Supervisor, told: list[str]) -> None:
    child = supervisor.start(python("web", STUBBORN, patience=0.2))
    stubborn = pid(child)
    until(lambda: "up" in supervisor.log_of("web").read_text())
    supervisor.stop()
    assert not runs(stubborn)
    assert told == ["web did not stop within 0 s; ended by force"]


def test_programs_die_with_the_quickstart_however_it_ends(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from portal.quickstart.supervisor import Supervisor;"
        "from portal.quickstart.binaries import Program;"
        f"s = Supervisor(Path({str(tmp_path)!r}), print);"
        "c = s.start(Program('x', [sys.executable, '-c', 'import time; time.sleep(60)']));"
        "print(c.process.pid, flush=True); time.sleep(60)"
    )
    quickstart = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert quickstart.stdout is not None
    child = int(quickstart.stdout.readline())
    assert runs(child)
    quickstart.kill()
    quickstart.communicate()
    until(lambda: not runs(child))


def test_a_log_that_grew_large_begins_anew(supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST_LOG", 10)
    supervisor.log_of("web").write_text("a" * 11)
    supervisor.start(python("web", "print('new')"))
    until(lambda: supervisor.log_of("web").read_text() == "new\n")
    assert supervisor.log_of("web").with_suffix(".log.1").read_text() == "a" * 11
