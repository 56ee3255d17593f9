"""Keyset pages of public lists: each page takes the same time, however far on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import F, Model, Q, QuerySet

M = TypeVar("M", bound=Model)

SIZE = 25
PLACES = ("after", "before")


@dataclass(frozen=True)
class Page(Generic[M]):
    """One page, with the query strings of its neighbours; None where there is none."""

    items: list[M]
    previous: str | None = None
    next: str | None = None


def of(found: QuerySet[M], asked: Mapping[str, str], *, by: str, size: int = SIZE) -> Page[M]:
    """The page that `asked` (a GET query) names by the id of the row before it (`after`) or behind it (`before`)."""
    rows = found.annotate(place=F(by))
    backwards = "before" in asked and "after" not in asked
    border = _border(rows, asked.get("before" if backwards else "after", ""))
    if border is not None:
        place, pk = border
        beyond = "lt" if backwards else "gt"
        rows = rows.filter(Q(**{f"place__{beyond}": place}) | Q(place=place, **{f"pk__{beyond}": pk}))
    order = ("-place", "-pk") if backwards else ("place", "pk")
    items = list(rows.order_by(*order)[: size + 1])
    more = len(items) > size
    items = items[:size]
    if backwards:
        items.reverse()
    has_previous = more if backwards else border is not None
    has_next = (border is not None) if backwards else more
    return Page(
        items,
        _query(asked, "before", items[0].pk) if items and has_previous else None,
        _query(asked, "after", items[-1].pk) if items and has_next else None,
    )


def _border(rows: QuerySet[Any], given: str) -> tuple[Any, UUID] | None:
    try:
        pk = UUID(given)
    except ValueError:
        return None
    return rows.filter(pk=pk).values_list("place", "pk").first()


def _query(asked: Mapping[str, str], side: str, pk: object) -> str:
    kept = {key: value for key, value in asked.items() if key not in PLACES and value}
    return "?" + urlencode({**kept, side: str(pk)})
