"""Statements whose planning costs more than their running: kept prepared on the connection, with a plan of their own.

Django interpolates parameters on the client, so PostgreSQL plans each statement anew; for the decision and the lists
that is most of the time (9 ms of planning against 1.7 of work). These go through psycopg's server-side binding instead.
"""

from typing import Any

import psycopg
from django.conf import settings
from django.db import connection


def rows(sql: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    """Run a statement of stable text on the current connection and transaction; one dict a row.

    Behind pgbouncer in transaction mode nothing can stay prepared; DATABASE_TRANSACTION_POOLING switches that off.
    """
    connection.ensure_connection()
    if connection.queries_logged:
        # Counted with Django's own, in tests: of what is prepared its wrapper would not know the text.
        connection.queries_log.append({"sql": sql, "time": "0"})
    pooled = settings.DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"]
    kind: Any = psycopg.Cursor if pooled else Prepared
    with connection.wrap_database_errors, kind(connection.connection) as bare:
        cursor = connection.make_cursor(bare)
        cursor.execute(sql, values)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


class Prepared(psycopg.Cursor[Any]):
    """A cursor whose statements are kept prepared from the first time on."""

    def execute(self, *args: Any, **kwargs: Any) -> Any:
        return super().execute(*args, **{"prepare": True, **kwargs})
