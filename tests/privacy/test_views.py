"""The privacy officer's pages, as those who may and those who may not open them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agencies.models import Membership, Role
from privacy.models import READERS, PolicyVersion, PrivacyPolicy
from tests import kept, make

S = PolicyVersion.Status
pytestmark = pytest.mark.django_db


def signed_in(who: Membership) -> Client:
    client = Client()
    client.force_login(who.person, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session["membership"] = str(who.pk)
    session.save()
    return client


@kept.fixture
def officer() -> Membership:
    return make.person(make.agency("Cedar County Superior Court", kind="court"), roles=(Role.PRIVACY_OFFICER,))


@kept.fixture
def draft(officer: Membership) -> PolicyVersion:
    return make.policy_draft(officer.agency, actor=officer.person)


def addresses(version: PolicyVersion) -> dict[str, str]:
    """Every page about a version, by name."""
    provision, rule = version.provisions.get(number="15.2"), version.rules.get(code="R7")
    of_version = ("version", "edit_head", "publish", "discard", "add_provision", "add_rule")
    return {
        **{name: reverse(f"privacy:{name}", args=[version.pk]) for name in of_version},
        "edit_provision": reverse("privacy:edit_provision", args=[provision.pk]),
        "edit_rule": reverse("privacy:edit_rule", args=[rule.pk]),
        "who_sees_what": reverse("workbench:who_sees_what", args=[version.pk]),
    }


def body(answer: Any) -> str:
    return str(answer.content.decode())


# --- Who ------------------------------------------------------------------------------------------------------------


def test_the_privacy_officer_opens_every_page_of_a_draft(officer: Membership, draft: PolicyVersion) -> None:
    client = signed_in(officer)
    assert client.get(reverse("privacy:list")).status_code == 200
    assert {name: client.get(address).status_code for name, address in addresses(draft).items()} == dict.fromkeys(
        addresses(draft), 200
    )


@pytest.mark.parametrize("role", [role for role in Role if role != Role.PRIVACY_OFFICER])
def test_for_others_of_the_agency_a_draft_does_not_exist(draft: PolicyVersion, role: str) -> None:
    client = signed_in(make.person(draft.policy.agency, roles=(role,)))
    kept = client.get(reverse("privacy:list"))
    assert kept.status_code == (200 if role in READERS else 403), "who reviews and adopts finds here what is theirs"
    assert "Version 1" not in kept.content.decode()
    assert client.get(reverse("privacy:draft")).status_code == 403
    assert {client.get(address).status_code for address in addresses(draft).values()} == {404}
    assert client.post(reverse("privacy:publish", args=[draft.pk])).status_code == 404
    assert draft.policy.versions.get().status == S.DRAFT


def test_another_agencys_privacy_officer_gets_the_same_404_as_for_nothing(draft: PolicyVersion) -> None:
    client = signed_in(make.person(make.agency(), roles=(Role.PRIVACY_OFFICER,)))
    nothing = client.get(reverse("privacy:version", args=[make.agency().pk]))
    for address in addresses(draft).values():
        answer = client.get(address)
        assert (answer.status_code, answer.content) == (404, nothing.content)
    for name, pk in (
        ("publish", draft.pk),
        ("discard", draft.pk),
        ("remove_rule", draft.rules.get(code="R7").pk),
        ("remove_provision", draft.provisions.get(number="15.2").pk),
    ):
        assert client.post(reverse(f"privacy:{name}", args=[pk])).status_code == 404
    assert client.post(reverse("privacy:start_version", args=[draft.policy_id])).status_code == 404


def test_an_administrator_of_the_portal_and_an_auditor_keep_no_policy(draft: PolicyVersion) -> None:
    for person in (make.portal_administrator(), make.auditor(draft.policy.agency)):
        client = Client()
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert client.get(reverse("privacy:list")).status_code == 403
        assert client.get(reverse("privacy:version", args=[draft.pk])).status_code == 404


def test_without_sign_in_every_page_asks_for_it(draft: PolicyVersion) -> None:
    client = Client()
    for address in (reverse("privacy:list"), reverse("privacy:draft"), *addresses(draft).values()):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, reverse("account_login"))


# --- From nothing to a policy in force ------------------------------------------------------------------------------


def test_a_policy_is_drafted_and_published_in_the_browser(officer: Membership) -> None:
    client = signed_in(officer)
    assert "has no privacy policy yet" in body(client.get(reverse("privacy:list")))
    form = client.get(reverse("privacy:draft")).context["form"]
    answer = client.post(reverse("privacy:draft"), form.initial)
    draft = PolicyVersion.objects.get()
    assert answer.headers["Location"] == reverse("privacy:version", args=[draft.pk])
    assert "Nothing is missing of the text." in body(client.get(answer.headers["Location"]))
    make.adopted(draft, by=officer.person)
    assert "its text is final" in body(client.get(reverse("privacy:publish", args=[draft.pk])))
    client.post(reverse("privacy:publish", args=[draft.pk]))
    draft.refresh_from_db()
    assert draft.status == S.PUBLISHED
    assert client.get(reverse("privacy:draft")).status_code == 302


def test_the_next_version_starts_as_a_copy(officer: Membership, draft: PolicyVersion) -> None:
    make.published(draft, by=officer.person)
    client = signed_in(officer)
    assert "Start a new version" in body(client.get(reverse("privacy:list")))
    answer = client.post(reverse("privacy:start_version", args=[draft.policy_id]))
    second = PolicyVersion.objects.get(number=2)
    assert answer.headers["Location"] == reverse("privacy:version", args=[second.pk])
    assert "Start a new version" not in body(client.get(reverse("privacy:list")))
    again = client.post(reverse("privacy:start_version", args=[draft.policy_id]), follow=True)
    assert "Version 2 is a draft already" in body(again)


def test_what_is_missing_is_shown_and_keeps_it_from_publishing(officer: Membership, draft: PolicyVersion) -> None:
    client = signed_in(officer)
    for number in ("15.1", "15.2"):
        provision = draft.provisions.get(number=number)
        client.post(reverse("privacy:remove_provision", args=[provision.pk]))
    said = "section 15, training"
    assert said in body(client.get(reverse("privacy:version", args=[draft.pk])))
    page = body(client.get(reverse("privacy:publish", args=[draft.pk])))
    assert said in page
    assert "Publish version 1</button>" not in page
    assert said in body(client.post(reverse("privacy:publish", args=[draft.pk]), follow=True))
    draft.refresh_from_db()
    assert draft.status == S.DRAFT


# --- Editing --------------------------------------------------------------------------------------------------------


def test_a_provision_is_added_changed_and_removed(officer: Membership, draft: PolicyVersion) -> None:
    client = signed_in(officer)
    add = reverse("privacy:add_provision", args=[draft.pk]) + "?section=3"
    form = client.get(add).context["form"]
    assert form.initial == {"section": 3, "number": "3.3"}
    values = {**form.initial, "heading": "Committee", "text": "It meets twice a year."}
    answer = client.post(add, values)
    assert answer.headers["Location"] == reverse("privacy:version", args=[draft.pk]) + "#s3"
    provision = draft.provisions.get(number="3.3")
    edit = reverse("privacy:edit_provision", args=[provision.pk])
    client.post(edit, {**values, "text": "It meets each month."})
    provision.refresh_from_db()
    assert provision.text == "It meets each month."
    wrong = client.post(edit, {**values, "number": "4.9"})
    assert "Number it within its section" in body(wrong)
    taken = client.post(edit, {**values, "number": "3.1"})
    assert "There is a provision 3.1 already." in body(taken)
    client.post(reverse("privacy:remove_provision", args=[provision.pk]))
    assert not draft.provisions.filter(number="3.3").exists()


def test_a_rule_is_added_changed_and_removed(officer: Membership, draft: PolicyVersion) -> None:
    client = signed_in(officer)
    values = {
        "recipient": "prosecutor",
        "participant_role": "victim",
        "data_category": "name",
        "treatment": "shown",
        "purposes": ["D", "C"],
        "reason": "needed to charge",
        "provision": draft.provisions.get(number="10.5").pk,
    }
    add = reverse("privacy:add_rule", args=[draft.pk])
    assert client.post(add, {**values, "data_category": "contact", "treatment": "pseudonym"}).context["form"].errors
    client.post(add, values)
    rule = draft.rules.get(recipient="prosecutor", participant_role="victim")
    page = body(client.get(reverse("privacy:version", args=[draft.pk])))
    assert "Prosecutors see names and aliases of victims for purposes C, criminal justice; D, domestic" in page
    assert f"Rule {rule.code} speaks of the same people" in body(client.post(add, values))
    answer = client.post(reverse("privacy:edit_rule", args=[rule.pk]), {**values, "treatment": "masked"})
    assert answer.headers["Location"].endswith(f"#{rule.code}")
    rule.refresh_from_db()
    assert rule.treatment == "masked"
    client.post(reverse("privacy:remove_rule", args=[rule.pk]))
    assert not draft.rules.filter(pk=rule.pk).exists()


def test_a_provision_on_which_a_rule_rests_says_so(officer: Membership, draft: PolicyVersion) -> None:
    provision = draft.provisions.get(number="10.5")
    answer = signed_in(officer).post(reverse("privacy:remove_provision", args=[provision.pk]), follow=True)
    assert "Provision 10.5 is the source of rules R7, R8, R9, R10, R56, R57." in body(answer)


def test_the_summary_and_the_contact_are_edited(officer: Membership, draft: PolicyVersion) -> None:
    client, address = signed_in(officer), reverse("privacy:edit_head", args=[draft.pk])
    values = {"summary": "We share little.", "officer_name": "R. Vance", "officer_email": "r@court.example"}
    assert client.post(address, {**values, "officer_email": "nothing"}).context["form"].errors
    client.post(address, values)
    draft.refresh_from_db()
    assert (draft.summary, draft.officer_email) == ("We share little.", "r@court.example")


def test_a_final_version_is_read_and_no_longer_edited(officer: Membership, draft: PolicyVersion) -> None:
    make.published(draft, by=officer.person)
    client = signed_in(officer)
    page = body(client.get(reverse("privacy:version", args=[draft.pk])))
    assert "Add a rule" not in page
    assert "Public page" in page
    back = reverse("privacy:version", args=[draft.pk])
    for name, address in addresses(draft).items():
        if name not in ("version", "who_sees_what"):
            answer = client.get(address)
            assert (answer.status_code, answer.headers.get("Location")) == (302, back), name
    rule = draft.rules.get(code="R7")
    client.post(reverse("privacy:remove_rule", args=[rule.pk]))
    assert draft.rules.filter(code="R7").exists()


def test_a_draft_is_discarded_after_a_question(officer: Membership, draft: PolicyVersion) -> None:
    client, address = signed_in(officer), reverse("privacy:discard", args=[draft.pk])
    assert "Discard this draft?" in body(client.get(address))
    assert PrivacyPolicy.objects.exists()
    assert client.post(address).headers["Location"] == reverse("privacy:list")
    assert not PrivacyPolicy.objects.exists()
    assert client.post(address).status_code == 404
