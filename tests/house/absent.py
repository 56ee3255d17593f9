"""What is not for somebody answers as what is not there: the same status, headers and bytes.

Of a thing that they see nowhere the number of statements is the same too; of one that they read on another page, such
as an agency of the public register, it may take more to find that one page of it is not for them.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from benchmarks.canary.walking import undone
from tests.answers import plain

from .table import Row, rows
from .world import ROLES


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


def answered(client: Client, row: Row, there: list[Any], *, parts: int) -> tuple[str, str]:
    """The status of what is forbidden, and in words how it differs from the answer for what is absent, if it does."""
    absent = [uuid4() if isinstance(key, UUID) else key for key in there]
    # A second time, since a process learns some things once, for whichever answer is the first to need them.
    for _ in range(2):
        forbidden, nothing = (asked(client, row, keys) for keys in (there, absent))
        if forbidden[:parts] == nothing[:parts]:
            return str(forbidden[0]), ""
    return str(forbidden[0]), f"{[(answer[0], answer[3]) for answer in (forbidden, nothing)]}"
