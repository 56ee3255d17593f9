"""What lies where no page reads it, and others do: mails, broker, cache, sessions, each table of the database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, cast

import redis
from django.core import mail
from django.db import connection

from agencies.models import Session
from benchmarks.canary import words
from benchmarks.canary.oracle import homes
from benchmarks.canary.walking import Walk
from portal import celery
from portal.kernel.addresses import redis_database
from tests.records.scene import as_owner

EVERYBODY = "whoever reads it"


def settle(walk: Walk) -> None:
    """Do all that workers and beat would do: messages, digests, reminders, imports, tidying."""
    tasks = [name for name, _ in (*celery.OFTEN.values(), *celery.DAILY.values())]
    for name in ("portal.notices.deliver", *tasks, "portal.notices.deliver", "agencies.tasks.send_account_mails"):
        celery.app.tasks[name].apply(throw=True)
        walk.hear(EVERYBODY, f"task {name}")


def everything(walk: Walk) -> None:
    mails(walk)
    for name, blob in in_redis():
        surface = "task payload" if name.startswith("broker") else "cache"
        walk.look(surface, EVERYBODY, blob, name, nobody=True)
    sessions(walk)
    tables(walk)


def mails(walk: Walk) -> None:
    """Mails that were sent, without the address to which each goes."""
    for each in mail.outbox:
        parts = [part for part in each.message().walk() if not part.is_multipart()]
        read = [cast(bytes, part.get_payload(decode=True)).decode() for part in parts]
        whole = "\n".join([each.message().as_string(), *read])
        for address in each.to:
            whole = whole.replace(address, "")
        walk.look("mail", EVERYBODY, whole, str(each.subject), nobody=True)


def in_redis() -> Iterator[tuple[str, bytes]]:
    """Every key and value of the server that holds broker and cache."""
    address = os.environ["REDIS_URL"]
    with redis.Redis.from_url(address) as server:
        numbers = [int(name.removeprefix("db")) for name in cast("dict[str, Any]", server.info("keyspace"))]
    for number in numbers:
        with redis.Redis.from_url(redis_database(address, number)) as database:
            for key in database.scan_iter():
                place = "cache" if number == 1 else "broker"
                yield f"{place} {number} {key!r}", key + b"\n" + _value(database, key)


def _value(database: Any, key: bytes) -> bytes:
    kind = database.type(key).decode()
    if kind == "hash":
        return b"\n".join(each for pair in database.hgetall(key).items() for each in pair)
    if kind == "list":
        return b"\n".join(database.lrange(key, 0, -1))
    if kind == "set":
        return b"\n".join(database.smembers(key))
    return b"\n".join(database.zrange(key, 0, -1)) if kind == "zset" else bytes(database.get(key) or b"")


def sessions(walk: Walk) -> None:
    """Sessions, without the searches that their people typed: those are kept there so that no address holds them."""
    for session in Session.objects.all():
        held: dict[str, Any] = session.get_decoded()
        held.pop("searches", None)
        walk.look("session", EVERYBODY, repr(held), str(session.person_id), nobody=True)


def tables(walk: Walk, *, only: str = "") -> None:
    """Every table, or one: a field stands in its own and its history, never in events, notices, logs or elsewhere."""
    for name, rows in _rows(only):
        walk.reads["table", EVERYBODY] += 1
        for canary in words.found(rows):
            held = walk.planted.fields.get(canary)
            if held is not None and not homes(held, name):
                walk.leak("table", EVERYBODY, held, name)


def _rows(only: str) -> Iterator[tuple[str, str]]:
    """Each table as one text, read by the owner, whom row-level security lets through."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        for (name,) in cursor.fetchall():
            if name != Session._meta.db_table and only in ("", name):
                cursor.execute(f'SELECT string_agg(to_jsonb(t)::text, chr(10)) FROM "{name}" AS t')
                yield name, cursor.fetchone()[0] or ""
