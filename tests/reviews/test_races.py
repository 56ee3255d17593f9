"""Two people at the same instant, on real transactions. What holds is the agreement's row lock.

Seen red with WITHOUT_LOCKS=1 (see tests/racing.py).
"""

from __future__ import annotations

import time
from typing import Any

import pytest

from agencies.models import Role
from portal.audit.models import Event
from sharing_agreements import commands as agreements
from sharing_agreements.models import Agreement
from sharing_agreements.reviews import commands, policy, reminding, steps
from sharing_agreements.reviews.commands import reviewing
from sharing_agreements.reviews.models import Review, ReviewReminder
from sharing_agreements.reviews.tasks import remind_reviewers
from tests import make
from tests.racing import at_once, slowly

from .conftest import Office, set_up

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]


@pytest.fixture
def office(transactional_db: None) -> Office:
    return set_up()


def test_one_of_two_takes_a_review(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    review = make.review(office.submitted())
    second = make.person(office.administration, roles=(Role.PRIVACY_OFFICER,)).person
    works = [lambda who=who: commands.take(actor=who, review_id=review.pk) for who in (office.privacy, second)]
    with slowly(monkeypatch, policy, "may_take"):
        assert at_once(*works) == ["taken"]
    assert Event.objects.filter(kind="agreement.review_taken").count() == 1


def test_the_last_two_approvals_send_it_to_the_board_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    agreement = office.submitted()
    make.passed(make.review(agreement))
    last = [make.taken(make.review(agreement, name)) for name in ("legal", "technical")]
    works = [
        lambda review=review: commands.approve(actor=review.reviewer, review_id=review.pk, sha256=review.version.sha256)
        for review in last
    ]
    with slowly(monkeypatch, reviewing, "advance"):
        assert at_once(*works) == []
    assert Event.objects.filter(kind="agreement.reviewed").count() == 1
    assert make.motion(office.board, agreement)


def test_taking_back_and_approving_decide_one_way(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Either the approval came first and stands, or the text had left review."""
    agreement = office.submitted()
    review = make.taken(make.review(agreement))
    works: list[Any] = [
        lambda: commands.approve(actor=office.privacy, review_id=review.pk, sha256=review.version.sha256),
        lambda: agreements.take_back(actor=agreement.author, agreement_id=agreement.pk, reason="Wait."),
    ]
    with slowly(monkeypatch, steps, "end"):
        codes = at_once(*works)
    assert Agreement.objects.get(pk=agreement.pk).status == Agreement.Status.DRAFT
    expected = Review.Status.CLOSED if codes else Review.Status.APPROVED
    assert codes in ([], ["closed"])
    assert Review.objects.get(pk=review.pk).status == expected
    assert not Review.objects.under_way().exists()


def test_two_beats_remind_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here the unique row of the reminder would hold it alone; the lock spares the second an error."""
    office.submitted()
    monkeypatch.setattr(reminding, "due", _slowly_due)
    at_once(remind_reviewers, remind_reviewers)
    assert Event.objects.filter(kind="agreement.review_reminded").count() == 1


def _slowly_due(review: Review, now: object) -> ReviewReminder.Step:
    time.sleep(0.2)
    return ReviewReminder.Step.SOON
