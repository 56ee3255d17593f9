"""The questionnaires of the product, numbered; a released one stays as it is, for assessments name it."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent / "questionnaires"
NEWEST = 1
HIGHEST = 4
"""The best of the levels 0 to 4 that every question has."""


class Question(NamedTuple):
    """A question; `number` is where it stands, `key` the same in every questionnaire that asks it."""

    key: str
    number: str
    text: str
    is_critical: bool
    levels: tuple[str, ...]


class Dimension(NamedTuple):
    """One of the sixteen dimensions of readiness, with its questions."""

    key: str
    number: int
    name: str
    about: str
    questions: tuple[Question, ...]


@cache
def dimensions(number: int) -> tuple[Dimension, ...]:
    """A questionnaire as it is asked."""
    read = tomllib.loads((HERE / f"{number}.toml").read_text(encoding="utf-8"))
    return tuple(
        Dimension(
            each["key"],
            place,
            each["name"],
            each["about"],
            tuple(
                Question(row["key"], f"{place}.{n}", row["text"], row.get("critical", False), tuple(row["levels"]))
                for n, row in enumerate(each["questions"], 1)
            ),
        )
        for place, each in enumerate(read["dimensions"], 1)
    )


@cache
def questions(number: int) -> dict[str, Question]:
    """Its questions by key, in order."""
    return {each.key: each for dimension in dimensions(number) for each in dimension.questions}
