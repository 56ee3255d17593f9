#!/usr/bin/env python3
"""The one entry point: makes the environment that the portal runs in when it is missing, then hands over to Django.

Only the standard library is used before the hand-over, since on a bare machine nothing else is there.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
STAMP = VENV / "portal-environment.json"
OLDEST_PYTHON = (3, 11)

NEEDS_DEV = {"test", "lint"}
"""Commands that need the packages of requirements-dev.txt too."""

AS_OWNER = {"migrate", "makemigrations", "sqlmigrate", "showmigrations", "squashmigrations", "optimizemigration"}
"""Commands that connect as the owner of the tables; all others connect as the runtime role."""

OFFLINE = {"quickstart", "test", "lint", "help", "version", "import_report"}
"""Commands whose own process opens no database; what they start is told where the database is."""

OFFLINE_IF_NEED_BE = {"check", "makemigrations"}
"""Commands that work, with less to say, before there is any database."""


def stop(message: str) -> None:
    """Ends the program with a message that says what to do next."""
    sys.exit("portal: " + message)


def say(message: str) -> None:
    print("portal: " + message, file=sys.stderr, flush=True)


def locks(dev: bool) -> dict[str, str]:
    """What the environment must have been made from: a digest of each lock file, and of this Python."""
    wanted = {"python": "%d.%d" % sys.version_info[:2], "portal": digest(HERE / "requirements.txt")}
    if dev:
        wanted["dev"] = digest(HERE / "requirements-dev.txt")
    return wanted


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def stamp() -> dict[str, str]:
    """What the environment was made from; empty when it is missing, half made or broken."""
    try:
        found = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return found if VENV_PYTHON.exists() and isinstance(found, dict) else {}


def up_to_date(dev: bool) -> bool:
    found = stamp()
    return all(found.get(name) == value for name, value in locks(dev).items())


def make_environment(dev: bool) -> None:
    """Brings `.venv` to what the lock files say; one process at a time, others wait and find it done."""
    if not os.access(HERE, os.W_OK):
        stop(f"{HERE} can't be written by this person, so its .venv can't be made. Use a checkout of your own.")
    with open(HERE / ".venv.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if up_to_date(dev):
            return
        found = stamp()
        dev = dev or "dev" in found
        STAMP.unlink(missing_ok=True)
        if found.get("python") != locks(dev)["python"] or not (VENV / "bin" / "uv").exists():
            make_venv()
            install_uv()
        install_requirements(HERE / ("requirements-dev.txt" if dev else "requirements.txt"))
        STAMP.write_text(json.dumps(locks(dev)))


def make_venv() -> None:
    """Makes an empty `.venv` with the standard library, or names the package that is missing."""
    version = "%d.%d" % sys.version_info[:2]
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        stop(
            f"Python {version} was found, but its venv module is missing. On Debian or Ubuntu install it with "
            f"`apt-get install python{version}-venv` (as root), then run this command again."
        )
    say(f"making the environment in {VENV} (only the first time; needs the network)")
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True)
    if made.returncode != 0:
        stop(f"{VENV} could not be made:\n{tail(made.stdout + made.stderr)}")


def install_uv() -> None:
    """Installs uv, by the hashes of the lock file, with the pip that came with `.venv`."""
    lock = (HERE / "requirements.txt").read_text()
    block = re.search(r"^uv==.*?(?=^\S)", lock + "\n#", re.MULTILINE | re.DOTALL)
    if block is None:
        stop("requirements.txt names no uv. Restore the file, then run this command again.")
        return
    only_uv = VENV / "uv.txt"
    only_uv.write_text(block.group(0))
    pip = [str(VENV_PYTHON), "-m", "pip", "--disable-pip-version-check", "--retries", "1", "install", "-q"]
    run_installer([*pip, "--require-hashes", "--only-binary", ":all:", "-r", str(only_uv)])


def install_requirements(lock: Path) -> None:
    say(f"installing what {lock.name} names")
    sync = ["pip", "sync", "--quiet", "--python", str(VENV_PYTHON), "--require-hashes", "--no-build", str(lock)]
    uv = str(VENV / "bin" / "uv")
    # Many offices put a certificate of their own before the network; a minimal system has none at all but uv's.
    run_installer([uv, "--system-certs", *sync], [uv, *sync])


def run_installer(*ways: list[str]) -> None:
    """Tries each way until one works; when none does, says what the first one said."""
    said = []
    for command in ways:
        done = subprocess.run(command, capture_output=True, text=True, cwd=str(HERE))
        if done.returncode == 0:
            return
        said.append(done.stdout + done.stderr)
    stop(
        "the packages could not be installed. Is there a network, and does it reach the Python package index (or "
        "the mirror that PIP_INDEX_URL and UV_DEFAULT_INDEX name)? Run this command again when it does; what was "
        f"installed is kept. The installer said:\n{tail(said[0])}"
    )


def tail(text: str) -> str:
    return "\n".join("    " + line for line in text.strip().splitlines()[-8:])


def enter_environment(command: str) -> None:
    """Continues under `.venv`, unless the caller already stands in an environment that has Django."""
    if sys.version_info < OLDEST_PYTHON:
        stop("Python %d.%d or later is needed; this is %d.%d." % (*OLDEST_PYTHON, *sys.version_info[:2]))
    inside = Path(sys.prefix) == VENV
    own = sys.prefix != sys.base_prefix and not inside and importlib.util.find_spec("django") is not None
    if own or os.environ.get("PORTAL_ENVIRONMENT") == "own":
        return
    dev = command in NEEDS_DEV
    fresh = up_to_date(dev)
    if not fresh:
        make_environment(dev)
    if not (inside and fresh):
        os.execv(str(VENV_PYTHON), [str(VENV_PYTHON), *sys.argv])


def choose_role(command: str) -> None:
    """Says as whom this process connects to the database, and where a quickstart of this person left it."""
    if command in OFFLINE:
        os.environ.setdefault("PORTAL_ROLE", "offline")
        return
    if "DATABASE_URL" not in os.environ and "SECRET_KEY" not in os.environ:
        for name, value in quickstart_environment().items():
            os.environ.setdefault(name, value)
    if command in OFFLINE_IF_NEED_BE and "DATABASE_URL" not in os.environ and "SECRET_KEY" not in os.environ:
        os.environ.setdefault("PORTAL_ROLE", "offline")
    if command in AS_OWNER:
        os.environ.setdefault("PORTAL_ROLE", "owner")


def quickstart_environment() -> dict[str, str]:
    """What `portal.quickstart.state` says, read without importing `portal`, whose settings are not known yet."""
    spec = importlib.util.spec_from_file_location("portal_state", HERE / "portal" / "quickstart" / "state.py")
    if spec is None or spec.loader is None:
        stop("portal/quickstart/state.py is missing. Restore it, then run this command again.")
        return {}
    state = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(state)
    found: dict[str, str] = state.read_environment()
    return found


def main() -> None:
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    enter_environment(command)
    choose_role(command)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        stop(str(error))


if __name__ == "__main__":
    main()
