"""The embedded PostgreSQL: made, healed, resumed."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from portal.quickstart.binaries import Trouble
from portal.quickstart.postgres import DATABASE, OWNER, RUNTIME, UNSAFE_BUT_FAST, Postgres
from portal.quickstart.supervisor import Supervisor


@pytest.fixture(scope="module")
def root() -> Iterator[Path]:
    """A directory that PostgreSQL's user can pass through, which pytest's own are not for root's tests."""
    made = Path(tempfile.mkdtemp(prefix="portal-test-"))
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def base(root: Path) -> Path:
    """A cluster that was made over the remains of one that was not finished."""
    unfinished = root / "postgres" / "data.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    Postgres(root / "postgres", root=root).prepare()
    assert not unfinished.exists()
    return root / "postgres"


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    found = Supervisor(tmp_path, print)
    yield found
    found.stop()


def started(base: Path, supervisor: Supervisor) -> Postgres:
    postgres = Postgres(base, root=base.parent, settings=UNSAFE_BUT_FAST)
    postgres.prepare()
    supervisor.start(postgres.program())
    postgres.wait(supervisor.look_after)
    return postgres


def test_data_is_there_after_the_next_start(base: Path, supervisor: Supervisor) -> None:
    with started(base, supervisor).connect(OWNER, DATABASE) as connection:
        connection.execute("CREATE TABLE kept (it int)")
    supervisor.stop()
    with started(base, supervisor).connect(OWNER, DATABASE) as connection:
        connection.execute("DROP TABLE kept")


def test_the_roles_own_and_bypass_nothing_that_they_should_not(base: Path, supervisor: Supervisor) -> None:
    postgres = started(base, supervisor)
    with postgres.connect() as connection:
        rights = "rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication"
        found = connection.execute(
            f"SELECT rolname, {rights} FROM pg_roles WHERE rolname LIKE 'portal%' ORDER BY 1"
        ).fetchall()
    assert found == [(OWNER, False, False, True, False, False), (RUNTIME, False, False, False, False, False)]
    with (
        postgres.connect(RUNTIME, DATABASE) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("CREATE TABLE mine ()")


def test_nobody_gets_in_without_the_password(base: Path, supervisor: Supervisor) -> None:
    postgres = started(base, supervisor)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(host=str(postgres.sockets), user=OWNER, password="guessed", dbname=DATABASE)


def test_a_lock_whose_number_another_program_got_is_no_obstacle(base: Path, supervisor: Supervisor) -> None:
    """As after a restart of the machine: PostgreSQL by itself would refuse, since its own user has such a process."""
    postgres = Postgres(base, root=base.parent)
    with stranger(postgres) as number:
        lock = postgres.data / "postmaster.pid"
        lock.write_text(f"{number}\n{postgres.data}\n1\n5432\n{postgres.sockets}\n\n\n")
        postgres.person.owns(lock)
        started(base, supervisor)
        os.kill(number, 0)


@contextmanager
def stranger(postgres: Postgres) -> Iterator[int]:
    """A process of PostgreSQL's user that has nothing to do with the cluster."""
    with subprocess.Popen(["sleep", "60"], cwd="/", **postgres.person.switch()) as process:
        yield process.pid
        process.kill()


def test_a_server_killed_outright_comes_back(base: Path, supervisor: Supervisor) -> None:
    postgres = started(base, supervisor)
    child = supervisor.children[0]
    child.pause = 0.1
    assert child.process is not None
    os.kill(child.process.pid, signal.SIGKILL)
    time.sleep(0.05)
    postgres.wait(supervisor.look_after, seconds=20)


def test_secrets_that_do_not_fit_are_named(base: Path, supervisor: Supervisor) -> None:
    secret = base / "secrets" / "postgres"
    right = secret.read_text()
    secret.write_text("wrong")
    try:
        with pytest.raises(Trouble, match="do not fit the cluster"):
            started(base, supervisor)
    finally:
        secret.write_text(right)


def test_data_of_another_version_is_not_touched(base: Path) -> None:
    version = base / "data" / "PG_VERSION"
    right = version.read_text()
    version.write_text("12\n")
    try:
        with pytest.raises(Trouble, match="made by PostgreSQL 12"):
            Postgres(base, root=base.parent).prepare()
    finally:
        version.write_text(right)
