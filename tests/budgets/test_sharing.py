"""From the rows of a budget to shares: side by side, against today, and without one party."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.timezone import localdate

from agencies.models import Agency
from portal.records.models import AccessEntry
from sharing_agreements.budgets import commands
from sharing_agreements.budgets.models import Budget, BudgetGroupObjectPermission, BudgetLine
from sharing_agreements.budgets.pictures import by_year, drop, table
from sharing_agreements.budgets.sharing import compare, plan_of
from tests import make

from .conftest import Scene

pytestmark = pytest.mark.django_db

FIRST, LAST = 2027, 2029


def test_a_grant_that_ends_is_a_cliff(scene: Scene) -> None:
    plan = plan_of(scene.budget)
    assert [each.to_share for each in plan.sums.values()] == [
        Decimal("4000.00"),
        Decimal("4000.00"),
        Decimal("10000.00"),
    ]
    assert [drop(plan, year) for year in scene.budget.years] == [0, 0, Decimal("6000.00")]
    assert "$6,000 less: State grant ended" in by_year(plan)
    assert table(plan)["rows"][2][-3:-1] == ["$6,000.00", "$10,000.00"]


def test_all_formulas_stand_side_by_side_with_who_gains_and_loses(scene: Scene) -> None:
    make.figures(scene.budget, "population", 2, 1, 1)
    make.formula(scene.budget, "By population", basis="population", floor=Decimal("1200.00"))
    make.formula(scene.budget, "By officers", basis="officers")
    found = compare(plan_of(scene.budget), [FIRST])
    assert [each.name for each in found.formulas] == ["By officers", "By population", "Equal shares"]
    assert [row.shares for row in found.rows] == [
        [None, Decimal("1600.00"), Decimal("1333.34")],
        [None, Decimal("1200.00"), Decimal("1333.33")],
        [None, Decimal("1200.00"), Decimal("1333.33")],
    ]
    assert [str(formula) for formula, _ in found.problems] == ["By officers"]
    assert "no figures for sworn officers" in found.problems[0][1]
    assert [row.today for row in found.rows] == [Decimal("3000.00")] * 3


def test_what_is_given_in_kind_is_shown_and_not_shared(scene: Scene) -> None:
    rows = compare(plan_of(scene.budget), [FIRST, LAST]).rows
    assert [row.in_kind for row in rows] == [Decimal("1000.00"), 0, 0]
    assert sum(row.shares[0] or 0 for row in rows) == Decimal("14000.00")


def test_a_withdrawal_is_tried_without_changing_anything(scene: Scene) -> None:
    found = compare(plan_of(scene.budget), [LAST], without=scene.police.pk)
    assert [(str(row.party), row.shares, row.before) for row in found.rows] == [
        ("A Court", [Decimal("5000.00")], [Decimal("3333.34")]),
        ("C Sheriff", [Decimal("5000.00")], [Decimal("3333.33")]),
    ]
    assert scene.budget.parties.count() == 3


def test_what_a_leaving_party_gave_in_kind_is_paid_for_by_the_others(scene: Scene) -> None:
    plan, gone = plan_of(scene.budget), scene.court.pk
    rows = compare(plan, [FIRST, LAST], without=gone).rows
    assert sum(row.shares[0] or 0 for row in rows) == Decimal("15000.00")


def test_one_partys_own_bounds_come_before_those_of_all(scene: Scene) -> None:
    bounds = {scene.court.pk: (None, Decimal("1000.00"))}
    made = make.formula(scene.budget, "Capped", cap=Decimal("9000.00"), bounds=bounds)
    shares = plan_of(scene.budget).shares(made, FIRST)
    assert shares == {
        scene.court.pk: Decimal("1000.00"), scene.police.pk: Decimal("1500.00"), scene.sheriff.pk: Decimal("1500.00"),
    }  # fmt: skip


def test_the_portal_counts_users(scene: Scene) -> None:
    make.person(scene.police)  # and who administers it
    made = commands.count_figures(
        actor=scene.keeper, budget_id=scene.budget.pk, basis="users", first=date(2026, 1, 1), last=date(2030, 1, 1)
    )
    assert {weight.agency.name: weight.value for weight in made.weights.all()} == {
        "A Court": 1, "B Police": 2, "C Sheriff": 0,
    }  # fmt: skip
    assert made.source.endswith("2026-01-01 to 2030-01-01.")


def reads(budget: Budget, agency: Agency) -> bool:
    membership = make.person(agency)
    return Budget.objects.visible_to(membership.person, membership).filter(pk=budget.pk).exists()


def test_parties_read_a_budget_by_guardians_permission_as_long_as_they_are(scene: Scene) -> None:
    assert reads(scene.budget, scene.police)
    assert not reads(scene.budget, make.agency())
    held = BudgetGroupObjectPermission.objects.filter(content_object=scene.budget)
    assert {row.group.agency for row in held} == {scene.court, scene.police, scene.sheriff}
    party = scene.budget.parties.get(agency=scene.police)
    commands.remove_party(actor=scene.keeper, party_id=party.pk, reason="It withdrew.")
    assert not reads(scene.budget, scene.police)
    commands.remove_party(
        actor=scene.keeper, party_id=scene.budget.parties.get(agency=scene.sheriff).pk, reason="So did it."
    )
    assert {row.group.agency for row in held.all()} == {scene.court}


def test_the_owner_and_the_chair_keep_it_and_nobody_else(scene: Scene) -> None:
    line = scene.budget.lines.filter(name="Hosting").first()
    assert line is not None
    for person in (make.someone(scene.police, "agency_administrator"), make.person(scene.court).person):
        with pytest.raises(PermissionDenied):
            commands.remove_line(actor=person, line_id=line.pk)
    member = scene.board.seats.get(number=2).holder
    assert member is not None
    with pytest.raises(PermissionDenied):
        commands.open_budget(
            actor=member,
            board_id=scene.board.pk,
            owner_id=scene.court.pk,
            title="Mine",
            first_year=FIRST,
            last_year=LAST,
        )
    commands.remove_line(actor=scene.chair, line_id=line.pk)
    assert scene.budget.lines.filter(name="Hosting").count() == 2
    assert BudgetLine.history.filter(id=line.pk, history_type="-", history_user=scene.chair).exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"year": 2031}, "year"),
        ({"planned": Decimal("-1.00")}, "planned"),
        ({"name": "Hosting"}, "__all__"),
        ({"through": 2026}, "through"),
        ({"recurrence": "one_time", "through": 2028}, "through"),
        ({"provided_by_id": "stranger"}, "provided_by"),
    ],
)
def test_a_line_that_cannot_be_is_named(scene: Scene, given: dict[str, object], field: str) -> None:
    if given.get("provided_by_id"):
        given = {"provided_by_id": make.agency().pk}
    line = {"name": "Interface", "recurrence": "recurring", "year": FIRST, "planned": Decimal("1.00"), **given}
    with pytest.raises(ValidationError) as wrong:
        commands.save_line(actor=scene.keeper, budget_id=scene.budget.pk, **line)  # type: ignore[arg-type]
    assert field in wrong.value.message_dict


def test_higher_floors_say_what_only_they_know(scene: Scene) -> None:
    """Records that a party contributes: a sealed one does not even show in a sum."""
    held = make.record_set(scene.police)
    make.record(held)
    make.record(held, sealed=True)
    made = commands.count_figures(actor=scene.keeper, budget_id=scene.budget.pk, basis="records")
    assert [weight.value for weight in made.weights.order_by("agency__name")] == [0, 1, 0]
    for basis in ("officers", "nonsense"):
        with pytest.raises(ValidationError, match="cannot count this"):
            commands.count_figures(actor=scene.keeper, budget_id=scene.budget.pk, basis=basis)


def test_transactions_come_from_the_access_log(scene: Scene) -> None:
    officer = make.person(scene.police)
    for outcome, agency in (("shown", scene.police), ("shown", scene.police), ("refused", None)):
        AccessEntry.objects.create(person=officer.person, agency=agency, action="search", outcome=outcome)
    today = localdate()
    made = commands.count_figures(
        actor=scene.keeper, budget_id=scene.budget.pk, basis="transactions", first=today - timedelta(days=1),
        last=today + timedelta(days=1),
    )  # fmt: skip
    assert [weight.value for weight in made.weights.order_by("agency__name")] == [0, 2, 0]


def test_in_kind_counts_against_a_share_where_the_budget_says_so(scene: Scene) -> None:
    """4,000 in money and 500 that the court gives are shared alike; the court pays that much less."""
    years: dict[str, Any] = {"first_year": 2027, "last_year": 2029, "begins_month": 7}
    commands.change_budget(
        actor=scene.keeper, budget_id=scene.budget.pk, title="Shared costs", credits_in_kind=True, **years
    )
    plan = plan_of(Budget.objects.get(pk=scene.budget.pk))
    found = plan.shares(plan.formulas[0], 2027)
    assert [found[agency.pk] for agency in (scene.court, scene.police, scene.sheriff)] == [
        Decimal("1000.00"), Decimal("1500.00"), Decimal("1500.00"),
    ]  # fmt: skip
    version = make.budget_version(plan.budget)
    assert version.content["credits"]["2027"] == {str(scene.court.pk): 50000}
    assert sum(version.content["shares"]["2027"].values()) == 400000
    commands.change_budget(actor=scene.keeper, budget_id=scene.budget.pk, title="Shared costs", **years)
    assert Budget.objects.get(pk=scene.budget.pk).credits_in_kind
