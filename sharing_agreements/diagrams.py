"""Tables of moves as mermaid diagrams, for docs/lifecycle.md."""

from collections.abc import Collection, Mapping
from typing import TypeVar

from django.db.models import TextChoices

S = TypeVar("S", bound=TextChoices)


def state_diagram(moves: Mapping[S, Collection[S]], start: S) -> str:
    """One line a move, from the start to every end, in the order of the statuses."""
    lines = ["stateDiagram-v2", f"    [*] --> {start.value}"]
    lines += [f"    {status.value}: {status.label}" for status in moves]
    for status, targets in moves.items():
        order = list(type(status))
        lines += [f"    {status.value} --> {to.value}" for to in sorted(targets, key=order.index)]
        if not targets:
            lines.append(f"    {status.value} --> [*]")
    return "\n".join(lines)


def put_into(page: str, name: str, diagram: str) -> str:
    """The page with the block between `<!-- name -->` and `<!-- /name -->` replaced by the diagram."""
    before, _, rest = page.partition(f"<!-- {name} -->\n")
    _, _, after = rest.partition(f"<!-- /{name} -->")
    return f"{before}<!-- {name} -->\n```mermaid\n{diagram}\n```\n<!-- /{name} -->{after}"
