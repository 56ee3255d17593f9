"""A lock file that outlived its process must neither stop a start nor end a stranger's process."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from portal.quickstart.processes import command_line, runs, stop_leftover


def lock_naming(pid: int, tmp_path: Path) -> Path:
    lock = tmp_path / "server.pid"
    lock.write_text(f"{pid}\nmore\n")
    return lock


def sleeper(mark: str) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", mark])
    while mark not in command_line(process.pid):
        time.sleep(0.01)
    return process


def test_a_server_that_outlived_its_quickstart_is_ended(tmp_path: Path) -> None:
    with sleeper(str(tmp_path)) as server:
        stop_leftover(lock_naming(server.pid, tmp_path), belongs=str(tmp_path), stop_signal=signal.SIGTERM, patience=5)
        assert server.wait(5) == -signal.SIGTERM


def test_a_number_that_another_program_got_is_forgotten_and_the_program_left_alone(tmp_path: Path) -> None:
    with sleeper("somebody-else") as stranger:
        lock = lock_naming(stranger.pid, tmp_path)
        stop_leftover(lock, belongs=str(tmp_path), stop_signal=signal.SIGTERM, patience=5)
        assert not lock.exists()
        assert stranger.poll() is None
        stranger.kill()


def test_a_lock_of_a_process_that_is_gone_is_left_for_the_server_to_judge(tmp_path: Path) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    lock = lock_naming(gone.pid, tmp_path)
    stop_leftover(lock, belongs=str(tmp_path), stop_signal=signal.SIGTERM, patience=5)
    assert lock.exists()


def test_a_lock_without_a_number_is_left(tmp_path: Path) -> None:
    lock = tmp_path / "server.pid"
    lock.write_text("")
    stop_leftover(lock, belongs="", stop_signal=signal.SIGTERM, patience=5)
    assert lock.exists()


def test_a_process_that_ended_does_not_run_though_nobody_waited_for_it() -> None:
    ended = subprocess.Popen(["true"], stdout=subprocess.PIPE)
    assert ended.stdout is not None
    ended.stdout.read()
    os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
    assert not runs(ended.pid)
    ended.communicate()
