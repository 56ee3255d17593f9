"""The verbs of a privacy policy, from the first draft to the version in force."""

from __future__ import annotations

import pytest

from privacy.models import PolicyVersion
from tests.make.people import agency
from tests.make.policies import policy, policy_draft

S = PolicyVersion.Status
pytestmark = pytest.mark.django_db


def test_a_first_draft_has_the_standard_text_and_rules() -> None:
    court = agency("Cedar County Superior Court", kind="court")
    draft = policy_draft(court)
    assert (draft.status, draft.number) == (S.DRAFT, 1)
    assert set(draft.provisions.values_list("section", flat=True)) == set(range(1, 16))


def test_a_published_policy_is_in_force() -> None:
    assert policy(agency()).status == S.PUBLISHED
