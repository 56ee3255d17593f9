"""The access log as an auditor reads it: which case was stated, and filters at the ends of the calendar."""

from __future__ import annotations

import csv
import io
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from portal.records.models import Release
from sharing_agreements.models import Agreement
from tests import kept, make
from tests.make import record
from tests.records.scene import Sharing, force, set_up_sharing, signed_in

pytestmark = pytest.mark.django_db


@kept.fixture
def sharing() -> Sharing:
    return set_up_sharing()


def test_the_stated_case_is_on_the_page_and_is_found_and_no_docket_number_is(sharing: Sharing) -> None:
    made = record(sharing.records, docket_number="CC-24-CR-0101")
    signed_in(sharing.clerk).get(reverse("records:detail", kwargs={"pk": made.pk}))
    client = Client()
    client.force_login(make.auditor())
    log = reverse("workbench:access_log")
    page = client.get(log).content.decode()
    assert "stated case MPD-26-1044" in page
    assert "CC-24-CR-0101" not in page
    assert client.get(log, {"q": "mpd-26-1044"}).context["total"] == 1
    assert client.get(log, {"q": "MPD-99"}).context["total"] == 0
    for end in ("0001-01-01", "9999-12-31"):
        answer = client.get(log, {"until": end})
        assert "Choose a day in the years 1900 to 2100." in answer.content.decode()


def test_a_release_says_how_what_and_to_whom(sharing: Sharing) -> None:
    made = record(sharing.records)
    client, sent = signed_in(sharing.custodian), {"recipient": "Deputy Ames", "reason": "Charging decision"}
    client.post(reverse("records:print", args=[made.pk]), {**sent, "key": str(uuid4())})
    client.post(reverse("records:told", args=[made.pk]), {**sent, "key": str(uuid4()), "told": ["record", "name"]})
    client.force_login(make.auditor())
    page = client.get(reverse("workbench:access_log")).content.decode()
    assert "Printed, REL-" in page
    assert "Told by word of mouth, REL-" in page
    assert "that there is such a record; name and aliases, for Deputy Ames: Charging decision" in page
    number = Release.objects.get(kind="print").number
    assert client.get(reverse("workbench:access_log"), {"q": number.lower()}).context["total"] == 1
    assert client.get(reverse("workbench:access_log"), {"q": f"{number}0"}).context["total"] == 0
    told, printed = rows_of_the_file(client)
    assert (told["Action"], told["Told"]) == ("By word of mouth", "that there is such a record; name and aliases")
    assert printed["Action"] == "Print"


def test_a_person_is_found_by_whole_name_in_either_order(sharing: Sharing) -> None:
    signed_in(sharing.clerk).post(reverse("records:search"), {"q": "nobody"}, follow=True)
    signed_in(sharing.custodian).post(reverse("records:search"), {"q": "nobody"}, follow=True)
    first, last = sharing.clerk.person.first_name, sharing.clerk.person.last_name
    client = Client()
    client.force_login(make.auditor())
    for words in (f"{first} {last}", f"{last}, {first}", f"{first[:3]} {last}"):
        found = client.get(reverse("workbench:access_log"), {"q": words}).context
        assert found["total"] == 1, words
    force(sharing.clerk.person, last_name="Wat")
    assert client.get(reverse("workbench:access_log"), {"q": "wat"}).context["total"] == 1, "no number of a watch"


def test_an_entry_says_how_many_had_similar_names_alone(sharing: Sharing) -> None:
    record(sharing.records, participants=[("defendant", "Dane Catherine")])
    signed_in(sharing.clerk).post(reverse("records:search"), {"q": "katherine"}, follow=True)
    client = Client()
    client.force_login(make.auditor())
    assert (
        "Searched by name, 0 found, 1 of similar names" in client.get(reverse("workbench:access_log")).content.decode()
    )


def rows_of_the_file(client: Client) -> list[dict[str, str]]:
    sent = client.get(reverse("workbench:access_log_csv"))
    text = b"".join(sent.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(text)))


def test_the_file_says_the_words_of_the_page_and_the_code_of_a_purpose(sharing: Sharing) -> None:
    made = record(sharing.records, docket_number="26-CR-00417")
    clerk = signed_in(sharing.clerk)
    clerk.post(reverse("records:search"), {"q": "26-CR-00417"}, follow=True)
    signed_in(sharing.outsider).get(reverse("records:detail", args=[made.pk]))
    client = Client()
    client.force_login(make.auditor())
    refused, searched = rows_of_the_file(client)[:2]
    assert (refused["Action"], refused["Outcome"]) == ("View", "Refused")
    assert (searched["Action"], searched["Outcome"]) == ("Search", "Shown")
    assert searched["Searched by"] == "docket number, person number"
    assert (searched["Purpose"], searched["Purpose code"]) == ("C, criminal justice", "C")


def test_a_draft_is_not_called_by_signs_that_nobody_sees() -> None:
    drafter = make.person(make.agency(), roles=("drafter",))
    client = Client()
    client.force_login(drafter.person)
    address = reverse("agreements:new")
    kept = client.get(address).context["form"]
    for title in ("\u200b\u200d", "\u202e", "\u3164"):
        values = {"id": kept["id"].value(), "kind": Agreement.Kind.values[0], "title": title, "purpose": "Sharing"}
        answer = client.post(address, {**values, "effective_on": "2026-12-01"})
        assert answer.status_code == 200
        assert "title" in answer.context["form"].errors, title
    assert not Agreement.objects.exists()
