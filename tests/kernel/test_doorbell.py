"""What ringing and throttling cost a request when the broker is not there, measured in a process of its own."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from portal.quickstart.broker import Broker

RING = """
import sys, time, django
django.setup()
from django.core.cache import cache
from portal.celery import answer, app
from portal.kernel import doorbell
app.finalize()
for _ in sys.stdin:
    began = time.monotonic()
    for _ in range(4):
        assert cache.add("throttle:lock", True, 60), "nobody is kept out"
        cache.get("throttle")
        cache.delete("throttle:lock")
    rung = [doorbell.ring(answer.signature(("token",))) for _ in range(2)]
    print(all(rung), time.monotonic() - began, flush=True)
"""
"""Each line stands for a request: it asks four throttles under their locks, as a sign-in does, and rings twice."""


@pytest.fixture
def hanging(tmp_path: Path) -> Iterator[str]:
    """A broker that takes connections and never says a word."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "hangs"))
        listener.listen(20)
        yield f"unix://{tmp_path / 'hangs'}?db=0"


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A broker that may be stopped without taking it from others: its address and its process."""
    broker = Broker(tmp_path / "broker", durable=False)
    broker.prepare()
    with subprocess.Popen(broker.program().command, stdout=subprocess.DEVNULL) as process:
        broker.wait(lambda: None)
        yield f"unix://{broker.socket}?db=0", process
        process.send_signal(signal.SIGCONT)
        process.terminate()


def requests(redis_url: str, number: int, between: Callable[[], None] = lambda: None) -> list[tuple[str, float]]:
    """Whether each of so many requests rang, and its seconds; `between` the first and the others something happens."""
    environment = {**os.environ, "REDIS_URL": redis_url, "PORTAL_ROLE": "runtime"}
    found = []
    with subprocess.Popen(
        [sys.executable, "-c", RING], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        for _ in range(number):
            process.stdin.write("\n")
            process.stdin.flush()
            rung, seconds = process.stdout.readline().split()
            found.append((rung, float(seconds)))
            if len(found) == 1:
                between()
        process.stdin.close()
    return found


def test_a_broker_that_is_down_costs_a_moment_once(tmp_path: Path) -> None:
    (first, took), *later = requests(f"unix://{tmp_path / 'absent'}?db=0", 3)
    assert first == "False"
    assert took < 2
    assert all(rung == "False" and seconds < 0.1 for rung, seconds in later)


def test_a_broker_that_hangs_costs_two_seconds_once(hanging: str) -> None:
    (first, took), *later = requests(hanging, 3)
    assert first == "False"
    assert took < 2.0
    assert all(rung == "False" and seconds < 0.1 for rung, seconds in later)


@pytest.mark.services
def test_a_broker_that_falls_silent_costs_two_seconds_once(own_broker: tuple[str, subprocess.Popen[bytes]]) -> None:
    address, process = own_broker
    (first, _), (second, took), (_, later) = requests(address, 3, lambda: process.send_signal(signal.SIGSTOP))
    assert (first, second) == ("True", "False")
    assert took < 2.0
    assert later < 0.1
    process.send_signal(signal.SIGCONT)
    with redis.Redis.from_url(address.replace("db=0", "db=1")) as client:
        assert client.ping()
        assert client.keys("*lock*") == [], "what it does late keeps nobody out either"


@pytest.mark.services
def test_a_broker_that_is_there_is_rung() -> None:
    assert [rung for rung, _ in requests(os.environ["REDIS_URL"], 3)] == ["True"] * 3
