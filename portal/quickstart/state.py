"""Where a quickstart keeps what outlives it: database cluster, broker, secrets, logs. Standard library only."""

import os
import secrets
from pathlib import Path
from urllib.parse import unquote

NAME = "justice-portal"


def state_directory() -> Path:
    """PORTAL_STATE, or a directory of this person's own; never inside the checkout."""
    if chosen := os.environ.get("PORTAL_STATE"):
        return Path(chosen).expanduser().resolve()
    if os.geteuid() == 0:
        return Path("/var/lib") / NAME
    data = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(data) / NAME


def make_private(directory: Path) -> Path:
    """Makes a directory that only its owner can list; parents included where they are missing."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return directory


def secret(state: Path, name: str) -> str:
    """The secret of this name, made when it is first asked for, readable by its owner only."""
    path = make_private(state / "secrets") / name
    if not path.exists():
        write_private(path, secrets.token_urlsafe(48))
    return path.read_text().strip()


def write_private(path: Path, text: str) -> None:
    """Writes a whole file or nothing, mode 0600 from its first byte on."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def write_environment(state: Path, values: dict[str, str]) -> None:
    """Leaves the settings of a quickstart for other commands of the same person, such as `manage.py shell`."""
    write_private(state / "environment", "".join(f"{name}={value}\n" for name, value in values.items()))


def read_environment(state: Path | None = None) -> dict[str, str]:
    """What `write_environment` left; empty when there was no quickstart."""
    path = (state or state_directory()) / "environment"
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return {}
    pairs = (line.split("=", 1) for line in lines if "=" in line)
    return {name: value for name, value in pairs}


def without_password(url: str) -> str:
    """The address as it may be printed."""
    scheme, found, rest = url.partition("://")
    user, at, host = rest.rpartition("@")
    return f"{scheme}{found}{unquote(user.split(':')[0])}{at}{host}" if at else url
