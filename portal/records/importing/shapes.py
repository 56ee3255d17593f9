"""A case draft as rows: what an import writes, and as flat fields: what a preview compares."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from string import ascii_uppercase
from typing import Any
from uuid import UUID

from django.utils import timezone

from portal.records.classes import described
from portal.records.classes.columns import outcome_of
from portal.records.models import Charge, DocketEntry, Participant, Record
from portal.records.models.record import UNDATED
from portal.records.reading import CaseDraft, docket_key, names_key
from portal.records.reading.draft import to_json
from privacy.models import ParticipantRole

UNREAD = "unread"
"""Stands among a record's roles where parties could not be read: nobody's name is known to be harmless in its text."""

Flat = dict[str, str]


def digest(case: CaseDraft) -> str:
    """SHA-256 of everything the draft holds; equal digests mean that importing it again changes nothing."""
    return hashlib.sha256(json.dumps(to_json(case), sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def record_values(case: CaseDraft) -> dict[str, Any]:
    """Fields of Record."""
    roles = {person.role for person in case.participants} | ({UNREAD} if case.parties_left_out else set())
    return {
        "docket_number": case.docket_number,
        "docket_key": docket_key(case.docket_number),
        "title": case.title,
        "court_id": case.court_id,
        "category": case.category,
        "filed_on": case.filed_on,
        "ordered_on": case.filed_on or UNDATED,
        "terminated_on": case.terminated_on,
        "facts": {**case.facts},
        "participant_roles": sorted(roles),
        "sealed": case.sealed,
        "juvenile": case.juvenile,
        "source_digest": digest(case),
        "updated_at": timezone.now(),
    }


def participant_values(case: CaseDraft) -> list[dict[str, Any]]:
    """Fields of Participant, in the source's order; `represents` is an index into the list."""
    seen: Counter[str] = Counter()
    rows = []
    for position, person in enumerate(case.participants):
        letter = _letter(seen[person.role])
        seen[person.role] += 1
        contact = "\n".join(part for part in (person.contact, person.address, person.phone) if part)
        rows.append(
            {
                "position": position,
                "role": person.role,
                "label": f"{ParticipantRole(person.role).label} {letter}",
                "source_type": person.source_type,
                "name": person.name,
                "name_key": names_key(person.name, person.extra),
                "aliases": person.extra,
                "birth_date": person.birth_date,
                "contact": contact,
                "state_id": person.state_id,
                "fbi_id": person.fbi_id,
                "terminated_on": person.terminated_on,
                "represents": person.represents,
                "attorney_roles": list(person.attorney_roles),
                "facts": {**person.facts},
            }
        )
    return rows


def _letter(number: int) -> str:
    """A, B ... Z, AA, AB ..."""
    return ("" if number < 26 else _letter(number // 26 - 1)) + ascii_uppercase[number % 26]


def charge_values(case: CaseDraft) -> list[dict[str, Any]]:
    """Fields of Charge; `participant` is an index into the participants."""
    return [
        {
            "position": position,
            "kind": charge.kind,
            "participant": charge.participant,
            "count_number": charge.count_number,
            "description": charge.description,
            "statute": charge.statute,
            "standing": charge.status,
            "disposition": charge.disposition,
            "degree": charge.degree,
            "plea": charge.plea,
            "filed_on": charge.filed_on,
            "outcome": charge.outcome or outcome_of(charge.disposition),
            "disposed_on": charge.disposed_on,
            "sentenced_on": charge.sentenced_on,
            "sentence": charge.sentence,
            "fine": Decimal(charge.fine) if charge.fine else None,
        }
        for position, charge in enumerate(case.charges)
    ]


def entry_values(case: CaseDraft) -> list[dict[str, Any]]:
    """Fields of DocketEntry."""
    return [
        {
            "position": position,
            "number": entry.number,
            "filed_on": entry.filed_on,
            "entered_on": entry.entered_on,
            "hearing": entry.hearing,
            "held_at": entry.held_at,
            "description": entry.description,
            "facts": {
                name: value
                for name, value in (("document_id", entry.document_id), ("sequence_id", entry.sequence_id))
                if value
            },
        }
        for position, entry in enumerate(case.entries)
    ]


COMPARED = {
    "record": ("docket_number", "title", "court_id", "category", "filed_on", "terminated_on", "sealed", "juvenile"),
    "person": ("role", "name", "aliases", "birth_date", "contact", "state_id", "fbi_id", "terminated_on"),
    "charge": (
        *("description", "standing", "plea", "filed_on", "outcome", "disposed_on", "disposition"),
        *("sentenced_on", "sentence", "fine"),
    ),
    "entry": ("number", "filed_on", "hearing", "held_at", "description"),
}


def flat(case: CaseDraft) -> Flat:
    """The draft as field -> text, as a preview compares it."""
    fields = _flat("", record_values(case), "record") | _of_class(case.record_class, case.details)
    for name, rows in (
        ("person", participant_values(case)),
        ("charge", charge_values(case)),
        ("entry", entry_values(case)),
    ):
        for row in rows:
            fields |= _flat(f"{name} {row['position'] + 1}: ", row, name)
    return fields


def flat_stored(record: Record) -> Flat:
    """The stored record in the same form; read as the import job of its record set."""
    fields = _flat("", vars(record), "record") | _of_class(record.record_class, record.details)
    for name, model in (("person", Participant), ("charge", Charge), ("entry", DocketEntry)):
        for row in model._default_manager.filter(record_id=record.pk):
            fields |= _flat(f"{name} {row.position + 1}: ", vars(row), name)
    return fields


def _of_class(record_class: str, details: Mapping[str, Any]) -> Flat:
    """The fields of its class, each by its label."""
    known = described(record_class).fields
    return {each.label.lower(): str(each.value(details[each.name])) for each in known if each.name in details}


def _flat(prefix: str, values: dict[str, Any], kind: str) -> Flat:
    return {prefix + name.replace("_", " "): _text(values[name]) for name in COMPARED[kind]}


def _text(value: Any) -> str:
    return "" if value in (None, False) else "yes" if value is True else str(value)


def differences(before: Flat, after: Flat) -> list[dict[str, str]]:
    """What a commit would change: [{field, before, after}], in the order of the source."""
    names = list(dict.fromkeys([*after, *before]))
    return [
        {"field": name, "before": before.get(name, ""), "after": after.get(name, "")}
        for name in names
        if before.get(name, "") != after.get(name, "")
    ]


def rows_of(case: CaseDraft, record: Record) -> tuple[list[Participant], list[Charge], list[DocketEntry]]:
    """New rows for everything that hangs on a record."""
    base: dict[str, UUID] = {"record_id": record.pk, "record_set_id": record.record_set_id}
    people: list[Participant] = []
    for values in participant_values(case):
        represents = values.pop("represents")
        people.append(Participant(**base, **values))
        if represents is not None:
            people[-1].represents = people[represents]
    charges = []
    for values in charge_values(case):
        charges.append(Charge(**base, **{**values, "participant": people[values["participant"]]}))
    return people, charges, [DocketEntry(**base, **values) for values in entry_values(case)]
