"""Budgets, reached by the commands that lead to them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils.timezone import localdate

from agencies.models import Agency, Role, User
from sharing_agreements.boards import commands as boards
from sharing_agreements.boards.models import Board, Motion
from sharing_agreements.budgets import commands
from sharing_agreements.budgets.models import Budget, BudgetVersion, Formula, Invoice

from .agreements import vote_through
from .people import someone

FIRST = 2027


def chair_of(on: Board) -> User:
    chair = on.seats.get(is_chair=True, ended_at=None).holder
    assert chair is not None
    return chair


def budget(on: Board, owner: Agency, *parties: Agency, title: str = "Shared costs", **more: Any) -> Budget:
    """Three years: 10,000 a year in money and 500 in kind by the owner; a grant of 6,000 pays in the first two."""
    chair = chair_of(on)
    given = {"first_year": FIRST, "last_year": FIRST + 2, **more}
    made = commands.open_budget(actor=chair, board_id=on.pk, owner_id=owner.pk, title=title, **given)
    for agency in (owner, *parties):
        commands.add_party(actor=chair, budget_id=made.pk, agency_id=agency.pk, pays_today=Decimal("3000.00"))
    of_year: dict[str, Any] = {"recurrence": "recurring", "year": FIRST, "through": FIRST + 2}
    commands.save_line(actor=chair, budget_id=made.pk, name="Hosting", planned=Decimal("10000.00"), **of_year)
    in_kind: dict[str, Any] = {"planned": Decimal("500.00"), "provided_by_id": owner.pk}
    commands.save_line(actor=chair, budget_id=made.pk, name="Rooms", **in_kind, **of_year)
    for year in (FIRST, FIRST + 1):
        commands.save_source(actor=chair, budget_id=made.pk, name="State grant", year=year, planned=Decimal("6000.00"))
    return made


def figures(of: Budget, basis: str, *values: int) -> None:
    """The figures of the parties, in the order of their names."""
    parties = of.parties.order_by("agency__name").values_list("agency", flat=True)
    commands.save_figures(
        actor=chair_of(of.board), budget_id=of.pk, basis=basis, source="Annual report 2025", as_of=localdate(),
        values={key: Decimal(value) for key, value in zip(parties, values, strict=True)},
    )  # fmt: skip


def formula(of: Budget, name: str, **more: Any) -> Formula:
    return commands.save_formula(actor=chair_of(of.board), budget_id=of.pk, name=name, **more)


def budget_version(of: Budget, formula_name: str = "Equal shares") -> BudgetVersion:
    """Put before the board."""
    found = of.formulas.get(name=formula_name)
    return commands.propose(actor=chair_of(of.board), budget_id=of.pk, formula_id=found.pk, reason="As discussed.")


def budget_adopted(version: BudgetVersion) -> BudgetVersion:
    """The board adopts it."""
    board = version.budget.board
    moved = boards.move_motion(
        actor=chair_of(board), board_id=board.pk, kind=Motion.Kind.BUDGET, budget_version_id=version.pk
    )
    vote_through(boards.open_ballot(actor=chair_of(board), motion_id=moved.pk))
    return BudgetVersion.objects.get(pk=version.pk)


def keeper(of: Budget) -> User:
    """Who keeps the budget at its owner."""
    return someone(of.owner, Role.ADMINISTRATOR)


def invoice(version: BudgetVersion, agency: Agency, year: int = FIRST) -> Invoice:
    """Of one party, all others sent with it."""
    due_on = localdate() + timedelta(days=30)
    commands.issue_invoices(actor=keeper(version.budget), version_id=version.pk, year=year, due_on=due_on)
    return version.invoices.get(agency=agency, year=year)
