"""Asking for links: nowhere but outside, in small bites, and off unless the installation says so."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from threading import Thread
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.resources.library import outside, tasks
from portal.resources.library.models import LinkCheck
from portal.resources.library.outside import Answer, Outcome, is_outside, look
from tests import make

CLOSED = [
    "127.0.0.1", "127.8.9.1", "0.0.0.1", "168.63.129.16", "10.0.0.1", "172.16.0.1", "192.168.1.1",
    "169.254.169.254", "100.64.0.1", "192.0.0.192", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
    "::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254",
    "64:ff9b::a00:1", "2002:a00:1::", "2001:0:0:0::1", "2001:db8::1", "::127.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize("address", CLOSED)
def test_addresses_of_closed_networks_are_not_outside(address: str) -> None:
    assert not is_outside(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses_are(address: str) -> None:
    assert is_outside(ip_address(address))


@given(st.ip_addresses(v=4))
def test_an_address_wrapped_in_a_newer_one_is_no_way_in(address: Any) -> None:
    wrapped = ip_address(f"::ffff:{address}")
    assert is_outside(wrapped) == is_outside(address)
    assert not address.is_private or not is_outside(wrapped)
    for translated in (f"64:ff9b::{address}", f"2002:{int(address) >> 16:x}:{int(address) & 0xFFFF:x}::"):
        assert not is_outside(ip_address(translated))


class Site(BaseHTTPRequestHandler):
    """Pages that fare in every way; `asked` is what was asked for."""

    asked: ClassVar[list[tuple[str, str]]] = []

    def answer(self) -> None:
        self.asked.append((self.command, self.path))
        code, head = {
            "/here": (200, {}),
            "/gone": (404, {}),
            "/guarded": (403, {}),
            "/ill": (503, {}),
            "/moved": (301, {"Location": "/here"}),
            "/round": (302, {"Location": "/round"}),
            "/inward": (302, {"Location": "http://metadata.closed.example/latest"}),
            "/file": (302, {"Location": "file:///etc/passwd"}),
            "/gets": (200 if self.command == "GET" else 405, {}),
        }.get(self.path.partition("?")[0], (200, {}))
        self.send_response(code)
        for name, value in head.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET" and self.path == "/gets":
            self.wfile.write(b"x" * 10_000)

    do_GET = do_HEAD = answer

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    """`open.example` is the site of the test, what is closed is the address at which clouds tell secrets."""

    def resolve(host: str, port: int, **more: Any) -> list[Any]:
        place = "169.254.169.254" if "closed" in host else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (place, port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


def asked(port: int, path: str) -> Answer:
    """With the address check of the test: its own site is outside, link-local addresses are not."""
    return look(
        f"http://open.example:{port}{path}", allowed=lambda each: not each.is_link_local, ports=(port, 80), deadline=0.5
    )


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/here", Answer(Outcome.ANSWERED, 200)),
        ("/here?q=é#part", Answer(Outcome.ANSWERED, 200)),
        ("/gone", Answer(Outcome.BROKEN, 404)),
        ("/guarded", Answer(Outcome.GUARDED, 403)),
        ("/ill", Answer(Outcome.UNREACHABLE, 503)),
        ("/moved", Answer(Outcome.ANSWERED, 200)),
        ("/round", Answer(Outcome.BROKEN, 302)),
        ("/inward", Answer(Outcome.REFUSED)),
        ("/file", Answer(Outcome.REFUSED)),
        ("/gets", Answer(Outcome.ANSWERED, 200)),
    ],
)
def test_what_comes_of_a_link(site: int, names: None, path: str, answer: Answer) -> None:
    assert asked(site, path) == answer


def test_head_is_tried_first_and_then_the_first_bytes(site: int, names: None) -> None:
    Site.asked.clear()
    asked(site, "/gets")
    asked(site, "/here")
    assert Site.asked == [("HEAD", "/gets"), ("GET", "/gets"), ("HEAD", "/here")]


def test_a_redirect_inward_connects_to_nothing(site: int, names: None, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []
    connect = outside._Pinned.connect

    def connects(each: Any) -> None:
        tried.append(each.place.address[0])
        connect(each)

    monkeypatch.setattr(outside._Pinned, "connect", connects)
    assert asked(site, "/inward") == Answer(Outcome.REFUSED)
    assert tried == ["127.0.0.1"]


@pytest.mark.parametrize(
    "link",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://[::1]/",
        "http://2130706433/",
        "http://user:word@open.example/",
        "http://open.example:6379/",
        "gopher://open.example/",
        "http:///nowhere",
    ],
)
def test_what_leads_inward_is_not_asked(link: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside._Pinned, "connect", lambda each: pytest.fail("it connected"))
    assert look(link) == Answer(Outcome.REFUSED)


def test_a_name_with_one_closed_address_is_refused_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    two = [(2, 1, 6, "", (place, 443)) for place in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: two)
    monkeypatch.setattr(outside._Pinned, "connect", lambda each: pytest.fail("it connected"))
    assert look("https://both.example/") == Answer(Outcome.REFUSED)


def test_an_answer_that_drips_in_is_cut_off(names: None) -> None:
    """It takes the deadline, and not the time for which the server goes on."""
    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]

    def drip() -> None:
        talk, _ = server.accept()
        with talk, contextlib.suppress(OSError):
            for _ in range(60):
                talk.sendall(b"H")
                time.sleep(0.1)

    Thread(target=drip, daemon=True).start()
    begun = time.monotonic()
    assert asked(port, "/") == Answer(Outcome.UNREACHABLE)
    assert time.monotonic() - begun < 3
    server.close()


@pytest.mark.django_db
def test_nothing_is_asked_unless_outside_access_is_allowed(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make.resource()
    looked: list[str] = []
    monkeypatch.setattr(tasks, "PAUSE", 0)

    def look(link: str) -> Answer:
        looked.append(link)
        return Answer(Outcome.BROKEN, 404)

    monkeypatch.setattr(outside, "look", look)
    assert settings.PORTAL_OUTSIDE_ACCESS is False
    tasks.check_links()
    assert looked == []
    settings.PORTAL_OUTSIDE_ACCESS = True
    tasks.check_links()
    assert made.link in looked
    assert LinkCheck.objects.get(resource=made).code == 404
    looked.clear()
    tasks.check_links()
    assert made.link not in looked
