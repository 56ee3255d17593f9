"""A policy in force is looked through each year: the day is computed, told of once, and moved on by who keeps it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from agencies.models import Agency, Role, User
from portal.audit.models import Event
from portal.kernel.errors import Refused
from portal.notices.models import Notice
from privacy import commands as privacy
from privacy.development import commands, yearly
from privacy.development.tasks import remind_of_yearly_reviews
from privacy.models import PolicyVersion
from tests import kept, make
from tests.sharing_agreements.test_views import client_of, read

pytestmark = pytest.mark.django_db


@kept.fixture
def in_force() -> PolicyVersion:
    return make.policy(make.agency("Cedar Court", kind="court"))


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Lets a day be today for every agency."""

    def set_today(day: date) -> None:
        monkeypatch.setattr(Agency, "today", day)

    return set_today


def officer_of(version: PolicyVersion) -> User:
    return make.privacy_officer(version.policy.agency)


def due(version: PolicyVersion) -> date:
    found = yearly.due_on(version)
    assert found is not None
    return found


def told() -> dict[str, set[User]]:
    found: dict[str, set[User]] = {}
    for each in Notice.objects.filter(event__kind__startswith="policy.yearly"):
        found.setdefault(each.event.kind.removeprefix("policy.yearly_review_"), set()).add(each.recipient)
    return found


def test_it_is_due_a_year_after_it_was_published(in_force: PolicyVersion) -> None:
    today = in_force.policy.agency.today
    assert due(in_force) - today in (timedelta(days=365), timedelta(days=366))
    draft = privacy.start_new_version(actor=officer_of(in_force), policy_id=in_force.policy_id)
    assert yearly.due_on(draft) is None


def test_officers_are_told_once_when_it_is_near_and_once_when_it_is_late(in_force: PolicyVersion, on: Any) -> None:
    officer, last = officer_of(in_force), due(in_force)
    make.someone(in_force.policy.agency, Role.CLERK)
    for day, known in (
        (last - timedelta(days=31), set()),
        (last - timedelta(days=30), {"due"}),
        (last, {"due"}),
        (last + timedelta(days=1), {"due", "late"}),
    ):
        on(day)
        remind_of_yearly_reviews()
        remind_of_yearly_reviews()
        assert told() == {name: {officer} for name in known}
    assert Event.objects.filter(kind__startswith="policy.yearly").count() == 2


def test_still_right_moves_the_day_on(in_force: PolicyVersion, on: Any) -> None:
    officer = officer_of(in_force)
    on(due(in_force) + timedelta(days=1))
    home, page = reverse("workbench:home"), reverse("privacy:still_right", args=[in_force.pk])
    assert f"Look through {in_force}" in read(client_of(officer).get(home))
    assert "is overdue" in read(client_of(officer).get(reverse("privacy:list")))
    assert "This field is required" in read(client_of(officer).post(page, {"note": " "}))
    with pytest.raises(ValidationError):
        commands.still_right(actor=officer, version_id=in_force.pk, note=" ")
    assert "It is noted" in read(client_of(officer).post(page, {"note": "Law and complaints."}, follow=True))
    with pytest.raises(Refused, match="said so already") as no:
        commands.still_right(actor=officer, version_id=in_force.pk, note="Again.")
    assert no.value.repeated
    review = in_force.yearly_reviews.get()
    assert (review.by, due(in_force).year) == (officer, review.at.year + 1)


def test_only_an_officer_says_so_and_only_of_what_is_in_force(in_force: PolicyVersion) -> None:
    place, officer = in_force.policy.agency, officer_of(in_force)
    for other in (make.someone(place, Role.COUNSEL), make.someone(place, Role.CLERK), make.portal_administrator()):
        with pytest.raises(PermissionDenied):
            commands.still_right(actor=other, version_id=in_force.pk, note="Fine.")
    draft = privacy.start_new_version(actor=officer, policy_id=in_force.policy_id)
    with pytest.raises(Refused, match="in force"):
        commands.still_right(actor=officer, version_id=draft.pk, note="Fine.")
    with pytest.raises(DatabaseError, match="in force"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO development_yearlyreview (id, version_id, by_id, note, at)"
            " VALUES (gen_random_uuid(), %s, %s, 'Fine.', now())",
            [draft.pk, officer.pk],
        )
    commands.still_right(actor=officer, version_id=in_force.pk, note="Fine.")
    for sql in ("UPDATE development_yearlyreview SET note = 'x'", "DELETE FROM development_yearlyreview"):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as c:
            c.execute(sql)
