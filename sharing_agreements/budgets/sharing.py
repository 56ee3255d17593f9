"""What the parties of a budget pay under each formula: from its rows to shares, and side by side. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from . import formulas, years
from .formulas import Infeasible, Payer, cents, money
from .models import (
    Basis,
    Budget,
    BudgetLine,
    BudgetParty,
    BudgetQuerySet,
    BudgetSource,
    BudgetVersion,
    Denominator,
    Formula,
)

NOTHING = Decimal("0.00")
Shares = dict[UUID, Decimal]


@dataclass(frozen=True)
class Sums:
    """A fiscal year of a budget in sums of money."""

    year: int
    cash: Decimal
    in_kind: Decimal
    sources: Decimal
    actual: Decimal | None

    @property
    def to_share(self) -> Decimal:
        """What is left for the parties."""
        return max(self.cash - self.sources, NOTHING)


@dataclass(frozen=True)
class Plan:
    """All of a budget that shares are made of, read once."""

    budget: Budget
    parties: Sequence[BudgetParty]
    lines: Sequence[BudgetLine]
    sources: Sequence[BudgetSource]
    denominators: dict[str, Denominator]
    formulas: Sequence[Formula]

    @cached_property
    def sums(self) -> dict[int, Sums]:
        return {year: self._sums(year) for year in self.budget.years}

    def _sums(self, year: int) -> Sums:
        lines = [line for line in self.lines if line.year == year]
        actual = [line.actual for line in lines if line.actual is not None]
        return Sums(
            year,
            _total(line.planned for line in lines if line.provided_by_id is None),
            _total(line.planned for line in lines if line.provided_by_id is not None),
            _total(source.planned for source in self.sources if source.year == year),
            _total(actual) if actual else None,
        )

    def in_kind(self, agency_id: UUID, over: Iterable[int]) -> Decimal:
        """What an agency gives in kind over some years."""
        asked = set(over)
        return _total(line.planned for line in self.lines if line.provided_by_id == agency_id and line.year in asked)

    def credits(self, year: int) -> Shares:
        """What counts against the share of each party in a year, where the budget says that in kind does."""
        if not self.budget.credits_in_kind:
            return {}
        given = {party.agency_id: self.in_kind(party.agency_id, [year]) for party in self.parties}
        return {agency: amount for agency, amount in given.items() if amount}

    def shares(self, formula: Formula, year: int, *, without: UUID | None = None) -> Shares:
        """What each party pays in money in a year; if one of them withdrew, what that one gave in kind is to be paid
        for by the others. Raises `Infeasible`."""
        there = [party.agency_id for party in self.parties if party.agency_id != without]
        weights = self._weights(formula, there)
        bounds = {bound.agency_id: bound for bound in formula.bounds.all()}
        payers = []
        for agency in there:
            bound = bounds.get(agency, formula)
            floor, cap = bound.floor or NOTHING, bound.cap
            payers.append(Payer(str(agency), weights[agency], cents(floor), None if cap is None else cents(cap)))
        credits = {str(agency): cents(given) for agency, given in self.credits(year).items() if agency != without}
        lost = self.in_kind(without, [year]) if without is not None else NOTHING
        found = formulas.in_money(cents(self.sums[year].to_share + lost), payers, credits, base=cents(formula.base))
        return {UUID(key): money(share) for key, share in found.items()}

    def _weights(self, formula: Formula, agencies: Sequence[UUID]) -> dict[UUID, Decimal]:
        if not formula.basis:
            return dict.fromkeys(agencies, Decimal(1))
        basis = Basis(formula.basis).label
        denominator = self.denominators.get(formula.basis)
        if denominator is None:
            raise Infeasible(f"There are no figures for {basis.lower()} yet. Enter them, with their source and day.")
        weights = {weight.agency_id: weight.value for weight in denominator.weights.all()}
        lacking = [
            str(party) for party in self.parties if party.agency_id in agencies and party.agency_id not in weights
        ]
        if lacking:
            raise Infeasible(f"{basis} has no figure for {', '.join(lacking)}. Enter it, or zero.")
        return weights


def _total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, NOTHING)


def plan_of(budget: Budget) -> Plan:
    denominators = budget.denominators.prefetch_related("weights__agency")
    return Plan(
        budget,
        list(budget.parties.select_related("agency")),
        list(budget.lines.select_related("provided_by")),
        list(budget.sources.select_related("award")),
        {each.basis: each for each in denominators},
        list(budget.formulas.prefetch_related("bounds__agency")),
    )


def _adopted(versions: QuerySet[BudgetVersion]) -> QuerySet[BudgetVersion]:
    """Those that the board adopted, the last one first."""
    return versions.filter(adoption__isnull=False).order_by("-adoption__at", "-number")


def in_force(budget: Budget) -> BudgetVersion | None:
    """The version that the board adopted last."""
    return _adopted(budget.versions.all()).first()


def with_standing(found: BudgetQuerySet) -> QuerySet[Any]:
    """Budgets with the number of the version in force as `adopted`; None where there is none."""
    newest = _adopted(BudgetVersion.objects.filter(budget=OuterRef("pk"))).values("number")[:1]
    return found.annotate(adopted=Subquery(newest))


# --- Side by side ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One party: what it pays now, and under each formula; None where that is not known or cannot be."""

    party: BudgetParty
    today: Decimal | None
    in_kind: Decimal
    shares: list[Decimal | None]
    before: list[Decimal | None]
    """What each share is compared with: what the party pays now, or in a simulation what it would pay with all."""


