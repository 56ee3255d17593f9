"""Lists and counts of records: the adaptive query that stays fast for wide, narrow, vast and old-only viewers.

Measured at ten million records: newest-of-each-set (LATERAL) serves viewers of few sets; beyond `FEW_SETS` the newest
index entries are probed first, with LATERAL behind when the viewer's records are old. Either way the time depends only
on what the viewer may see, but for the `PROBE` entries of the index. Pages, counts and facets go through one `find`, so
that they have one answer.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from portal.kernel import prepared
from privacy.models import ANY, DataCategory

from .alike import alike, prefixes
from .classes import described
from .decision import Decision
from .decision.decide import INTELLIGENCE
from .reading import draft as reading
from .reading import names_no_court

FEW_SETS = 20
PROBE = 2_000
PAGE = 25
MOST_COUNTED = 1_000
OPEN, CLOSED = "open", "closed"

Place = tuple[date, UUID]
"""Where a row stands in a list, and where a page begins behind it: (ordered_on, id)."""


@dataclass(frozen=True)
class NameAndNumber:
    """What stands in one line: somebody's name, and the number of a docket or a person on the same record."""

    name_words: tuple[str, ...]
    docket_key: str
    glued: tuple[str, ...]
    person_number: str


@dataclass(frozen=True)
class Query:
    """What to list: records of one class, or of every class but criminal intelligence, which is mixed with nothing.
    Names and docket keys are compared as `reading` normalises them; name words are prefixes, all of which one person on
    the record must bear in their name and aliases. What has a digit in it is asked for as the number of a docket (in
    `glued` other readings of it), of a person (state or FBI) or an arrest (tracking), of a statute that somebody is
    charged under, and of an agency (ORI), as the id of a source, and as a number `beside` a name, whichever it may be.
    `alike`: who does not bear the words, but some that are like them."""

    name_words: tuple[str, ...] = ()
    docket_key: str = ""
    glued: tuple[str, ...] = ()
    source_id: str = ""
    beside: NameAndNumber | None = None
    person_number: str = ""
    statutes: tuple[str, ...] = ()
    ori: str = ""
    record_class: str = ""
    since: date | None = None
    until: date | None = None
    standing: str = ""
    owner_id: UUID | None = None
    alike: bool = False

    def __post_init__(self) -> None:
        if self.docket_key and self.name_words:
            raise ValueError("A query asks for a number or for a name.")
        others = self.glued or self.source_id or self.beside or self.person_number or self.statutes or self.ori
        if others and not self.docket_key:
            raise ValueError("What could be another number could be that of a docket.")
        if not all(word.isalnum() for word in self.name_words):
            raise ValueError("Words of a name are made by reading.name_key.")

    @property
    def names(self) -> tuple[str, ...]:
        """The words of names by which records are found, numbers beside them or not."""
        return self.beside.name_words if self.beside else self.name_words

    @property
    def searched_by(self) -> list[str]:
        """Which fields were searched; never with what."""
        named = {
            "name": self.names,
            "docket_number": self.docket_key,
            "person_number": self.person_number,
            "source_id": self.source_id,
            "statute": self.statutes,
            "agency": self.ori,
            "filed": self.since or self.until,
            "class": self.record_class,
            "standing": self.standing,
            "owner": self.owner_id,
        }
        return [name for name, value in named.items() if value]


@dataclass(frozen=True)
class Page:
    """One page of ids, newest first, with the places to go on from."""

    ids: list[UUID] = field(default_factory=list)
    first: Place | None = None
    last: Place | None = None
    more_before: bool = False
    more_after: bool = False


@dataclass(frozen=True)
class Tally:
    """How many records a query finds. `capped`: it was counted up to `MOST_COUNTED`, and a number beyond that says only
    that there are more; where many sets are open, there are then no single counts."""

    total: int
    capped: bool = False
    by_standing: dict[str, int] | None = None
    """By `OPEN` and `CLOSED`; where there are any that do not end, by an empty text too."""
    by_class: dict[str, int] | None = None
    by_owner: dict[UUID, int] | None = None

    @property
    def many(self) -> bool:
        """Whether they are more than somebody waits for: an export of them is written in the background."""
        return self.total > MOST_COUNTED

    @property
    def counted(self) -> int:
        """As many as were counted."""
        return min(self.total, MOST_COUNTED) if self.capped else self.total

    def said(self, number: int) -> str:
        """A number of this tally: 12, 6,700, or 1,000+."""
        return f"{MOST_COUNTED:,}+" if self.capped and number > MOST_COUNTED else f"{number:,}"


