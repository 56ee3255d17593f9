"""Keyset pages give every row once, forwards and backwards."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest

from agencies.models import Agency
from portal.kernel.history import save
from portal.resources import pages

pytestmark = pytest.mark.django_db


def asked(query: str | None) -> dict[str, str]:
    return dict(parse_qsl((query or "").removeprefix("?")))


def test_pages_follow_one_another_both_ways() -> None:
    for name in ("A", "B", "B", "B", "C", "D", "E"):
        save(Agency(name=name, kind="court"), actor=None)
    every = Agency.objects.all()
    wanted = list(every.order_by("name", "pk"))
    query: dict[str, str] = {"q": "kept"}
    forwards, places = [], []
    while True:
        page = pages.of(every, query, by="name", size=3)
        forwards.append(page.items)
        places.append(page)
        if page.next is None:
            break
        query = asked(page.next)
        assert query["q"] == "kept"
    assert [row for items in forwards for row in items] == wanted
    assert (places[0].previous, len(forwards)) == (None, 3)
    back = pages.of(every, asked(places[2].previous), by="name", size=3)
    assert back.items == forwards[1]
    first = pages.of(every, asked(back.previous), by="name", size=3)
    assert (first.items, first.previous) == (forwards[0], None)
    assert pages.of(every, asked(first.next), by="name", size=3).items == forwards[1]


@pytest.mark.parametrize("given", ["nonsense", "00000000-0000-7000-8000-000000000000", ""])
def test_an_unknown_place_begins_at_the_start(given: str) -> None:
    save(Agency(name="A", kind="court"), actor=None)
    page = pages.of(Agency.objects.all(), {"after": given}, by="name")
    assert (len(page.items), page.previous, page.next) == (1, None, None)
