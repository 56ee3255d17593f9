"""The verbs of a privacy policy, from the first draft to the version in force."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.models import Agency, User
from portal.audit.models import Event
from portal.kernel.errors import Refused
from portal.notices.models import Notice
from privacy import commands
from privacy.models import DisclosureRule, PolicyVersion, PrivacyPolicy, Provision, Purpose, Treatment
from tests import make

S = PolicyVersion.Status
pytestmark = pytest.mark.django_db


def rule_values(version: PolicyVersion, **more: Any) -> dict[str, Any]:
    return {
        "version_id": version.pk,
        "recipient": "prosecutor",
        "participant_role": "victim",
        "data_category": "name",
        "purposes": [Purpose.DOMESTIC_VIOLENCE, Purpose.CRIMINAL_JUSTICE],
        "treatment": Treatment.SHOWN,
        "reason": "needed to charge",
        "provision_id": version.provisions.get(number="10.5").pk,
        **more,
    }


def events(version: PolicyVersion) -> list[str]:
    return list(Event.objects.filter(subject_id=version.policy_id).order_by("sequence").values_list("kind", flat=True))


# --- The first draft ------------------------------------------------------------------------------------------------


def test_a_first_draft_has_the_standard_text_with_the_agencys_name(draft: PolicyVersion, officer: User) -> None:
    assert (draft.status, draft.number, draft.published_at) == (S.DRAFT, 1, None)
    assert set(draft.provisions.values_list("section", flat=True)) == set(range(1, 16))
    assert "Cedar Court" in draft.provisions.get(number="1.1").text
    assert draft.rules.get(code="R7").provision.number == "10.5"
    written = Provision.history.filter(version_id=draft.pk)
    assert {(row.history_user, row.history_change_reason) for row in written} == {(officer, "From the standard policy")}
    assert events(draft) == ["policy.drafted"]


def test_an_agency_has_one_policy(draft: PolicyVersion, officer: User) -> None:
    with pytest.raises(Refused, match="has a privacy policy already") as refused:
        make.policy_draft(draft.policy.agency, actor=officer)
    assert refused.value.code == "has_policy"


@pytest.mark.parametrize("role", ["clerk", "records_custodian", "signatory", "drafter", "agency_administrator"])
def test_only_the_privacy_officer_drafts(court: Agency, role: str) -> None:
    with pytest.raises(PermissionDenied):
        make.policy_draft(court, actor=make.person(court, roles=(role,)).person)


def test_the_privacy_officer_of_another_agency_changes_nothing(draft: PolicyVersion) -> None:
    stranger = make.privacy_officer(make.agency())
    values = rule_values(draft)
    for act in (
        lambda: commands.publish(actor=stranger, version_id=draft.pk),
        lambda: commands.save_rule(actor=stranger, **values),
        lambda: commands.discard_draft(actor=stranger, version_id=draft.pk),
        lambda: commands.start_new_version(actor=stranger, policy_id=draft.policy_id),
        lambda: commands.remove_rule(actor=stranger, rule_id=draft.rules.get(code="R7").pk),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_a_bad_address_of_the_privacy_officer_is_refused(court: Agency, officer: User) -> None:
    with pytest.raises(ValidationError):
        commands.draft_policy(
            actor=officer,
            agency_id=court.pk,
            title="Policy",
            summary="Short.",
            officer_name="Dana",
            officer_email="not an address",
        )
    assert not PrivacyPolicy.objects.exists()


# --- Editing --------------------------------------------------------------------------------------------------------


def test_a_provision_is_added_and_changed(draft: PolicyVersion, officer: User) -> None:
    values: dict[str, Any] = {
        "section": 3,
        "number": "3.3",
        "heading": "Committee",
        "text": "A committee meets twice a year.",
    }
    added = commands.save_provision(actor=officer, version_id=draft.pk, **values)
    changed = commands.save_provision(
        actor=officer, version_id=draft.pk, provision_id=added.pk, **{**values, "text": "It meets each month."}
    )
    assert changed.pk == added.pk
    assert draft.provisions.get(number="3.3").text == "It meets each month."


@pytest.mark.parametrize("number", ["4.1", "3", "3.", "3.x", "3.2"])
def test_a_provision_is_numbered_within_its_section_and_once(draft: PolicyVersion, officer: User, number: str) -> None:
    with pytest.raises(ValidationError):
        commands.save_provision(
            actor=officer, version_id=draft.pk, section=3, number=number, heading="Committee", text="It meets."
        )


def test_a_provision_on_which_a_rule_rests_stays(draft: PolicyVersion, officer: User) -> None:
    with pytest.raises(Refused, match=r"source of rules R7, R8, R9, R10, R56, R57\."):
        commands.remove_provision(actor=officer, provision_id=draft.provisions.get(number="10.5").pk)
    commands.remove_provision(actor=officer, provision_id=draft.provisions.get(number="15.2").pk)
    assert not draft.provisions.filter(number="15.2").exists()


def test_a_rule_is_added_with_the_next_code_and_changed(draft: PolicyVersion, officer: User) -> None:
    last = draft.rules.count()
    rule = commands.save_rule(actor=officer, **rule_values(draft))
    assert (rule.code, rule.purposes) == (f"R{last + 1}", ["C", "D"])
    changed = commands.save_rule(actor=officer, rule_id=rule.pk, **rule_values(draft, treatment=Treatment.MASKED))
    assert (changed.pk, changed.code, changed.treatment) == (rule.pk, rule.code, Treatment.MASKED)


def test_two_rules_on_the_same_matter_are_refused(draft: PolicyVersion, officer: User) -> None:
    commands.save_rule(actor=officer, **rule_values(draft))
    with pytest.raises(ValidationError, match="speaks of the same people"):
        commands.save_rule(actor=officer, **rule_values(draft, treatment=Treatment.WITHHELD))


def test_rules_on_the_same_matter_follow_each_other_in_time(draft: PolicyVersion, officer: User) -> None:
    spring, summer = date(2027, 4, 1), date(2027, 7, 1)
    commands.save_rule(actor=officer, **rule_values(draft, effective_to=summer))
    for days in ({"effective_from": spring}, {"effective_to": spring}, {"effective_from": summer}, {}):
        with pytest.raises(ValidationError, match="data and purposes on some of these days"):
            commands.save_rule(actor=officer, **rule_values(draft, **days))
    after = commands.save_rule(actor=officer, **rule_values(draft, effective_from=summer + timedelta(days=1)))
    with pytest.raises(ValidationError, match="before the first"):
        commands.save_rule(
            actor=officer, rule_id=after.pk, **rule_values(draft, effective_from=summer, effective_to=spring)
        )


def test_the_next_version_keeps_the_days_of_a_rule(draft: PolicyVersion, officer: User) -> None:
    days = {"effective_from": date(2027, 4, 1), "effective_to": date(2027, 7, 1)}
    rule = commands.save_rule(actor=officer, **rule_values(draft, **days))
    make.published(draft, by=officer)
    following = commands.start_new_version(actor=officer, policy_id=draft.policy_id)
    assert days.items() <= following.rules.filter(code=rule.code).values().get().items()


def test_data_without_parts_cannot_be_masked(draft: PolicyVersion, officer: User) -> None:
    with pytest.raises(ValidationError, match="cannot be treated so"):
        commands.save_rule(actor=officer, **rule_values(draft, data_category="contact", treatment=Treatment.MASKED))


def test_a_rule_is_removed_and_its_history_stays(draft: PolicyVersion, officer: User) -> None:
    rule = draft.rules.get(code="R7")
    commands.remove_rule(actor=officer, rule_id=rule.pk)
    assert not draft.rules.filter(code="R7").exists()
    assert DisclosureRule.history.filter(id=rule.pk).latest().history_type == "-"
    with pytest.raises(Refused, match="gone"):
        commands.remove_rule(actor=officer, rule_id=rule.pk)


def test_a_rule_cannot_rest_on_another_versions_provision(draft: PolicyVersion, officer: User) -> None:
    make.published(draft, by=officer)
    second = commands.start_new_version(actor=officer, policy_id=draft.policy_id)
    old = draft.provisions.get(number="10.5")
    with pytest.raises(Refused, match="gone"):
        commands.save_rule(actor=officer, **rule_values(second, provision_id=old.pk))


def test_the_head_of_a_draft_is_edited(draft: PolicyVersion, officer: User) -> None:
    commands.edit_version(
        actor=officer, version_id=draft.pk, summary=" Short. ", officer_name="R. Vance", officer_email="r@court.example"
    )
    draft.refresh_from_db()
    assert (draft.summary, draft.officer_name, draft.officer_phone) == ("Short.", "R. Vance", "")


# --- Publishing -----------------------------------------------------------------------------------------------------


def test_publishing_puts_a_version_in_force_and_tells_those_who_work_with_records(
    draft: PolicyVersion, officer: User, court: Agency
) -> None:
    told = {make.person(court, roles=(role,)).person for role in ("clerk", "records_custodian")}
    told.add(make.person(court, roles=("agency_administrator",)).person)
    make.person(court, roles=("signatory",))
    make.person(make.agency(), roles=("clerk",))
    published = make.published(draft, by=officer)
    assert published.status == S.PUBLISHED
    assert published.published_at is not None
    way = ["assessment_answered", "risk_entered", "review_asked", "reviewed", "adopted_by_head", "published"]
    assert events(draft) == ["policy.drafted", *(f"policy.{step}" for step in way)]
    owed = Notice.objects.filter(event__kind="policy.published")
    administrators = set(
        User.objects.filter(memberships__agency=court, memberships__roles__contains=["agency_administrator"])
    )
    assert {notice.recipient for notice in owed} == told | administrators


def test_what_is_missing_is_named(draft: PolicyVersion, officer: User) -> None:
    for number in ("15.1", "15.2", "8.1"):
        commands.remove_provision(actor=officer, provision_id=draft.provisions.get(number=number).pk)
    with pytest.raises(Refused) as refused:
        commands.publish(actor=officer, version_id=draft.pk)
    assert refused.value.code == "incomplete"
    assert str(refused.value) == (
        "Before it can be published: add a provision to section 8, collation and analysis. "
        "add a provision to section 15, training."
    )
    draft.refresh_from_db()
    assert draft.status == S.DRAFT


def test_the_next_version_supersedes_the_one_in_force_without_a_gap(draft: PolicyVersion, officer: User) -> None:
    first = make.published(draft, by=officer)
    second = commands.start_new_version(actor=officer, policy_id=draft.policy_id)
    assert (second.number, second.status, second.summary) == (2, S.DRAFT, first.summary)
    assert [p.text for p in second.provisions.all()] == [p.text for p in first.provisions.all()]
    assert {r.code: r.provision.number for r in second.rules.select_related("provision")} == {
        r.code: r.provision.number for r in first.rules.select_related("provision")
    }
    assert all(rule.provision.version_id == second.pk for rule in second.rules.select_related("provision"))
    second = make.published(second, by=officer)
    first.refresh_from_db()
    assert (first.status, first.superseded_at) == (S.SUPERSEDED, second.published_at)
    assert list(draft.policy.versions.published()) == [second]


def test_one_draft_at_a_time(draft: PolicyVersion, officer: User) -> None:
    with pytest.raises(Refused, match="Version 1 is a draft already"):
        commands.start_new_version(actor=officer, policy_id=draft.policy_id)


def test_a_published_version_is_final(draft: PolicyVersion, officer: User) -> None:
    make.published(draft, by=officer)
    values, rule, provision = rule_values(draft), draft.rules.get(code="R7"), draft.provisions.get(number="15.2")
    for act in (
        lambda: commands.publish(actor=officer, version_id=draft.pk),
        lambda: commands.discard_draft(actor=officer, version_id=draft.pk),
        lambda: commands.save_rule(actor=officer, **values),
        lambda: commands.remove_rule(actor=officer, rule_id=rule.pk),
        lambda: commands.remove_provision(actor=officer, provision_id=provision.pk),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "final"


def test_a_discarded_draft_is_gone_and_the_version_in_force_stays(draft: PolicyVersion, officer: User) -> None:
    make.published(draft, by=officer)
    second = commands.start_new_version(actor=officer, policy_id=draft.policy_id)
    assert commands.discard_draft(actor=officer, version_id=second.pk) == draft.policy
    assert list(draft.policy.versions.all()) == [draft]
    assert commands.start_new_version(actor=officer, policy_id=draft.policy_id).number == 2


def test_discarding_the_only_draft_leaves_no_policy(draft: PolicyVersion, officer: User) -> None:
    assert commands.discard_draft(actor=officer, version_id=draft.pk) is None
    assert not PrivacyPolicy.objects.exists()
    with pytest.raises(Refused, match="gone"):
        commands.discard_draft(actor=officer, version_id=draft.pk)