NO_SETS = "{}"
NO_PLACE = {"day": None, "id": None, "backwards": False}
OF_OWNER = """
SELECT COALESCE(array_agg(s.id), '{}')::text FROM agencies_recordset s
WHERE s.owner_id = %(owner)s AND s.id = ANY (%(sets)s::uuid[])"""
OF_ORI = """
SELECT COALESCE(array_agg(s.id), '{}')::text
FROM agencies_recordset s JOIN agencies_agency a ON a.id = s.owner_id
WHERE a.ori = %(ori)s AND s.id = ANY (%(sets)s::uuid[])"""

# The first lock. It stands in every statement below, beside row-level security.
OPENED = """(NOT r.sealed OR r.record_set_id = ANY (%(sealed)s::uuid[]))
  AND (r.closes_at IS NULL OR r.closes_at > COALESCE(%(at)s::timestamptz, statement_timestamp())
       OR r.record_set_id = ANY (%(overdue)s::uuid[]))
  AND (NOT r.juvenile OR r.record_set_id = ANY (%(juvenile)s::uuid[]))
  AND (r.nonconviction_from IS NULL OR r.nonconviction_from > COALESCE(%(at)s::timestamptz, statement_timestamp())
       OR r.record_set_id = ANY (%(nonconviction)s::uuid[]))"""

LATERAL = """
SELECT f.ordered_on, f.id FROM (SELECT DISTINCT unnest(%(sets)s::uuid[])) AS s(id) CROSS JOIN LATERAL (
  SELECT r.ordered_on, r.id FROM records_record r
  WHERE r.record_set_id = s.id AND {opened} {place}
  ORDER BY r.ordered_on {way}, r.id {way} LIMIT %(limit)s) AS f
ORDER BY f.ordered_on {way}, f.id {way} LIMIT %(limit)s"""

# More candidates than rows are asked for, since of some the viewer sees nothing.
PROBING = """
SELECT r.ordered_on, r.id FROM records_record r
WHERE r.id = ANY (ARRAY (
    SELECT n.id FROM {newest}(%(sets)s::uuid[], %(since)s::date, %(until)s::date, %(day)s::date, %(id)s::uuid,
                              %(probe)s::integer, 2 * %(limit)s::integer) AS n))
  AND r.record_set_id = ANY (%(sets)s::uuid[]) AND {opened}
ORDER BY r.ordered_on {way}, r.id {way} LIMIT %(limit)s"""

# Materialized, so that the few rows of a number are sorted instead of all rows being walked in order.
NUMBER = """
WITH r AS MATERIALIZED (
  SELECT r.* FROM records_record r
  WHERE r.record_set_id = ANY (%(sets)s::uuid[]) AND {sought} AND {opened} {place})
SELECT r.ordered_on, r.id, r.record_set_id FROM r ORDER BY r.ordered_on {way}, r.id {way} LIMIT %(limit)s"""

DOCKET = "r.docket_key = %(docket_key)s"
DOCKET_OF_ANY_COURT = "r.docket_tail = %(docket_key)s"
SOURCE = "r.source_system = ANY (%(systems)s::text[]) AND r.source_id = %(source_id)s"
TRACKED = "r.tracking_key <> '' AND r.tracking_key = %(tracked)s"

# Of few records, which were found by a number.
NAMED_AMONG = """
SELECT DISTINCT p.record_id FROM records_participant p LEFT JOIN records_participant o ON o.id = p.represents_id
WHERE p.record_id = ANY (%(ids)s::uuid[]) AND p.record_set_id = ANY (%(sets)s::uuid[])
  AND p.role = ANY (%(roles)s::text[]) AND p.role <> 'informant'
  AND (p.represents_id IS NULL OR o.role <> 'informant') AND p.name_words @@ to_tsquery('simple', %(words)s::text)"""

# In no order: whoever counts up to a cap need not sort what is counted.
COUNTED = """
SELECT count(*) FROM (
  SELECT 1 FROM (SELECT DISTINCT unnest(%(sets)s::uuid[])) AS s(id) CROSS JOIN LATERAL (
    SELECT 1 FROM records_record r WHERE r.record_set_id = s.id AND {opened} LIMIT %(limit)s) AS f
  LIMIT %(limit)s) AS counted"""

