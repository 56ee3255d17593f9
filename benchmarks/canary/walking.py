"""Reads everything as every role, and looks in each answer for canaries that the role may not be sent."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from io import StringIO
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from django.db import transaction
from django.test import Client
from django.urls import reverse

from benchmarks.canary import words
from benchmarks.canary.oracle import who_may
from benchmarks.canary.planting import Id, Planted
from tests.house.table import Row, rows

MOST_LINKS = 8
MOST_CHOICES = 10
TYPED = ("text", "search", "textarea")
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Leak:
    """A canary where it must not be."""

    surface: str
    role: str
    field: str
    where: str

    def __str__(self) -> str:
        return f"{self.field!r} reached {self.role} in {self.surface}: {self.where}"


@contextmanager
def listening() -> Iterator[StringIO]:
    """What the portal writes into its log, at the lowest level, as an operator could switch it on."""
    heard, root = StringIO(), logging.getLogger()
    usual = next(each for each in root.handlers if type(each.formatter).__name__ == "ProcessorFormatter")
    handler = logging.StreamHandler(heard)
    handler.setFormatter(usual.formatter)
    names = [root, *(logging.getLogger(name) for name in ("django", "django.server", "celery"))]
    levels = [(each, each.level) for each in names]
    silenced = usual.level
    root.addHandler(handler)
    usual.setLevel(logging.CRITICAL)
    for each in names:
        each.setLevel(logging.DEBUG)
    logging.getLogger("django.template").setLevel(logging.INFO)  # says of each missing variable where it was missed
    try:
        yield heard
        assert handler in root.handlers, "logging was set up anew, and nothing was heard since"
    finally:
        root.removeHandler(handler)
        usual.setLevel(silenced)
        for each, level in levels:
            each.setLevel(level)


@contextmanager
def undone() -> Iterator[None]:
    """Inside, whatever commands and pages write is gone at the end."""
    around = transaction.atomic()
    around._from_testcase = True  # type: ignore[attr-defined]  # durable commands may run inside it
    with around:
        yield
        transaction.set_rollback(True)


@dataclass
class Walk:
    """What was read, and what was found where it must not be."""

    planted: Planted
    clients: dict[str, Client]
    heard: StringIO
    reads: Counter[tuple[str, str]] = field(default_factory=Counter)
    leaks: list[Leak] = field(default_factory=list)
    sent: dict[str, set[str]] = field(default_factory=dict)
    """Which fields were sent to whom who may have them: else the walk could be blind."""
    searches: set[tuple[str, str, str]] = field(default_factory=set)
    """(role, address, name of the field) wherever a list is searched by words."""

    def look(self, surface: str, role: str, blob: bytes | str, where: str, *, nobody: bool = False) -> None:
        """Look into something that `role` was sent; `nobody`: it may hold no canary at all."""
        self.reads[surface, role] += 1
        for canary in words.found(blob):
            name = self.planted.fields.get(canary)
            if name is None:
                continue
            if role in (NOBODY if nobody else who_may(name)):
                self.sent.setdefault(name, set()).add(role)
            else:
                self.leak(surface, role, name, where)

    def leak(self, surface: str, role: str, name: str, where: str) -> None:
        found = Leak(surface, role, name, where)
        if found not in self.leaks:
            self.leaks.append(found)

    def send(
        self, role: str, method: str, address: str, data: dict[str, Any] | None = None, *, follow: bool = False
    ) -> tuple[Any, bytes]:
        """One request and the body of its answer."""
        send = self.clients[role].get if method == "GET" else self.clients[role].post
        answer: Any = send(address, data or {}, follow=follow)
        return answer, b"".join(answer.streaming_content) if answer.streaming else answer.content

    def ask(
        self, role: str, method: str, address: str, data: dict[str, Any] | None = None, *, follow: bool = False
    ) -> tuple[Any, bytes]:
        """One request, whose effects are undone, and its answer looked through."""
        with undone():
            answer, body = self.send(role, method, address, data, follow=follow)
        self.look_at(role, f"{method} {address}", answer, body)
        return answer, body

    def look_at(self, role: str, where: str, answer: Any, body: bytes) -> None:
        """Everything that came with an answer; addresses and cookies, which others keep too, hold no canary at all."""
        method, _, address = where.partition(" ")
        went = [each for each, _ in getattr(answer, "redirect_chain", [])] + [answer.headers.get("Location", "")]
        self.look(_surface(method, address, answer), role, body, where, nobody=answer.status_code >= 500)
        self.look("header", role, str({k: v for k, v in answer.headers.items() if k != "Location"}), where)
        self.look("address, cookie", role, f"{went} {answer.cookies.output()}", where, nobody=True)
        self.hear(role, where)

    def hear(self, role: str, where: str) -> None:
        """What was logged meanwhile."""
        said = self.heard.getvalue()
        self.heard.seek(0)
        self.heard.truncate()
        if said:
            self.look("log line", role, said, where, nobody=True)

    # --- Every address ----------------------------------------------------------------------------------------------

    def addresses(self, row: Row) -> list[str]:
        """Every address of a row: with the thing of each kind, and with each of the others that were planted."""
        ids = self.planted.world.ids
        ways: list[dict[str, Id]] = [{}, *(each for each in self.planted.others if each.keys() & set(row.things))]
        found = (reverse(row.name, args=[way.get(thing, ids[thing]) for thing in row.things]) for way in ways)
        return list(dict.fromkeys(found))

    def everything(self, roles: tuple[str, ...], *, only: str = "") -> None:
        """Every address of the role matrix as each of these roles, with what can be asked of its lists and forms."""
        for row in rows():
            if only and not re.match(only, row.name):
                continue
            for place, address in enumerate(self.addresses(row)):
                for role in roles:
                    self.page(role, row.method, address, forms=place == 0)

    def page(self, role: str, method: str, address: str, *, forms: bool = True) -> None:
        """One address, and where it leads; what its lists can be asked besides; and its forms, filled in as nobody
        should."""
        answer, body = self.ask(role, method, address, follow=method == "GET")
        if method == "POST" or answer.status_code != 200 or "html" not in answer.headers.get("Content-Type", ""):
            return
        page = Page.of(address, body)
        self.searches |= {(role, page.address.path, name) for name in page.searched()}
        for other in page.lists():
            self.ask(role, "GET", other)
        for to, typed in page.posted() if forms else ():
            self.ask(role, "POST", to, typed, follow=True)


def _surface(method: str, address: str, answer: Any) -> str:
    kind = answer.headers.get("Content-Type", "")
    if answer.status_code >= 400:
        return "error page"
    if "csv" in kind:
        return "export"
    if "pdf" in kind:
        return "PDF"
    if kind and "html" not in kind:
        return "other file"
    if method == "POST":
        return "form with errors"
    if "history" in address or "access-log" in address:
        return "history, access log"
    if "/notices/" in address or "/today/" in address:
        return "notices, Today"
    return "list, filter, sort, count" if "?" in address else "page"


class Page(HTMLParser):
    """The links of a page that ask the same page otherwise, and its forms."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = urlsplit(address)
        self.links: list[str] = []
        self.forms: list[dict[str, Any]] = []
        self.select: str = ""

    @classmethod
    def of(cls, address: str, body: bytes) -> Page:
        made = cls(address)
        made.feed(body.decode())
        return made

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "a" and "?" in has.get("href", ""):
            self.links.append(urljoin(self.address.path, unescape(has["href"])))
        elif tag == "form":
            to = urlsplit(urljoin(self.address.path, has.get("action", "")) or self.address.path)
            self.forms.append({"method": has.get("method", "get").lower(), "to": to.path, "fields": {}})
        elif self.forms and tag in ("input", "textarea", "select") and has.get("name"):
            self.select = has["name"] if tag == "select" else ""
            kind = has.get("type", tag)
            choices = self.forms[-1]["fields"].setdefault(has["name"], [kind])
            if "value" in has:
                choices.append(has["value"])
        elif self.forms and tag == "option" and self.select:
            self.forms[-1]["fields"][self.select].append(has.get("value", ""))

    def asked(self) -> list[dict[str, Any]]:
        """The forms that ask the same page otherwise."""
        return [form for form in self.forms if form["method"] == "get" and form["to"] == self.address.path]

    def searched(self) -> list[str]:
        """The fields by whose words the list is searched."""
        fields = [pair for form in self.asked() for pair in form["fields"].items()]
        return [name for name, (kind, *_) in fields if kind in TYPED]

    def lists(self) -> list[str]:
        """The same list narrowed, sorted, paged, exported; and searched for what a viewer may not know."""
        own = [each for each in self.links if urlsplit(each).path.startswith(self.address.path)]
        found = dict.fromkeys(own[:MOST_LINKS])
        for form in self.asked():
            for name, (kind, *choices) in form["fields"].items():
                typed = [words.NOBODYS] if kind in TYPED else [each for each in choices if each][:MOST_CHOICES]
                found |= dict.fromkeys(f"{self.address.path}?{urlencode({name: each})}" for each in typed)
        return [each for each in found if dict(parse_qsl(urlsplit(each).query))]

    def posted(self) -> list[tuple[str, dict[str, str]]]:
        """Its forms filled in as nobody should: every free field with the beginning of a canary."""
        found = []
        for form in self.forms:
            if form["method"] != "post" or "/accounts/" in form["to"] or not form["fields"]:
                continue
            typed = {}
            for name, (kind, *choices) in form["fields"].items():
                chosen = next((each for each in choices if each), "")
                typed[name] = words.NOBODYS if kind in TYPED else chosen
            found.append((form["to"], typed))
        return found
