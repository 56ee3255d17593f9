"""Nothing on a page tells a confidential informant from another reason for which text is withheld."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.kernel.viewing import as_job
from portal.records.models import Record
from tests.make import record
from tests.records.scene import Sharing, force, signed_in

pytestmark = pytest.mark.django_db

DEFENDANT, VICTIM, INFORMANT = (
    ("defendant", "Dane Halvorsen"),
    ("victim", "Maria Ortiz"),
    ("informant", "Zoe Quill"),
)


def of(sharing: Sharing, number: str, *people: Any, unread: bool = False) -> Record:
    made = record(
        sharing.records,
        docket_number=number,
        source_id=number,
        title="State v. Halvorsen",
        participants=people,
        entries=["Order", "Statement"],
        charges=[{"description": "Theft", "disposition": "30 days", "sentence": "30 days"}],
    )
    if unread:
        with as_job("import", made.record_set_id):
            force(made, participant_roles=[*made.participant_roles, "unread"])
    return made


def bare(text: str, number: str) -> str:
    """A page without what differs from one look or record to the next."""
    text = text.replace(number, "NUMBER").replace(number.lower(), "NUMBER")
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", text)
    text = re.sub(r'value="[A-Za-z0-9]{64}"|nonce="[^"]*"|\bREL-\d\d-\w+', "", text)
    # The two pages may be asked for on either side of a minute, or of midnight.
    text = re.sub(r' datetime="[^"]*T[^"]*">[^<]*</time>', ">MOMENT</time>", text)
    return re.sub(r"\d{1,2}:\d\d(:\d\d)? ?[ap]\.m\.|\d\d:\d\d:\d\d", "TIME", text)


def read(client: Client, one: Record, name: str) -> str:
    if name == "search":
        answer = client.post(reverse("records:search"), {"q": one.docket_number}, follow=True)
        return bare(re.sub(r"[?&]s=[\w-]+", "", answer.content.decode()), one.docket_number)
    address = reverse(f"records:{name}", args=[one.pk])
    if name == "print":
        said = {"recipient": "T. Bauer", "reason": "Charging", "key": "01a22852-4643-7c44-b689-6b9e33721a37"}
        return bare(client.post(address, said).content.decode(), one.docket_number)
    return bare(client.get(address).content.decode(), one.docket_number)


def test_the_page_is_the_same_whoever_withholds_the_text(sharing: Sharing) -> None:
    pairs = [
        (of(sharing, "26-CR-70001", DEFENDANT, VICTIM), of(sharing, "26-CR-70002", DEFENDANT, VICTIM, INFORMANT)),
        (of(sharing, "26-CR-70003", DEFENDANT, unread=True), of(sharing, "26-CR-70004", DEFENDANT, INFORMANT)),
    ]
    for number, (plain, informed) in enumerate(pairs):
        for who in (sharing.clerk, sharing.owners_clerk, sharing.custodian):
            if who != sharing.clerk and number == 0:
                continue  # the owner's people read the text of the one, and nobody that of the other
            client = signed_in(who)
            for name in ("detail", "print", "told", "search"):
                assert read(client, plain, name) == read(client, informed, name), (name, who.person)


def test_no_number_counts_an_informant(sharing: Sharing) -> None:
    one = of(sharing, "26-CR-70005", DEFENDANT, INFORMANT)
    client = signed_in(sharing.clerk)
    case = client.get(reverse("records:detail", args=[one.pk])).context["case"]
    alone = of(sharing, "26-CR-70006", DEFENDANT, unread=True)
    other = client.get(reverse("records:detail", args=[alone.pk])).context["case"]
    assert (len(case.people), case.withheld, case.entry_count) == (len(other.people), other.withheld, 2)
