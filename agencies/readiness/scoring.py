"""The score of an assessment: means of levels that the lowest critical item caps. Pure functions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

HUNDREDTH = Decimal("0.01")


class Item(NamedTuple):
    """The level, 0 to 4, at which a question was answered."""

    level: int
    is_critical: bool = False


class Score(NamedTuple):
    """What some items come to: `mean` as if none were critical, `value` what counts."""

    mean: Decimal
    value: Decimal

    @property
    def is_capped(self) -> bool:
        return self.value < self.mean


class Scores(NamedTuple):
    """The score of the whole, and that of each dimension by its key."""

    whole: Score
    dimensions: dict[str, Score]


def of_items(items: Collection[Item]) -> Score:
    """The mean of the levels to a hundredth, at most the lowest critical level. ValueError where there is none."""
    if not items:
        raise ValueError("No item has no score.")
    return _capped(_mean([Decimal(each.level) for each in items]), items)


def of_dimensions(given: Mapping[str, Collection[Item]]) -> Scores:
    """The mean of the dimensions' scores, at most the lowest critical level of any."""
    found = {key: of_items(items) for key, items in given.items()}
    mean = _mean([each.value for each in found.values()])
    return Scores(_capped(mean, [each for items in given.values() for each in items]), found)


def _mean(values: Collection[Decimal]) -> Decimal:
    return (sum(values, Decimal(0)) / len(values)).quantize(HUNDREDTH, ROUND_HALF_UP)


def _capped(mean: Decimal, items: Collection[Item]) -> Score:
    cap = min((Decimal(each.level) for each in items if each.is_critical), default=mean)
    return Score(mean, min(mean, cap).quantize(HUNDREDTH))
