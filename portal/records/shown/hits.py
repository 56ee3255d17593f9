"""The records of one page of a list, each with its heading as the viewer sees it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from portal.records.alike import alike, prefixes
from portal.records.classes import described
from portal.records.decision import Decision, OpenSet, Ruling
from portal.records.listing import OPENED
from portal.records.models import Dispute
from portal.records.reading import aliases_in, name_key
from privacy.models import ANY, DataCategory

from .details import OWN_ALONE, shown_names
from .values import ABSENT, HEADING_ROLES, NAMES_WITHHELD, NO_PARTY, PROTECTED_ROLES, Seen, handling, not_cleared, rows

MOST_BEARERS = 3


@dataclass(frozen=True)
class DisputedHere:
    """A dispute of what a row shows. `note` is None where its words are kept back."""

    label: str
    note: str | None
    whose: str


@dataclass(frozen=True)
class Bearer:
    """Somebody by whose name a record was found: in which role, and the other names without which they had not been."""

    role: str
    name: str
    also: str


@dataclass(frozen=True)
class Hit:
    """One record in a list. `heading` is its title, else the names that are shown; None where neither is. `naming` is
    the ruling behind what it is called: of the title or the names that are shown, else of whoever is withheld.
    `bearers` are the first of those by whose names it was found, `more_bearers` how many there are besides; `statutes`
    those by which it was; only what the viewer sees is searched. `disputed`: the record itself, and names that stand in
    the row."""

    id: UUID
    docket_number: str
    heading: str | None
    record_class: str
    court_id: str
    category: str
    filed_on: date | None
    terminated_on: date | None
    expires_at: datetime | None
    charges: int
    details: dict[str, Any]
    details_withheld: int
    sealed: bool
    juvenile: bool
    open_set: OpenSet
    naming: Ruling
    shown_under: tuple[Ruling, ...] = ()
    bearers: tuple[Bearer, ...] = ()
    more_bearers: int = 0
    statutes: tuple[str, ...] = ()
    disputed: tuple[DisputedHere, ...] = ()

    @property
    def called(self) -> str:
        return self.heading or (NO_PARTY if self.naming is ABSENT else NAMES_WITHHELD)

    @property
    def handling(self) -> str:
        """How to handle what the heading shows."""
        return " ".join(handling(self.shown_under))

    @property
    def seen(self) -> list[Seen]:
        """What a row shows, as the access log is told."""
        young = self.juvenile and (self.heading is not None or bool(self.bearers))
        protected = young or any(each.role in PROTECTED_ROLES for each in self.bearers)
        return [Seen(self.id, self.open_set, ruling, of_protected=protected) for ruling in self.shown_under]

    @property
    def withheld(self) -> bool:
        """Whether it has a title or names, none of which the viewer sees."""
        return self.heading is None and self.naming is not ABSENT


# Charges are counted where they are shown; a field that is withheld cannot be counted by. What a set shows, and whether
# free text is shown of a record, stand in tables of their own, so that they are worked out once for all that asks.
HITS = f"""
WITH g AS MATERIALIZED (
  SELECT (x->>'set')::uuid AS record_set_id, (x->>'free')::boolean AS free_text,
         ARRAY(SELECT jsonb_array_elements_text(x->'names'))::varchar[] AS names,
         ARRAY(SELECT jsonb_array_elements_text(x->'charges'))::varchar[] AS charges,
         ARRAY(SELECT jsonb_array_elements_text(x->'nonconviction'))::varchar[] AS nonconviction,
         ARRAY(SELECT jsonb_array_elements_text(x->'fields')) AS fields,
         ARRAY(SELECT jsonb_array_elements_text(x->'texts')) AS texts
  FROM jsonb_array_elements(%(groups)s::jsonb) AS x
)
SELECT r.id, r.record_set_id, r.docket_number, r.record_class, r.court_id, r.category, r.filed_on, r.terminated_on,
       r.expires_at, r.sealed, r.juvenile, fields.details, fields.details_withheld,
       CASE WHEN t.free THEN NULLIF(r.title, '') END AS title,
       r.title <> '' AS has_title, parties.named, parties.roles,
       charged.charges, charged.statutes,
       (SELECT array_agg(ARRAY[p.role, p.name, p.aliases] ORDER BY p.position)
        FROM records_participant p LEFT JOIN records_participant o ON o.id = p.represents_id
        WHERE p.record_id = r.id AND p.role = ANY (g.names) AND p.role <> 'informant'
          AND (p.represents_id IS NULL OR o.role <> 'informant')
          AND p.name_forms @@ to_tsquery('simple', %(words)s::text)) AS bearers,
       (SELECT array_agg(ARRAY[d.field, d.words_of, CASE WHEN d.unread_since IS NULL
          AND (d.field <> 'record' OR t.free) THEN d.note END] ORDER BY d.opened_at, d.id)
        FROM records_dispute d
        LEFT JOIN records_participant p ON p.id = d.participant_id
        LEFT JOIN records_participant o ON o.id = p.represents_id
        WHERE d.record_id = r.id AND d.ended_at IS NULL AND (d.field = 'record' OR (
          d.field = 'name' AND p.role = ANY (g.names) AND p.role <> 'informant'
          AND (p.represents_id IS NULL OR o.role <> 'informant')
          AND (p.role = ANY (%(heading_roles)s)
               OR p.name_forms @@ to_tsquery('simple', %(words)s::text))))) AS disputed
