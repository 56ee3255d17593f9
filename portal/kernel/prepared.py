"""Statements whose planning costs more than their running: kept prepared on the connection, with a plan of their own.

Django interpolates parameters on the client, so PostgreSQL plans each statement anew; for the decision and the lists
that is most of the time (9 ms of planning against 1.7 of work). These go through psycopg's server-side binding instead.
"""

import re
from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet
from psycopg.rows import dict_row


def rows(sql: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    """Run a statement of stable text on the current connection and transaction; one dict a row.

    Behind pgbouncer in transaction mode nothing can stay prepared; DATABASE_TRANSACTION_POOLING switches that off.
    """
    here = connections[DEFAULT_DB_ALIAS]  # once: each look through `connection` asks anew which thread's it is
    here.ensure_connection()
    if here.queries_logged:
        # Counted with Django's own, in tests: of what is prepared its wrapper would not know the text.
        here.queries_log.append({"sql": sql, "time": "0"})
    pooled = settings.DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"]
    kind: Any = Numbered if pooled else Prepared
    with here.wrap_database_errors, kind(here.connection, row_factory=dict_row) as bare:
        here.make_cursor(bare).execute(sql, values)
        found: list[dict[str, Any]] = bare.fetchall()
        return found


class Numbered(psycopg.RawCursor[Any]):
    """A cursor whose statements, with parameters by name, reach the database as it knows them: `$1`, `$2`.

    psycopg does so itself, each time anew where a text is long: a quarter of a millisecond for that of the decision.
    """

    def execute(self, query: Any, params: Any = None, **kwargs: Any) -> Any:
        text, names = _numbered(query)
        return super().execute(text, [params[name] for name in names], **kwargs)


class Prepared(Numbered):
    """A cursor whose statements are kept prepared from the first time on."""

    def execute(self, query: Any, params: Any = None, **kwargs: Any) -> Any:
        return super().execute(query, params, **{"prepare": True, **kwargs})


@lru_cache(maxsize=1_000)
def _numbered(sql: str) -> tuple[bytes, list[str]]:
    """A statement with its parameters by number, and their names in that order."""
    names: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        return f"${names.setdefault(found[1], len(names) + 1)}" if found[1] else "%"

    return re.sub(r"%%|%\((\w+)\)s", number, sql).encode(), list(names)


KEY = UUID("00000000-0000-4000-8000-000000000000")
"""Stands for the key while a text is made."""


class Compiled:
    """One statement about one key out of several querysets, whose text is made once a process.

    What every request asks costs the ORM, which writes the statement anew each time, more than it costs the database.
    `select` has the name of each part in braces.
    """

    def __init__(self, select: str, **parts: Callable[[UUID], QuerySet[Any, Any]]) -> None:
        self.select = select
        self.parts = parts

    def row(self, key: UUID) -> dict[str, Any]:
        """The one row that the statement gives."""
        sql, constants = self._text
        return rows(sql, {**constants, "key": key})[0]

    @cached_property
    def _text(self) -> tuple[str, dict[str, Any]]:
        constants: dict[str, Any] = {}
        texts = {name: _named(build(KEY), name, constants) for name, build in self.parts.items()}
        return self.select.format(**texts), constants


def _named(queryset: QuerySet[Any, Any], prefix: str, constants: dict[str, Any]) -> str:
    """The text of a queryset with its parameters by name; those that are not the key are added to `constants`."""
    sql, parameters = queryset.query.sql_with_params()
    left = iter(enumerate(parameters))

    def name(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%%"
        number, value = next(left)
        if value == KEY:
            return "%(key)s"
        constants[f"{prefix}_{number}"] = value
        return f"%({prefix}_{number})s"

    return re.sub("%%|%s", name, sql)
