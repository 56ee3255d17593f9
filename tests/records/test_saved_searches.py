"""Saved searches are their owner's alone, name nobody outside the page, and records looked at last are decided anew."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse

from portal.audit.models import Event
from portal.kernel.errors import Refused
from portal.records.commands import seal_record
from portal.records.models import AccessEntry, SavedSearch
from portal.records.models.saved import MOST_SAVED
from portal.records.saved import commands
from tests import make
from tests.make import expunged, record
from tests.records.scene import Sharing, force, signed_in

pytestmark = pytest.mark.django_db

SEARCH = reverse("records:search")
HALVORSEN = {"words": "halvorsen"}


def searched(client: Client, q: str = "halvorsen", at: str = SEARCH) -> tuple[Any, str]:
    """The results of a search, and their address."""
    answer = client.post(at, {"q": q}, follow=True)
    return answer, str(answer.redirect_chain[-1][0])


def saving(client: Client, address: str, **given: str) -> Any:
    return client.post(reverse("records:saved_save") + "?" + address.partition("?")[2], given, follow=True)


def test_a_search_is_saved_and_found_again_in_another_session(sharing: Sharing) -> None:
    record(sharing.records)
    client = signed_in(sharing.clerk)
    _, address = searched(client)
    answer = saving(client, address + "&standing=open", name="My defendant")
    assert answer.context["saved"]["chips"][0]["current"]
    saved = SavedSearch.objects.get()
    assert (saved.membership, saved.words, saved.standing) == (sharing.clerk, "halvorsen", "open")
    anew = signed_in(sharing.clerk)
    again = anew.get(reverse("records:saved_open", args=[saved.pk]), follow=True)
    assert "1 record for “halvorsen”" in again.content.decode()
    assert "halvorsen" not in again.redirect_chain[-1][0].lower()
    without = signed_in(sharing.clerk, inquiry=False).get(reverse("records:saved_open", args=[saved.pk]), follow=True)
    assert without.context["tally"].total == 0, "it opens nothing that a search does not"


def test_a_search_that_was_changed_is_shown_as_modified_and_can_replace_the_saved_one(sharing: Sharing) -> None:
    client = signed_in(sharing.clerk)
    saved = commands.save_search(
        actor=sharing.clerk.person, membership_id=sharing.clerk.pk, name="Mine", asked=HALVORSEN
    )
    _, address = searched(client, "ortiz", f"{SEARCH}?saved={saved.pk}")
    answer = client.get(address)
    assert answer.context["saved"]["chips"][0]["note"] == "modified"
    assert client.get(reverse("records:saved_open", args=[saved.pk]), follow=True).context["saved"]["changed"] is False
    replaced = saving(client, address, replace="1")
    assert replaced.context["saved"]["chips"][0]["note"] == ""
    saved.refresh_from_db()
    assert (saved.name, saved.words) == ("Mine", "ortiz")


def test_nobody_has_anybody_elses(sharing: Sharing) -> None:
    saved = commands.save_search(
        actor=sharing.clerk.person, membership_id=sharing.clerk.pk, name="Mine", asked=HALVORSEN
    )
    other = signed_in(sharing.owners_clerk)
    for name in ("saved_open", "saved_edit"):
        assert other.get(reverse(f"records:{name}", args=[saved.pk])).status_code == 404
    assert other.post(reverse("records:saved_delete", args=[saved.pk])).status_code == 404
    assert other.get(SEARCH).context["saved"]["chips"] == []
    changes: tuple[tuple[Any, dict[str, Any]], ...] = (
        (commands.rename_search, {"name": "X"}),
        (commands.replace_search, {"asked": {}}),
        (commands.delete_search, {}),
    )
    for command, more in changes:
        with pytest.raises(PermissionDenied):
            command(actor=sharing.owners_clerk.person, saved_id=saved.pk, **more)
    force(sharing.clerk, ended_at=sharing.clerk.started_at)
    with pytest.raises(PermissionDenied):
        commands.delete_search(actor=sharing.clerk.person, saved_id=saved.pk)


def test_names_are_ones_own_and_searches_are_not_many(sharing: Sharing) -> None:
    who: dict[str, Any] = {"actor": sharing.clerk.person, "membership_id": sharing.clerk.pk, "asked": HALVORSEN}
    commands.save_search(name="Mine", **who)
    with pytest.raises(ValidationError, match="a search of this name already"):
        commands.save_search(name=" Mine ", **who)
    for number in range(MOST_SAVED - 1):
        commands.save_search(name=str(number), **who)
    with pytest.raises(Refused, match="Delete one first"):
        commands.save_search(name="One more", **who)


def test_it_is_renamed_and_deleted_on_its_page(sharing: Sharing) -> None:
    client = signed_in(sharing.clerk)
    saved = commands.save_search(
        actor=sharing.clerk.person, membership_id=sharing.clerk.pk, name="Mine", asked=HALVORSEN
    )
    edit = reverse("records:saved_edit", args=[saved.pk])
    assert "find it again" in client.post(edit, {"name": " "}).content.decode()
    client.post(edit, {"name": "Yours"})
    saved.refresh_from_db()
    assert saved.name == "Yours"
    client.post(reverse("records:saved_delete", args=[saved.pk]))
    assert not SavedSearch.objects.exists()


def test_what_is_searched_stands_in_no_event(sharing: Sharing) -> None:
    client = signed_in(sharing.clerk)
    _, address = searched(client)
    saving(client, address, name="Halvorsen again")
    assert not Event.objects.filter(detail__icontains="halvorsen").exists()
    assert "halvorsen" not in str(SavedSearch.objects.get()).lower()


def test_an_expungement_forgets_searches_that_name_the_record(sharing: Sharing) -> None:
    of = record(sharing.records, docket_number="26-CR-00417")
    who: dict[str, Any] = {"actor": sharing.clerk.person, "membership_id": sharing.clerk.pk}
    for name, words in (("a", "halv"), ("b", "26-cr-417"), ("Re: Halvorsen", "ortiz"), ("stays", "ortiz quill")):
        commands.save_search(name=name, asked={"words": words}, **who)
    other: dict[str, Any] = {"actor": sharing.owners_clerk.person, "membership_id": sharing.owners_clerk.pk}
    commands.save_search(name="not shown it", asked={"words": "halvorsen"}, **other)
    signed_in(sharing.clerk).get(reverse("records:detail", args=[of.pk]))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")  # the look has ended
    expunged(sharing.custodian, of.pk)
    assert set(SavedSearch.objects.values_list("name", flat=True)) == {"stays", "not shown it"}, (
        "to whom it was never shown, nothing that vanishes tells of it"
    )


def recent(client: Client) -> list[str]:
    return [row[0].parameters["text"] for row in client.get(SEARCH).context["recent"]]


def test_records_looked_at_last_are_those_that_are_open_now(sharing: Sharing) -> None:
    first, second = record(sharing.records), record(sharing.records)
    client = signed_in(sharing.clerk)
    for of in (second, first, second, first):
        client.get(reverse("records:detail", args=[of.pk]))
    assert recent(client) == [first.docket_number, second.docket_number]
    seal_record(actor=sharing.custodian.person, membership_id=sharing.custodian.pk, record_id=first.pk, **make.order())
    assert recent(client) == [second.docket_number]
    assert recent(signed_in(sharing.owners_clerk)) == [], "each has their own"
    assert recent(signed_in(sharing.clerk, inquiry=False)) == [], "decided as any search is"


def test_records_looked_at_last_say_nothing_that_is_disclosed_and_log_no_search(sharing: Sharing) -> None:
    of = record(sharing.records, title="People v. Halvorsen")
    client = signed_in(sharing.clerk)
    client.get(reverse("records:detail", args=[of.pk]))
    looks = AccessEntry.objects.count()
    page = client.get(SEARCH)
    ((number, kind, owner, at),) = page.context["recent"]
    assert (kind, owner) == ("Case", sharing.owner.name)
    assert at == AccessEntry.objects.get(action="view").at, "their own look"
    assert "alvorsen" not in page.content.decode()
    assert AccessEntry.objects.count() == looks, "nobody searched"
    assert client.get(number.parameters["href"]).status_code == 200
