"""What a withheld field cannot be inferred from: searches, filters, orders, pages, exports, counts.

An attacker knows a record and that a field of it has one of a few values. The same attack is played in worlds that
differ in that value alone; what it learns is the entropy of its answers over the worlds. It must be no bit. With the
field shown by a rule, the same attack must learn all of it, else it is no attack.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from math import log2
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from benchmarks.canary.walking import undone
from portal.kernel.history import save
from portal.kernel.viewing import as_job
from portal.records.models import Charge, Participant, Record
from portal.records.reading import names_key
from privacy.models import Treatment
from tests.answers import plain
from tests.make import record
from tests.records.scene import Sharing, as_owner, force, signed_in
from tests.records.test_disclosure import change_rule

pytestmark = pytest.mark.django_db

NAMES = ("Ann Zeigler", "Bea Quillon", "Cora Yarrow", "Dot Xanthe")
DAYS = ("1990-05-17", "1971-11-02", "1984-02-29", "2001-08-08")
CHARGES = (0, 1, 2, 3)
SECRETS: dict[str, Sequence[Any]] = {"name": NAMES, "birth_date": DAYS, "charges": CHARGES}
STATUTE = "18:401(3)"
BITS = log2(len(NAMES))
KEY = "01a226b7-8d48-77a3-8bda-c1ceeca2e55c"


@pytest.fixture
def known(sharing: Sharing) -> Record:
    """The record of which the attacker knows all but one field of its victim, among others that are all shown."""
    for number, name in enumerate(NAMES):
        record(sharing.records, docket_number=f"26-CR-8000{number}", participants=[("defendant", name)])
    people: list[Any] = [("defendant", "Dane Halvorsen"), ("victim", "Nobody Yet", {"birth_date": date(1960, 1, 1)})]
    made = record(sharing.records, docket_number="26-CR-90001", participants=people)
    for number in range(4):
        record(sharing.records, docket_number=f"26-CR-9900{number}", participants=[("defendant", "Maria Ortiz")])
    return made


def keep(of: Record, field: str, secret: Any) -> None:
    """Let the victim of the record have this value."""
    with as_job("import", of.record_set_id):
        victim = Participant.objects.get(record=of, role="victim")
        for position in range(secret if field == "charges" else 0):
            given = {"kind": "count", "description": "Contempt of court", "position": position + 1}
            given["statute"] = STATUTE
            save(Charge(record=of, record_set=of.record_set, participant=victim, **given), actor=None)
    with as_owner():
        if field == "name":
            force(victim, name=secret, name_key=names_key(secret, ""))
        elif field == "birth_date":
            force(victim, birth_date=date.fromisoformat(secret))


# --- Attacks --------------------------------------------------------------------------------------------------------


def typed() -> list[dict[str, str]]:
    """What is searched for: each name whole and begun, a day, and what is known already."""
    words = [part for name in NAMES for part in (name, name.split()[1][:3])]
    return [{"q": each} for each in (*words, DAYS[0], STATUTE, "26-CR-90001", "halvorsen")] + [{"since": "1990-01-01"}]


def sort_and_filter(client: Client, of: Record) -> str:
    """Everything that searches, their filters, orders and pages, an export, the record and its print answer."""
    pages = []
    for words in typed():
        found = client.post(reverse("records:search"), words, follow=True)
        pages.append(found.content.decode())
        for facet in found.context.get("facets", []) if "since" in words else ():
            pages += [client.get(option["href"]).content.decode() for option in facet["options"]]
        if export := found.context.get("export"):
            given = {"recipient": "D. Ames", "reason": "Charges", "key": KEY}
            answer: Any = client.post(export, given)
            pages.append(b"".join(answer.streaming_content).decode())
    for name in ("detail", "print"):
        pages.append(client.get(reverse(f"records:{name}", args=[of.pk])).content.decode())
    return "\n".join(map(plain, pages))


def counts(client: Client, of: Record) -> str:
    """Numbers alone: how many records a search finds, by standing and by owner, and of how many charges."""
    numbers: list[Any] = []
    for words in typed():
        found = client.post(reverse("records:search"), words, follow=True)
        facets = found.context.get("facets", [])
        numbers += [option["count"] for facet in facets for option in facet["options"]]
        numbers.append(found.context["tally"].total if "tally" in found.context else None)
        numbers += re.findall(r"\d+ charges?\b", found.content.decode())
    return str(numbers)


Attack = Callable[[Client, Record], str]


def learned(attack: Attack, client: Client, of: Record, field: str) -> float:
    """Bits that an attack learns of a field whose values are equally likely."""
    answers: Counter[str] = Counter()
    for secret in SECRETS[field]:
        with undone():
            keep(of, field, secret)
            answers[attack(client, of)] += 1
    parts = [times / len(SECRETS[field]) for times in answers.values()]
    return -sum(part * log2(part) for part in parts)


ATTACKS = [
    (sort_and_filter, "name"),
    (sort_and_filter, "birth_date"),
    (counts, "name"),
    (counts, "charges"),
]


@pytest.mark.parametrize(("attack", "field"), ATTACKS)
def test_an_attack_learns_nothing_of_what_is_withheld(
    sharing: Sharing, known: Record, attack: Attack, field: str
) -> None:
    client = signed_in(sharing.clerk)
    assert learned(attack, client, known, field) == 0


@pytest.mark.parametrize(("attack", "field"), ATTACKS)
def test_the_same_attack_learns_all_of_what_is_shown(
    sharing: Sharing, known: Record, attack: Attack, field: str
) -> None:
    """Positive control: with the mask off."""
    change_rule(sharing, Treatment.SHOWN, participant_role="victim")
    change_rule(sharing, Treatment.SHOWN, data_category=field)
    client = signed_in(sharing.clerk)
    assert learned(attack, client, known, field) == BITS