FROM records_record r JOIN g ON g.record_set_id = r.record_set_id
CROSS JOIN LATERAL (
  SELECT g.free_text AND r.participant_roles <@ g.names AND records_all_named(r.id, g.names) AS free OFFSET 0) AS t
CROSS JOIN LATERAL (
  SELECT string_agg(p.name, ', ' ORDER BY p.position) FILTER (WHERE p.role = ANY (g.names)) AS named,
         array_agg(p.role ORDER BY p.position) AS roles
  FROM records_participant p WHERE p.record_id = r.id AND p.role = ANY (%(heading_roles)s) AND p.name <> '') AS parties
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE c.kind = 'count') AS charges,
         array_agg(DISTINCT ARRAY[c.statute, p.role]) FILTER (
           WHERE c.statute_keys && %(statutes)s::text[]) AS statutes
  FROM records_charge c JOIN records_participant p ON p.id = c.participant_id
  WHERE c.record_id = r.id AND p.role = ANY (g.charges) AND p.role <> 'informant'
    AND (p.role = ANY (g.nonconviction) OR NOT records_nonconviction(
      c.outcome, c.disposition, c.filed_on, r.record_class, r.filed_on, r.details))) AS charged
CROSS JOIN LATERAL (
  SELECT COALESCE(jsonb_object_agg(d.key, d.value) FILTER (WHERE d.shown), '{{}}') AS details,
         count(*) FILTER (WHERE NOT d.shown) AS details_withheld
  FROM (
    SELECT e.key, e.value, e.key = ANY (g.fields) OR (e.key = ANY (g.texts) AND t.free) AS shown
    FROM jsonb_each(CASE WHEN r.case_key = '' THEN r.details
                         ELSE records_own_details(r.details, r.case_key, %(sealed)s::uuid[], {OWN_ALONE}) END) AS e
  ) AS d) AS fields
WHERE r.id = ANY (%(ids)s)
  AND {OPENED}
