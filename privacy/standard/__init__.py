"""The standard texts: the privacy policy that every agency drafts from (provisions in fifteen sections, disclosure
rules), and the rules of behavior that a portal begins with."""

from __future__ import annotations

import tomllib
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

from privacy.models import ANY

HERE = Path(__file__).parent


class StandardProvision(NamedTuple):
    """A provision of the standard text; `section` is the part of its number before the point."""

    section: int
    number: str
    heading: str
    text: str
    principles: list[str]


class StandardRule(NamedTuple):
    """A disclosure rule of the standard; `provision` is the number of the provision that it rests on."""

    code: str
    recipient: str
    participant_role: str
    data_category: str
    purposes: list[str]
    treatment: str
    reason: str
    obligations: list[str]
    handling: str
    provision: str


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads((HERE / "policy.toml").read_text(encoding="utf-8"))


def summary() -> str:
    """What the standard policy means for a person, one sentence a line."""
    return str(_read()["summary"]).strip()


def behavior() -> str:
    """The rules of behavior that a portal begins with, one a line."""
    return (HERE / "behavior.txt").read_text(encoding="utf-8").strip()


def provisions(agency_name: str) -> list[StandardProvision]:
    """The standard text with the agency's name in it."""
    return [
        StandardProvision(
            section=int(row["number"].partition(".")[0]),
            number=row["number"],
            heading=row["heading"],
            text=row["text"].replace("{agency}", agency_name),
            principles=row.get("principles", []),
        )
        for row in _read()["provisions"]
    ]


def rules() -> list[StandardRule]:
    """The standard rules R1, R2 ...; a row that names several recipients, roles or kinds of data makes one for each."""
    rows = (
        (row, recipient, role, data)
        for row in _read()["rules"]
        for recipient, role, data in product(*(_each(row.get(name, ANY)) for name in ("recipient", "role", "data")))
    )
    return [
        StandardRule(
            code=f"R{position}",
            recipient=recipient,
            participant_role=role,
            data_category=data,
            purposes=sorted(row.get("purposes", [])),
            treatment=row["treatment"],
            reason=row["reason"],
            obligations=row.get("obligations", []),
            handling=row.get("handling", ""),
            provision=row["provision"],
        )
        for position, (row, recipient, role, data) in enumerate(rows, 1)
    ]


def _each(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
