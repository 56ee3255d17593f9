"""What a quickstart leaves in its state directory."""

import stat
from pathlib import Path

import pytest

from portal.quickstart import state


def test_secrets_are_made_once_and_readable_by_their_owner_only(tmp_path: Path) -> None:
    first = state.secret(tmp_path, "secret-key")
    assert len(first) >= 50
    assert state.secret(tmp_path, "secret-key") == first
    assert state.secret(tmp_path, "other") != first
    assert stat.S_IMODE((tmp_path / "secrets" / "secret-key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700


def test_other_commands_find_the_settings_of_a_quickstart(tmp_path: Path) -> None:
    values = {"DATABASE_URL": "postgresql://u:p%3D@/portal?host=/run/x", "SECRET_KEY": "a=b=c"}
    assert state.read_environment(tmp_path) == {}
    state.write_environment(tmp_path, values)
    assert state.read_environment(tmp_path) == values
    assert stat.S_IMODE((tmp_path / "environment").stat().st_mode) == 0o600


def test_the_state_directory_is_per_person(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("PORTAL_STATE", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert state.state_directory() == tmp_path / "justice-portal"
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert state.state_directory() == Path("/var/lib/justice-portal")


@pytest.mark.parametrize(
    ("url", "printed"),
    [
        ("postgresql://owner:secret@db/portal", "postgresql://owner@db/portal"),
        ("redis://:secret@cache/0", "redis://@cache/0"),
        ("redis://cache/0", "redis://cache/0"),
    ],
)
def test_addresses_are_printed_without_their_password(url: str, printed: str) -> None:
    assert state.without_password(url) == printed
