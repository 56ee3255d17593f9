"""A court and its planner, and a police agency that shares with it. Imported late: settings are known only now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests import kept

if TYPE_CHECKING:
    from agencies.models import Agency, User


@kept.fixture
def court() -> Agency:
    from tests import make  # noqa: PLC0415

    return make.agency("Cedar Court", kind="court")


@kept.fixture
def police() -> Agency:
    from tests import make  # noqa: PLC0415

    return make.agency("Marlow Police")


@kept.fixture
def planner(court: Agency) -> User:
    from tests import make  # noqa: PLC0415

    return make.planner(court)
