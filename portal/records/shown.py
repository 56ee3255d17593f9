"""Records as a viewer sees them: every value is taken through its ruling in SQL, so that what is withheld never leaves
the database."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from privacy.models import DataCategory, ParticipantRole, Treatment

from .decision import Decision, OpenSet, Ruling
from .models import Record

FREE_TEXT_REASON = "it may name a person who is withheld from you"
HEADING_ROLES = ("defendant", "juvenile", "respondent", "petitioner", "plaintiff")


@dataclass(frozen=True)
class Shown:
    """A value under its ruling. `value` is None whenever it is withheld."""

    value: Any
    ruling: Ruling

    @property
    def withheld(self) -> bool:
        return self.ruling.treatment in (Treatment.WITHHELD, Treatment.PSEUDONYM)


@dataclass(frozen=True)
class Person:
    """Somebody on a record. `label` is the role's pseudonym: Victim A."""

    id: UUID
    role: str
    label: str
    source_type: str
    name: Shown
    aliases: Shown
    birth_date: Shown
    contact: Shown
    terminated_on: date | None
    represents_label: str
    attorney_roles: list[str]

    @property
    def role_label(self) -> str:
        return str(ParticipantRole(self.role).label)


@dataclass(frozen=True)
class ChargeLine:
    id: UUID
    participant_label: str
    kind: str
    count_number: str
    description: Shown
    statute: str
    standing: str
    disposition: Shown


@dataclass(frozen=True)
class EntryLine:
    id: UUID
    number: str
    filed_on: date | None
    entered_on: date | None
    text: Shown


@dataclass(frozen=True)
class Hit:
    """One record in a list."""

    id: UUID
    docket_number: str
    heading: str
    record_class: str
    court_id: str
    category: str
    filed_on: date | None
    terminated_on: date | None
    charges: int
    sealed: bool
    juvenile: bool
    open_set: OpenSet

    @property
    def set_name(self) -> str:
        return str(self.open_set.ways[0]["set_name"])

    @property
    def owner_name(self) -> str:
        return str(self.open_set.ways[0]["owner_name"])


@dataclass(frozen=True)
class CaseFile:
    """A record with everything that the viewer may see of it."""

    record: Record
    open_set: OpenSet
    title: Shown
    heading: str
    people: list[Person]
    charges: list[ChargeLine]
    entries: list[EntryLine]

    @property
    def withheld(self) -> int:
        """How many fields are withheld on this page."""
        values = [self.title]
        for person in self.people:
            values += [person.name, person.aliases, person.birth_date, person.contact]
        for charge in self.charges:
            values += [charge.description, charge.disposition]
        values += [entry.text for entry in self.entries]
        return sum(value.withheld for value in values)