@dataclass(frozen=True)
class Comparison:
    """All formulas for some years of a budget."""

    years: Sequence[int]
    formulas: Sequence[Formula]
    rows: list[Row]
    problems: list[tuple[Formula, str]] = field(default_factory=list)


def compare(plan: Plan, over: Sequence[int], *, without: UUID | None = None) -> Comparison:
    """What each party pays under every formula, against today; or without one party, against with all."""
    found: list[Shares | None] = []
    whole: list[Shares | None] = []
    problems: list[tuple[Formula, str]] = []
    for formula in plan.formulas:
        try:
            found.append(_over(plan, formula, over, without))
        except Infeasible as why:
            problems.append((formula, str(why)))
            found.append(None)
        if without is not None:
            try:
                whole.append(_over(plan, formula, over, None))
            except Infeasible:
                whole.append(None)
    version = in_force(plan.budget)
    rows = []
    for party in plan.parties:
        if party.agency_id == without:
            continue
        now = today(party, version, over)
        before = [_of(shares, party) for shares in whole] if without is not None else [now] * len(found)
        row = Row(party, now, plan.in_kind(party.agency_id, over), [_of(each, party) for each in found], before)
        rows.append(row)
    return Comparison(over, plan.formulas, rows, problems)


def _over(plan: Plan, formula: Formula, over: Sequence[int], without: UUID | None) -> Shares:
    sums: Shares = {}
    for year in over:
        try:
            shares = plan.shares(formula, year, without=without)
        except Infeasible as why:
            raise Infeasible(f"{years.label(year)}: {why}") from None
        for agency, share in shares.items():
            sums[agency] = sums.get(agency, NOTHING) + share
    return sums


def _of(shares: Shares | None, party: BudgetParty) -> Decimal | None:
    return None if shares is None else shares[party.agency_id]


def today(party: BudgetParty, version: BudgetVersion | None, over: Sequence[int]) -> Decimal | None:
    """What a party pays now over some years: by the version in force where it covers them, else as was entered."""
    if version is not None and all(str(year) in version.content["shares"] for year in over):
        of_years = (version.content["shares"][str(year)].get(str(party.agency_id), 0) for year in over)
        return money(sum(of_years))
    return None if party.pays_today is None else party.pays_today * len(over)
