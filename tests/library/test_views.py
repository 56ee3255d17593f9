"""The pages of the library: what anybody finds, what a practitioner suggests, what a curator sees."""

from __future__ import annotations

import csv
import io
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal.kernel import files
from portal.resources.library import commands, finding
from portal.resources.library.models import FILES, Resource
from tests import make

from .scene import People, people

__all__ = ["people"]

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def titles(**narrow: str) -> list[str]:
    found = finding.found(Resource.objects.public(), **narrow)
    by = ["back"] if "back" in found.query.annotations else []
    return [each.title for each in found.order_by(*by, "title")]


def test_words_are_found_by_their_beginning_and_titles_come_first(people: People) -> None:
    make.resource(title="Marks of a charter", summary="Nothing else.", link="", tags=["bylaws"])
    make.resource(title="Other", summary="Speaks of charters, too.", link="", tags=[])
    assert titles(words="chart") == ["Marks of a charter", "Other"]
    assert titles(words="chart mark") == ["Marks of a charter"]
    assert titles(words="bylaws") == ["Marks of a charter"]
    assert titles(words="28 cfr") == [
        "28 CFR Part 20, Criminal Justice Information Systems",
        "28 CFR Part 23, Criminal Intelligence Systems Operating Policies",
    ]
    for nothing in ("&|!():*'\\", "the", "zzz", "\x00"):
        assert titles(words=nothing) == []


def test_anybody_narrows_the_list_and_gets_it_as_csv(people: People) -> None:
    make.suggested(people.clerk, title="Not decided on")
    query = {"part": "privacy", "jurisdiction": "US", "tag": "intelligence"}
    page = Client().get(reverse("library:list"), query)
    assert "28 CFR Part 23" in page.content.decode()
    assert "28 CFR Part 20" not in page.content.decode()
    assert page["Cache-Control"] == "public, max-age=300, must-revalidate"
    answer: Any = Client().get(reverse("library:csv"), query)
    lines = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [line[0][:14] for line in lines] == ["Title", "28 CFR Part 23"]
    everything = Client().get(reverse("library:csv"))
    assert b"Not decided on" not in b"".join(everything.streaming_content)  # type: ignore[attr-defined]


def test_a_link_shows_its_host_and_gives_nothing_away(people: People) -> None:
    made = make.resource(link="https://courts.example/guide?a=1&b=2")
    page = Client().get(reverse("library:detail", args=[made.pk])).content.decode()
    assert '<a href="https://courts.example/guide?a=1&amp;b=2" rel="noopener noreferrer external">' in page
    assert "<strong>courts.example</strong>" in page
    assert people.curator.email not in page


def test_the_feed_names_what_is_new_and_no_person(people: People) -> None:
    made = make.suggested(people.clerk)
    feed = reverse("library:feed")
    assert made.title not in Client().get(feed).content.decode()
    commands.publish(actor=people.curator, resource_id=made.pk, review_on=made.entered_at.date().replace(year=2099))
    answer = Client().get(feed)
    entries = ElementTree.fromstring(answer.content).findall(f"{ATOM}entry")  # noqa: S314  (our own)
    assert answer["Content-Type"].startswith("application/atom+xml")
    assert entries[0].findtext(f"{ATOM}title") == made.title
    text = answer.content.decode()
    assert not [each for each in (people.clerk, people.curator) if each.last_name in text or each.email in text]


def test_a_file_is_a_download_for_everybody_once_it_is_published(people: People) -> None:
    stored = files.keep(SimpleUploadedFile("g.txt", b"Words"), folder=FILES, kinds=(files.TEXT,), most=9)
    made = make.suggested(people.clerk, stored=stored)
    address, other = reverse("library:file", args=[made.pk]), make.person().person
    answers = [client.get(address) for client in (Client(), signed_in(other), signed_in(people.clerk))]
    assert [each.status_code for each in answers] == [404, 404, 200]
    assert b"".join(answers[-1].streaming_content) == b"Words"  # type: ignore[attr-defined]
    commands.publish(actor=people.curator, resource_id=made.pk, review_on=made.entered_at.date().replace(year=2099))
    answer: Any = Client().get(address)
    assert answer["Content-Disposition"] == 'attachment; filename="g.txt"'
    assert b"".join(answer.streaming_content) == b"Words"


def test_a_form_with_a_file_of_another_kind_is_shown_again_and_keeps_nothing(people: People) -> None:
    sent = {**make.library.SAYS, "tags": "boards, , Boards", "dated_on": "", "link": ""}
    upload = SimpleUploadedFile("picture.pdf", b"\x89PNG\r\n\x1a\n\x00\x00")
    client = signed_in(people.clerk)
    answer = client.post(reverse("library:suggest"), {**sent, "file": upload})
    assert "By its content this file is no PDF" in answer.content.decode()
    assert not Resource.objects.suggested_by(people.clerk).exists()
    with_link = {**sent, "link": "https://courts.example/charters"}
    assert client.post(reverse("library:suggest"), with_link).status_code == 302
    assert Resource.objects.suggested_by(people.clerk).get().tags == ["boards"]


def test_who_suggested_reads_the_reason_and_the_curator_the_history(people: People) -> None:
    made = make.suggested(people.clerk)
    commands.decline(actor=people.curator, resource_id=made.pk, reason="An older edition.")
    own = signed_in(people.clerk).get(reverse("library:suggestions")).content.decode()
    assert "An older edition." in own
    desk = signed_in(people.curator)
    page = desk.get(reverse("library:curate", args=[made.pk])).content.decode()
    assert all(words in page for words in ("Suggested", "An older edition.", str(people.clerk)))
    assert made.title in desk.get(reverse("library:desk"), {"state": "declined", "q": "charter"}).content.decode()
    assert made.title not in desk.get(reverse("library:desk"), {"state": "due"}).content.decode()