def _rows(sql: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


HITS = """
SELECT r.id, r.record_set_id, r.docket_number, r.record_class, r.court_id, r.category, r.filed_on, r.terminated_on,
       r.sealed, r.juvenile,
       CASE WHEN g.free_text AND r.participant_roles <@ g.roles::varchar[] THEN r.title END AS title,
       (SELECT string_agg(p.name, ', ' ORDER BY p.position) FROM records_participant p
        WHERE p.record_id = r.id AND p.role = ANY (%(heading_roles)s) AND p.role = ANY (g.roles)) AS named,
       (SELECT count(*) FROM records_charge c WHERE c.record_id = r.id AND c.kind = 'count') AS charges
FROM records_record r JOIN (
  SELECT (x->>'set')::uuid AS record_set_id, (x->>'free')::boolean AS free_text,
         ARRAY(SELECT jsonb_array_elements_text(x->'roles')) AS roles
  FROM jsonb_array_elements(%(groups)s::jsonb) AS x) AS g ON g.record_set_id = r.record_set_id
WHERE r.id = ANY (%(ids)s)
  AND (NOT r.sealed OR r.record_set_id = ANY (%(sealed)s)) AND (NOT r.juvenile OR r.record_set_id = ANY (%(juvenile)s))
ORDER BY r.ordered_on DESC, r.id DESC
"""


def _groups(decision: Decision, set_ids: list[UUID]) -> str:
    return json.dumps(
        [
            {"set": str(set_id), "roles": roles, "free": free}
            for sets, roles, free in decision.disclosure.groups(set_ids)
            for set_id in sets
        ]
    )


def _sets_of(ids: list[UUID]) -> list[UUID]:
    return [
        row["record_set_id"]
        for row in _rows("SELECT DISTINCT record_set_id FROM records_record WHERE id = ANY (%(ids)s)", {"ids": ids})
    ]


def hits(decision: Decision, ids: list[UUID]) -> list[Hit]:
    """The records of one page, newest first, each with its heading as this viewer sees it."""
    sets = [key for key in _sets_of(ids) if key in decision.sets]
    rows = _rows(
        HITS,
        {
            "ids": ids,
            "groups": _groups(decision, sets),
            "heading_roles": list(HEADING_ROLES),
            "sealed": decision.sets_with("sealed"),
            "juvenile": decision.sets_with("juvenile"),
        },
    )
    made = []
    for row in rows:
        heading = row.pop("title") or row["named"] or "Names withheld"
        row.pop("named")
        made.append(Hit(heading=heading, open_set=decision.sets[row.pop("record_set_id")], **row))
    return made


def case_file(decision: Decision, record_id: UUID) -> CaseFile | None:
    """The record with this id as the viewer sees it, or None when for them there is none."""
    record = Record.objects.visible_to(decision).defer("title").filter(pk=record_id).first()
    if record is None:
        return None
    free = _free_text(decision, record)
    people = _people(decision, record)
    title = Shown(_title(record, free), free)
    named = ", ".join(p.name.value for p in people if p.role in HEADING_ROLES and p.name.ruling.shown and p.name.value)
    return CaseFile(
        record=record,
        open_set=decision.sets[record.record_set_id],
        title=title,
        heading=title.value or named or "Names withheld",
        people=people,
        charges=_charges(decision, record, people, free),
        entries=_entries(decision, record, free),
    )


def _free_text(decision: Decision, record: Record) -> Ruling:
    """Free text is shown where a rule shows it and nobody on the record is withheld from the viewer."""
    ruling = decision.disclosure.free_text(record.record_set_id)
    if ruling.shown and not set(record.participant_roles) <= set(decision.disclosure.name_roles(record.record_set_id)):
        return Ruling(Treatment.WITHHELD, FREE_TEXT_REASON, ruling.rule, ruling.provision, ruling.policy_version)
    return ruling


def _title(record: Record, free: Ruling) -> str | None:
    if not free.shown:
        return None
    return Record.objects.filter(pk=record.pk).values_list("title", flat=True).get()


PEOPLE = """
SELECT p.id, p.role, p.label, p.source_type, p.terminated_on, p.attorney_roles,
       COALESCE(o.label, '') AS represents_label,
       CASE WHEN p.role = ANY (%(name_shown)s) THEN p.name
            WHEN p.role = ANY (%(name_masked)s) THEN regexp_replace(p.name, '(\\w)\\w*', '\\1.', 'g') END AS name,
       CASE WHEN p.role = ANY (%(name_shown)s) THEN p.aliases END AS aliases,
       CASE WHEN p.role = ANY (%(birth_date_shown)s) THEN p.birth_date::text
            WHEN p.role = ANY (%(birth_date_masked)s) THEN to_char(p.birth_date, 'YYYY') END AS birth_date,
       CASE WHEN p.role = ANY (%(contact_shown)s) THEN p.contact END AS contact,
       p.aliases <> '' AS has_aliases, p.birth_date IS NOT NULL AS has_birth_date, p.contact <> '' AS has_contact
FROM records_participant p LEFT JOIN records_participant o ON o.id = p.represents_id
WHERE p.record_id = %(record)s AND p.role <> 'informant' AND COALESCE(o.role, '') <> 'informant'
ORDER BY p.position
"""


def _people(decision: Decision, record: Record) -> list[Person]:
    """The people on a record but for confidential informants, who are never rendered, nor those who act for them."""
    disclosure, key = decision.disclosure, record.record_set_id
    values: dict[str, Any] = {"record": record.pk}
    for category in (DataCategory.NAME, DataCategory.BIRTH_DATE, DataCategory.CONTACT):
        for treatment in (Treatment.SHOWN, Treatment.MASKED):
            values[f"{category}_{treatment}"] = [
                str(role) for role in ParticipantRole if disclosure.ruling(key, role, category).treatment == treatment
            ]
    absent = Ruling(Treatment.SHOWN, "")
    people = []
    for row in _rows(PEOPLE, values):
        name = disclosure.ruling(key, row["role"], DataCategory.NAME)
        born = disclosure.ruling(key, row["role"], DataCategory.BIRTH_DATE)
        contact = disclosure.ruling(key, row["role"], DataCategory.CONTACT)
        has = {part: row.pop(f"has_{part}") for part in ("aliases", "birth_date", "contact")}
        row["name"] = Shown(row["name"], name)
        row["aliases"] = Shown(row["aliases"], name if has["aliases"] else absent)
        row["birth_date"] = Shown(_day(row["birth_date"]), born if has["birth_date"] else absent)
        row["contact"] = Shown(row["contact"], contact if has["contact"] else absent)
        people.append(Person(**row))
    return people


def _day(text: str | None) -> date | str | None:
    """A full date as a date; a masked one stays its year."""
    return date.fromisoformat(text) if text and len(text) > 4 else text


CHARGES = """
SELECT c.id, p.role, p.label AS participant_label, c.kind, c.count_number, c.standing,
       CASE WHEN p.role = ANY (%(shown)s) THEN c.description END AS description,
       CASE WHEN p.role = ANY (%(shown)s) THEN c.statute ELSE '' END AS statute,
       CASE WHEN %(free)s AND p.role = ANY (%(shown)s) THEN c.disposition END AS disposition,
       c.disposition <> '' AS has_disposition
FROM records_charge c JOIN records_participant p ON p.id = c.participant_id
WHERE c.record_id = %(record)s AND p.role <> 'informant' ORDER BY c.position
"""


def _charges(decision: Decision, record: Record, people: list[Person], free: Ruling) -> list[ChargeLine]:
    key = record.record_set_id
    shown = [str(r) for r in ParticipantRole if decision.disclosure.ruling(key, r, DataCategory.CHARGES).shown]
    names = {person.label: person.name.value or person.label for person in people}
    made = []
    for row in _rows(CHARGES, {"record": record.pk, "shown": shown, "free": free.shown}):
        ruling = decision.disclosure.ruling(key, row.pop("role"), DataCategory.CHARGES)
        has_disposition = row.pop("has_disposition")
        row["description"] = Shown(row["description"], ruling)
        absent = Ruling(Treatment.SHOWN, "")
        row["disposition"] = Shown(
            row["disposition"], (free if ruling.shown else ruling) if has_disposition else absent
        )
        row["participant_label"] = names.get(row["participant_label"], row["participant_label"])
        made.append(ChargeLine(**row))
    return made


ENTRIES = """
SELECT e.id, e.number, e.filed_on, e.entered_on, e.cleared_at IS NOT NULL AND %(rule_shows)s AS cleared,
       CASE WHEN %(free)s OR (%(rule_shows)s AND e.cleared_at IS NOT NULL) THEN e.description END AS text
FROM records_docketentry e WHERE e.record_id = %(record)s ORDER BY e.position
"""


def _entries(decision: Decision, record: Record, free: Ruling) -> list[EntryLine]:
    rule = decision.disclosure.free_text(record.record_set_id)
    rows = _rows(ENTRIES, {"record": record.pk, "free": free.shown, "rule_shows": rule.shown})
    return [
        EntryLine(
            id=row["id"],
            number=row["number"],
            filed_on=row["filed_on"],
            entered_on=row["entered_on"],
            text=Shown(row["text"], rule if row["cleared"] else free),
        )
        for row in rows
    ]
