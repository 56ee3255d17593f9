"""Where a benchmark runs: a PostgreSQL of its own, migrated as the owner, then used as the runtime role."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import django
import psycopg
from django.db import connections

from portal.quickstart.services import claim_free_place, given_services, start_services
from portal.quickstart.state import make_private, state_directory
from portal.quickstart.supervisor import Supervisor

HERE = Path(__file__).resolve().parent.parent
NAME = "portal_bench"
SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "portal.settings",
    "SECRET_KEY": "a-benchmark-serves-nobody-and-keeps-nothing-secret",
    "ALLOWED_HOSTS": "localhost",
    "PORTAL_ADDRESS": "http://localhost",
}


@contextmanager
def database() -> Iterator[None]:
    """A migrated database in the environment of this process, which connects as the runtime role; gone afterwards."""
    root = make_private(state_directory())
    supervisor, lock = None, None
    if not given_services():
        place, lock = claim_free_place(root / "bench")
        supervisor = Supervisor(place / "logs", print)
        os.environ.update(start_services(supervisor, place, root=root, keep=False))
    os.environ.update(SETTINGS)
    whole = os.environ["DATABASE_OWNER_URL"]
    try:
        with psycopg.connect(whole, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{NAME}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{NAME}"')
        for name in ("DATABASE_OWNER_URL", "DATABASE_URL"):
            os.environ[name] = urlsplit(os.environ[name])._replace(path=f"/{NAME}").geturl()
        migrate = [sys.executable, str(HERE / "manage.py"), "migrate", "--verbosity", "0"]
        subprocess.run(migrate, check=True, cwd=HERE, env={**os.environ, "PORTAL_ROLE": "owner"})
        os.environ["PORTAL_ROLE"] = "runtime"
        django.setup()
        yield
    finally:
        connections.close_all()
        with psycopg.connect(whole, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{NAME}" WITH (FORCE)')
        if supervisor:
            supervisor.stop()
        if lock:
            lock.close()
