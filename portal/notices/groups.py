"""What people choose about: kinds of messages in groups of the field's words, and the ways of being told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import TextChoices

if TYPE_CHECKING:
    from agencies.models import User


class Way(TextChoices):
    """How a person is told, the most urgent way first."""

    NOW = "now", "Email at once"
    DIGEST = "digest", "Daily digest"
    PORTAL = "portal", "Only in the portal"
    OFF = "off", "Off"


URGENCY = list(Way)


def most_urgent(ways: list[Way]) -> Way:
    """The way to tell somebody whom one event concerns through several kinds."""
    return min(ways, key=URGENCY.index, default=Way.OFF)


def anybody(person: User) -> bool:
    return True


@dataclass(frozen=True)
class Group:
    """Messages that a person chooses about together.

    `tells` says in a sentence what they are about. `fixed` says why nobody can choose, where that is so.
    `reads(person)` says whether it has anything for this person: nobody is asked about what never comes.
    """

    key: str
    name: str
    tells: str
    default: Way = Way.DIGEST
    fixed: str = ""
    reads: Callable[[User], bool] = anybody
