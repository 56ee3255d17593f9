"""Many rows with their history in one go: staging by COPY, one INSERT SELECT for the rows and one for their history."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import date
from operator import attrgetter
from typing import Any, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models.expressions import BaseExpression

M = TypeVar("M", bound=models.Model)
CREATED = "+"
AS_THEY_ARE = frozenset((str, bool, date, UUID, type(None)))
"""What fields give the database as it is; to ask each of them took most of the time of a row."""
DOCUMENTS = frozenset((dict, list))
"""What a JSON field gives the database as text: a third of the time of a row went into asking for these."""


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


def row_of(fields: Iterable[models.Field[Any, Any]]) -> Callable[[models.Model], list[Any]]:
    """What is copied of these fields of a thing, in their order.

    Raises TypeError for a value that only the database could work out.
    """
    kept = list(fields)
    values_of = attrgetter(*(field.attname for field in kept))
    asked = [field for field in kept if getattr(field, "auto_now", False)]
    documents = {n: field.encoder for n, field in enumerate(kept) if isinstance(field, models.JSONField)}
    here = connections[DEFAULT_DB_ALIAS]  # that of this thread, without asking which one for each value

    def prepared(n: int, value: Any) -> Any:
        if n in documents and type(value) in DOCUMENTS:
            return json.dumps(value, cls=documents[n])
        if isinstance(value, BaseExpression):
            raise TypeError(f"{kept[n].name} needs a value: expressions cannot be copied.")
        return kept[n].get_db_prep_save(value, here)

    def row(thing: models.Model) -> list[Any]:
        for field in asked:
            field.pre_save(thing, add=True)  # which sets it
        return [
            value if type(value) in AS_THEY_ARE and n not in documents else prepared(n, value)
            for n, value in enumerate(values_of(thing))
        ]

    return row


def _columns(fields: Iterable[models.Field[Any, Any]]) -> str:
    return ", ".join(f'"{field.column}"' for field in fields)


def _copy(cursor: Any, staging: str, fields: list[models.Field[Any, Any]], objects: Iterable[models.Model]) -> int:
    count, row = 0, row_of(fields)
    with cursor.copy(f'COPY "{staging}" ({_columns(fields)}) FROM STDIN') as copy:
        for thing in objects:
            copy.write_row(row(thing))
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
