"""Every address x every role has its expected status, in `role_matrix.txt`; an address that is not in it fails.

A row is: method, name, the things whose ids the address takes, then a status for each role in the order of `ROLES`.
To write a new row, run this test: it prints the row as it is now; read it with care before you put it in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from agencies import commands as agencies
from privacy.models import Purpose

from .test_urls import ALL
from .world import ROLES, World

TABLE = Path(__file__).with_name("role_matrix.txt")
FOREIGN = ("account_",)
PARTS = 4
"""In how many tests the table is asked, so that both processes have a share of it."""


@dataclass(frozen=True)
class Row:
    method: str
    name: str
    things: tuple[str, ...]
    statuses: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.method:4} {self.name:34} {','.join(self.things) or '-':16} {' '.join(self.statuses)}"


def rows() -> Iterator[Row]:
    for line in TABLE.read_text().splitlines():
        if line and not line.startswith("#"):
            method, name, things, *statuses = line.split()
            yield Row(method, name, tuple(things.split(",")) if things != "-" else (), tuple(statuses))


def test_every_address_is_in_the_table() -> None:
    known = {row.name for row in rows()}
    names = {name for name, _, _ in ALL if not name.startswith(FOREIGN)}
    assert names - known == set(), "write a row for each"
    assert known - names == set(), "these addresses are gone"


def sign_in(world: World) -> dict[str, Client]:
    """A client for every role; the recipient's people have stated a purpose; the inactive person was active before."""
    clients = {}
    for role in ROLES:
        clients[role] = Client()
        if role != "public":
            clients[role].force_login(world.people[role])
    clients["clerk of recipient"].post(
        reverse("records:inquiry"), {"purpose": str(Purpose.CRIMINAL_JUSTICE), "case_number": "26-CR-1"}
    )
    agencies.deactivate_person(
        actor=world.people["portal administrator"], person_id=world.people["inactive person"].pk, reason="Left"
    )
    return clients


def ask(client: Client, row: Row, world: World) -> str:
    """The status of one request, whose effects are undone."""
    address = reverse(row.name, args=[world.ids[thing] for thing in row.things])
    undone = transaction.atomic()
    undone._from_testcase = True  # type: ignore[attr-defined]  # durable commands may run inside it
    with undone:
        answer = client.get(address) if row.method == "GET" else client.post(address)
        for _ in answer if answer.streaming else ():
            pass  # a download decides while it runs
        transaction.set_rollback(True)
    return str(answer.status_code)


@pytest.mark.django_db
@pytest.mark.parametrize("part", range(PARTS))
def test_every_address_answers_every_role_as_the_table_says(world: World, part: int) -> None:
    clients = sign_in(world)
    wrong = []
    for row in list(rows())[part::PARTS]:
        now = Row(row.method, row.name, row.things, tuple(ask(clients[role], row, world) for role in ROLES))
        if now != row:
            wrong.append(f"table {row}\nnow   {now}")
    assert not wrong, "\n" + "\n".join(wrong)
