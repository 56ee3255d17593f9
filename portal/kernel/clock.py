"""The database's clock, on which every question of what is in force is decided."""

from datetime import datetime

from django.db import connection


def database_now() -> datetime:
    """The moment of this statement; unlike `now()` it moves on within a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        found: datetime = cursor.fetchone()[0]
    return found
