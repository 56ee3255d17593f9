"""Names that sound alike and short forms of names: below those who bear the very words, and of nobody withheld."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from portal.kernel import prepared
from portal.records import alike, listing
from portal.records.listing import NAMED
from portal.records.models import AccessEntry, Record
from sharing_agreements.models import Action
from tests.make import record, record_set
from tests.records.scene import Sharing, seen_by, signed_in
from tests.records.test_search import numbers, search

pytestmark = pytest.mark.django_db


def named(sharing: Sharing, number: str, name: str, role: str = "defendant", **values: Any) -> Record:
    return record(values.pop("held", sharing.records), docket_number=number, participants=[(role, name)], **values)


def near(answer: Any) -> list[str]:
    found = answer.context["near"]
    return [hit["number"] for hit in found["hits"]] if found else []


def test_who_bears_the_very_words_stands_first_and_who_sounds_alike_below(sharing: Sharing) -> None:
    named(sharing, "26-CR-1", "William Smith")
    named(sharing, "26-CR-2", "Bill Smith")
    named(sharing, "26-CR-3", "Will Smyth")
    named(sharing, "26-CR-4", "Bill Schmidt")
    named(sharing, "26-CR-5", "Wilma Jones")
    answer = search(signed_in(sharing.clerk), "bill smith")
    assert numbers(answer) == ["26-CR-2"]
    assert set(near(answer)) == {"26-CR-1", "26-CR-3", "26-CR-4"}
    assert "3 with similar names" in answer.content.decode()
    (entry,) = AccessEntry.objects.filter(action="search")
    assert (entry.searched_by, entry.found, len(entry.record_ids)) == (["name"], 1, 4), "all that was shown is logged"


def test_where_nobody_bears_the_words_those_alike_are_there_all_the_same(sharing: Sharing) -> None:
    made = named(sharing, "26-CR-1", "Dane Halvorsen")
    client = signed_in(sharing.clerk)
    for typed in ("Halverson", "Halvorson Dane", "dayn halversen"):
        answer = search(client, typed)
        assert (numbers(answer), near(answer)) == ([], [made.docket_number]), typed
    for typed in ("Quagmire", "Halverson Joan"):
        answer = search(client, typed)
        assert (numbers(answer), near(answer)) == ([], []), typed


def test_all_of_them_are_a_list_of_their_own_in_pages(sharing: Sharing) -> None:
    for number in range(30):
        named(sharing, f"26-CR-{number}", "Robert Meyer")
    client = signed_in(sharing.clerk)
    answer = search(client, "Bob Maier")
    assert len(near(answer)) == 10
    every = client.get(answer.context["near"]["all"])
    assert "30 records with names similar to “Bob Maier”" in every.content.decode()
    assert len(numbers(every)) == listing.PAGE
    rest = client.get(every.context["next"])
    assert len(numbers(rest)) == 5
    assert {*numbers(every), *numbers(rest)} == {f"26-CR-{number}" for number in range(30)}
    assert client.get(every.context["exactly"]).context["tally"].total == 0


def test_a_name_that_is_withheld_sounds_like_nothing(sharing: Sharing) -> None:
    for role in ("victim", "witness", "informant"):
        named(sharing, f"26-CR-{role}", "Margaret Halvorsen", role)
    recipients, owners = signed_in(sharing.clerk), signed_in(sharing.owners_clerk)
    for typed in ("Peggy", "Halverson", "Maggie Halversen"):
        answer = search(recipients, typed)
        assert (numbers(answer), near(answer)) == ([], []), typed
        assert set(near(search(owners, typed))) == {"26-CR-victim", "26-CR-witness"}, (
            "an informant is rendered to nobody"
        )


def test_what_is_not_open_is_not_near(sharing: Sharing) -> None:
    named(sharing, "26-CR-1", "Dane Halvorsen", sealed=True)
    named(sharing, "26-CR-2", "Dane Halvorsen", held=record_set(sharing.third, "Jail"))
    answer = search(signed_in(sharing.clerk), "Halverson")
    assert (numbers(answer), near(answer)) == ([], [])
    assert "No record that you may see fits" in answer.content.decode()


def test_the_second_lock_keeps_sets_of_others_closed_to_sounds_too(sharing: Sharing) -> None:
    theirs = record_set(sharing.third, "Jail")
    named(sharing, "26-CR-1", "Dane Halvorsen", held=theirs)
    mine = named(sharing, "26-CR-2", "Dane Halvorsen")
    values: dict[str, Any] = dict.fromkeys(("since", "until", "day", "id"))
    values |= {"sealed": "{}", "juvenile": "{}", "nonconviction": "{}", "standing": "", "backwards": False, "limit": 9}
    values |= {"sets": f"{{{theirs.pk},{sharing.records.pk}}}", "roles": ["defendant"]}
    with seen_by(sharing.viewer(action=Action.SEARCH)):
        found = prepared.rows(NAMED, {**values, "words": alike.alike(["halverson"])})
    assert [row["id"] for row in found] == [mine.pk]


def test_other_forms_are_words_of_names_and_sounds_are_told_apart_from_words() -> None:
    assert {"bill", "will"} <= set(alike.other_forms("william"))
    assert "william" in alike.other_forms("bill")
    assert alike.other_forms("xyzzy") == []
    assert alike.alike(["12"]) == "", "a number sounds like nothing"
    text = alike.alike(["smith"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT records_name_forms(%s) @@ to_tsquery('simple', %s)", ["john smyth", text])
        assert cursor.fetchone() == (True,)
        for name in ("john smith", "sm0", "jon 0", "王小明", ""):
            cursor.execute("SELECT records_name_forms(%s) @@ to_tsquery('simple', %s)", [name, text])
            assert cursor.fetchone() == (False,), name


def test_an_address_that_asks_for_what_is_alike_without_a_name_asks_for_the_list(sharing: Sharing) -> None:
    named(sharing, "26-CR-1", "Dane Halvorsen")
    client = signed_in(sharing.clerk)
    answer = search(client, "26-CR-1")
    there = client.get(answer.redirect_chain[-1][0] + "&alike=1")
    assert numbers(there) == ["26-CR-1"]
    assert "1 record for “26-CR-1”" in there.content.decode()
    assert client.get(reverse("records:search") + "?alike=1").status_code == 200