ORDER BY r.ordered_on DESC, r.id DESC
"""  # noqa: S608  (texts of this floor alone)

SETS = "SELECT DISTINCT record_set_id FROM records_record WHERE id = ANY (%(ids)s)"


def hits(
    decision: Decision,
    ids: list[UUID],
    name_words: Sequence[str] = (),
    statutes: Sequence[str] = (),
    *,
    similar: bool = False,
) -> list[Hit]:
    """These records, newest first; those that are not open to the viewer are left out. `name_words` and `statutes` are
    those by which they were found; `similar`: by names that are like the words."""
    sets = decision.sets.among(row["record_set_id"] for row in rows(SETS, {"ids": ids}))
    decision.disclosure.prepare(sets)
    found = rows(
        HITS,
        {
            "ids": ids,
            "groups": json.dumps([_group(decision, key) for key in sets]),
            "heading_roles": list(HEADING_ROLES),
            **{name: decision.array(name) for name in ("sealed", "overdue", "juvenile", "nonconviction", "own")},
            "at": decision.viewer.at,
            "words": (alike(name_words) if similar else prefixes(name_words)) or None,
            "statutes": list(statutes),
        },
    )
    made = []
    for row in found:
        key = row.pop("record_set_id")
        title, named = row.pop("title"), row.pop("named")
        roles = row.pop("roles") or []
        naming = _naming(decision, key, title, row.pop("has_title"), roles)
        bearers = _bearers(row.pop("bearers") or [], () if similar else name_words)
        row["bearers"], row["more_bearers"] = bearers[:MOST_BEARERS], len(bearers[MOST_BEARERS:])
        roles_shown = [*(roles if title or named else ()), *(each.role for each in row["bearers"])]
        row["shown_under"] = _shown_under(decision, key, roles_shown, free=bool(title))
        row["details"] = json.loads(row["details"])
        row["shown_under"] += _details_under(decision, key, row["record_class"], row["details"])
        charged = row.pop("statutes") or []
        row["statutes"] = tuple(sorted({statute for statute, _ in charged}))
        row["shown_under"] += _charged_under(decision, key, {role for _, role in charged})
        row["disputed"] = tuple(_disputed(*each) for each in row["disputed"] or [])
        made.append(Hit(heading=title or named, open_set=sets[key], naming=naming, **row))
    return made


def _shown_under(decision: Decision, key: UUID, roles: list[str], *, free: bool) -> tuple[Ruling, ...]:
    """Every ruling under which something of the heading is shown: a title names the parties too."""
    names = [decision.disclosure.ruling(key, role, DataCategory.NAME) for role in roles]
    text = [decision.disclosure.free_text(key)] if free else []
    return tuple(dict.fromkeys([*text, *(ruling for ruling in names if ruling.shown)]))


def _details_under(decision: Decision, key: UUID, record_class: str, details: dict[str, Any]) -> tuple[Ruling, ...]:
    """The rulings under which fields of its class are shown."""
    categories = {each.category: None for each in described(record_class).fields if each.name in details}
    return tuple(decision.disclosure.ruling(key, ANY, category) for category in categories if category)


def _charged_under(decision: Decision, key: UUID, roles: set[str]) -> tuple[Ruling, ...]:
    """The rulings under which it is said what people in these roles are charged under."""
    return tuple(decision.disclosure.ruling(key, role, DataCategory.CHARGES) for role in sorted(roles))


def _naming(decision: Decision, key: UUID, title: str | None, has_title: bool, roles: list[str]) -> Ruling:
    """The ruling behind what a record is called; `roles` are those of its parties, in their order."""
    free = decision.disclosure.free_text(key)
    if title:
        return free
    rulings = [decision.disclosure.ruling(key, role, DataCategory.NAME) for role in roles]
    if rulings:
        return next((ruling for ruling in rulings if ruling.shown), rulings[0])
    return not_cleared(free) if has_title else ABSENT


def _disputed(field: str, words_of: str, note: str | None) -> DisputedHere:
    label = "" if field == Dispute.Field.RECORD else str(Dispute.Field(field).label).lower()
    return DisputedHere(label, note, str(Dispute.WordsOf(words_of).label))


def _bearers(found: list[tuple[str, str, str]], words: Sequence[str]) -> tuple[Bearer, ...]:
    """Those who were found, of (role, name, remarks), each once; by no words in particular, with all other names."""

    def begins(name: str, *some: str) -> bool:
        return any(part.startswith(some) for part in name_key(name).split())

    def also(name: str, remarks: str) -> str:
        if words and all(begins(name, word) for word in words):
            return ""
        return ", ".join(other for other in aliases_in(remarks) if not words or begins(other, *words))

    return tuple(dict.fromkeys(Bearer(role, name, also(name, remarks)) for role, name, remarks in found))


def _group(decision: Decision, record_set_id: UUID) -> dict[str, object]:
    disclosure = decision.disclosure
    fields = described(decision.sets[record_set_id].record_class).fields
    shown = shown_names(decision, record_set_id, fields)
    texts = {each.name for each in fields if each.is_text}
    return {
        "set": str(record_set_id),
        "free": disclosure.free_text(record_set_id).shown,
        "names": disclosure.roles_shown(record_set_id, DataCategory.NAME),
        "charges": disclosure.roles_shown(record_set_id, DataCategory.CHARGES),
        "nonconviction": disclosure.roles_shown(record_set_id, DataCategory.NONCONVICTION),
        "fields": [name for name in shown if name not in texts],
        "texts": [name for name in shown if name in texts],
    }
