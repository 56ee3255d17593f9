"""The scene of tests over records, imported late: settings are known only once pytest has been configured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests import kept

if TYPE_CHECKING:
    from tests.records.scene import Sharing


@kept.fixture
def sharing() -> Sharing:
    """Two agencies that share under an agreement in force, and one that does not."""
    from tests.records.scene import set_up_sharing  # noqa: PLC0415

    return set_up_sharing()
