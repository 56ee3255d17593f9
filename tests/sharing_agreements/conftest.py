"""Two agencies, a record set, and a board: what most tests of agreements begin with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests import kept

if TYPE_CHECKING:
    from agencies.models import Agency, RecordSet

OwnerSql = Callable[..., None]
"""What the fixture `owner_sql` is."""


@dataclass
class Pair:
    """A court that keeps a record set, and a police department that would like to see it."""

    court: Agency
    police: Agency
    cases: RecordSet


@kept.fixture
def pair() -> Pair:
    """They, a board, and who drafts and signs for them."""
    from tests import make  # noqa: PLC0415 - settings are known only now

    make.the_board()
    court, police = make.agency("Cedar Court", kind="court"), make.agency("Cedar Police")
    made = Pair(court, police, make.record_set(court, "Criminal cases"))
    make.someone(court, "drafter")
    make.someone(court, "signatory")
    make.someone(police, "signatory")
    return made


@pytest.fixture
def owner_sql(db: None) -> OwnerSql:
    """Runs statements as the owner of the tables: what the runtime role cannot do to set a scene in the past."""
    from django.conf import settings  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    def run(*statements: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE NONE")
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for statement in statements:
                cursor.execute(statement)
            cursor.execute(f"SET LOCAL ROLE {connection.ops.quote_name(settings.RUNTIME_ROLE)}")

    return run
