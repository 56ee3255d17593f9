"""Standard text: what the clause library begins with."""

import json
from pathlib import Path
from typing import TypedDict

SOURCE = Path(__file__).parent / "clauses.json"


class StandardClause(TypedDict):
    """A clause of the library in its first version."""

    code: str
    number: str
    topic: str
    kinds: list[str]
    fixed: bool
    heading: str
    text: str


def clauses() -> list[StandardClause]:
    """Every clause of the standard texts, of all kinds of agreements."""
    found: list[StandardClause] = json.loads(SOURCE.read_text(encoding="utf-8"))
    return found
