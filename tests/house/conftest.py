"""The world of the tests that ask every address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests import kept

if TYPE_CHECKING:
    from .world import World


@kept.fixture
def world() -> World:
    """One of everything that an address names, and somebody of every role."""
    from .world import build  # noqa: PLC0415 - settings are known only now

    return build()
