"""The viewer of a transaction, told to PostgreSQL for row-level security (the second lock)."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

VIEWER = ("portal.membership", "portal.action", "portal.purpose", "portal.job", "portal.job_set")


def tell_database(
    *, membership: str = "", action: str = "", purpose: str = "", job: str = "", job_set: str = ""
) -> None:
    """Set the viewer for the rest of the running transaction; an empty value means nobody.

    `SET LOCAL` only: a setting that outlived its transaction would lend one viewer's eyes to the next request.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("The viewer is set inside a transaction only.")
    values = (membership, action, purpose, job, job_set)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config(key, value, true) FROM jsonb_each_text(%s::jsonb) AS t(key, value)",
            [json.dumps(dict(zip(VIEWER, values, strict=True)))],
        )


@contextmanager
def for_a_moment() -> Iterator[None]:
    """A transaction within which another viewer may be named; the one before is named again behind it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"current_setting('{name}', true)" for name in VIEWER))
        before = [value or "" for value in cursor.fetchone()]
        yield
        tell_database(**dict(zip(("membership", "action", "purpose", "job", "job_set"), before, strict=True)))


@contextmanager
def as_job(name: str, record_set_id: object) -> Iterator[None]:
    """Work on one record set without a viewer, under the named policy `name` (`import`, `custody`)."""
    with transaction.atomic():
        tell_database(job=name, job_set=str(record_set_id))
        yield
        tell_database()
