"""A curator, a clerk who suggests, and the library as a new installation has it."""

from __future__ import annotations

from dataclasses import dataclass

from agencies.models import User
from tests import kept, make


@dataclass
class People:
    clerk: User
    curator: User


@kept.fixture
def people() -> People:
    return People(make.person(make.agency("Marlow Police Department")).person, make.portal_administrator())
