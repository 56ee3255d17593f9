"""Values that show as a component: what a view puts into a list of facts, a cell or a timeline."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Part:
    """A component of templates/components with its parameters.

    A type of its own, not a mapping: what comes out of a JSON column can then never choose a template.
    """

    name: str
    parameters: dict[str, Any]


def part(name: str, /, **parameters: Any) -> Part:
    """A component as a value: `part("state", status="in_force", detail="version 3")`."""
    return Part(name, parameters)
