"""The ends of the calendar in every form and filter that takes a day: an answer in words, never a failure."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urljoin

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from agencies.models import Agency, Role
from tests import make

from .test_role_matrix import rows, sign_in
from .world import ROLES, World

ENDS = ("0001-01-01", "9999-12-31")
DAYS = {"date": "", "datetime-local": "T23:59"}
PLACES = [
    ("records:search", "?after={}_00000000-0000-0000-0000-000000000000"),
    ("records:search", "?before={}_00000000-0000-0000-0000-000000000000"),
    ("workbench:access_log", "?before={}T23:59:59.999999Z_00000000-0000-0000-0000-000000000000"),
    ("workbench:access_log", "?before={}T00:00:00-23:59_00000000-0000-0000-0000-000000000000"),
    ("workbench:access_log", "?before={}T00:00:00%2B23:59_00000000-0000-0000-0000-000000000000"),
    ("workbench:access_log", "?before={}T00:00:00_00000000-0000-0000-0000-000000000000"),
    ("workbench:access_log_csv", "?since={0}&until={0}"),
]


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


@pytest.mark.django_db
def test_no_form_and_no_filter_fails_on_the_ends_of_the_calendar(world: World) -> None:
    clients = sign_in(world)
    held = Agency.objects.get(pk=str(world.ids["agency"]))
    more = [Client() for _ in range(2)]
    for client, role in zip(more, (Role.ADMINISTRATOR, Role.DRAFTER), strict=True):
        client.force_login(make.person(held, roles=(role,)).person)
    asked: set[str] = set()
    for row in rows():
        if row.method != "GET":
            continue
        address = reverse(row.name, args=[world.ids[thing] for thing in row.things])
        answering = [clients[role] for role, status in zip(ROLES, row.statuses, strict=True) if status == "200"]
        for client in [*answering, *more]:
            page = client.get(address)
            if page.streaming:
                list(page)  # to its end, which closes the file that a download holds
            if page.status_code != 200 or page.streaming or "text/html" not in page.get("Content-Type", ""):
                continue
            for method, action, values, days in Forms(page.content.decode()).found:
                if days and f"{method} {row.name}" not in asked:
                    asked.add(f"{method} {row.name}")
                    send(client, method, urljoin(address, action), values, days)
    assert {"post agencies:record_training", "post agreements:new", "get workbench:access_log"} <= asked, sorted(asked)


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


@pytest.mark.django_db
def test_no_place_in_an_address_fails_on_the_ends_of_the_calendar(world: World) -> None:
    clients = sign_in(world)
    for name, tail in PLACES:
        client = clients["auditor" if name.startswith("workbench") else "clerk of recipient"]
        for end in ENDS:
            answer = client.get(reverse(name) + tail.format(end))
            assert answer.status_code in (200, 404), (name, tail, end)
    for end in ENDS:
        answer = clients["clerk of recipient"].post(reverse("notices:read_all"), {"up_to": f"{end}T00:00:00+23:59"})
        assert answer.status_code in (302, 404)
