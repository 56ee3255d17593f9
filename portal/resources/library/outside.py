"""Asking a web server outside whether a link still leads somewhere: in small bites, never within networks of our own.

A name is resolved once, every address that it has is looked at, and the connection goes to the very address that was
looked at: a name that leads elsewhere a moment later leads nowhere. Each redirect is treated as a link of its own.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Timer
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

from django.utils.encoding import iri_to_uri

from .models import LinkCheck

Address = IPv4Address | IPv6Address
Outcome = LinkCheck.Outcome

PORTS = {"http": 80, "https": 443}
MOST_REDIRECTS = 5
PATIENCE = 8.0
"""Seconds for one answer of the network."""
DEADLINE = 20.0
"""Seconds for a link whole, with its redirects, however slowly it drips in."""
BITE = 4096
"""Bytes of a page that are read at most."""
REDIRECTS = {301, 302, 303, 307, 308}
GUARDED = {401, 403, 407, 429, 451}
HEADERS = {"User-Agent": "portal-link-checker", "Accept": "*/*", "Connection": "close"}
CLOSED = tuple(map(ip_network, ("192.0.0.0/24", "168.63.129.16/32", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16")))
"""Where clouds answer their own machines under addresses that look public, and networks whose addresses stand for one
of the older kind, which could be anybody's."""


class Forbidden(Exception):
    """The link leads where the checker does not go."""


@dataclass(frozen=True)
class Answer:
    """What came of it, and the code of HTTP where one came."""

    outcome: LinkCheck.Outcome
    code: int | None = None


def is_outside(address: Address) -> bool:
    """Whether an address belongs to the public network: not private, loopback, link-local, of metadata, or reserved."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_outside(address.ipv4_mapped)
        if address.teredo is not None:
            return False
    if any(address in network for network in CLOSED):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def look(
    link: str,
    *,
    allowed: Callable[[Address], bool] = is_outside,
    ports: Collection[int] = tuple(PORTS.values()),
    deadline: float = DEADLINE,
) -> Answer:
    """Ask for a link and say what came of it. `allowed` and `ports`: where it may lead, and its redirects too."""
    until = time.monotonic() + deadline
    try:
        for _ in range(MOST_REDIRECTS + 1):
            code, moved = _ask(link, allowed, ports, until)
            if moved is None:
                return Answer(_outcome(code), code)
            link = urljoin(link, moved)
    except Forbidden:
        return Answer(Outcome.REFUSED)
    except (OSError, HTTPException, ValueError):
        return Answer(Outcome.UNREACHABLE)
    return Answer(Outcome.BROKEN, code)  # redirects without end


def _outcome(code: int) -> LinkCheck.Outcome:
    if code < 400:
        return Outcome.ANSWERED
    if code in GUARDED:
        return Outcome.GUARDED
    return Outcome.BROKEN if code < 500 else Outcome.UNREACHABLE


def _ask(link: str, allowed: Callable[[Address], bool], ports: Collection[int], until: float) -> tuple[int, str | None]:
    """The code, and where it says that the page is now; by HEAD, and by a GET of the first bytes where HEAD fails."""
    parts = urlsplit(link)
    place = _place(parts, allowed, ports)
    code, moved = _request("HEAD", parts, place, until)
    if code >= 400:
        code, moved = _request("GET", parts, place, until)
    return code, moved if code in REDIRECTS else None


def _place(parts: SplitResult, allowed: Callable[[Address], bool], ports: Collection[int]) -> Place:
    """The address to which to connect. Raises Forbidden if the name has any that is not allowed."""
    if parts.scheme not in PORTS or not parts.hostname or parts.username is not None:
        raise Forbidden
    port = parts.port or PORTS[parts.scheme]
    if port not in ports:
        raise Forbidden
    found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    if not all(allowed(ip_address(str(each[4][0]).partition("%")[0])) for each in found):
        raise Forbidden
    return Place(found[0][0], found[0][4])


@dataclass(frozen=True)
class Place:
    """An address that was looked at, as sockets take it."""

    family: int
    address: tuple[Any, ...]


class _Pinned(HTTPConnection):
    """A connection to an address that was looked at, by the name that the link gives."""

    def __init__(self, parts: SplitResult, place: Place) -> None:
        super().__init__(str(parts.hostname), parts.port or PORTS[parts.scheme])
        self.place = place
        self.secret = parts.scheme == "https"

    def connect(self) -> None:
        self.sock = socket.socket(self.place.family, socket.SOCK_STREAM)
        self.sock.settimeout(PATIENCE)
        self.sock.connect(self.place.address)
        if self.secret:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
            self.sock.do_handshake()

    def cut(self) -> None:
        with contextlib.suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)


def _request(method: str, parts: SplitResult, place: Place, until: float) -> tuple[int, str | None]:
    connection = _Pinned(parts, place)
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    clock = Timer(left, connection.cut)
    clock.daemon = True
    clock.start()
    try:
        path = iri_to_uri(parts._replace(scheme="", netloc="", fragment="").geturl()) or "/"
        ranged = {"Range": f"bytes=0-{BITE - 1}"} if method == "GET" else {}
        connection.request(method, path, headers={**HEADERS, **ranged})
        answer: HTTPResponse = connection.getresponse()
        answer.read(BITE)
        return answer.status, answer.getheader("Location")
    finally:
        clock.cancel()
        connection.close()
