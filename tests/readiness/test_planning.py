"""Actions with owner, day and investment; what is due is told once; budgets take what a plan costs."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from agencies.models import Agency, Role, User
from agencies.readiness import commands, due, investments
from agencies.readiness.investments import Investment
from agencies.readiness.lifecycle import ACTION_MOVES, MOVES
from agencies.readiness.models import Assessment, PlanAction, Reminder
from agencies.readiness.tasks import remind_of_readiness
from portal.kernel.errors import Refused
from portal.notices.models import Notice
from portal.workbench import awaiting
from tests import make
from tests.sharing_agreements.conftest import OwnerSql, owner_sql
from tests.sharing_agreements.test_views import client_of, read

__all__ = ["owner_sql"]

pytestmark = pytest.mark.django_db


def at(name: str, *args: object) -> str:
    return reverse(f"readiness:{name}", args=args)


def told(person: User) -> list[str]:
    found = Notice.objects.filter(recipient=person, channel=Notice.Channel.PORTAL)
    return [each.event.kind for each in found.order_by("made_at") if each.event.kind.startswith(("plan", "readi"))]


def test_every_status_has_its_moves() -> None:
    assert set(MOVES) == set(Assessment.Status)
    assert set(ACTION_MOVES) == set(PlanAction.Status)


@pytest.mark.parametrize(
    ("wrong", "match"),
    [
        ({"dimension": "weather"}, "one of the dimensions"),
        ({"amount": Decimal("9.50")}, "once or each year"),
        ({"amount": Decimal("9.50"), "recurs": "once"}, "which fiscal year"),
        ({"amount": Decimal(-1), "recurs": "once", "first_fiscal_year": 2027}, "greater than or equal to 0"),
        ({"gap": " "}, "cannot be blank"),
    ],
)
def test_an_action_says_what_it_is_and_what_it_costs(court: Agency, wrong: dict[str, Any], match: str) -> None:
    with pytest.raises(ValidationError, match=match):
        make.plan_action(court, **wrong)


def test_who_plans_and_who_moves(court: Agency, police: Agency, planner: User) -> None:
    owner, other = make.someone(court, Role.CLERK), make.person(court).person
    with pytest.raises(PermissionDenied):
        make.plan_action(court, by=owner)
    with pytest.raises(ValidationError, match="works at the agency"):
        make.plan_action(court, owner=make.person(police).person)
    made = make.plan_action(court, owner=owner)
    with pytest.raises(PermissionDenied):
        commands.move_action(actor=other, action_id=made.pk, to="begun")
    commands.move_action(actor=owner, action_id=made.pk, to="begun")
    with pytest.raises(ValidationError, match="what came of it"):
        commands.move_action(actor=owner, action_id=made.pk, to="done")
    commands.move_action(actor=owner, action_id=made.pk, to="done", outcome="Signed by all.")
    with pytest.raises(Refused, match="is done"):
        commands.move_action(actor=owner, action_id=made.pk, to="given_up", outcome="No.")
    with pytest.raises(Refused, match="is closed"):
        commands.change_action(actor=planner, action_id=made.pk, gap="Another")
    assert told(owner) == ["plan_action.added"]


def test_a_budget_takes_what_a_plan_costs(court: Agency, police: Agency) -> None:
    paid: dict[str, Any] = {"amount": Decimal("1200.50"), "recurs": "yearly", "first_fiscal_year": 2028}
    yearly = make.plan_action(court, **paid)
    once = make.plan_action(court, **{**paid, "recurs": "once", "first_fiscal_year": 2027})
    make.plan_action(court)
    gone = make.plan_action(court, **paid)
    commands.move_action(actor=make.planner(court), action_id=gone.pk, to="given_up", outcome="Too dear.")
    make.plan_action(police, **paid)
    assert investments.of_agencies([court.pk]) == [
        Investment(once.pk, court.pk, str(once), Decimal("1200.50"), False, 2027),
        Investment(yearly.pk, court.pk, str(yearly), Decimal("1200.50"), True, 2028),
    ]


def test_owners_are_reminded_before_the_day_and_planners_too_after_it(
    court: Agency, planner: User, owner_sql: OwnerSql
) -> None:
    owner = make.someone(court, Role.CLERK)
    made = make.plan_action(court, owner=owner)
    remind_of_readiness()
    assert not Reminder.objects.exists()
    for days, kind in ((20, "plan_action.due_soon"), (-1, "plan_action.due_late")):
        owner_sql(f"UPDATE readiness_planaction SET due_on = '{court.today + timedelta(days=days)}'")
        remind_of_readiness()
        remind_of_readiness()
        assert told(owner)[-1] == kind
    assert told(owner) == ["plan_action.added", "plan_action.due_soon", "plan_action.due_late"]
    assert told(planner) == ["plan_action.due_late"]
    made = PlanAction.objects.get(pk=made.pk)
    membership = court.memberships.get(person=owner)
    assert [each.title for each in awaiting.of(owner, membership) if "charter" in each.title] == [made.action]
    commands.move_action(actor=owner, action_id=made.pk, to="done", outcome="Signed.")
    assert not [each for each in awaiting.of(owner, membership) if "charter" in each.title]


def test_a_year_after_a_review_the_next_version_is_due(court: Agency, planner: User, owner_sql: OwnerSql) -> None:
    make.someone(court, Role.PRIVACY_OFFICER)
    done = make.assessed_readiness(court)
    assert due.again_on(done) is not None
    owner_sql("ALTER TABLE readiness_assessment DISABLE TRIGGER assessment_moves")
    owner_sql("UPDATE readiness_assessment SET reviewed_at = reviewed_at - interval '400 days'")
    owner_sql("ALTER TABLE readiness_assessment ENABLE TRIGGER assessment_moves")
    remind_of_readiness()
    remind_of_readiness()
    assert told(planner) == ["readiness.reviewed", "readiness.again_late"]
    membership = court.memberships.get(person=planner)
    assert [each for each in awaiting.of(planner, membership) if each.title.startswith("Assess the readiness")]
    make.readiness(court)
    assert due.again_on(Assessment.objects.get(pk=done.pk)) is None


def test_who_reviews_is_told_and_finds_it_among_what_awaits_them(court: Agency, planner: User) -> None:
    officer = make.someone(court, Role.PRIVACY_OFFICER)
    given = make.given_to_review(court)
    membership = court.memberships.get(person=officer)
    assert told(officer) == ["readiness.submitted"]
    assert [each.href for each in awaiting.of(officer, membership) if "readiness" in each.href] == [
        at("review", given.pk)
    ]
    commands.send_back(actor=officer, assessment_id=given.pk, remark="More of 4.1.")
    assert told(planner) == ["readiness.sent_back"]


def test_the_plan_is_the_agencys_own(court: Agency, police: Agency, planner: User) -> None:
    made = make.plan_action(court, amount=Decimal("1200.50"), recurs="once", first_fiscal_year=2027)
    page = read(client_of(planner).get(at("plan", court.pk)))
    assert "$1,200.50 one time from FY 2027" in page
    stranger = client_of(make.someone(police, Role.ADMINISTRATOR))
    for name, thing in (("plan", court.pk), ("plan_csv", court.pk), ("action", made.pk), ("change_action", made.pk)):
        assert stranger.get(at(name, thing)).status_code == 404
    assert client_of(make.auditor(court)).get(at("plan", court.pk)).status_code == 200
    filtered = read(client_of(planner).get(at("plan", court.pk), {"status": "done"}))
    assert "No action fits" in filtered