NAMED = """
SELECT n.ordered_on, n.id FROM records_named(
  %(sets)s::uuid[], %(sealed)s::uuid[], %(juvenile)s::uuid[], %(nonconviction)s::uuid[], %(roles)s::text[], %(words)s,
  %(since)s::date, %(until)s::date, %(standing)s, %(day)s::date, %(id)s::uuid, %(backwards)s, %(limit)s) AS n"""

NAMED_TALLY = NAMED.replace("n.ordered_on, n.id FROM records_named", "n.* FROM records_named_tally")
NUMBERED = NAMED.replace("records_named", "records_numbered")
CHARGED = NAMED.replace("records_named", "records_under_statute").replace(
    "%(words)s", "%(words)s::text[], %(unconvicted)s::text[]"
)

IS_OPEN = """(r.terminated_on IS NULL
  AND (r.expires_at IS NULL OR r.expires_at > COALESCE(%(at)s::timestamptz, statement_timestamp())))"""

IS_CLOSED = f"((r.terminated_on IS NOT NULL OR r.expires_at IS NOT NULL) AND NOT {IS_OPEN})"
"""Said twice over, so that the index of those that are closed is known to hold them."""

# Of each set as many as are counted at all: what is summed is exact up to that.
TALLIED = f"""
SELECT s.owner_id, s.record_class, f.is_open, sum(f.number)::bigint
FROM agencies_recordset s CROSS JOIN LATERAL (
  SELECT true AS is_open, count(*) AS number FROM (
    SELECT 1 FROM records_record r WHERE r.record_set_id = s.id AND {{opened}} AND {IS_OPEN} LIMIT %(limit)s) AS o
  UNION ALL
  SELECT false, count(*) FROM (
    SELECT 1 FROM records_record r WHERE r.record_set_id = s.id AND {{opened}} AND {IS_CLOSED} LIMIT %(limit)s) AS c
) AS f
WHERE s.id = ANY (%(sets)s::uuid[]) AND f.number > 0 GROUP BY 1, 2, 3
"""  # noqa: S608  (texts of this file alone)

TALLY = f"""
SELECT s.owner_id, s.record_class, {IS_OPEN}, count(*)
FROM records_record r JOIN agencies_recordset s ON s.id = r.record_set_id
WHERE r.id = ANY (%(ids)s) GROUP BY 1, 2, 3
"""  # noqa: S608  (a text of this file alone)


def find(
    decision: Decision, query: Query, *, limit: int, place: Place | None = None, backwards: bool = False
) -> list[Place]:
    """The first `limit` records behind a place, newest first; backwards: those before it, the nearest first."""
    values = _values(decision, query) | NO_PLACE | {"limit": limit, "backwards": backwards}
    if place:
        values["day"], values["id"] = place
    if values["sets"] == NO_SETS:
        return []
    if query.name_words:
        return _merged(_named(NAMED, decision, query, values), values)
    texts = {
        "opened": " AND ".join([OPENED, *_filters(query)]),
        "place": f"AND (r.ordered_on, r.id) {'>' if backwards else '<'} (%(day)s, %(id)s)" if place else "",
        "way": "ASC" if backwards else "DESC",
        "newest": "records_newest_before" if backwards else "records_newest",
    }
    if query.docket_key:
        found = [*_bearing(decision, query, values, texts), *_beside(decision, query, values, texts)]
        found += _charged(decision, query, values)
        if query.ori:
            there = _run(OF_ORI, values)[0][0]
            of_agency = texts | {"opened": f"{texts['opened']} AND r.agency_key = %(ori)s"}
            found += _run(LATERAL.format(**texts), {**values, "sets": there})
            found += _run(LATERAL.format(**of_agency), values)
        return _merged(found, values)
    if values["sets"].count(",") >= FEW_SETS:
        found = _run(PROBING.format(**texts), {**values, "probe": PROBE})
        if len(found) == limit:
            return found
    return _run(LATERAL.format(**texts), values)


def page(
    decision: Decision, query: Query, *, after: Place | None = None, before: Place | None = None, size: int = PAGE
) -> Page:
    """One keyset page, newest first: from the start, after a place, or before one."""
    backwards = before is not None and after is None
    found = find(decision, query, limit=size + 1, place=after or before, backwards=backwards)
    more, rows = len(found) > size, found[:size]
    if backwards:
        rows.reverse()
    return Page(
        ids=[row[1] for row in rows],
        first=rows[0] if rows else None,
        last=rows[-1] if rows else None,
        more_before=more if backwards else after is not None,
        more_after=bool(rows) if backwards else more,
    )


