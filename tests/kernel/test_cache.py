"""The cache serves while Redis is there, and is missed by nobody while it is not."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from portal.kernel.cache import SpareableCache


@pytest.fixture
def away() -> SpareableCache:
    return SpareableCache("unix:///nonexistent/valkey.sock", {})


@pytest.fixture
def cleaned() -> Iterator[None]:
    yield
    cache.delete_many(["word", "count"])


@pytest.mark.services
@pytest.mark.usefixtures("cleaned")
def test_values_come_back_as_they_were() -> None:
    value = {"at": [1.5, 2], "name": "Ünal"}
    cache.set("word", value)
    assert cache.get("word") == value
    assert cache.add("word", "other") is False


@pytest.mark.services
@pytest.mark.usefixtures("cleaned")
def test_numbers_are_counted_by_redis_itself() -> None:
    cache.set("count", 41)
    assert cache.incr("count") == 42
    assert cache.get("count") == 42


def test_a_server_that_is_away_looks_like_an_empty_one(away: SpareableCache) -> None:
    assert away.get("word", "default") == "default"
    assert away.get_or_set("word", "made") == "made"
    assert "word" not in away
    assert away.add("word", 1) is True
    assert away.delete("word") is False
    assert away.touch("word") is False
    away.set("word", 1)
    with pytest.raises(ValueError, match="not found"):
        away.incr("word")
