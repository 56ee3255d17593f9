"""Filters that somebody saved: theirs alone, what the register's form accepts, and no way around what they may see."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from agencies.models import Role
from portal.kernel.errors import Refused
from portal.kernel.ids import uuid7
from sharing_agreements import commands, saved_filters
from sharing_agreements.models import Agreement, SavedFilter
from tests import kept, make
from tests.racing import at_once

from .conftest import Pair
from .test_views import at, client_of, read

pytestmark = pytest.mark.django_db


@kept.fixture
def shared(pair: Pair) -> Agreement:
    return make.agreement_in_force(pair.court, pair.police, pair.cases)


def saved(client: Client, register: str = "agreements", **given: Any) -> Any:
    return client.post(at("filter_save", register), given, follow=True)


def test_what_is_asked_is_saved_used_renamed_opened_with_and_deleted(shared: Agreement, pair: Pair) -> None:
    clerk = make.person(pair.police).person
    client, every = client_of(clerk), at("list")
    assert "Save this filter" not in read(client.get(every))
    assert "Save this filter" in read(client.get(every, {"state": "in_force"}))
    page = read(saved(client, name="  What  is open ", state="in_force"))
    assert "“What is open” is saved." in page
    made = SavedFilter.objects.get()
    assert (made.person, made.register, made.name, made.query) == (
        clerk,
        "agreements",
        "What is open",
        {"state": "in_force"},
    )
    edit = at("filter", made.pk)
    assert "Saved." in read(client.post(edit, {"name": "Open", "is_start": "on"}, follow=True))
    answer = client.get(every)
    assert (answer.status_code, answer["Location"]) == (302, saved_filters.address_of(SavedFilter.objects.get()))
    assert shared.number in read(client.get(every, follow=True))
    assert client.get(every, {"saved": ""}).status_code == 200, "without any filter"
    assert client.get(at("filter_remove", made.pk)).status_code == 405
    assert "“Open” is deleted." in read(client.post(at("filter_remove", made.pk), follow=True))
    assert client.get(every).status_code == 200


def test_a_changed_filter_is_marked_and_saved_under_its_name_or_another(shared: Agreement, pair: Pair) -> None:
    client = client_of(make.person(pair.police).person)
    saved(client, name="Mine", state="in_force")
    made = SavedFilter.objects.get()
    page = read(client.get(at("list"), {"state": "expired", "saved": str(made.pk)}))
    assert "<strong>modified</strong>" in page
    assert "Save the change to “Mine”" in page
    assert f'name="saved" value="{made.pk}"' in page, "it stays the one in use when the form is sent"
    assert "modified" not in read(client.get(at("list"), {"state": "in_force", "saved": str(made.pk)}))
    saved(client, change="1", saved=made.pk, state="expired")
    assert SavedFilter.objects.get().query == {"state": "expired"}
    saved(client, name="Other", saved=made.pk, state="draft")
    assert set(SavedFilter.objects.values_list("name", flat=True)) == {"Mine", "Other"}


def test_only_what_the_form_accepts_is_saved(shared: Agreement, pair: Pair) -> None:
    client = client_of(make.person(pair.police).person)
    for given, says in (
        ({"name": "X"}, "Choose something to filter by"),
        ({"name": "X", "state": "no such"}, "The filter has mistakes"),
        ({"name": "X", "agency": str(make.agency().pk)}, "The filter has mistakes"),
        ({"name": " ", "state": "draft"}, "Give the filter a name"),
        ({"name": "X" * 61, "state": "draft"}, "at most 60 characters"),
        ({"name": "X", "q": "w" * 81}, "The filter has mistakes"),
    ):
        assert says in read(saved(client, **given)), given
    assert not SavedFilter.objects.exists()
    saved(client, name="X", state="draft", before="MOU-1", page="7", person=str(uuid7()), is_start="on")
    assert SavedFilter.objects.get().query == {"state": "draft"}
    assert not SavedFilter.objects.get().is_start
    assert "You have a filter of this name already" in read(saved(client, name="X", state="in_force"))
    assert client.post(at("filter_save", "no-register"), {"name": "X", "q": "a"}).status_code == 404


def test_nobody_has_anybody_elses_filter(shared: Agreement, pair: Pair) -> None:
    mine, other = make.person(pair.police).person, make.person(pair.police).person
    saved(client_of(mine), name="Mine", state="in_force")
    made, client = SavedFilter.objects.get(), client_of(other)
    assert "Mine" not in read(client.get(at("list"), {"state": "in_force", "saved": str(made.pk)}))
    assert client.get(at("filter", made.pk)).status_code == 404
    assert client.post(at("filter", made.pk), {"name": "Theirs"}).status_code == 404
    assert client.post(at("filter_remove", made.pk)).status_code == 404
    change = {"change": "1", "saved": made.pk, "state": "draft"}
    assert client.post(at("filter_save", "agreements"), change).status_code == 404
    for act in (
        lambda: commands.delete_filter(actor=other, filter_id=made.pk),
        lambda: commands.change_filter(actor=other, filter_id=made.pk, query={"q": "x"}),
        lambda: commands.name_filter(actor=other, filter_id=made.pk, name="Theirs", is_start=False),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert SavedFilter.objects.get().query == {"state": "in_force"}


def test_a_filter_that_names_what_one_no_longer_sees_says_so_and_tells_nothing_of_it(
    shared: Agreement, pair: Pair
) -> None:
    draft, hidden = make.draft(pair.court, pair.police, pair.cases), make.agency("Hidden Agency")
    both = [pair.police.pk, hidden.pk]
    commands.set_parties(actor=draft.author, agreement_id=draft.pk, agency_ids=both)
    member = make.person(pair.court, roles=(Role.DRAFTER,)).person
    client = client_of(member)
    saved(client, name="With them", agency=str(hidden.pk))
    made = SavedFilter.objects.get()
    assert made.query == {"agency": str(hidden.pk)}
    commands.set_parties(actor=draft.author, agreement_id=draft.pk, agency_ids=[pair.police.pk])
    page = read(client.get(saved_filters.address_of(made)))
    assert "“With them” asks for something that you no longer see" in page
    assert "Hidden Agency" not in page
    assert "Save this filter" not in page


def test_at_most_one_opens_a_register_and_each_register_has_its_own(shared: Agreement, pair: Pair) -> None:
    person = make.person(pair.police).person
    first, second = (
        commands.save_filter(actor=person, register="agreements", name=name, query={"q": name}) for name in "ab"
    )
    third = commands.save_filter(actor=person, register="obligations", name="a", query={"state": "30"})
    for each in (first, third, second):
        commands.name_filter(actor=person, filter_id=each.pk, name=each.name, is_start=True)
    starts = SavedFilter.objects.filter(is_start=True)
    assert set(starts.values_list("register", "name")) == {("agreements", "b"), ("obligations", "a")}
    with pytest.raises(IntegrityError, match="saved_filter_one_start"), transaction.atomic():
        SavedFilter.objects.filter(pk=first.pk).update(is_start=True)
    with pytest.raises(IntegrityError, match="saved_filter_name"), transaction.atomic():
        SavedFilter.objects.filter(pk=first.pk).update(name="b")
    with pytest.raises(IntegrityError, match="saved_filter_says_something"), transaction.atomic():
        SavedFilter.objects.filter(pk=first.pk).update(query={})


def test_there_is_an_end_to_them(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    person = make.person(pair.police).person
    monkeypatch.setattr(saved_filters, "MOST", 1)
    commands.save_filter(actor=person, register="agreements", name="a", query={"q": "a"})
    with pytest.raises(Refused, match="Delete one first"):
        commands.save_filter(actor=person, register="agreements", name="b", query={"q": "b"})
    with pytest.raises(ValidationError):
        commands.change_filter(actor=person, filter_id=SavedFilter.objects.get().pk, query={})


def test_the_registers_of_obligations_and_decisions_keep_theirs(shared: Agreement, pair: Pair) -> None:
    member = make.the_board().seats.get(number=2).holder
    assert member is not None
    client = client_of(member)
    assert "“Carried ones” is saved." in read(saved(client, "decisions", name="Carried ones", outcome="carried"))
    assert "Carried ones" in read(client.get(reverse("boards:decisions")))
    assert "“Late” is saved." in read(saved(client, "obligations", name="Late", state="overdue"))
    assert "Late" in read(client.get(at("due")))
    assert "Late" not in read(client.get(at("list")))
    assert "Carried ones" not in read(Client().get(reverse("public:decisions")))
    clerk = client_of(make.person(pair.police).person)
    refused = clerk.post(at("filter_save", "decisions"), {"name": "X", "outcome": "carried"})
    assert refused.status_code == 404, "who reads no decisions has no register of them"


@pytest.mark.django_db(transaction=True)
def test_two_filters_of_one_name_at_once_are_one() -> None:
    person = make.person(make.agency()).person
    errors: list[ValidationError] = []

    def save() -> None:
        try:
            commands.save_filter(actor=person, register="agreements", name="Mine", query={"q": "a"})
        except ValidationError as wrong:
            errors.append(wrong)

    assert at_once(save, save) == []
    assert (SavedFilter.objects.count(), len(errors)) == (1, 1)
