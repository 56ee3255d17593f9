"""Sharing a sum among parties by weights: exact to the cent, and the same in whatever order the parties come. No I/O.

Everything is in whole cents. Each party pays the base and, of the rest, its weight's share, within its floor and its
cap; what that leaves or takes falls to the others by their weights. Cents that remain go to the largest remainders,
and among equals by the parties' keys, so that the same facts always give the same shares.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import floor

CENT = Decimal("0.01")


class Infeasible(Exception):
    """No shares fulfil the formula. `str(error)` says why, and is safe to show."""


@dataclass(frozen=True)
class Payer:
    """A party to a formula: a key that stays the same, its weight, and the bounds of its share in cents."""

    key: str
    weight: Decimal
    floor: int = 0
    cap: int | None = None


def cents(amount: Decimal) -> int:
    """An amount of money in cents. Raises ValueError for one that is not in whole cents."""
    scaled = amount / CENT
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{amount} is no sum of whole cents")
    return int(scaled)


def money(in_cents: int) -> Decimal:
    """Cents as an amount of money."""
    return in_cents * CENT


def in_parts(share: int, number: int) -> list[int]:
    """A share in parts as equal as cents allow, the larger ones first; they sum to it."""
    whole, rest = divmod(share, number)
    return [whole + (part < rest) for part in range(number)]


def shares(total: int, payers: Sequence[Payer], *, base: int = 0) -> dict[str, int]:
    """What each pays of `total`, by key; the shares sum to it. Raises `Infeasible`.

    A payer of weight zero pays the base, or its floor where that is more, and nothing beyond.
    """
    _check(total, payers, base)
    level = _level(total, payers, base)
    exact = {payer.key: _exact(payer, base, level) for payer in payers}
    found = {key: floor(share) for key, share in exact.items()}
    behind = sorted(payers, key=lambda payer: (found[payer.key] - exact[payer.key], payer.key))
    for payer in behind[: total - sum(found.values())]:
        found[payer.key] += 1
    return found


def in_money(total: int, payers: Sequence[Payer], credits: Mapping[str, int], *, base: int = 0) -> dict[str, int]:
    """What each pays in money where what it gives in kind counts against its share; sums to `total`. Raises
    `Infeasible`.

    `credits`, by key, is what each gives in kind; what is shared is that and `total`. Nobody is paid back: whoever
    gives more than its share pays nothing, and the others have that much less to pay.
    """
    given = {payer.key: credits.get(payer.key, 0) for payer in payers}
    whole = [
        replace(
            payer,
            floor=max(payer.floor, given[payer.key]),
            cap=None if payer.cap is None else max(payer.cap, given[payer.key]),
        )
        for payer in payers
    ]
    found = shares(total + sum(given.values()), whole, base=base)
    return {key: share - given[key] for key, share in found.items()}


def _check(total: int, payers: Sequence[Payer], base: int) -> None:
    if total < 0 or base < 0:
        raise ValueError("Sums and bases are not negative.")
    if len({payer.key for payer in payers}) != len(payers):
        raise ValueError("Two payers have the same key.")
    for payer in payers:
        if payer.weight < 0 or payer.floor < 0:
            raise ValueError("Weights and floors are not negative.")
        if payer.cap is not None and payer.cap < payer.floor:
            raise Infeasible("A floor is above the cap. Lower the floor, or raise the cap.")
    if not payers:
        raise Infeasible("There is no party to share with. Add one.")


def _exact(payer: Payer, base: int, level: Fraction) -> Fraction:
    """The payer's share before it is rounded, when a weight of one pays `level`."""
    share = max(base + level * Fraction(payer.weight), Fraction(payer.floor))
    return share if payer.cap is None else min(share, Fraction(payer.cap))


def _sum(payers: Sequence[Payer], base: int, level: Fraction) -> Fraction:
    return sum((_exact(payer, base, level) for payer in payers), Fraction())


def _level(total: int, payers: Sequence[Payer], base: int) -> Fraction:
    """What a weight of one pays, so that the shares sum to the total.

    The sum grows with the level in straight pieces that meet where a payer leaves its floor or reaches its cap.
    """
    least = _sum(payers, base, Fraction())
    if least > total:
        raise Infeasible(
            f"Floors and base come to {_shown(least)}, more than the {_shown(total)} that are to be shared. Lower them."
        )
    meets = {Fraction()}
    for payer in payers:
        if payer.weight:
            bounds = (payer.floor,) if payer.cap is None else (payer.floor, payer.cap)
            meets |= {(bound - base) / Fraction(payer.weight) for bound in bounds if bound > base}
    below = max(level for level in meets if _sum(payers, base, level) <= total)
    reached = _sum(payers, base, below)
    if reached == total:
        return below
    beyond = min((each for each in meets if each > below), default=below + 1)
    step = _sum(payers, base, beyond) - reached
    if not step:
        raise Infeasible(_too_little(total, reached, payers))
    return below + (total - reached) * (beyond - below) / step


def _too_little(total: int, reached: Fraction, payers: Sequence[Payer]) -> str:
    if not any(payer.weight for payer in payers):
        return "No party has a weight above zero. Enter the figures that the formula goes by."
    return (
        f"The caps allow {_shown(reached)} of the {_shown(total)} that are to be shared. Raise them, or take them off."
    )


def _shown(in_cents: Fraction | int) -> str:
    return f"${money(int(in_cents)):,.2f}"
