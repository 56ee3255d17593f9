"""The sharing of the tests over records, in which nobody accepted anything anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests import kept

if TYPE_CHECKING:
    from tests.records.scene import Sharing


@kept.fixture
def sharing() -> Sharing:
    """A court that shares with the police, whose clerk has accepted what holds so far."""
    from tests.records.scene import set_up_sharing  # noqa: PLC0415 - settings are known only now

    return set_up_sharing()
