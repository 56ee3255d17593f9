"""Kinds of messages as rows of a table: what is said of an event, with the names that its subject gives."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import TYPE_CHECKING, TypeAlias

from . import kinds

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from agencies.models import User
    from portal.audit.models import Event

    from .groups import Group


Names: TypeAlias = "Mapping[str, Callable[[Event], object]]"


@dataclass(frozen=True)
class Said:
    """What one kind of event says to some people; `{names}` in subject and body are filled in when it is read."""

    name: str
    subject: str
    body: str
    told: Callable[[Event], QuerySet[User]]
    link: Callable[[Event], str]
    group: Group
    asks: str = ""
    still_due: Callable[[Event, User], bool] = kinds.always


def register(rows: Iterable[Said], names: Names) -> None:
    """Register each row; whoever would be told now is concerned. `names`: how what a text may name is found."""
    for row in rows:
        kinds.register(_kind(row, names))


def _kind(row: Said, names: Names) -> kinds.Kind:
    return kinds.Kind(
        name=row.name,
        subject=lambda event: _filled(row.subject, names, event),
        body=lambda event: _filled(row.body, names, event),
        link=row.link,
        audience=row.told,
        concerns=lambda event, person: row.told(event).filter(pk=person.pk).exists(),
        group=row.group,
        asks=row.asks,
        still_due=row.still_due,
    )


def _filled(text: str, names: Names, event: Event) -> str:
    """The text with what it names; what it does not name is not looked for."""
    named = {re.split(r"[.\[]", field)[0] for _, field, _, _ in Formatter().parse(text) if field}
    return text.format(**{name: names[name](event) for name in named})
