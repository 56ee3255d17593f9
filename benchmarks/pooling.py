"""Many viewers at once through pgbouncer in transaction mode: does one see a row of another? `make pooling`.

Each viewer may see two record sets of their own ring of sets; the number of every record names its set. Threads of
several processes take turns as all of them, over fewer connections to PostgreSQL than there are threads: each request
reads every record by the second lock alone, and every tenth the search page through the whole portal. At the end the
second lock is asked with the viewer set for the session instead of the transaction: a run that finds no row of another
there would find none anywhere, and fails.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import re
import shutil
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit
from uuid import UUID

from benchmarks.places import database
from portal.quickstart.binaries import Person

VIEWERS = 24
RECORDS = 30
"""In each set."""
PROCESSES = 2
THREADS = 12
"""Of each process; each has a connection to pgbouncer."""
CONNECTIONS = 3
"""From pgbouncer to PostgreSQL, for all of them."""
WHOLE = 10
"""Of how many requests one goes through the whole portal, which takes twenty times as long."""
CONTROL = 2_000
"""Requests of the run that must find rows of another."""
DAY = date(2026, 1, 2)
NUMBER = re.compile(r"26-CR-(\d{2})\d{3}\b")

CONFIGURATION = """
[databases]
{database} = host={host} port=5432 dbname={database}
[pgbouncer]
listen_addr =
unix_socket_dir = {sockets}
listen_port = 6432
auth_type = scram-sha-256
auth_file = {users}
pool_mode = transaction
default_pool_size = {connections}
max_client_conn = 200
logfile = {log}
"""


@contextmanager
def pooled(direct: str) -> Iterator[str]:
    """A pgbouncer before the database of an address; yields the address through it."""
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
    if program is None:
        raise SystemExit("No pgbouncer found. Install it: apt-get install pgbouncer")
    parts, person = urlsplit(direct), Person.for_postgres()
    host = parse_qs(parts.query).get("host", [parts.hostname or "127.0.0.1"])[0]
    with tempfile.TemporaryDirectory(prefix="pooling-") as name:
        place = Path(name)
        users, configuration = place / "users", place / "pgbouncer.ini"
        users.write_text(f'"{parts.username}" "{unquote(parts.password or "")}"\n')
        named = {"host": host, "sockets": place, "users": users, "log": place / "log", "connections": CONNECTIONS}
        configuration.write_text(CONFIGURATION.format(database=parts.path.removeprefix("/"), **named))
        for each in (place, users, configuration):
            person.owns(each)
        running = subprocess.Popen([program, "-q", str(configuration)], cwd="/", **person.switch())
        try:
            while not (place / ".s.PGSQL.6432").exists():
                if running.poll() is not None:
                    raise SystemExit(f"pgbouncer did not start:\n{(place / 'log').read_text()}")
                time.sleep(0.1)
            yield parts._replace(
                netloc=parts.netloc.partition("@")[0] + "@", query=f"host={quote(name)}&port=6432"
            ).geturl()
        finally:
            running.terminate()
            running.wait()


def plant() -> list[tuple[UUID, UUID, int]]:
    """Viewers with what they see: (membership, inquiry, number of their first set)."""
    from django.db import transaction
    from django.utils import timezone

    from agencies.models import RecordSet
    from benchmarks.synthetic import agency, put, viewer
    from portal.kernel.history import save
    from portal.kernel.viewing import as_job
    from portal.records import commands
    from portal.records.models import Record
    from portal.records.reading import docket_key

    owner = agency("Owner")
    sets = [RecordSet(owner=owner, name=f"Set {number}") for number in range(VIEWERS)]
    put(RecordSet, sets)
    for number, record_set in enumerate(sets):
        with transaction.atomic(), as_job("import", record_set.pk):
            for n in range(RECORDS):
                docket = f"26-CR-{number:02}{n:03}"
                record = Record(
                    record_set=record_set,
                    docket_number=docket,
                    docket_key=docket_key(docket),
                    filed_on=DAY,
                    ordered_on=DAY,
                    source_system="pooling",
                    source_id=docket,
                    updated_at=timezone.now(),
                )
                save(record, actor=None, reason="Planted")
    found = []
    for number in range(VIEWERS):
        membership = viewer(f"viewer{number}", [sets[number], sets[(number + 1) % VIEWERS]], versions=[])
        inquiry = commands.open_inquiry(
            actor=membership.person, membership_id=membership.pk, purpose="C", case_number=f"P-{number}"
        )
        found.append((membership.pk, inquiry.pk, number))
    return found


def look(viewers: list[tuple[UUID, UUID, int]], requests: int, seed: int, *, leaky: bool) -> dict[str, Any]:
    """One process: its threads make the requests, each as a viewer drawn anew."""
    import django

    django.setup()
    from django.conf import settings
    from django.test import Client

    from agencies.models import Membership

    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}  # nothing was collected
    memberships = Membership.objects.select_related("person").in_bulk([each[0] for each in viewers])
    found: Counter[str] = Counter()
    lock = threading.Lock()

    def work(number: int, count: int) -> None:
        draw = random.Random(f"{seed} {number}")  # noqa: S311 - which viewer comes next is no secret
        clients: dict[UUID, Client] = {}
        for turn in range(count):
            key, inquiry, first = draw.choice(viewers)
            texts, status = [beneath(key, leaky=leaky)], 200
            if not leaky and turn % WHOLE == 0:
                if key not in clients:
                    clients[key] = signed_in(memberships[key], inquiry)
                answer = clients[key].get("/records/", {"s": clients[key].session["search"]})
                texts, status = [*texts, answer.content.decode()], answer.status_code
            seen = [Counter(int(each) for each in NUMBER.findall(text)) for text in texts]
            own = {first, (first + 1) % VIEWERS}
            with lock:
                found["requests"] += 1
                found["pages"] += len(texts) > 1
                found["rows"] += sum(each.total() for each in seen)
                found["answered otherwise"] += status != 200
                found["empty"] += not all(seen)
                found["rows of another"] += sum(n for each in seen for which, n in each.items() if which not in own)

    share = [requests // THREADS + (n < requests % THREADS) for n in range(THREADS)]
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS), share))
    return dict(found)


def beneath(membership: UUID, *, leaky: bool) -> str:
    """The numbers of all records that row-level security alone lets a viewer read."""
    from django.db import connection, transaction

    from portal.kernel.viewing import VIEWER, tell_database

    values = {"membership": str(membership), "action": "search", "purpose": "C"}
    if leaky:
        with connection.cursor() as cursor:
            for name in VIEWER:
                cursor.execute("SELECT set_config(%s, %s, false)", [name, values.get(name.partition(".")[2], "")])
    with transaction.atomic(), connection.cursor() as cursor:
        if not leaky:
            tell_database(**values)
        cursor.execute("SELECT string_agg(docket_number, ' ') FROM records_record")
        return str(cursor.fetchone()[0])


def signed_in(membership: Any, inquiry: UUID) -> Any:
    from django.test import Client

    from portal.records import searching

    client = Client(headers={"host": "localhost"})
    client.force_login(membership.person)
    session = client.session
    session["membership"], session["inquiry"] = str(membership.pk), str(inquiry)
    session["search"] = searching.keep(session, searching.Search(since=DAY))
    session.save()
    return client


def run(viewers: list[tuple[UUID, UUID, int]], requests: int, *, leaky: bool = False) -> Counter[str]:
    context = multiprocessing.get_context("spawn")
    share = [requests // PROCESSES + (n < requests % PROCESSES) for n in range(PROCESSES)]
    with context.Pool(PROCESSES) as pool:
        waiting = [pool.apply_async(look, (viewers, count, seed), {"leaky": leaky}) for seed, count in enumerate(share)]
        found: Counter[str] = Counter()
        for each in waiting:
            found.update(each.get())
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=100_000)
    requests = parser.parse_args().requests
    with database():
        viewers = plant()
        with pooled(os.environ["DATABASE_URL"]) as address:
            os.environ["DATABASE_URL"], os.environ["DATABASE_TRANSACTION_POOLING"] = address, "true"
            found = run(viewers, requests)
            control = run(viewers, CONTROL, leaky=True)
    print(f"with the viewer set for the session, as it must not be: {told(control)}")
    print(f"pooling: {told(found)}")
    wrong = found["rows of another"] + found["answered otherwise"] + found["empty"]
    if wrong or not found["rows"] or not control["rows of another"]:
        raise SystemExit("pooling: FAILED")


def told(found: Counter[str]) -> str:
    names = ("requests", "pages", "rows", "empty", "answered otherwise", "rows of another")
    return ", ".join(f"{found[name]:,} {name}" for name in names)


if __name__ == "__main__":
    main()
