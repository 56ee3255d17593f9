"""The score: never above the lowest critical item, never lower for a better answer, whatever the order."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencies.readiness import questionnaire
from agencies.readiness.scoring import Item, Score, of_dimensions, of_items

ITEMS = st.lists(st.builds(Item, st.integers(0, 4), st.booleans()), min_size=1, max_size=6)
DIMENSIONS = st.dictionaries(st.text("abc", min_size=1, max_size=3), ITEMS, min_size=1, max_size=6)


@given(DIMENSIONS)
def test_nothing_scores_above_its_lowest_critical_item(given: dict[str, list[Item]]) -> None:
    found = of_dimensions(given)
    for key, items in given.items():
        for item in items:
            assert not item.is_critical or found.dimensions[key].value <= item.level
            assert not item.is_critical or found.whole.value <= item.level
    for score in [found.whole, *found.dimensions.values()]:
        assert 0 <= score.value <= score.mean <= 4


@given(DIMENSIONS, st.data())
def test_a_better_answer_lowers_no_score(given: dict[str, list[Item]], data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(given)))
    at = data.draw(st.integers(0, len(given[key]) - 1))
    better = [*given[key]]
    better[at] = better[at]._replace(level=data.draw(st.integers(better[at].level, 4)))
    before, after = of_dimensions(given), of_dimensions({**given, key: better})
    assert after.whole.value >= before.whole.value
    assert all(after.dimensions[each].value >= before.dimensions[each].value for each in given)


@given(DIMENSIONS, st.randoms(use_true_random=False))
def test_the_order_of_questions_and_dimensions_is_irrelevant(given: dict[str, list[Item]], random: object) -> None:
    shuffled = {key: [*items] for key, items in given.items()}
    for items in shuffled.values():
        random.shuffle(items)  # type: ignore[attr-defined]
    keys = list(shuffled)
    random.shuffle(keys)  # type: ignore[attr-defined]
    assert of_dimensions({key: shuffled[key] for key in keys}) == of_dimensions(given)


def test_a_critical_item_takes_away_what_the_mean_is_above_it() -> None:
    assert of_items([Item(4), Item(3), Item(3)]) == Score(Decimal("3.33"), Decimal("3.33"))
    capped = of_items([Item(4), Item(4), Item(1, is_critical=True)])
    assert (capped, capped.is_capped) == (Score(Decimal("3.00"), Decimal("1.00")), True)
    whole = of_dimensions({"a": [Item(4)], "b": [Item(4), Item(1, is_critical=True)]}).whole
    assert whole == Score(Decimal("2.50"), Decimal("1.00"))
    with pytest.raises(ValueError, match="has no score"):
        of_items([])


def test_the_questionnaire_is_whole() -> None:
    asked = questionnaire.dimensions(1)
    assert len(asked) == 16
    assert all(3 <= len(each.questions) <= 4 for each in asked)
    every = [question for each in asked for question in each.questions]
    assert len(questionnaire.questions(1)) == len(every), "two questions share a key"
    for question in every:
        assert len(set(question.levels)) == 5
        assert len(question.key) <= 24
    assert sum(question.is_critical for question in every) == 9
