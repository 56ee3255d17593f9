"""What the database itself refuses of reviews, whatever the commands do."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from sharing_agreements import commands as agreements
from sharing_agreements.models import Agreement
from sharing_agreements.reviews.models import Review
from tests import make

from .conftest import Office

pytestmark = pytest.mark.django_db


def refuses(sql: str, *values: Any, match: str = "") -> None:
    with pytest.raises(DatabaseError, match=match), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_plans_stages_and_reminders_are_written_once(office: Office) -> None:
    for table in ("reviewplan", "reviewstage", "reviewreminder", "historicalreview", "historicalreviewremark"):
        refuses(f"DELETE FROM reviews_{table}", match="permission denied")
        refuses(f"UPDATE reviews_{table} SET id = id", match="permission denied")
    refuses("DELETE FROM reviews_review", match="permission denied")
    refuses("UPDATE reviews_reviewremark SET text = 'x'", match="permission denied")


def test_a_decided_review_does_not_change(office: Office) -> None:
    review = make.passed(make.review(office.submitted()))
    for change in ("status = 'in_review', decided_at = NULL", "opinion = 'No.'", "reviewer_id = NULL"):
        refuses(f"UPDATE reviews_review SET {change} WHERE id = %s", review.pk, match="decided or closed")


def test_a_review_keeps_its_text_and_stage(office: Office) -> None:
    review = make.review(office.submitted())
    refuses("UPDATE reviews_review SET content_sha256 = %s", "0" * 64, match="of one text")
    other = make.plan(office.board, make.stage("legal", office.court)).stages.get()
    refuses("UPDATE reviews_review SET stage_id = %s WHERE id = %s", other.pk, review.pk, match="of one text")


APPROVE = """UPDATE reviews_review SET status = 'approved', decided_at = now(), taken_at = now(), reviewer_id = %s,
    reviewer_agency_id = %s WHERE id = %s"""


def test_only_the_text_in_review_is_approved_and_not_by_its_author(office: Office) -> None:
    agreement = office.submitted()
    review = make.review(agreement)
    refuses(APPROVE, agreement.author_id, office.court.pk, review.pk, match="not by its author")
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute(APPROVE, [office.privacy.pk, office.administration.pk, review.pk])
        transaction.set_rollback(True)
    agreement.status = Agreement.Status.WITHDRAWN
    agreement.save()
    refuses(APPROVE, office.privacy.pk, office.administration.pk, review.pk, match="Only the text that is in review")


def test_a_review_begins_undecided_or_with_an_approval_of_the_same_text(office: Office) -> None:
    agreement = office.submitted()
    make.passed(make.review(agreement))
    agreements.take_back(actor=agreement.author, agreement_id=agreement.pk, reason="Again.")
    agreements.submit(actor=agreement.author, agreement_id=agreement.pk)
    carried = make.review(agreement)
    assert carried.status == Review.Status.APPROVED
    for name, value in (
        ("content_sha256", "0" * 64),
        ("carried_from_id", None),
        ("reviewer_id", office.counsel.pk),
        ("stage_id", make.review(agreement, "legal").stage_id),
    ):
        values = {field.attname: getattr(carried, field.attname) for field in Review._meta.concrete_fields}
        values |= {"id": uuid4(), name: value}
        values["version_id"] = agreement.versions.order_by("number").first().pk  # type: ignore[union-attr]
        with pytest.raises(DatabaseError, match="begins undecided"), transaction.atomic():
            Review(**values).save_base(raw=True, force_insert=True)


def test_remarks_are_of_the_text_under_review(office: Office) -> None:
    agreement = office.submitted()
    review = make.taken(make.review(agreement))
    other = make.draft(office.court, office.police, make.record_set(office.court, "Warrants"))
    clause = other.current_version.clauses.first() if other.current_version else None
    insert = """INSERT INTO reviews_reviewremark (id, review_id, clause_id, text, author_id)
        VALUES (gen_random_uuid(), %s, %s, 'x', %s)"""
    assert clause is not None
    refuses(insert, review.pk, clause.pk, office.privacy.pk, match="of the text under review")
    mine = review.version.clauses.first()
    assert mine is not None
    with connection.cursor() as cursor:
        cursor.execute(insert, [review.pk, mine.pk, office.privacy.pk])
    agreements.take_back(actor=agreement.author, agreement_id=agreement.pk, reason="Again.")
    refuses("DELETE FROM reviews_reviewremark", match="stay when it is decided")


@pytest.mark.parametrize("status", ["before_board", "approved"])
def test_no_agreement_goes_on_that_is_not_through(office: Office, status: str) -> None:
    agreement = office.submitted()
    refuses(
        "UPDATE sharing_agreements_agreement SET status = %s WHERE id = %s", status, agreement.pk, match="takes up only"
    )
