"""The role matrix: every address with its expected status for each role, in `role_matrix.txt`.

A row is: method, name, the things whose ids the address takes, then a status for each role in the order of `ROLES`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.test import Client
from django.urls import reverse

from agencies import commands as agencies
from privacy.models import Purpose

from .world import ROLES, World

TABLE = Path(__file__).with_name("role_matrix.txt")


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
