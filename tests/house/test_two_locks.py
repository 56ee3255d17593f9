"""The role matrix with either lock open: a record that is not there for a role stays away by the other lock alone.

What is shown of a record, and what one may do with it, is the first lock's: the second knows records and no fields.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

import pytest

from agencies.models import Membership
from portal.kernel import prepared

from .table import Row, rows, sign_in
from .test_role_matrix import ask
from .world import ROLES, World

FIRST = "the decision takes everybody for a custodian of the owner"
SECOND = "the database takes everybody for a custodian of the owner"
NOT_THERE = "404"


def opened(lock: str, custodian: Membership) -> Callable[..., list[dict[str, Any]]]:
    """`prepared.rows`, by which both locks learn who asks, with this one told of a custodian of the owner."""
    asked = prepared.rows

    def told(sql: str, values: dict[str, Any]) -> list[dict[str, Any]]:
        is_second = "records_see_as" in sql
        if "membership" in values and lock in (SECOND if is_second else FIRST, "both"):
            values = values | {"membership": str(custodian.pk) if is_second else custodian.pk}
        return asked(sql, values)

    return told


def kept() -> Iterator[tuple[Row, str]]:
    """Every address of a record with each role for which it is not there."""
    for row in rows():
        if row.name.startswith("records:") and row.method == "GET":
            for role, status in zip(ROLES, row.statuses, strict=True):
                if status == NOT_THERE:
                    yield row, role


@pytest.mark.django_db
@pytest.mark.parametrize("lock", [FIRST, SECOND])
def test_the_other_lock_alone_shows_nobody_a_record_too_many(world: World, lock: str) -> None:
    clients, custodian = sign_in(world), Membership.objects.get(person=world.people["custodian"])
    more = []
    with patch.object(prepared, "rows", opened(lock, custodian)):
        for row, role in kept():
            now = ask(clients[role], row, [world.ids[thing] for thing in row.things]).status_code
            if str(now) != NOT_THERE:
                more.append(f"{row.name} {','.join(row.things)} as {role}: now {now}")
    assert not more, "\n" + "\n".join(more)


@pytest.mark.django_db
def test_with_both_locks_open_a_stranger_sees_the_record(world: World) -> None:
    """Else the test above would open nothing."""
    clients, custodian = sign_in(world), Membership.objects.get(person=world.people["custodian"])
    (row,) = (
        each for each in rows() if (each.method, each.name, each.things) == ("GET", "records:detail", ("record",))
    )
    stranger = clients["clerk of third"]
    assert ask(stranger, row, [world.ids["record"]]).status_code == 404
    with patch.object(prepared, "rows", opened("both", custodian)):
        assert ask(stranger, row, [world.ids["record"]]).status_code == 200
