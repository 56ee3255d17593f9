"""manage.py before Django is there: each obstacle is named, with what removes it."""

import importlib.util
import sys
from pathlib import Path

import pytest

import manage


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with lock files and no environment yet."""
    (tmp_path / "requirements.txt").write_text("uv==1.0 \\\n    --hash=sha256:00\nother==2.0\n")
    (tmp_path / "requirements-dev.txt").write_text("more")
    monkeypatch.setattr(manage, "HERE", tmp_path)
    monkeypatch.setattr(manage, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(manage, "VENV_PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(manage, "STAMP", tmp_path / ".venv" / "stamp.json")
    return tmp_path


@pytest.fixture
def installed(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What would have been done, step by step."""
    done: list[str] = []

    def make_venv() -> None:
        (checkout / ".venv" / "bin").mkdir(parents=True, exist_ok=True)
        (checkout / ".venv" / "bin" / "python").touch()
        (checkout / ".venv" / "bin" / "uv").touch()
        done.append("venv")

    monkeypatch.setattr(manage, "make_venv", make_venv)
    monkeypatch.setattr(manage, "install_uv", lambda: done.append("uv"))
    monkeypatch.setattr(manage, "install_requirements", lambda lock: done.append(lock.name))
    return done


def test_the_environment_is_made_once_and_again_when_a_lock_changes(checkout: Path, installed: list[str]) -> None:
    manage.make_environment(dev=False)
    assert installed == ["venv", "uv", "requirements.txt"]
    manage.make_environment(dev=False)
    assert len(installed) == 3
    (checkout / "requirements.txt").write_text("uv==2.0 \\\n    --hash=sha256:00\n")
    assert not manage.up_to_date(dev=False)
    manage.make_environment(dev=False)
    assert installed[3:] == ["requirements.txt"]


def test_tools_are_added_when_a_command_needs_them_and_then_stay(checkout: Path, installed: list[str]) -> None:
    manage.make_environment(dev=False)
    assert not manage.up_to_date(dev=True)
    manage.make_environment(dev=True)
    assert installed[3:] == ["requirements-dev.txt"]
    assert manage.up_to_date(dev=False)
    (checkout / "requirements.txt").write_text("uv==3.0 \\\n    --hash=sha256:00\n")
    manage.make_environment(dev=False)
    assert installed[4:] == ["requirements-dev.txt"]


def test_an_environment_that_was_cut_short_is_made_anew(
    checkout: Path, installed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(manage, "install_requirements", lambda lock: manage.stop("no network"))
        with pytest.raises(SystemExit):
            manage.make_environment(dev=False)
    assert not manage.up_to_date(dev=False)
    manage.make_environment(dev=False)
    assert manage.up_to_date(dev=False)


def test_a_missing_venv_module_names_debians_package(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match=r"apt-get install python3\.\d+-venv"):
        manage.make_venv()


def test_no_network_is_named_with_what_the_installer_said() -> None:
    with pytest.raises(SystemExit, match=r"Is there a network(.|\n)*could not resolve"):
        manage.run_installer([sys.executable, "-c", "import sys; sys.exit('could not resolve')"])


def test_another_way_is_tried_before_giving_up() -> None:
    manage.run_installer([sys.executable, "-c", "raise SystemExit(1)"], [sys.executable, "-c", "pass"])


def test_uv_is_installed_by_its_hash(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (checkout / ".venv").mkdir()
    asked: list[list[str]] = []
    monkeypatch.setattr(manage, "run_installer", asked.append)
    manage.install_uv()
    assert "--require-hashes" in asked[0]
    assert (checkout / ".venv" / "uv.txt").read_text() == "uv==1.0 \\\n    --hash=sha256:00\n"


def test_an_old_python_is_refused_by_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    with pytest.raises(SystemExit, match=r"3\.11 or later is needed; this is 3\.9"):
        manage.enter_environment("quickstart")
