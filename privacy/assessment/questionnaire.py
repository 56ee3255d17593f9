"""The questionnaires of the product, numbered; a released one stays as it is, for assessments name it."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent / "questionnaires"
NEWEST = 1


class Question(NamedTuple):
    """A question; `number` is where it stands, `key` the same in every questionnaire that asks it."""

    key: str
    number: str
    text: str
    help: str
    has_choice: bool


class Group(NamedTuple):
    """Questions under one heading."""

    number: int
    name: str
    questions: tuple[Question, ...]


@cache
def groups(number: int) -> tuple[Group, ...]:
    """A questionnaire as it is asked."""
    read = tomllib.loads((HERE / f"{number}.toml").read_text(encoding="utf-8"))
    return tuple(
        Group(
            place,
            group["name"],
            tuple(
                Question(row["key"], f"{place}.{n}", row["text"], row.get("help", ""), row["kind"] == "choice")
                for n, row in enumerate(group["questions"], 1)
            ),
        )
        for place, group in enumerate(read["groups"], 1)
    )


@cache
def questions(number: int) -> dict[str, Question]:
    """Its questions by key, in order."""
    return {each.key: each for group in groups(number) for each in group.questions}