def count(decision: Decision, query: Query, *, most: int | None = None) -> int:
    """How many records the query finds for this viewer; one more than `most` means more than that. Up to `MOST_COUNTED`
    it is quick."""
    limit = (MOST_COUNTED if most is None else most) + 1
    if query.name_words or query.docket_key:
        return len(find(decision, query, limit=limit))
    values = _values(decision, query) | {"limit": limit}
    opened = " AND ".join([OPENED, *_filters(query)])
    return int(_run(COUNTED.format(opened=opened), values)[0][0])


def tally(decision: Decision, query: Query) -> Tally:
    """The count of a query, and what each other choice of standing, owner or class would find: of a name exactly, since
    all who bear it are met anyway; of all else up to `MOST_COUNTED`, and where more than `FEW_SETS` are open without
    what the other choices find."""
    apart = query.record_class if query.record_class == INTELLIGENCE else ""
    everywhere = replace(query, standing="", owner_id=None, record_class=apart)
    values = _values(decision, everywhere) | {"limit": MOST_COUNTED + 1}
    capped = not query.name_words
    if query.name_words:
        rows = _named(NAMED_TALLY, decision, everywhere, values | NO_PLACE | {"limit": None})
    elif not query.docket_key and values["sets"].count(",") < FEW_SETS:
        rows = _run(TALLIED.format(opened=" AND ".join([OPENED, *_filters(everywhere)])), values)
    elif (number := count(decision, everywhere)) > MOST_COUNTED:
        return Tally(number if query == everywhere else count(decision, query), capped)
    else:
        wide = find(decision, everywhere, limit=MOST_COUNTED + 1)
        rows = _run(TALLY, {"ids": [row[1] for row in wide], "at": decision.viewer.at})
    standings: Counter[str] = Counter({OPEN: 0, CLOSED: 0})
    owners: Counter[UUID] = Counter()
    classes: Counter[str] = Counter()
    total = 0
    for owner_id, record_class, is_open, number in rows:
        standing = (OPEN if is_open else CLOSED) if described(record_class).stands else ""
        of_owner, of_standing = query.owner_id in (None, owner_id), query.standing in ("", standing)
        of_class = query.record_class in ("", record_class)
        standings[standing] += number if of_owner and of_class else 0
        owners[owner_id] += number if of_standing and of_class else 0
        classes[record_class] += number if of_owner and of_standing else 0
        total += number if of_owner and of_standing and of_class else 0
    return Tally(total, capped, by_standing=dict(standings), by_class=dict(classes), by_owner=dict(owners))


def _values(decision: Decision, query: Query) -> dict[str, Any]:
    restricted = {name: decision.array(name) for name in ("sealed", "overdue", "juvenile", "nonconviction")}
    asked = decision.of_class(query.record_class)
    if query.standing:  # what does not end is neither open nor closed
        asked = replace(asked, scopes={name: each for name, each in asked.scopes.items() if described(name).stands})
    sets = asked.array()
    if query.owner_id is not None and sets != NO_SETS:
        sets = _run(OF_OWNER, {"sets": sets, "owner": query.owner_id})[0][0]
    return {
        "sets": sets,
        **restricted,
        "at": decision.viewer.at,
        "ori": query.ori,
        "since": query.since,
        "until": query.until,
        "standing": query.standing,
    }


def _filters(query: Query) -> list[str]:
    """Only the filters that are used: a plan that is kept cannot skip those that are not."""
    found = []
    if query.since:
        found.append("r.ordered_on >= %(since)s")
    if query.until:
        found.append("r.ordered_on <= %(until)s")
    if query.standing:
        found.append(IS_OPEN if query.standing == OPEN else IS_CLOSED)
    return found


def _named(sql: str, decision: Decision, query: Query, values: dict[str, Any]) -> list[Any]:
    """What a statement gives of the records on which somebody whose name the viewer sees bears all the words in a name
    or alias; one call for each set of roles, whose record sets are its alone."""
    words = alike(query.name_words) if query.alike else prefixes(query.name_words)
    if not words or values["sets"] == NO_SETS:
        return []
    found: list[Any] = []
    for roles, sets in decision.disclosure.groups(values["sets"], DataCategory.NAME):
        found += _run(sql, {**values, "sets": sets, "roles": roles, "words": words})
    return found


