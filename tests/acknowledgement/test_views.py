"""Pages on which people accept what holds for shared records."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agencies.models import Membership, Role
from tests import make
from tests.acknowledgement.test_deciding import new_version
from tests.records.scene import Sharing, signed_in

pytestmark = pytest.mark.django_db

MINE = reverse("acknowledgement:mine")


def read(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def page(who: Membership, address: str = MINE) -> str:
    return read(signed_in(who, inquiry=False).get(address))


def test_from_the_search_to_a_record_that_opens(sharing: Sharing) -> None:
    record = make.record(sharing.records, title="State v. Halvorsen")
    rules = make.behavior_rules("I look for work.\nI tell nobody.")
    client = signed_in(sharing.clerk)
    search, home = reverse("records:search"), reverse("workbench:home")
    assert "Accept the policies and rules for shared records" in read(client.get(home))
    found = read(client.get(search))
    assert "Rules of behavior of this portal awaits you." in found
    assert f"{MINE}?next={search}" in found
    shown = read(client.get(MINE))
    assert "I tell nobody." in shown
    assert "Some shared records are closed to you" in shown
    assert sharing.owner.privacy_policy.title in shown, "what was accepted stands there with its day"
    answer = client.post(f"{MINE}?next={search}", {"texts": [str(rules.pk)]}, follow=True)
    assert answer.redirect_chain[-1][0] == search
    assert "You accepted 1 text" in read(answer)
    assert "closed until you accept" not in read(answer)
    assert client.get(reverse("records:detail", args=[record.pk])).status_code == 200
    assert "Nothing awaits you" in page(sharing.clerk)


def test_what_changed_in_a_policy_is_one_link_away(sharing: Sharing) -> None:
    new_version(sharing.owner)
    version = sharing.owner.privacy_policy.versions.published().get()
    assert reverse("public:policy_changes", args=[version.pk]) in page(sharing.clerk)


def test_what_is_left_is_shown_again_and_a_foreign_address_is_not_gone_to(sharing: Sharing) -> None:
    rules = make.behavior_rules()
    new_version(sharing.owner)
    client, away = signed_in(sharing.clerk, inquiry=False), f"{MINE}?next=https://elsewhere.example/"
    answer = client.post(away, {"texts": [str(rules.pk)]}, follow=True)
    assert "will abide by it" in read(answer)
    text = str(sharing.owner.privacy_policy.versions.published().get().pk)
    assert client.post(away, {"texts": [text]}).headers["Location"] == reverse("workbench:home")


def test_nothing_ticked_or_an_old_text_says_so(sharing: Sharing) -> None:
    old = str(sharing.owner.privacy_policy.versions.get().pk)
    new_version(sharing.owner)
    client = signed_in(sharing.clerk, inquiry=False)
    assert "Tick what you accept" in read(client.post(MINE, follow=True))
    assert "no longer the one in force" in read(client.post(MINE, {"texts": [old]}, follow=True))
    assert client.post(MINE, {"texts": ["\0", "x" * 9999]}).status_code == 302


def test_of_others_nothing_is_asked(sharing: Sharing) -> None:
    make.behavior_rules()
    signatory = make.person(sharing.recipient, roles=(Role.SIGNATORY,))
    assert "Nothing is asked of you" in page(signatory)
    assert signed_in(signatory, inquiry=False).post(MINE, {"texts": ["x"]}).status_code == 403


def test_who_answers_for_people_sees_who_has_accepted(sharing: Sharing) -> None:
    make.behavior_rules()
    colleague = make.person(sharing.recipient, first_name="Ada", last_name="Zimmer")
    make.accepted(sharing.clerk)
    keeper = make.person(sharing.recipient, roles=(Role.ADMINISTRATOR,))
    address = reverse("acknowledgement:people", args=[sharing.recipient.pk])
    assert address in page(keeper)
    shown = page(keeper, address)
    assert "1 of 2 people have something to accept" in shown
    assert "2 of 2" in shown
    answer = signed_in(keeper, inquiry=False).get(address, {"format": "csv"})
    csv = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert f"{colleague.person},Clerk,0 of 2,," in csv
    assert "Rules of behavior of this portal" in csv
    for who in (sharing.clerk, sharing.custodian):
        assert signed_in(who, inquiry=False).get(address).status_code == 404


def test_rules_of_before_stay_readable(sharing: Sharing) -> None:
    make.behavior_rules("I look.")
    make.behavior_rules("I look twice.")
    address = reverse("acknowledgement:rules", args=[1])
    assert "An earlier version" in page(sharing.clerk, address)
    assert "I look twice." in page(sharing.clerk, reverse("acknowledgement:rules", args=[2]))
    assert signed_in(sharing.clerk).get(reverse("acknowledgement:rules", args=[3])).status_code == 404


def test_a_portal_administrator_publishes_the_next(sharing: Sharing, client: Client) -> None:
    client.force_login(make.portal_administrator())
    address = reverse("acknowledgement:publish_rules")
    assert address in read(client.get(reverse("workbench:home"))), "nobody published any yet"
    assert "Publish version 1" in read(client.get(address))
    sent = {"number": "1", "text": "I look.", "changed": "", "password": "not mine"}
    assert "This is not your password" in read(client.post(address, sent))
    sent["password"] = make.PASSWORD
    assert "The rules are in force." in read(client.post(address, sent, follow=True))
    assert "Version 1 was published meanwhile" in read(client.post(address, sent))
    assert "I look." in read(client.get(address)), "the next begins with the one in force"
    assert signed_in(sharing.clerk).get(address).status_code == 403
