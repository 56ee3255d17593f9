"""A site with its own throttles, and the people who walk through it.

What needs Django is imported inside: pytest reads this file before the settings can be read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext

if TYPE_CHECKING:
    from .walking import Person


@pytest.fixture
def site(live_server: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of the portal, served by threads of this process; no worker and no beat runs."""
    from django.core.cache import caches  # noqa: PLC0415

    monkeypatch.setattr(caches["default"], "key_prefix", f"browser-{uuid4().hex}")
    return str(live_server.url)


@pytest.fixture
def redis_away(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whoever asks the broker or the cache gets no answer."""
    import redis  # noqa: PLC0415

    from portal.kernel import doorbell  # noqa: PLC0415

    def refuse(*args: object, **kwargs: object) -> None:
        raise redis.ConnectionError("away")

    monkeypatch.setattr(redis.connection.AbstractConnection, "send_packed_command", refuse)
    yield
    doorbell.listen_again()


@pytest.fixture
def somebody(site: str, new_context: Callable[..., BrowserContext]) -> Iterator[Callable[..., Person]]:
    """A maker of people at browsers of their own: signed in when an address is given. `context` goes to the browser."""
    from .walking import Person  # noqa: PLC0415

    complaints: list[str] = []

    def come(email: str = "", *, checks: bool = True, **context: Any) -> Person:
        person = Person(new_context(**context), site, complaints, checks=checks)
        return person.signs_in(email) if email else person

    yield come
    assert not complaints, "\n" + "\n".join(dict.fromkeys(complaints))
