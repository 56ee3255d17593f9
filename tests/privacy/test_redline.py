"""What a version changes against another one: its officer sees it of a draft, everybody of what was published."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agencies.models import User
from privacy import commands
from privacy.law import commands as law
from privacy.models import PolicyVersion
from privacy.redline import provisions_changed, rest_changed
from tests import kept, make
from tests.sharing_agreements.test_views import client_of, read

pytestmark = pytest.mark.django_db


@kept.fixture
def first() -> PolicyVersion:
    return make.policy(make.agency("Cedar Court", kind="court"))


@kept.fixture
def second(first: PolicyVersion) -> PolicyVersion:
    officer = make.privacy_officer(first.policy.agency)
    made = commands.start_new_version(actor=officer, policy_id=first.policy_id)
    one = made.provisions.get(number="15.1")
    values: dict[str, Any] = {"section": 15, "number": "15.1", "heading": one.heading}
    text = one.text.replace("every year", "every two years")
    commands.save_provision(actor=officer, version_id=made.pk, provision_id=one.pk, text=text, **values)
    values = {"section": 15, "number": "15.10", "heading": "Proof", "text": "A certificate is kept."}
    commands.save_provision(actor=officer, version_id=made.pk, principles=["accountability"], **values)
    two = made.provisions.get(number="15.2")
    same: dict[str, Any] = {"section": 15, "number": "15.2", "heading": two.heading, "text": two.text}
    commands.save_provision(actor=officer, version_id=made.pk, provision_id=two.pk, principles=["use"], **same)
    commands.remove_provision(actor=officer, provision_id=made.provisions.get(number="14.2").pk)
    commands.remove_rule(actor=officer, rule_id=made.rules.get(code="R7").pk)
    commands.edit_version(
        actor=officer, version_id=made.pk, summary="We share little.", officer_name="R.", officer_email="r@c.example"
    )
    made.refresh_from_db()
    return made


def test_other_law_under_a_provision_is_a_change(first: PolicyVersion) -> None:
    officer = make.privacy_officer(first.policy.agency)
    made = commands.start_new_version(actor=officer, policy_id=first.policy_id)
    authority = law.enter_authority(
        actor=officer,
        agency_id=first.policy.agency_id,
        citation="28 CFR 20.21",
        title="Preparation and submission of a Criminal History Record Information Plan",
        kind="regulation",
        jurisdiction="US",
    )
    law.cite(actor=officer, provision_id=made.provisions.get(number="15.1").pk, authority_ids=[authority.pk])
    (change,) = provisions_changed(first, made)
    assert change.note == "Rested on no law, rests on 28 CFR 20.21"
    page = read(client_of(officer).get(reverse("privacy:changes", args=[made.pk])))
    assert "Rested on no law, rests on 28 CFR 20.21" in page


def officer_of(version: PolicyVersion) -> User:
    return make.privacy_officer(version.policy.agency)


def test_what_differs_stands_in_order_with_its_words(first: PolicyVersion, second: PolicyVersion) -> None:
    changes = {change.provision.number: change for change in provisions_changed(first, second)}
    assert list(changes) == ["14.2", "15.1", "15.2", "15.10"]
    assert ("del", "year") in changes["15.1"].pieces
    assert ("add", "two years") in changes["15.1"].pieces
    assert [changes[number].note for number in ("14.2", "15.10")] == ["Removed provision", "New provision"]
    assert changes["15.2"].note == "Served accountability, serves use limitation"
    rest = dict(rest_changed(first, second))
    assert list(rest) == ["In short", "Privacy officer", "Rule R7"]
    assert {kind for kind, _ in rest["Rule R7"]} == {"del"}
    assert not provisions_changed(first, first)


def test_members_compare_drafts_and_the_public_what_was_published(first: PolicyVersion, second: PolicyVersion) -> None:
    officer, anybody = officer_of(first), Client()
    page = read(client_of(officer).get(reverse("privacy:changes", args=[second.pk])))
    assert "<ins>two years</ins>" in page
    assert "Version 1 to version 2" in page
    public = reverse("public:policy_changes", args=[second.pk])
    assert anybody.get(public).status_code == 404
    assert (
        client_of(make.person(make.agency()).person).get(reverse("privacy:changes", args=[second.pk])).status_code
        == 404
    )
    alone = read(anybody.get(reverse("public:policy_changes", args=[first.pk]), {"against": str(second.pk)}))
    assert "no other version" in alone, "a draft is nobody's to compare with"
    assert "two years" not in alone
    commands.save_provision(
        actor=officer, version_id=second.pk, section=14, number="14.2", heading="Audits", text="Yearly."
    )
    make.published(second, by=officer)
    from django.core.cache import cache  # noqa: PLC0415 - public pages are kept for minutes

    cache.clear()
    assert "<ins>two years</ins>" in read(anybody.get(public))
    assert "<del>two years</del>" in read(
        anybody.get(reverse("public:policy_changes", args=[first.pk]), {"against": str(second.pk)})
    )
    assert anybody.get(public, {"against": "nonsense"}).status_code == 200
    assert public in read(anybody.get(reverse("public:policy", args=[first.policy_id])))


def test_principles_that_no_provision_serves_are_named(first: PolicyVersion, second: PolicyVersion) -> None:
    shown = read(Client().get(reverse("public:policy", args=[first.policy_id])))
    assert "Individual participation" in shown
    assert "No provision serves it yet." not in shown
    officer = officer_of(first)
    for each in second.provisions.filter(principles__contains=["participation"]):
        same: dict[str, Any] = {name: getattr(each, name) for name in ("section", "number", "heading", "text")}
        commands.save_provision(actor=officer, version_id=second.pk, provision_id=each.pk, principles=[], **same)
    assert "No provision serves it yet." in read(client_of(officer).get(reverse("privacy:version", args=[second.pk])))
