"""What the database itself refuses of privacy policies, whoever asks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from privacy import commands
from privacy.models import PolicyVersion
from tests import kept, make

pytestmark = [pytest.mark.django_db, pytest.mark.services]


def refused(sql: str, *values: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


@kept.fixture
def published() -> PolicyVersion:
    return make.policy(make.agency())


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE privacy_provision SET text = 'x' WHERE version_id = %s",
        "DELETE FROM privacy_disclosurerule WHERE version_id = %s",
        "UPDATE privacy_disclosurerule SET treatment = 'shown' WHERE version_id = %s AND code = 'R7'",
        "UPDATE privacy_policyversion SET summary = 'x' WHERE id = %s",
        "UPDATE privacy_policyversion SET officer_email = 'x@x.example' WHERE id = %s",
        "UPDATE privacy_policyversion SET status = 'draft', published_at = NULL WHERE id = %s",
        "UPDATE privacy_policyversion SET published_at = now() WHERE id = %s",
        "UPDATE privacy_policyversion SET status = 'superseded', superseded_at = now(), summary = 'x' WHERE id = %s",
        "UPDATE privacy_policyversion SET status = 'superseded' WHERE id = %s",
    ],
)
def test_a_published_version_is_frozen(published: PolicyVersion, sql: str) -> None:
    refused(sql, published.pk)


def test_nothing_is_added_to_a_published_version(published: PolicyVersion) -> None:
    refused(
        "INSERT INTO privacy_provision (id, version_id, section, number, heading, text)"
        " VALUES (gen_random_uuid(), %s, 1, '1.9', 'x', 'x')",
        published.pk,
    )


def test_a_provision_does_not_move_into_a_published_version(published: PolicyVersion) -> None:
    officer = make.privacy_officer(published.policy.agency)
    draft = commands.start_new_version(actor=officer, policy_id=published.policy_id)
    refused("UPDATE privacy_provision SET version_id = %s WHERE version_id = %s", published.pk, draft.pk)


def test_a_superseded_version_stays_so(published: PolicyVersion) -> None:
    officer = make.privacy_officer(published.policy.agency)
    draft = commands.start_new_version(actor=officer, policy_id=published.policy_id)
    make.published(draft, by=officer)
    refused("UPDATE privacy_policyversion SET status = 'published', superseded_at = NULL WHERE id = %s", published.pk)
    refused("UPDATE privacy_policyversion SET superseded_at = %s WHERE id = %s", timezone.now(), published.pk)


def test_a_version_begins_as_a_draft_and_a_policy_has_one(published: PolicyVersion) -> None:
    insert = (
        "INSERT INTO privacy_policyversion (id, policy_id, number, status, summary, officer_name, officer_email,"
        " officer_phone, published_at) VALUES (gen_random_uuid(), %s, %s, %s, 'x', 'x', 'x@x.example', '', %s)"
    )
    refused(insert, published.policy_id, 2, "published", timezone.now() + timedelta(days=1))
    officer = make.privacy_officer(published.policy.agency)
    commands.start_new_version(actor=officer, policy_id=published.policy_id)
    refused(insert, published.policy_id, 3, "draft", None)


def test_a_draft_is_not_superseded() -> None:
    draft = make.policy_draft(make.agency())
    refused(
        "UPDATE privacy_policyversion SET status = 'superseded', published_at = now(), superseded_at = now()"
        " WHERE id = %s",
        draft.pk,
    )
