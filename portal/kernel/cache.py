"""The cache on Redis that the portal can spare: with Redis down every lookup misses, and pages still answer.

Only throttles live in it. Lock-outs, sessions and work to be done are in PostgreSQL.
"""

import json
from typing import Any

import structlog
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = structlog.get_logger(__name__)


class JSONSerializer:
    """JSON in place of Django's pickle: whoever can write to Redis must not be able to run code here."""

    def dumps(self, value: Any) -> bytes | int:
        # An integer stays one, so that Redis itself can add to it.
        return value if type(value) is int else json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data)


class SpareableCache(RedisCache):
    """Django's Redis cache, in which a server that is away looks like an empty one."""

    def add(self, key: Any, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        try:
            return bool(super().add(key, value, timeout, version))
        except RedisError as error:
            away(error)
            return True

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        try:
            return super().get(key, default, version)
        except RedisError as error:
            away(error)
            return default

    def set(self, key: Any, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        try:
            super().set(key, value, timeout, version)
        except RedisError as error:
            away(error)

    def touch(self, key: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        try:
            return bool(super().touch(key, timeout, version))
        except RedisError as error:
            away(error)
            return False

    def delete(self, key: Any, version: int | None = None) -> bool:
        try:
            return bool(super().delete(key, version))
        except RedisError as error:
            away(error)
            return False

    def has_key(self, key: Any, version: int | None = None) -> bool:
        try:
            return bool(super().has_key(key, version))
        except RedisError as error:
            away(error)
            return False

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Raises ValueError for a key that is not there, as every Django cache does; so does a server that is away."""
        try:
            return int(super().incr(key, delta, version))
        except RedisError as error:
            away(error)
            raise ValueError(f"Key {key!r} not found") from error


def away(error: RedisError) -> None:
    logger.warning("cache is away", error=type(error).__name__)