def _bearing(decision: Decision, query: Query, values: dict[str, Any], texts: dict[str, str]) -> list[Place]:
    """Records that bear the number themselves, as their docket's, tracking number or source's, or somebody on them."""
    found: list[Place] = []

    def sought(condition: str, **asked: Any) -> list[Any]:
        return _run(NUMBER.format(sought=condition, **texts), {**values, **asked})

    for key in (query.docket_key, *query.glued):
        condition = DOCKET_OF_ANY_COURT if names_no_court(key) else DOCKET
        found += [(day, record) for day, record, _ in sought(condition, docket_key=key)]
    if query.source_id:
        source = {"systems": [reading.DOCKET, reading.FEED], "source_id": query.source_id}
        found += [(day, record) for day, record, _ in sought(SOURCE, **source)]
    if query.person_number:
        rows = sought(TRACKED, tracked=query.person_number.lower(), limit=None)
        shown = _sets_shown(decision, {of for _, _, of in rows}, DataCategory.IDENTIFIERS)
        found += [(day, record) for day, record, of in rows if of in shown]
    return [*found, *_numbered(decision, query, values)]


def _sets_shown(decision: Decision, sets: set[UUID], category: DataCategory) -> set[UUID]:
    """Of these sets those whose own data of a category, which is nobody's, is shown."""
    decision.disclosure.prepare(decision.sets.among(sets))
    return {key for key in sets if decision.disclosure.ruling(key, ANY, category).shown}


def _beside(decision: Decision, query: Query, values: dict[str, Any], texts: dict[str, str]) -> list[Place]:
    """Records that bear the number beside a name, on which somebody whose name the viewer sees bears that name. Few
    bear a number, so they are all found by it first."""
    if query.beside is None:
        return []
    both = query.beside
    number = replace(
        query, docket_key=both.docket_key, glued=both.glued, person_number=both.person_number, source_id=""
    )
    places = set(_bearing(decision, number, {**values, "limit": None}, texts))
    named: set[UUID] = set()
    among = {"ids": f"{{{','.join(str(key) for _, key in places)}}}", "words": prefixes(both.name_words)}
    for roles, sets in decision.disclosure.groups(values["sets"], DataCategory.NAME) if places else ():
        named |= {key for (key,) in _run(NAMED_AMONG, {**among, "sets": sets, "roles": roles})}
    return [place for place in places if place[1] in named]


def _numbered(decision: Decision, query: Query, values: dict[str, Any]) -> list[Place]:
    """Records on which somebody whose state and FBI numbers the viewer sees has this number."""
    found: list[Place] = []
    if query.person_number:
        for roles, sets in decision.disclosure.groups(values["sets"], DataCategory.IDENTIFIERS):
            found += _run(NUMBERED, {**values, "sets": sets, "roles": roles, "words": query.person_number})
    return found


def _charged(decision: Decision, query: Query, values: dict[str, Any]) -> list[Place]:
    """Records on which somebody is charged under the statute whose charges the viewer sees, those without conviction
    among them where the viewer sees such."""
    found: list[Place] = []
    if query.statutes:
        words = {"words": list(query.statutes)}
        for roles, sets in decision.disclosure.groups(values["sets"], DataCategory.CHARGES):
            rest = sets
            for unconvicted, some in decision.disclosure.groups(sets, DataCategory.NONCONVICTION):
                found += _run(CHARGED, {**values, **words, "sets": some, "roles": roles, "unconvicted": unconvicted})
                rest = _without(rest, some)
            if rest != NO_SETS:
                found += _run(CHARGED, {**values, **words, "sets": rest, "roles": roles, "unconvicted": []})
    return found


def _without(sets: str, others: str) -> str:
    """The sets of one array that do not stand in another."""
    gone = set(others[1:-1].split(","))
    return f"{{{','.join(key for key in sets[1:-1].split(',') if key not in gone)}}}"


def _merged(found: list[Place], values: dict[str, Any]) -> list[Place]:
    """What several statements found, each record once, in the order of the list."""
    return sorted(set(found), reverse=not values["backwards"])[: values["limit"]]


def _run(sql: str, values: dict[str, Any]) -> list[Any]:
    return [tuple(row.values()) for row in prepared.rows(sql, values)]
