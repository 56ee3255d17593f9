"""Lists and counts of records: the adaptive query that stays fast for wide, narrow, vast and old-only viewers.

Measured at ten million records: newest-of-each-set (LATERAL) serves viewers of few sets; beyond `FEW_SETS` the newest
index entries are probed first, with LATERAL behind when the viewer's records are old. Either way the time depends only
on what the viewer may see.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from agencies.models import RecordSet

from .decision import Decision

FEW_SETS = 100
PROBE = 2_000
PAGE = 25
COUNT_CAP = 1_001
MOST_NAMED = 5_000

Place = tuple[date, UUID]
"""Where a page begins: (ordered_on, id) of the row before it."""


@dataclass(frozen=True)
class Query:
    """What to list. Names and docket keys are compared as `reading` normalises them."""

    name_words: tuple[str, ...] = ()
    docket_key: str = ""
    record_class: str = RecordSet.RecordClass.CASE
    since: date | None = None
    until: date | None = None
    standing: str = ""
    owner_id: UUID | None = None

    @property
    def searched_by(self) -> list[str]:
        """Which fields were searched; never with what."""
        named = {
            "name": self.name_words,
            "docket_number": self.docket_key,
            "filed": self.since or self.until,
            "standing": self.standing,
            "owner": self.owner_id,
        }
        return [name for name, value in named.items() if value]


@dataclass(frozen=True)
class Page:
    """One page of ids, newest first, with the places to go on from. `count` is at most COUNT_CAP; None: not counted."""

    ids: list[UUID] = field(default_factory=list)
    first: Place | None = None
    last: Place | None = None
    more_before: bool = False
    more_after: bool = False


def _restrictions(alias: str) -> str:
    return (
        f"(NOT {alias}.sealed OR {alias}.record_set_id = ANY (%(sealed)s))"
        f" AND (NOT {alias}.juvenile OR {alias}.record_set_id = ANY (%(juvenile)s))"
    )


def _filters(query: Query, values: dict[str, Any]) -> str:
    parts = ["r.record_class = %(record_class)s"]
    if query.docket_key:
        parts.append("r.docket_key = %(docket_key)s")
    if query.since:
        parts.append("r.ordered_on >= %(since)s")
    if query.until:
        parts.append("r.ordered_on <= %(until)s")
    if query.standing:
        parts.append("r.terminated_on IS NULL" if query.standing == "open" else "r.terminated_on IS NOT NULL")
    if query.name_words:
        parts.append("r.id = ANY (%(named)s)")
    values.update(record_class=query.record_class, docket_key=query.docket_key, since=query.since, until=query.until)
    return " AND ".join([*parts, _restrictions("r")])


def named(decision: Decision, sets: list[UUID], words: tuple[str, ...]) -> list[UUID]:
    """Ids of open records on which a person bears all these words as prefixes, where the viewer sees that name."""
    prefixes = " & ".join(f"'{word}':*" for word in words)
    found: set[UUID] = set()
    with connection.cursor() as cursor:
        for group, roles, _ in decision.disclosure.groups(sets):
            if roles:
                cursor.execute(
                    "SELECT record_id FROM records_named(%s, %s, %s::tsquery, %s)",
                    [group, roles, prefixes, MOST_NAMED],
                )
                found.update(row[0] for row in cursor.fetchall())
    return list(found)


def _values(decision: Decision, query: Query) -> dict[str, Any]:
    sets = [
        key for key in decision.sets_with("") if query.owner_id is None or decision.sets[key].owner_id == query.owner_id
    ]
    values: dict[str, Any] = {
        "sets": sets,
        "sealed": decision.sets_with("sealed"),
        "juvenile": decision.sets_with("juvenile"),
    }
    if query.name_words:
        values["named"] = named(decision, sets, query.name_words)
    return values


LATERAL = """
SELECT f.ordered_on, f.id FROM unnest(%(sets)s::uuid[]) AS s(id) CROSS JOIN LATERAL (
  SELECT r.ordered_on, r.id FROM records_record r
  WHERE r.record_set_id = s.id AND {filters} {place}
  ORDER BY r.ordered_on {way}, r.id {way} LIMIT %(limit)s) AS f
ORDER BY f.ordered_on {way}, f.id {way} LIMIT %(limit)s"""

PROBING = """
SELECT p.ordered_on, p.id FROM (
  SELECT r.* FROM records_record r WHERE r.record_class = %(record_class)s {place}
  ORDER BY r.ordered_on {way}, r.id {way} LIMIT %(probe)s) AS p
WHERE p.record_set_id = ANY (%(sets)s) AND {filters}
ORDER BY p.ordered_on {way}, p.id {way} LIMIT %(limit)s"""


def _run(sql: str, values: dict[str, Any]) -> list[Place]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _find(values: dict[str, Any], filters: str, place: str, way: str) -> list[Place]:
    if len(values["sets"]) > FEW_SETS and "named" not in values:
        probing = PROBING.format(filters=filters.replace("r.", "p."), place=place, way=way)
        found = _run(probing, {**values, "probe": PROBE})
        if len(found) == values["limit"]:
            return found
    return _run(LATERAL.format(filters=filters, place=place, way=way), values)


def page(
    decision: Decision, query: Query, *, after: Place | None = None, before: Place | None = None, size: int = PAGE
) -> Page:
    """One keyset page, newest first: from the start, after a place, or before one."""
    values = {**_values(decision, query), "limit": size + 1}
    filters = _filters(query, values)
    at = after or before
    if at:
        values["day"], values["id"] = at
    comparison = "<" if after or not before else ">"
    place = f"AND (r.ordered_on, r.id) {comparison} (%(day)s, %(id)s)" if at else ""
    found = _find(values, filters, place, "ASC" if before and not after else "DESC")
    more = len(found) > size
    rows = found[:size]
    backwards = bool(before and not after)
    if backwards:
        rows.reverse()
    return Page(
        ids=[row[1] for row in rows],
        first=rows[0] if rows else None,
        last=rows[-1] if rows else None,
        more_before=more if backwards else after is not None,
        more_after=True if backwards else more,
    )


def count(decision: Decision, query: Query) -> int:
    """How many records the query finds for this viewer; `COUNT_CAP` means "that many or more"."""
    values = {**_values(decision, query), "limit": COUNT_CAP}
    filters = _filters(query, values)
    inner = LATERAL.format(filters=filters, place="", way="DESC")
    return int(_run(f"SELECT count(*), NULL FROM ({inner}) AS counted", values)[0][0])  # type: ignore[call-overload]  # noqa: S608
