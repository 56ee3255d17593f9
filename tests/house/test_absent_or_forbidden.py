"""What is not for somebody answers as what is not there: the same status, headers and bytes.

Of a thing that they see nowhere the number of statements is the same too; of one that they read on another page, such
as an agency of the public register, it may take more to find that one page of it is not for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies import middleware
from benchmarks.canary.walking import undone
from tests.answers import plain

from .test_role_matrix import PARTS, Row, rows, sign_in
from .world import ROLES, World


def asked(client: Client, row: Row, keys: list[Any]) -> tuple[Any, ...]:
    """Status, headers, body and number of statements of an answer, without the keys that were asked for."""
    address = reverse(row.name, args=keys)
    connection.queries_log.clear()
    with undone(), CaptureQueriesContext(connection) as queries:
        answer = client.get(address) if row.method == "GET" else client.post(address)
    text = plain(answer.content.decode())
    for key in (each for each in keys if isinstance(each, UUID)):
        text = text.replace(str(key), "KEY")
    headers = {name: plain(value) for name, value in answer.headers.items() if name not in OF_THE_NONCE}
    return answer.status_code, headers, text, len(queries)


OF_THE_NONCE = ("Content-Security-Policy", "Content-Length")


def refused(part: int) -> Iterator[tuple[Row, str]]:
    """Every address of a thing with each role for whom it is a 404, of a part of the table."""
    for row in list(rows())[part::PARTS]:
        for role, status in zip(ROLES, row.statuses, strict=True):
            if row.things and status == "404":
                yield row, role


ALIKE = {"leaving": "agreement", "recipient": "agency"}
"""Things that the same people read, by the pages of the other."""


def read_elsewhere() -> set[tuple[str, str]]:
    """(thing, role) where some page of the thing is shown to the role."""
    pages = (row for row in rows() if row.method == "GET" and row.things)
    seen = {
        (row.things[0], role)
        for row in pages
        for role, status in zip(ROLES, row.statuses, strict=True)
        if status == "200"
    }
    return seen | {(thing, role) for thing, other in ALIKE.items() for role in ROLES if (other, role) in seen}


@pytest.mark.django_db
@pytest.mark.parametrize("part", range(PARTS))
def test_what_is_forbidden_answers_as_what_is_absent(world: World, part: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # Once a minute a session is written that it was seen: by either of two answers, as it happens.
    monkeypatch.setattr(middleware, "SEEN_EVERY", 86_400)
    clients, seen, differ = sign_in(world), read_elsewhere(), []
    for client in clients.values():
        client.get(reverse("public:home"))  # what is written once a session belongs to no answer
    for row, role in refused(part):
        there = [world.ids[thing] for thing in row.things]
        absent = [uuid4() if isinstance(key, UUID) else key for key in there]
        parts = 3 if (row.things[0], role) in seen else 4
        # A second time, since a process learns some things once, for whichever answer is the first to need them.
        for _ in range(2):
            forbidden, nothing = (asked(clients[role], row, keys) for keys in (there, absent))
            if forbidden[:parts] == nothing[:parts]:
                break
        else:
            numbers = [(answer[0], answer[3]) for answer in (forbidden, nothing)]
            differ.append(f"{row.method} {row.name} {','.join(row.things)} as {role}: {numbers}")
    assert not differ, "\n" + "\n".join(differ)
