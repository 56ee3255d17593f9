"""What the database itself refuses, whatever the code above it does. Each refusal is provoked directly."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from sharing_agreements.models import Agreement, AgreementVersion, Clause, Party, Signature
from tests import kept, make

from .conftest import Pair

pytestmark = pytest.mark.django_db


@contextmanager
def refused(words: str, error: type[DatabaseError] = IntegrityError) -> Iterator[None]:
    with pytest.raises(error, match=words), transaction.atomic():
        yield


def run(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


@kept.fixture
def frozen(pair: Pair) -> AgreementVersion:
    version = make.submitted(pair.court, pair.police, pair.cases).current_version
    assert version is not None
    return version


@pytest.mark.parametrize("table", ["clause", "party", "term"])
def test_nothing_of_a_frozen_version_changes_leaves_or_joins(frozen: AgreementVersion, table: str) -> None:
    name = f"sharing_agreements_{table}"
    column = {"clause": "text", "party": "name", "term": "record_set_name"}[table]
    with refused("A submitted version cannot change"):
        run(f"UPDATE {name} SET {column} = 'other' WHERE version_id = %s", frozen.pk)
    with refused("A submitted version cannot change"):
        run(f"DELETE FROM {name} WHERE version_id = %s", frozen.pk)


def test_a_clause_is_neither_added_to_nor_moved_into_a_frozen_version(frozen: AgreementVersion, pair: Pair) -> None:
    with refused("A submitted version cannot change"):
        Clause(version=frozen, position=1, number="99", topic="other", heading="More", text="More.").save()
    draft = make.draft(pair.court, pair.police, pair.cases).current_version
    with refused("A submitted version cannot change"):
        run("UPDATE sharing_agreements_party SET version_id = %s WHERE version_id = %s", frozen.pk, draft.pk)  # type: ignore[union-attr]


def test_a_frozen_version_itself_is_final(frozen: AgreementVersion) -> None:
    for change in ("purpose = 'other'", "sha256 = repeat('0', 64)", "frozen_at = NULL, sha256 = ''", "ends_on = NULL"):
        with refused("A submitted version cannot change"):
            run(f"UPDATE sharing_agreements_agreementversion SET {change} WHERE id = %s", frozen.pk)


def test_a_version_is_frozen_with_its_fingerprint_or_not_at_all(pair: Pair) -> None:
    draft = make.draft(pair.court, pair.police, pair.cases).current_version
    assert draft is not None
    with refused("version_frozen_hash"):
        run("UPDATE sharing_agreements_agreementversion SET frozen_at = now() WHERE id = %s", draft.pk)


def signature(party: Party, **values: object) -> Signature:
    given = {"version": party.version, "sha256": party.version.sha256, "decision": "signed", "title": "Chief"}
    return Signature(party=party, signatory=make.portal_administrator(), **{**given, **values})


def test_a_signature_fits_the_frozen_text_and_a_party_of_it(frozen: AgreementVersion, pair: Pair) -> None:
    party = frozen.parties.select_related("version").get(agency=pair.police)
    with refused("exact frozen text"):
        signature(party, sha256="0" * 64).save()
    other = make.submitted(pair.court, pair.police, pair.cases).current_version
    with refused("exact frozen text"):
        signature(party, version=other, sha256=other.sha256).save()  # type: ignore[union-attr]
    draft = make.draft(pair.court, pair.police, pair.cases).current_version
    assert draft is not None
    with refused("exact frozen text"):
        signature(draft.parties.all()[0], version=draft, sha256="").save()


@pytest.mark.parametrize("change", ["UPDATE {} SET sha256 = ''", "DELETE FROM {}"])
def test_the_runtime_role_cannot_change_a_signature(pair: Pair, change: str) -> None:
    make.agreement_in_force(pair.court, pair.police, pair.cases)
    with refused("permission denied", DatabaseError):
        run(change.format("sharing_agreements_signature"))


@pytest.mark.parametrize(
    ("closed", "change"),
    [
        ("revoked_at = now()", "revoked_at = NULL"),
        ("suspended_at = now()", "suspended_at = NULL"),
        ("suspended_at = now()", "suspended_at = now() + interval '1 hour'"),
    ],
)
def test_a_grant_that_was_closed_never_opens_again(pair: Pair, closed: str, change: str) -> None:
    make.agreement_in_force(pair.court, pair.police, pair.cases)
    run(f"UPDATE sharing_agreements_grant SET {closed}")
    with refused("stays closed"):
        run(f"UPDATE sharing_agreements_grant SET {change}")


@pytest.mark.parametrize("change", ["actions = '{export}'", "includes_juvenile = true", "not_after = now()"])
def test_a_grant_opens_what_it_opened_and_stays_on_record(pair: Pair, change: str) -> None:
    make.agreement_in_force(pair.court, pair.police, pair.cases)
    with refused("nothing else"):
        run(f"UPDATE sharing_agreements_grant SET {change}")
    with refused("stays on record"):
        run("DELETE FROM sharing_agreements_grant")


@pytest.mark.parametrize("name", ["agreement", "agreementversion", "party", "clause", "term", "grant"])
@pytest.mark.parametrize("change", ["UPDATE {} SET history_change_reason = ''", "DELETE FROM {}"])
def test_the_runtime_role_cannot_change_history(name: str, change: str) -> None:
    with refused("permission denied", DatabaseError):
        run(change.format(f"sharing_agreements_historical{name}"))


def test_what_is_in_force_says_since_when(pair: Pair) -> None:
    made = make.submitted(pair.court, pair.police, pair.cases)
    with refused("agreement_in_force_at"):
        run("UPDATE sharing_agreements_agreement SET status = 'in_force' WHERE id = %s", made.pk)


def test_bulk_writes_that_would_leave_no_history_are_refused(pair: Pair) -> None:
    with pytest.raises(TypeError, match="history"):
        Agreement.objects.all().update(title="Other")
