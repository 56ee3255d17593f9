"""Every address x every role has its expected status, in `role_matrix.txt`; an address that is not in it fails.

On the same walk: what is forbidden answers as what is absent, and no form of a page fails on any day.

To write a new row, run this test: it prints the row as it is now; read it with care before you put it in.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from agencies import middleware
from benchmarks.canary.walking import undone

from . import absent
from .days import Ends
from .table import Row, rows, sign_in
from .test_urls import ALL
from .world import ROLES, World

FOREIGN = ("account_",)
PARTS = 8
"""In how many tests the table is asked, so that both processes have a share of it."""
DAYS_ASKED = {"post agencies:record_training", "post agreements:new", "get workbench:access_log"}
"""Some forms that take a day: those who walk here and find none of these walk blind."""


def test_every_address_is_in_the_table() -> None:
    known = {row.name for row in rows()}
    names = {name for name, _, _ in ALL if not name.startswith(FOREIGN)}
    assert names - known == set(), "write a row for each"
    assert known - names == set(), "these addresses are gone"


def ask(client: Client, row: Row, keys: list[Any]) -> HttpResponseBase:
    """The answer to one request, whose effects are undone."""
    address = reverse(row.name, args=keys)
    with undone():
        answer = client.get(address) if row.method == "GET" else client.post(address)
        for _ in answer if answer.streaming else ():
            pass  # a download decides while it runs
    return answer


@pytest.mark.django_db
@pytest.mark.parametrize("part", range(PARTS))
def test_every_address_answers_every_role_as_the_table_says(
    world: World, part: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Once a minute a session is written that it was seen: by either of two answers, as it happens.
    monkeypatch.setattr(middleware, "SEEN_EVERY", 86_400)
    clients, read_elsewhere, ends = sign_in(world), absent.read_elsewhere(), Ends(world)
    for client in clients.values():
        client.get(reverse("public:home"))  # what is written once a session belongs to no answer
    wrong, differ, table = [], [], list(rows())[part::PARTS]
    for row in table:
        keys, statuses = [world.ids[thing] for thing in row.things], []
        for role, expected in zip(ROLES, row.statuses, strict=True):
            if row.things and expected == "404":
                parts = 3 if (row.things[0], role) in read_elsewhere else 4
                status, how = absent.answered(clients[role], row, keys, parts=parts)
                if how:
                    differ.append(f"{row.method} {row.name} {','.join(row.things)} as {role}: {how}")
            else:
                answer = ask(clients[role], row, keys)
                status = str(answer.status_code)
                ends.of(row, keys, clients[role], answer)
            statuses.append(status)
        for client in ends.more:
            ends.of(row, keys, client)
        now = Row(row.method, row.name, row.things, tuple(statuses))
        if now != row:
            wrong.append(f"table {row}\nnow   {now}")
    assert not wrong, "\n" + "\n".join(wrong)
    assert not differ, "\n" + "\n".join(differ)
    pages = {row.name for row in table if row.method == "GET"}
    assert {each for each in DAYS_ASKED if each.split()[1] in pages} <= ends.asked
