"""The messages that a person meets when the quickstart can't go on."""

import socket
from pathlib import Path

import pytest

from portal.quickstart.binaries import Trouble
from portal.quickstart.run import Quickstart, refuse_taken_port
from portal.quickstart.services import GIVEN, claim, claim_free_place, given_services
from portal.quickstart.state import write_environment


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_port_in_use_names_the_option_that_changes_it() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Trouble, match=f"Port {port} is in use.*--port {port + 1}"):
            refuse_taken_port(port)


def test_a_second_quickstart_is_told_where_the_first_one_is(tmp_path: Path) -> None:
    write_environment(tmp_path, {"PORTAL_ADDRESS": "http://127.0.0.1:8123"})
    first, second = (Quickstart(tmp_path, free_port(), print) for _ in range(2))
    with first.alone(), pytest.raises(Trouble, match=r"already runs.*http://127\.0\.0\.1:8123"), second.alone():
        raise AssertionError("both run")
    with second.alone():
        pass


def test_a_lock_that_a_killed_quickstart_left_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text("12345")
    with Quickstart(tmp_path, free_port(), print).alone():
        pass


def test_running_servers_are_named_all_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in GIVEN:
        monkeypatch.delenv(name, raising=False)
    assert given_services() == {}
    monkeypatch.setenv("DATABASE_URL", "postgresql://db/portal")
    with pytest.raises(Trouble, match="not DATABASE_OWNER_URL, REDIS_URL"):
        given_services()


def test_test_runs_side_by_side_get_places_of_their_own(tmp_path: Path) -> None:
    first, first_lock = claim_free_place(tmp_path)
    second, second_lock = claim_free_place(tmp_path)
    assert first != second
    first_lock.close()
    again, again_lock = claim_free_place(tmp_path)
    assert again == first
    assert claim(first / "lock") is None
    for lock in (second_lock, again_lock):
        lock.close()
