"""How many statements each page takes, in `query_counts.txt`: a page that takes more fails.

A row is: number of statements, role, name of the address, the things whose ids it takes.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.records.scene import published_for_good

from .table import sign_in
from .world import World

BASELINE = Path(__file__).with_name("query_counts.txt")


@pytest.mark.django_db
def test_no_page_takes_more_statements_than_its_baseline(world: World) -> None:
    clients = sign_in(world)
    published_for_good()
    wrong = []
    for line in BASELINE.read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        most, role, name, things = line.split()
        address = reverse(name, args=[world.ids[t] for t in things.split(",")] if things != "-" else [])
        client = clients[role.replace("_", " ")]
        client.get(address)  # what is written once a session is not the page's
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(address).status_code == 200, line
        if len(queries) > int(most):
            wrong.append(f"{line}: now {len(queries)}")
    assert not wrong, "\n" + "\n".join(wrong)
