"""Asks for what a role may not know, and looks whether the answer differs from that for a word which stands nowhere."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import Any
from unittest.mock import patch
from urllib.parse import quote_plus

from django.db import connection
from django.urls import reverse

from benchmarks.canary import words
from benchmarks.canary.oracle import who_may
from benchmarks.canary.walking import Walk, undone
from portal.records.views import record as record_view
from tests.answers import plain

SEARCHED = ("*: docket", "*: * name", "*: * alias", "*: title", "*: entry", "*: charge", "*: * contact")
ELSEWHERE = (
    "draft: title",
    "draft: clause",
    "gap: title",
    "asked waiting: name",
    "register: attached words",
    "lead: comment",
)
"""What a search of some other list could find; one field of each kind of thing is enough."""


def counts(walk: Walk, roles: tuple[str, ...]) -> None:
    """Search records by each field that a role may not see: it must find what a word finds that stands nowhere, and
    sounds the same, so that the similar names that the role may see are the same too."""
    search = reverse("records:search")
    for role in roles:
        answer, _ = _typed(walk, role, search, "q", words.NOBODYS, post=True)
        if answer.status_code != 200:
            continue
        for canary, name in walk.planted.fields.items():
            if role in who_may(name) or not any(fnmatchcase(name, each) for each in SEARCHED):
                continue
            if name.endswith("docket"):
                typed, nobodys = f"26-CR-{canary}", f"26-CR-{words.NOBODYS}rn"
            else:
                typed, nobodys = words.beginning(canary), words.sounding(canary)
            _, compared = _typed(walk, role, search, "q", nobodys, post=True)
            _, found = _typed(walk, role, search, "q", typed, post=True)
            walk.reads["search, count", role] += 1
            if found != compared:
                walk.leak("search, count", role, name, "a search for it is answered otherwise than one for nothing")


def lists(walk: Walk) -> None:
    """The same of every other list that is searched by words, as the walk met them."""
    for role, address, name_of_field in sorted(walk.searches):
        _, nothing = _typed(walk, role, address, name_of_field, words.NOBODYS)
        for name in ELSEWHERE:
            if role in who_may(name) or name not in walk.planted.fields.values():
                continue
            typed = words.beginning(walk.planted.canary(name))
            _, found = _typed(walk, role, address, name_of_field, typed)
            walk.reads["search, count", role] += 1
            if found != nothing:
                walk.leak("search, count", role, name, f"{address}?{name_of_field}= is answered otherwise")


def _typed(walk: Walk, role: str, address: str, name: str, typed: str, *, post: bool = False) -> tuple[Any, str]:
    """The answer to what was typed, and its page without what was typed and without what differs each time."""
    with undone():
        answer, body = walk.send(role, "POST" if post else "GET", address, {name: typed}, follow=True)
    text = plain(body.decode())
    for written in (typed, quote_plus(typed)):
        text = re.sub(re.escape(written), "TYPED", text, flags=re.I)
    return answer, text


def order(walk: Walk, roles: tuple[str, ...]) -> None:
    """Records filed on one day stand in the order of their ids, whatever of them is withheld."""
    newest = sorted(walk.planted.records.items(), key=lambda pair: pair[1].pk, reverse=True)
    for role in roles:
        _, body = _typed(walk, role, reverse("records:search"), "since", "1990-01-01", post=True)
        numbers = [record.docket_number for kind, record in newest if role in who_may(f"{kind}: docket")]
        places = [body.find(number) for number in numbers]
        walk.reads["list, filter, sort, count", role] += 1
        if places != sorted(places):
            walk.leak(
                "list, filter, sort, count", role, "order of a list", "records stand in another order than by their ids"
            )


def faults(walk: Walk, roles: tuple[str, ...]) -> None:
    """Let the record page fail, in Python and in the database, each time with a name in the error."""
    for role in roles:
        client = walk.clients[role]
        client.raise_request_exception = False
        try:
            for failing in (_error_of_python, _error_of_database):
                with patch.object(record_view, "content", failing):
                    walk.ask(role, "GET", reverse("records:detail", args=[walk.planted.records["open"].pk]))
        finally:
            client.raise_request_exception = True


def _error_of_python(case: Any, explanation: Any) -> None:
    raise ValueError(f"no heading for {case.people[0].name.value}")


def _error_of_database(case: Any, explanation: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::integer", [case.people[0].name.value])
