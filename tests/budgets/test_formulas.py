"""The arithmetic of cost shares: exact, within bounds, and indifferent to the order of the parties."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sharing_agreements.budgets.formulas import Infeasible, Payer, cents, in_money, in_parts, money, shares

TOTALS = st.integers(0, 10**11)
WEIGHTS = st.one_of(
    st.just(Decimal(0)),
    st.just(Decimal(1)),
    st.decimals("0.0001", 10**9, places=4, allow_nan=False, allow_infinity=False),
)


@st.composite
def payers(draw: st.DrawFn, *, bounded: bool = True) -> list[Payer]:
    found = []
    for number in range(draw(st.integers(1, 9))):
        floor = draw(st.one_of(st.just(0), st.integers(0, 10**6))) if bounded else 0
        cap = draw(st.one_of(st.none(), st.integers(floor, 10**9))) if bounded else None
        found.append(Payer(f"{number:02d}", draw(WEIGHTS), floor, cap))
    return found


def feasible(total: int, given_payers: list[Payer], base: int = 0) -> dict[str, int]:
    try:
        return shares(total, given_payers, base=base)
    except Infeasible:
        assume(False)
        raise


@given(TOTALS, payers(), st.integers(0, 10**5))
def test_shares_sum_to_the_cent_and_keep_caps_and_floors(total: int, mine: list[Payer], base: int) -> None:
    found = feasible(total, mine, base)
    assert sum(found.values()) == total
    for payer in mine:
        assert payer.floor <= found[payer.key]
        assert payer.cap is None or found[payer.key] <= payer.cap


@given(TOTALS, payers(), st.integers(0, 10**5), st.randoms(use_true_random=False))
def test_the_order_of_parties_is_irrelevant(total: int, mine: list[Payer], base: int, random: Random) -> None:
    mixed = random.sample(mine, len(mine))
    assert feasible(total, mine, base) == shares(total, mixed, base=base)


@given(TOTALS, payers())
def test_a_party_of_weight_zero_changes_nothing(total: int, mine: list[Payer]) -> None:
    before = feasible(total, mine)
    assert shares(total, [*mine, Payer("zz", Decimal(0))]) == {**before, "zz": 0}


@given(TOTALS, payers(bounded=False), st.decimals("0.01", 1000, places=2))
def test_weights_count_only_against_each_other(total: int, mine: list[Payer], by: Decimal) -> None:
    scaled = [replace(payer, weight=payer.weight * by) for payer in mine]
    assert feasible(total, mine) == shares(total, scaled)


@given(TOTALS, payers())
def test_within_bounds_who_weighs_more_pays_no_less(total: int, mine: list[Payer]) -> None:
    found = feasible(total, mine)
    for one in mine:
        for other in mine:
            if one.weight > other.weight and one.cap is None and not other.floor:
                assert found[one.key] >= found[other.key] - 1


@given(TOTALS, payers(), st.integers(0, 10**5))
def test_what_is_infeasible_is_so_because_of_its_bounds(total: int, mine: list[Payer], base: int) -> None:
    """A refusal is right: the least that the bounds ask for is too much, or the most that they allow is too little."""
    try:
        shares(total, mine, base=base)
    except Infeasible:
        capped = [min(max(base, p.floor), p.cap) if p.cap is not None else max(base, p.floor) for p in mine]
        most = [p.cap if p.weight else least for p, least in zip(mine, capped, strict=True)]
        assert sum(capped) > total or (None not in most and sum(each or 0 for each in most) < total)


@pytest.mark.parametrize(
    ("total", "mine", "base", "expected"),
    [
        (10000, [("a", 1), ("b", 1), ("c", 1)], 0, [3334, 3333, 3333]),
        (10000, [("a", 1), ("b", 2), ("c", 0)], 0, [3333, 6667, 0]),
        (10000, [("a", 1), ("b", 3)], 1000, [3000, 7000]),
        (10000, [("a", 9, 0, 4000), ("b", 1), ("c", 1)], 0, [4000, 3000, 3000]),
        (10000, [("a", 98), ("b", 1, 1000), ("c", 1, 1000)], 0, [8000, 1000, 1000]),
        (0, [("a", 1), ("b", 0)], 0, [0, 0]),
    ],
)
def test_examples(total: int, mine: list[tuple[Any, ...]], base: int, expected: list[int]) -> None:
    found = shares(total, [Payer(key, Decimal(weight), *rest) for key, weight, *rest in mine], base=base)
    assert list(found.values()) == expected


@pytest.mark.parametrize(
    ("total", "mine", "base", "words"),
    [
        (100, [], 0, "no party"),
        (100, [("a", 0), ("b", 0)], 0, "No party has a weight"),
        (100, [("a", 1, 90), ("b", 1, 90)], 0, "more than the $1.00"),
        (100, [("a", 1), ("b", 1)], 60, "Floors and base come to $1.20"),
        (100, [("a", 1, 0, 10), ("b", 1, 0, 20)], 0, "The caps allow $0.30"),
        (100, [("a", 1, 20, 10)], 0, "above the cap"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(
    total: int, mine: list[tuple[Any, ...]], base: int, words: str
) -> None:
    with pytest.raises(Infeasible, match=words.replace("$", r"\$")):
        shares(total, [Payer(key, Decimal(weight), *rest) for key, weight, *rest in mine], base=base)


def test_money_is_whole_cents() -> None:
    assert cents(Decimal("12.30")) == 1230
    assert money(1230) == Decimal("12.30")
    with pytest.raises(ValueError, match="whole cents"):
        cents(Decimal("0.001"))


# --- In kind that counts ----------------------------------------------------------------------------------------------

GIVEN = st.dictionaries(st.sampled_from([f"{number:02d}" for number in range(9)]), st.integers(0, 10**7))


def credited(total: int, mine: list[Payer], given_in_kind: dict[str, int], base: int = 0) -> dict[str, int]:
    try:
        return in_money(total, mine, given_in_kind, base=base)
    except Infeasible:
        assume(False)
        raise


@given(TOTALS, payers(), GIVEN, st.integers(0, 10**5))
def test_money_sums_to_the_cent_and_nobody_is_paid_back(
    total: int, mine: list[Payer], given_in_kind: dict[str, int], base: int
) -> None:
    found = credited(total, mine, given_in_kind, base)
    assert sum(found.values()) == total
    for payer in mine:
        share = found[payer.key] + given_in_kind.get(payer.key, 0)
        assert found[payer.key] >= 0
        assert share >= payer.floor
        assert payer.cap is None or share <= max(payer.cap, given_in_kind.get(payer.key, 0))


@given(TOTALS, payers())
def test_without_anything_in_kind_nothing_changes(total: int, mine: list[Payer]) -> None:
    assert credited(total, mine, {}) == shares(total, mine)


@given(TOTALS, payers(), GIVEN, st.randoms(use_true_random=False))
def test_the_order_of_parties_is_irrelevant_to_credits(
    total: int, mine: list[Payer], given_in_kind: dict[str, int], random: Random
) -> None:
    mixed = random.sample(mine, len(mine))
    assert credited(total, mine, given_in_kind) == in_money(total, mixed, given_in_kind)


@given(TOTALS, payers(), GIVEN)
def test_a_party_of_weight_zero_that_gives_nothing_changes_nothing(
    total: int, mine: list[Payer], given_in_kind: dict[str, int]
) -> None:
    before = credited(total, mine, given_in_kind)
    assert in_money(total, [*mine, Payer("zz", Decimal(0))], given_in_kind) == {**before, "zz": 0}


def test_who_gives_more_than_its_share_pays_nothing_and_the_others_less() -> None:
    two = [Payer("a", Decimal(1)), Payer("b", Decimal(1))]
    assert in_money(100, two, {"a": 20}) == {"a": 40, "b": 60}
    assert in_money(100, two, {"a": 500}) == {"a": 0, "b": 100}


@given(st.integers(0, 10**9), st.sampled_from([1, 2, 4, 12]))
def test_parts_of_a_share_sum_to_it_and_differ_by_a_cent_at_most(share: int, number: int) -> None:
    parts = in_parts(share, number)
    assert len(parts) == number
    assert sum(parts) == share
    assert max(parts) - min(parts) <= 1
