"""One address in the environment, three libraries that spell it differently."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal.kernel import addresses


def test_a_database_on_a_unix_socket() -> None:
    found = addresses.database("postgresql://owner:p%40ss@/portal?host=/run/portal")
    assert (found["HOST"], found["USER"], found["PASSWORD"], found["NAME"]) == (
        "/run/portal",
        "owner",
        "p@ss",
        "portal",
    )
    assert "host" not in found["OPTIONS"]


def test_a_database_on_a_host_keeps_its_options() -> None:
    found = addresses.database("postgresql://owner:x@db.example:5433/portal?sslmode=verify-full")
    assert (found["HOST"], found["PORT"]) == ("db.example", "5433")
    assert found["OPTIONS"] == {"sslmode": "verify-full"}


def test_another_engine_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="postgresql://"):
        addresses.database("sqlite:///portal.db")


@pytest.mark.parametrize(
    ("url", "other_database", "broker"),
    [
        ("redis://:pw@cache:6379/0", "redis://:pw@cache:6379/1", "redis://:pw@cache:6379/0"),
        ("unix:///run/v.sock?db=0", "unix:///run/v.sock?db=1", "redis+socket:///run/v.sock?virtual_host=0"),
        ("unix://:pw@/run/v.sock", "unix://:pw@/run/v.sock?db=1", "redis+socket://:pw@/run/v.sock?virtual_host=0"),
    ],
)
def test_redis_in_two_spellings(url: str, other_database: str, broker: str) -> None:
    assert addresses.redis_database(url, 1) == other_database
    assert addresses.celery_broker(url) == broker


def test_an_unknown_scheme_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="REDIS_URL must begin"):
        addresses.redis_database("memcached://cache", 1)
