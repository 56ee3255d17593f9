"""The cache on Redis that the portal can spare: with Redis down every lookup misses, and pages still answer.

Only throttles live in it. Lock-outs, sessions and work to be done are in PostgreSQL.
"""

import json
import time
from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError, TimeoutError

logger = structlog.get_logger(__name__)

T = TypeVar("T")

QUIET = 5.0
"""Seconds for which this process leaves a server alone that did not answer in time: longer than any request lasts."""


class JSONSerializer:
    """JSON in place of Django's pickle: whoever can write to Redis must not be able to run code here."""

    def dumps(self, value: Any) -> bytes | int:
        # An integer stays one, so that Redis itself can add to it.
        return value if type(value) is int else json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data)


class SpareableCache(RedisCache):
    """Django's Redis cache, in which a server that is away looks like an empty one.

    A server that hangs costs one time-out; then this process leaves it alone for `QUIET` seconds.
    """

    quiet_until = 0.0

    def spared(self, ask: Callable[[], T], otherwise: T) -> T:
        """What the server answers, or what an empty one would."""
        if time.monotonic() < SpareableCache.quiet_until:
            return otherwise
        try:
            return ask()
        except RedisError as error:
            if isinstance(error, TimeoutError):
                SpareableCache.quiet_until = time.monotonic() + QUIET
            logger.warning("cache is away", error=type(error).__name__)
            return otherwise

    def add(self, key: Any, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Asks before it tells: what a server that hangs was told it does once it goes on, and the lock of a throttle,
        of which nobody knows then, would keep a network from signing in for ten seconds."""
        if self.has_key(key, version):
            return False
        return self.spared(lambda: bool(super(SpareableCache, self).add(key, value, timeout, version)), True)

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self.spared(lambda: super(SpareableCache, self).get(key, default, version), default)

    def set(self, key: Any, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self.spared(lambda: super(SpareableCache, self).set(key, value, timeout, version), None)

    def touch(self, key: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self.spared(lambda: bool(super(SpareableCache, self).touch(key, timeout, version)), False)

    def delete(self, key: Any, version: int | None = None) -> bool:
        return self.spared(lambda: bool(super(SpareableCache, self).delete(key, version)), False)

    def has_key(self, key: Any, version: int | None = None) -> bool:
        return self.spared(lambda: bool(super(SpareableCache, self).has_key(key, version)), False)

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Raises ValueError for a key that is not there, as every Django cache does; so does a server that is away."""
        counted = self.spared(lambda: int(super(SpareableCache, self).incr(key, delta, version)), None)
        if counted is None:
            raise ValueError(f"Key {key!r} not found")
        return counted
