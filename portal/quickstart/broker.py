"""A private Valkey in the state directory: a Unix socket, an append-only file, nothing on the network."""

import signal
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import redis

from portal.quickstart.binaries import Person, Program, Trouble, broker_program
from portal.quickstart.postgres import claim_socket_directory, socket_directory
from portal.quickstart.processes import stop_leftover


class Broker:
    """The broker in `base`; used like `Postgres`."""

    def __init__(self, base: Path, *, durable: bool = True) -> None:
        self.base = base
        self.durable = durable
        self.sockets = socket_directory(base, longest_name="valkey.sock")
        self.socket = self.sockets / "valkey.sock"
        self.pidfile = base / "valkey.pid"

    def prepare(self) -> None:
        self.base.mkdir(mode=0o700, parents=True, exist_ok=True)
        claim_socket_directory(self.sockets, Person.caller())

    def program(self) -> Program:
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.base),
            "pidfile": str(self.pidfile),
            "appendonly": "yes" if self.durable else "no",
            "save": "",
            "maxmemory-policy": "noeviction",
            "loglevel": "warning",
        }
        return Program(
            name="valkey",
            command=[
                str(broker_program()),
                *(part for name, value in options.items() for part in (f"--{name}", value)),
            ],
            stop_signal=signal.SIGTERM,
            before_start=self.clear_leftover,
        )

    def clear_leftover(self) -> None:
        stop_leftover(self.pidfile, belongs=str(self.socket), stop_signal=signal.SIGTERM, patience=20)

    def wait(self, meanwhile: Callable[[], None], seconds: float = 30) -> None:
        """Returns when the broker answers."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                with redis.Redis(unix_socket_path=str(self.socket)) as client:
                    client.ping()
                return
            except redis.RedisError as error:
                if time.monotonic() > deadline:
                    raise Trouble(f"The broker did not start within {seconds:.0f} s: {error}") from error
                meanwhile()
                time.sleep(0.02)

    def url(self) -> str:
        return f"unix://{quote(str(self.socket))}?db=0"
