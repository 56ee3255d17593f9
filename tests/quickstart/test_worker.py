"""A task through the real broker and a real worker."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.core.management import call_command

pytestmark = pytest.mark.services


@pytest.fixture
def worker() -> Iterator[None]:
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
    environment = {**os.environ, "PORTAL_ROLE": "runtime"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT) as process:
        yield
        process.terminate()


def test_a_task_goes_to_a_worker_and_comes_back(worker: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("prove_worker")
    assert "a worker answered" in capsys.readouterr().out
