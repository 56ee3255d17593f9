"""Every address names its audience, so that a new one cannot forget."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

FOREIGN = ("allauth",)
"""Packages whose views stand behind their own rules: sign-in, sign-out, password reset and change."""


def routes(resolver: Any, prefix: str = "", namespace: str = "") -> Iterator[tuple[str, str, Any]]:
    """(name with namespace, route, view) of every address."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            name = f"{namespace}:{entry.name}" if namespace else str(entry.name)
            yield name, prefix + str(entry.pattern), entry.callback
        elif isinstance(entry, URLResolver):
            within = ":".join(filter(None, [namespace, entry.namespace]))
            yield from routes(entry, prefix + str(entry.pattern), within)


ALL = list(routes(get_resolver()))


@pytest.mark.parametrize(("name", "route", "view"), ALL, ids=[name for name, _, _ in ALL])
def test_every_view_names_its_audience(name: str, route: str, view: Any) -> None:
    if view.__module__.startswith(FOREIGN):
        return
    assert getattr(view, "audience", None) in {"public", "members"}, f"{route}: decorate with @public or @members"


def test_no_two_addresses_share_a_name() -> None:
    names = [name for name, _, _ in ALL]
    assert len(names) == len(set(names))


@pytest.mark.django_db
def test_a_null_byte_in_a_public_search_is_no_error(client: Any) -> None:
    assert client.get("/policies/?q=%00").status_code == 200
