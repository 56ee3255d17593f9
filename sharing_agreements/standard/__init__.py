"""Standard text to draft from."""

import json
from pathlib import Path

HERE = Path(__file__).parent


def clauses(kind: str) -> list[dict[str, str]]:
    """The clauses of the template for a kind of agreement: [{number, topic, heading, text}]."""
    found: list[dict[str, str]] = json.loads((HERE / f"{kind}.json").read_text(encoding="utf-8"))
    return found
