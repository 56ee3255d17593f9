"""A private PostgreSQL in the state directory: a Unix socket, passwords, an owner role and a runtime role."""

import hashlib
import os
import re
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from portal.quickstart.binaries import Person, Program, Trouble, postgres_directory, readable_by
from portal.quickstart.processes import stop_leftover
from portal.quickstart.state import secret

SOCKET_PATH_LIMIT = 107
"""Bytes that Linux leaves for the path of a Unix socket; macOS has three fewer."""

OWNER, RUNTIME, DATABASE = "portal_owner", "portal_runtime", "portal"

UNSAFE_BUT_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
"""For clusters of test runs, whose content nobody will miss."""


class Postgres:
    """The cluster in `base`, below the state directory `root`.

    `prepare()` makes or heals it, `program()` is what runs, `wait()` readies roles and database.
    """

    def __init__(self, base: Path, *, root: Path, settings: tuple[str, ...] = ()) -> None:
        self.base = base
        self.root = root
        self.data = base / "data"
        self.settings = settings
        self.person = Person.for_postgres()
        self.sockets = socket_directory(base)

    def prepare(self) -> None:
        """Makes the cluster where there is none; an initdb that was cut short is thrown away and done again."""
        self.base.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self.person.is_caller:
            self.let_through()
        self.bin = readable_by(self.person, postgres_directory(), self.base)
        claim_socket_directory(self.sockets, self.person)
        if not self.data.exists():
            self.initdb()
        self.refuse_other_version()

    def let_through(self) -> None:
        """Lets PostgreSQL's user pass to its data; whatever else lies on the way is private by its own mode."""
        for directory in (self.base, *self.base.parents):
            if directory == self.root.parent:
                break
            directory.chmod(stat.S_IMODE(directory.stat().st_mode) | 0o011)
        if not self.person.can_enter(self.base):
            raise Trouble(
                f"PostgreSQL runs as the user {self.person.name!r} here, who can't enter {self.base}. Choose a state "
                "directory that others can pass through, such as PORTAL_STATE=/var/lib/justice-portal."
            )

    def initdb(self) -> None:
        unfinished = self.base / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        self.person.owns(unfinished)
        password = self.base / "initial-password"
        password.touch(mode=0o600)
        self.person.owns(password)
        password.write_text(self.password("postgres"))
        locale = ["--locale=C.UTF-8", *(["--locale-provider=builtin"] if self.version() >= 17 else [])]
        command = [str(self.bin / "initdb"), "-D", str(unfinished), "-U", "postgres", "-E", "UTF8", *locale]
        command += ["--auth=scram-sha-256", f"--pwfile={password}", "--no-instructions"]
        done = subprocess.run(
            command,
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            **self.person.switch(),
        )
        password.unlink()
        if done.returncode != 0:
            raise Trouble(f"PostgreSQL could not make its data directory {self.data}:\n{done.stderr.strip()}")
        unfinished.rename(self.data)

    def version(self) -> int:
        said = subprocess.run([str(self.bin / "postgres"), "--version"], capture_output=True, text=True, check=True)
        found = re.search(r"\d+", said.stdout)
        return int(found.group()) if found else 0

    def refuse_other_version(self) -> None:
        made_by = int((self.data / "PG_VERSION").read_text())
        if made_by != self.version():
            raise Trouble(
                f"The data in {self.data} was made by PostgreSQL {made_by}; here is PostgreSQL {self.version()}. Carry "
                "it over with pg_upgrade, or move the directory away to begin anew."
            )

    def program(self) -> Program:
        options = [
            "listen_addresses=",
            f'unix_socket_directories="{self.sockets}"',
            "unix_socket_permissions=0700",
            # What a statement or an error quotes may be what a record holds.
            "log_error_verbosity=terse",
            "log_min_error_statement=panic",
            "log_statement=none",
            "timezone=UTC",
            *self.settings,
        ]
        return Program(
            name="postgres",
            command=[
                str(self.bin / "postgres"),
                "-D",
                str(self.data),
                *(part for option in options for part in ("-c", option)),
            ],
            person=self.person,
            stop_signal=signal.SIGINT,
            patience=60,
            before_start=self.clear_stale_locks,
        )

    def clear_stale_locks(self) -> None:
        """Ends a server of this very cluster that outlived its quickstart; forgets a lock of another's process."""
        for lock in (self.data / "postmaster.pid", self.sockets / ".s.PGSQL.5432.lock"):
            stop_leftover(lock, belongs=str(self.data), stop_signal=signal.SIGINT, patience=60)

    def password(self, role: str) -> str:
        return secret(self.base, role)

    def connect(self, role: str = "postgres", database: str = "postgres") -> "psycopg.Connection":
        return psycopg.connect(
            host=str(self.sockets), user=role, password=self.password(role), dbname=database, autocommit=True
        )

    def wait(self, meanwhile: Callable[[], None], seconds: float = 60) -> None:
        """Returns when the server answers and the roles and the database are as they should be."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                with self.connect() as connection:
                    self.ensure_roles(connection)
                return
            except psycopg.OperationalError as error:
                if "password authentication failed" in str(error):
                    raise Trouble(
                        f"The secrets in {self.base / 'secrets'} do not fit the cluster beside them. Restore them, or "
                        f"move {self.base} away to begin anew."
                    ) from error
                if time.monotonic() > deadline:
                    raise Trouble(f"PostgreSQL did not start within {seconds:.0f} s: {error}") from error
                meanwhile()
                time.sleep(0.05)

    def ensure_roles(self, connection: "psycopg.Connection") -> None:
        """An owner that may make databases (for tests), and a runtime role that owns nothing and bypasses nothing."""
        for role, rights in ((OWNER, "CREATEDB"), (RUNTIME, "NOCREATEDB")):
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
            connection.execute(
                sql.SQL(
                    "{verb} ROLE {role} LOGIN NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS {rights} "
                    "PASSWORD {password}"
                ).format(
                    verb=sql.SQL("ALTER" if known else "CREATE"),
                    role=sql.Identifier(role),
                    rights=sql.SQL(rights),
                    password=sql.Literal(self.password(role)),
                )
            )
        # Tests connect as the owner, migrate, and go on as the runtime role.
        connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(RUNTIME), sql.Identifier(OWNER)))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER))
            )

    def url(self, role: str) -> str:
        return f"postgresql://{role}:{quote(self.password(role), safe='')}@/{DATABASE}?host={quote(str(self.sockets))}"


def socket_directory(base: Path, *, longest_name: str = ".s.PGSQL.5432.lock") -> Path:
    """Where the sockets of `base` lie: in it, or in a short directory of its own where that path would be too long."""
    inside = base / "run"
    if len(os.fsencode(inside)) + 1 + len(longest_name) <= SOCKET_PATH_LIMIT - 3:
        return inside
    mark = hashlib.sha256(os.fsencode(base)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"portal-{os.geteuid()}-{mark}"


def claim_socket_directory(directory: Path, person: Person) -> None:
    """Makes the directory for sockets, and refuses one that somebody else laid there first."""
    directory.mkdir(mode=0o700, exist_ok=True)
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.geteuid(), person.uid}:
        raise Trouble(f"{directory} belongs to somebody else. Remove it, or choose a shorter PORTAL_STATE.")
    directory.chmod(0o700)
    person.owns(directory)
