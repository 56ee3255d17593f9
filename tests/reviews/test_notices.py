"""Who is told of a review, reminded of it once each step, and told nothing of what is done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from agencies.models import Role
from agencies.models import User as Person
from portal.audit.models import Event
from portal.notices.delivery import deliver
from portal.notices.models import Notice
from sharing_agreements import commands as agreements
from sharing_agreements.reviews import commands, reminding
from sharing_agreements.reviews.models import Review, ReviewReminder, ReviewStage
from sharing_agreements.reviews.steps import due_at
from sharing_agreements.reviews.tasks import remind_reviewers
from tests import make

from .conftest import Office, OwnerSql

pytestmark = pytest.mark.django_db

Step = ReviewReminder.Step


def told(kind: str) -> set[Person]:
    """Whom the newest event of this kind owes a mail at once."""
    event = Event.objects.filter(kind=f"agreement.{kind}").order_by("-sequence").first()
    return {notice.recipient for notice in Notice.objects.filter(event=event, channel="email")} if event else set()


def all_told(kind: str) -> set[Person]:
    event = Event.objects.filter(kind=f"agreement.{kind}").order_by("-sequence").first()
    return {notice.recipient for notice in Notice.objects.filter(event=event)} if event else set()


def passed_days(owner_sql: OwnerSql, review: Review, days: int) -> None:
    """As if the review had begun so many days ago."""
    owner_sql(
        f"""UPDATE reviews_review SET opened_at = opened_at - interval '{days} days',
        due_at = due_at - interval '{days} days' WHERE id = '{review.pk}'"""
    )


def test_the_office_is_asked_when_a_step_opens_and_no_sooner(office: Office) -> None:
    agreement = office.submitted()
    assert told("review_opened") == {office.privacy}
    make.passed(make.review(agreement))
    opened = Event.objects.filter(kind="agreement.review_opened").order_by("sequence")
    people = {notice.recipient for notice in Notice.objects.filter(event__in=opened[1:], channel="email")}
    assert people == {office.counsel, office.security}
    assert agreement.author in all_told("review_approved")


def test_who_took_it_spares_the_others_the_mail(office: Office) -> None:
    second = make.person(office.administration, roles=(Role.PRIVACY_OFFICER,)).person
    agreement = office.submitted()
    assert told("review_opened") == {office.privacy, second}
    make.taken(make.review(agreement), office.privacy)
    deliver()
    mine = Notice.objects.filter(event__kind="agreement.review_opened", recipient=second, channel="email")
    assert set(mine.values_list("status", "why")) == {(Notice.Status.DROPPED, "done_already")}


def test_the_new_reviewer_is_told_and_not_the_one_before(office: Office) -> None:
    review = make.taken(make.review(office.submitted()))
    colleague = make.person(office.administration, roles=(Role.PRIVACY_OFFICER,))
    commands.delegate(actor=office.privacy, review_id=review.pk, membership_id=colleague.pk, reason="On leave.")
    assert told("review_delegated") == {colleague.person}


def test_drafters_are_told_what_was_sent_back_and_the_chair_what_is_through(office: Office) -> None:
    agreement = office.submitted()
    review = make.taken(make.review(agreement))
    commands.send_back(actor=office.privacy, review_id=review.pk, opinion="Name the victims' advocate.")
    assert told("review_sent_back") == {agreement.author}
    event = Event.objects.get(kind="agreement.review_sent_back")
    assert "advocate" not in str(event.detail)
    agreements.submit(actor=agreement.author, agreement_id=agreement.pk)
    assert office.chair not in all_told("reviewed")
    for discipline in ("privacy", "legal", "technical"):
        make.passed(make.review(agreement, discipline))
    assert office.chair in all_told("reviewed")
    assert Event.objects.filter(kind="agreement.reviewed").count() == 1


# --- Reminders ------------------------------------------------------------------------------------------------------

OPENED = datetime(2026, 3, 2, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("length", "after", "step"),
    [
        (timedelta(days=10), timedelta(days=7, hours=23), None),
        (timedelta(days=10), timedelta(days=8), Step.SOON),
        (timedelta(days=10), timedelta(days=9, hours=23), Step.SOON),
        (timedelta(days=10), timedelta(days=10), Step.LATE),
        (timedelta(days=10), timedelta(days=90), Step.LATE),
        (timedelta(days=1), timedelta(hours=11), None),
        (timedelta(days=1), timedelta(hours=12), Step.SOON),
    ],
)
def test_what_is_said_when(length: timedelta, after: timedelta, step: str | None) -> None:
    review = Review(opened_at=OPENED, due_at=OPENED + length)
    assert reminding.due(review, OPENED + after) == step


@pytest.mark.parametrize(
    ("zone", "opened", "ends"),
    [
        ("America/Los_Angeles", datetime(2026, 3, 1, 20, tzinfo=UTC), datetime(2026, 3, 12, 7, tzinfo=UTC)),
        ("America/Los_Angeles", datetime(2026, 3, 2, 7, tzinfo=UTC), datetime(2026, 3, 12, 7, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 10, 25, 12, tzinfo=UTC), datetime(2026, 11, 5, 5, tzinfo=UTC)),
        ("Pacific/Guam", datetime(2026, 3, 1, 20, tzinfo=UTC), datetime(2026, 3, 12, 14, tzinfo=UTC)),
    ],
)
def test_the_last_day_ends_on_the_clock_of_the_agency(zone: str, opened: datetime, ends: datetime) -> None:
    """Summer time begins on 2026-03-08 and ends on 2026-11-01; ten days are ten days of the calendar."""
    from agencies.models import Agency  # noqa: PLC0415

    stage = ReviewStage(days=10, agency=Agency(time_zone=zone))
    assert due_at(stage, opened) == ends


def test_each_step_is_said_once_to_who_has_it_then_to_others(office: Office, owner_sql: OwnerSql) -> None:
    keeper = make.administrator_of(office.administration)
    review = make.taken(make.review(office.submitted()))
    remind_reviewers()
    assert not ReviewReminder.objects.exists()
    passed_days(owner_sql, review, 9)
    for _ in range(3):
        remind_reviewers()
    assert list(ReviewReminder.objects.values_list("step", flat=True)) == [Step.SOON]
    assert told("review_reminded") == {office.privacy}
    passed_days(owner_sql, review, 3)
    for _ in range(3):
        remind_reviewers()
    assert set(ReviewReminder.objects.values_list("step", flat=True)) == {Step.SOON, Step.LATE}
    assert told("review_late") == {office.privacy, office.chair, keeper}


def test_a_missed_warning_is_not_made_up_for(office: Office, owner_sql: OwnerSql) -> None:
    review = make.review(office.submitted())
    passed_days(owner_sql, review, 40)
    remind_reviewers()
    assert list(ReviewReminder.objects.values_list("step", flat=True)) == [Step.LATE]
    assert office.privacy in told("review_late"), "nobody took it: the office is told"


def test_nobody_is_reminded_of_what_is_done_or_gone(office: Office, owner_sql: OwnerSql) -> None:
    agreement = office.submitted()
    review = make.review(agreement)
    make.passed(review)
    agreements.take_back(actor=agreement.author, agreement_id=agreement.pk, reason="Not now.")
    remind_reviewers()
    assert commands.remind_of_review(review_id=review.pk) is None
    assert not ReviewReminder.objects.exists()


def test_a_reminder_that_waits_is_not_sent_when_the_review_is_done(office: Office, owner_sql: OwnerSql) -> None:
    review = make.taken(make.review(office.submitted()))
    passed_days(owner_sql, review, 12)
    remind_reviewers()
    commands.approve(actor=office.privacy, review_id=review.pk, sha256=review.version.sha256)
    deliver()
    late = Notice.objects.filter(event__kind="agreement.review_late", channel="email")
    assert set(late.values_list("status", "why")) == {(Notice.Status.DROPPED, "done_already")}
