"""Many rows with their history in one go: staging by COPY, one INSERT SELECT for the rows and one for their history."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, models
from django.db.models.expressions import BaseExpression

M = TypeVar("M", bound=models.Model)
CREATED = "+"
AS_THEY_ARE = (str, bool, date, UUID, type(None))
"""What fields give the database as it is; to ask each of them took most of the time of a row."""


def insert_with_history(
    model: type[M], objects: Iterable[M], *, actor: models.Model | None, reason: str, history: bool = True
) -> int:
    """Insert unsaved objects of a model with history; every history row says who and why. Returns the number of rows.

    Belongs inside a command's transaction: all rows and their history are written, or none. Model signals do not run.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("insert_with_history() belongs inside a command.")
    fields = [f for f in model._meta.concrete_fields if not f.generated]
    staging = f"staging_{model._meta.db_table}"
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE TEMP TABLE IF NOT EXISTS "{staging}" (LIKE "{model._meta.db_table}") ON COMMIT DROP')
        cursor.execute(f'TRUNCATE "{staging}"')
        count = _copy(cursor, staging, fields, objects)
        names = _columns(fields)
        cursor.execute(f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT {names} FROM "{staging}"')  # noqa: S608
        if history:
            _insert_history(cursor, model, staging, actor, reason)
    return count


def value_of(field: models.Field[Any, Any], thing: models.Model) -> Any:
    """What is copied of one field."""
    value = getattr(thing, field.attname)
    if isinstance(value, BaseExpression):
        raise TypeError(f"{field.name} needs a value: expressions cannot be copied.")
    value = field.pre_save(thing, add=True) if getattr(field, "auto_now", False) else value
    if type(value) in AS_THEY_ARE and not isinstance(field, models.JSONField):
        return value
    return field.get_db_prep_save(value, connection)


def _columns(fields: Iterable[models.Field[Any, Any]]) -> str:
    return ", ".join(f'"{field.column}"' for field in fields)


def _copy(cursor: Any, staging: str, fields: list[models.Field[Any, Any]], objects: Iterable[models.Model]) -> int:
    count = 0
    with cursor.copy(f'COPY "{staging}" ({_columns(fields)}) FROM STDIN') as copy:
        for thing in objects:
            copy.write_row([value_of(field, thing) for field in fields])
            count += 1
    return count


def _insert_history(
    cursor: Any, model: type[models.Model], staging: str, actor: models.Model | None, reason: str
) -> None:
    past = model.history.model  # type: ignore[attr-defined]
    kept = {field.column for field in past._meta.concrete_fields}
    names = _columns(f for f in model._meta.concrete_fields if f.column in kept and not f.generated)
    cursor.execute(
        f'INSERT INTO "{past._meta.db_table}"'  # noqa: S608
        f" ({names}, history_date, history_type, history_user_id, history_change_reason)"
        f' SELECT {names}, statement_timestamp(), %s, %s, %s FROM "{staging}"',
        [CREATED, actor.pk if actor else None, reason],
    )
