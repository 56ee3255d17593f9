"""Who keeps a privacy policy, and what must be there before it is published."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from agencies import commands as agencies
from agencies.models import Role
from portal.kernel.errors import Refused
from portal.kernel.policy import allows
from privacy import commands, policy
from privacy.models import DisclosureRule
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", [role for role in Role if role != Role.PRIVACY_OFFICER])
def test_no_other_role_keeps_the_policy(role: str) -> None:
    member = make.person(roles=(role,))
    with pytest.raises(PermissionDenied, match="privacy officer"):
        policy.may_keep(member.person, member.agency_id)


def test_those_without_a_role_at_an_agency_keep_none() -> None:
    court = make.agency()
    for person in (make.portal_administrator(), make.auditor(court)):
        assert not allows(policy.may_keep, person, court.pk)


def test_who_lost_the_role_keeps_nothing_from_then_on() -> None:
    draft = make.policy_draft(make.agency())
    officer = make.privacy_officer(draft.policy.agency)
    assert allows(policy.may_publish, officer, draft)
    administrator = make.person(draft.policy.agency, roles=(Role.ADMINISTRATOR,)).person
    agencies.change_roles(actor=administrator, membership_id=officer.memberships.get().pk, roles=[Role.CLERK])
    with pytest.raises(PermissionDenied):
        policy.may_publish(officer, draft)


def test_a_rule_that_rests_on_another_versions_provision_is_named() -> None:
    first = make.policy(make.agency())
    officer = make.privacy_officer(first.policy.agency)
    second = commands.start_new_version(actor=officer, policy_id=first.policy_id)
    # No command writes this; an import or a hand in the database could.
    rule = second.rules.get(code="R7")
    rule.provision = first.provisions.get(number="10.5")
    rule.save()
    assert policy.missing_before_publication(second) == ["name the provision of this version that rule R7 rests on."]
    with pytest.raises(Refused, match="R7"):
        policy.may_publish(officer, second)
    assert DisclosureRule.objects.filter(version=second).exists()
