"""The walk of `make canary`, small: a few roles, two kinds of records, some of the leaks that it must find."""

from __future__ import annotations

import gzip
from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from benchmarks.canary import beneath, leaks, probing, words
from benchmarks.canary.oracle import homes, who_may
from benchmarks.canary.planting import plant
from benchmarks.canary.walking import Walk, listening

from .table import sign_in
from .world import World

ROLES = ("clerk of owner", "clerk of recipient", "clerk of third")
ADDRESSES = (
    r"records:(search|detail|print|export|saved|watch)|agreements:(comments|attachments|shown)|redress:(list|detail)"
    r"|practitioners:(message|group|document)"
)


@pytest.fixture
def walk(world: World) -> Iterator[Walk]:
    planted = plant(world, kinds=("open", "victim"))
    with listening() as heard:
        yield Walk(planted, sign_in(world), heard)


@pytest.mark.django_db
def test_no_canary_reaches_whom_it_must_not(walk: Walk) -> None:
    walk.everything(ROLES, only=ADDRESSES)
    probing.counts(walk, ("clerk of recipient",))
    probing.order(walk, ROLES)
    probing.faults(walk, ("clerk of recipient",))
    beneath.sessions(walk)
    beneath.tables(walk)
    assert walk.leaks == []
    assert {"victim: docket", "victim: defendant name", "open: entry"} <= {
        name for name, roles in walk.sent.items() if "clerk of recipient" in roles
    }, "what may be sent was sent: the walk is not blind"


SOME = [leak for number, leak in enumerate(leaks.TWENTY) if number % 3 == 0]


@pytest.mark.django_db
def test_leaks_that_are_switched_on_are_found(walk: Walk) -> None:
    assert [leak.says for leak in SOME if not leaks.found(leak, walk)] == []


@pytest.mark.django_db
def test_twenty_leaks_are_planted_each_another() -> None:
    assert len({leak.says for leak in leaks.TWENTY}) == len(leaks.TWENTY) == 20


def test_what_the_oracle_does_not_name_nobody_may_see() -> None:
    assert who_may("victim: something new") == {"clerk of owner", "privacy officer", "custodian"}
    assert who_may("a field that nobody wrote down") == frozenset()
    assert homes("victim: victim name", "records_historicalparticipant")
    assert not homes("victim: victim name", "audit_event")


CANARY = words.word(7)
FORMS = {
    "as it is": CANARY.encode(),
    "in capitals": CANARY.upper().encode(),
    "base64": b64encode(b"name=" + CANARY.encode() + b"&"),
    "base64 at another offset": b64encode(b"my name=" + CANARY.lower().encode()),
    "base64 twice": b64encode(b64encode(b'{"name": "' + CANARY.encode() + b'"}')),
    "hex": CANARY.encode().hex().encode(),
    "percent": "".join(f"%{letter:02x}" for letter in CANARY.encode()).encode(),
    "percent twice": quote("".join(f"%{letter:02x}" for letter in CANARY.encode())).encode(),
    "references of HTML": "".join(f"&#{letter};" for letter in CANARY.encode()).encode(),
    "escapes of JSON": "".join(f"\\u{letter:04x}" for letter in CANARY.encode()).encode(),
    "marks between letters": f"{CANARY[:4]}<mark>{CANARY[4:]}</mark>".encode(),
    "wide letters": CANARY.encode("utf-16"),
    "compressed": gzip.compress(CANARY.encode()),
    "compressed, in base64": b64encode(gzip.compress(CANARY.encode())),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_canary_is_found_in_every_form(form: str) -> None:
    assert words.key(CANARY) in words.found(FORMS[form])


@pytest.mark.parametrize("written", ["1871-01-01", "Jan 1, 1871", "1 January 1871", "01/01/1871", "1/1/71"])
def test_a_day_is_found_in_every_writing(written: str) -> None:
    assert words.found(f"born {written}.") == {words.key(words.day(0))}


def test_what_only_begins_as_a_pdf_does_is_read_as_it_is() -> None:
    word = words.word(7)
    assert words.key(word) in words.found(b"%PDF-1.7 " + word.encode())
    assert words.key(word) in words.found(b"%PDF-1.7 " + gzip.compress(word.encode()))
