"""What ringing costs a request when the broker is not there, measured in a process of its own."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

RING = """
import time, django
django.setup()
from portal.celery import answer, app
from portal.kernel import doorbell
app.finalize()
for _ in range(3):
    began = time.monotonic()
    rung = doorbell.ring(answer.signature(("token",)))
    print(rung, time.monotonic() - began)
"""


@pytest.fixture
def hanging(tmp_path: Path) -> Iterator[str]:
    """A broker that takes connections and never says a word."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "hangs"))
        listener.listen(20)
        yield f"unix://{tmp_path / 'hangs'}?db=0"


def rings(redis_url: str) -> list[tuple[str, float]]:
    environment = {**os.environ, "REDIS_URL": redis_url, "PORTAL_ROLE": "runtime"}
    done = subprocess.run(
        [sys.executable, "-c", RING], env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    return [(rung, float(seconds)) for rung, seconds in (line.split() for line in done.stdout.splitlines())]


def test_a_broker_that_is_down_costs_a_moment_once(tmp_path: Path) -> None:
    (first, took), *later = rings(f"unix://{tmp_path / 'absent'}?db=0")
    assert first == "False"
    assert took < 2
    assert all(rung == "False" and seconds < 0.01 for rung, seconds in later)


def test_a_broker_that_hangs_costs_its_time_outs_once(hanging: str) -> None:
    (first, took), *later = rings(hanging)
    assert first == "False"
    assert took < 8
    assert all(rung == "False" and seconds < 0.01 for rung, seconds in later)


@pytest.mark.services
def test_a_broker_that_is_there_is_rung() -> None:
    assert [rung for rung, _ in rings(os.environ["REDIS_URL"])] == ["True"] * 3
