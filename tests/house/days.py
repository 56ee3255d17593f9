"""The ends of the calendar in every form and filter that takes a day: an answer in words, never a failure."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from django.db import transaction
from django.test import Client
from django.urls import reverse

from agencies.models import Agency, Role
from tests import make

from .table import Row
from .world import World

ENDS = ("0001-01-01", "9999-12-31")
DAYS = {"date": "", "datetime-local": "T23:59"}


class Forms(HTMLParser):
    """The forms of a page: method, action, fields with their values, and which of these are days."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str, dict[str, str], dict[str, str]]] = []
        self._select = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self.found.append((given.get("method", "get").lower(), given.get("action", ""), {}, {}))
        elif not self.found:
            return
        elif tag in ("input", "textarea") and name:
            self._input(name, given)
        elif tag == "select":
            self._select = name
        elif tag == "option" and (given.get("value") or "selected" in given):
            self.found[-1][2].setdefault(self._select, given.get("value", ""))

    def _input(self, name: str, given: dict[str, str]) -> None:
        _, _, values, days = self.found[-1]
        kind = given.get("type", "text")
        if kind in DAYS:
            days[name] = DAYS[kind]
        elif kind not in ("radio", "checkbox") or "checked" in given or name not in values:
            values[name] = given.get("value", "") or ("Words" if kind in ("text", "search") else "")


class Ends:
    """Sends each form of a page that takes a day with the ends of the calendar; `asked` says which it met."""

    def __init__(self, world: World) -> None:
        self.asked: set[str] = set()
        held = Agency.objects.get(pk=str(world.ids["agency"]))
        self.more = [Client() for _ in range(2)]
        for client, role in zip(self.more, (Role.ADMINISTRATOR, Role.DRAFTER), strict=True):
            client.force_login(make.person(held, roles=(role,)).person)

    def of(self, row: Row, keys: list[Any], client: Client, page: Any = None) -> None:
        """Those of one page, which is read as this client if it is not given."""
        if row.method != "GET":
            return
        address = reverse(row.name, args=keys)
        page = page or client.get(address)
        if page.streaming:
            list(page)  # to its end, which closes the file that a download holds
        elif page.status_code == 200 and "text/html" in page.get("Content-Type", ""):
            for method, action, values, days in Forms(page.content.decode()).found:
                if days and f"{method} {row.name}" not in self.asked:
                    self.asked.add(f"{method} {row.name}")
                    send(client, method, urljoin(address, action), values, days)


def send(client: Client, method: str, address: str, values: dict[str, str], days: dict[str, str]) -> None:
    """Each end in all the form's days, and in one of them alone beside days that fit; what is written is undone."""
    for end in ENDS:
        for alone in (None, *days):
            filled = {name: (end if alone in (None, name) else "2026-06-01") + tail for name, tail in days.items()}
            undone = transaction.atomic()
            undone._from_testcase = True  # type: ignore[attr-defined]  # durable commands may run inside it
            with undone:
                answer = getattr(client, method)(address, {**values, **filled}, follow=True)
                assert answer.status_code < 500, (address, filled)
                transaction.set_rollback(True)
