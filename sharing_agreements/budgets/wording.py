"""How budgets speak: money, changes of it, and formulas in a sentence."""

from __future__ import annotations

from decimal import Decimal

from .models import Basis, Budget, Formula


def dollars(amount: Decimal | None) -> str:
    """`$12,300.00`; what is not known is empty, and shows as a dash."""
    return "" if amount is None else f"${amount:,.2f}"


def change(now: Decimal | None, before: Decimal | None) -> str:
    """`$1,200.00 more`, `$300.00 less`, `as before`."""
    if now is None or before is None:
        return ""
    difference = now - before
    if not difference:
        return "the same"
    return f"{dollars(abs(difference))} {'more' if difference > 0 else 'less'}"


def plain(value: Decimal | None) -> str:
    """A figure without needless zeros: `12,300` or `0.25`."""
    return "" if value is None else f"{value.normalize():,f}"


def formula_in_words(formula: Formula) -> str:
    """`$500.00 each, the rest by population; at least $1,000.00.`"""
    by = f"by {Basis(formula.basis).label.lower()}" if formula.basis else "in equal shares"
    words = f"{dollars(formula.base)} each, the rest {by}" if formula.base else by.capitalize()
    bounds = [
        f"{words_for} {dollars(bound)}" for words_for, bound in _bounds(formula.floor, formula.cap) if bound is not None
    ]
    own = [
        f"{each.agency}: "
        + ", ".join(f"{name} {dollars(b)}" for name, b in _bounds(each.floor, each.cap) if b is not None)
        for each in formula.bounds.all()
    ]
    return "; ".join([words, *bounds, *own]) + "."


def _bounds(floor: Decimal | None, cap: Decimal | None) -> tuple[tuple[str, Decimal | None], ...]:
    return (("at least", floor), ("at most", cap))


def years_of(budget: Budget) -> str:
    if budget.first_year == budget.last_year:
        return budget.spelled(budget.first_year)
    return f"FY {budget.first_year} to FY {budget.last_year}"


def standing(adopted: int | None) -> str:
    """Where a budget stands: by the number of the version that the board adopted last."""
    return f"Version {adopted} adopted" if adopted else "Not adopted yet"
