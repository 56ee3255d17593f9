"""A task through the real broker and a real worker."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
import redis

from tests.services import broker_apart

pytestmark = pytest.mark.services


@pytest.fixture
def environment() -> Iterator[dict[str, str]]:
    """That of a worker, on the broker's database of this test process: what other tests rang for waits elsewhere."""
    url = broker_apart()
    with redis.Redis.from_url(url) as client:
        client.flushdb()
        yield {**os.environ, "REDIS_URL": url, "PORTAL_ROLE": "runtime"}
        client.flushdb()


@pytest.fixture
def worker(environment: dict[str, str]) -> Iterator[None]:
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "portal",
        "worker",
        "--pool=solo",
        "--without-gossip",
        "--without-mingle",
        "--loglevel=WARNING",
    ]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT) as process:
        yield
        process.terminate()


def test_a_task_goes_to_a_worker_and_comes_back(worker: None, environment: dict[str, str]) -> None:
    asked = [sys.executable, "manage.py", "prove_worker"]
    said = subprocess.run(asked, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert "a worker answered" in said.stdout, said.stderr


def test_without_a_worker_it_says_how_much_waits(environment: dict[str, str]) -> None:
    asked = [sys.executable, "manage.py", "prove_worker", "--seconds=0.2"]
    for others in (0, 1):
        said = subprocess.run(asked, env=environment, capture_output=True, text=True, timeout=120, check=False)
        assert said.returncode == 1
        assert "No worker answered within 0.2 s" in said.stderr
        assert f"Beside this task wait {others} others" in said.stderr
