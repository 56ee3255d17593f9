"""Unix sockets: short enough for the kernel, and in nobody else's directory."""

import os
from pathlib import Path

import pytest

from portal.quickstart.binaries import Person, Trouble
from portal.quickstart.postgres import SOCKET_PATH_LIMIT, claim_socket_directory, socket_directory


def test_sockets_lie_beside_their_data(tmp_path: Path) -> None:
    base = Path("/var/lib/justice-portal/postgres")
    assert socket_directory(base) == base / "run"


def test_a_long_path_gets_a_short_directory_of_its_own(tmp_path: Path) -> None:
    long, other = tmp_path / ("a" * 90), tmp_path / ("b" * 90)
    short = socket_directory(long)
    assert len(os.fsencode(short / ".s.PGSQL.5432.lock")) < SOCKET_PATH_LIMIT
    assert short == socket_directory(long)
    assert short != socket_directory(other)


def test_length_counts_in_bytes() -> None:
    assert socket_directory(Path("/srv/" + "ü" * 40)).parts[-1].startswith("portal-")


def test_a_directory_that_somebody_else_laid_is_refused(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (tmp_path / "run").symlink_to(theirs)
    with pytest.raises(Trouble, match="belongs to somebody else"):
        claim_socket_directory(tmp_path / "run", Person.caller())


def test_a_directory_that_is_too_open_is_closed(tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir(mode=0o777)
    claim_socket_directory(run, Person.caller())
    assert run.stat().st_mode & 0o777 == 0o700
