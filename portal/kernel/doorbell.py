"""Ringing a worker: a doorbell, never a store. What is owed lies in PostgreSQL, where a sweep finds it too."""

import logging
import time
from typing import Any

from kombu.exceptions import KombuError
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

QUIET = 30.0
"""Seconds for which this process leaves a broker alone that did not answer: no longer than between two sweeps."""

_quiet_until = 0.0


def ring(task: Any) -> bool:
    """Ask a worker to run a task without arguments now; False when the broker can't be reached.

    For `transaction.on_commit`: it does not raise for a broker that is down, full or read-only, and a broker that hangs
    costs a process the time-outs of CELERY_BROKER_TRANSPORT_OPTIONS, a few times, and then nothing for `QUIET` seconds.
    """
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return False
    try:
        # Tried twice: after a restart of the broker the first try meets a connection that is no longer one.
        task.apply_async(retry=True, retry_policy={"max_retries": 1, "interval_start": 0, "interval_step": 0})
    except (KombuError, RedisError, OSError) as error:
        _quiet_until = time.monotonic() + QUIET
        log.warning("broker away, the sweep will find the work: %s", type(error).__name__)
        return False
    return True


def listen_again() -> None:
    """Forget that the broker was away; for tests, and for programs that know that it came back."""
    global _quiet_until
    _quiet_until = 0.0
