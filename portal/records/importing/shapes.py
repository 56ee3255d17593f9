"""A case draft as rows: what an import writes; as flat fields: what a preview compares; and rows as a draft again."""

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
from portal.records.models.record import UNDATED, UNNAMED, UNREAD
from portal.records.reading import (
    CaseDraft,
    ChargeDraft,
    EntryDraft,
    ParticipantDraft,
    aliases_in,
    docket_key,
    names_key,
)
from portal.records.reading.draft import to_json
from privacy.models import ParticipantRole

Flat = dict[str, str]


def digest(case: CaseDraft) -> str:
    """SHA-256 of everything the draft holds; equal digests mean that importing it again changes nothing."""
    return hashlib.sha256(json.dumps(to_json(case), sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def record_values(case: CaseDraft) -> dict[str, Any]:
    """Fields of Record."""
    roles = {person.role for person in case.participants}
    roles |= {UNREAD} if case.parties_left_out else set()
    roles |= {UNNAMED} if case.unnamed else set()
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
        "kept": _kept(
            case,
            family=case.family,
            invented=case.invented,
            parties_left_out=case.parties_left_out,
            unnamed=case.unnamed,
        ),
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
                "kept": _kept(
                    person, place=person.place if person.role == "judge" else "", **_parts_of_contact(person)
                ),
            }
        )
    return rows


def _kept(draft: CaseDraft | ParticipantDraft | ChargeDraft | EntryDraft, **more: Any) -> dict[str, Any]:
    """What of a draft has no column, but for what is empty. Judges are told from parties by where they stood."""
    return {
        name: value for name, value in (("other", {**draft.other}), ("form", {**draft.form}), *more.items()) if value
    }


def _parts_of_contact(person: ParticipantDraft) -> dict[str, str]:
    """The contact, address and phone that a source gives apart, and the column holds as one."""
    if not (person.address or person.phone):
        return {}
    return {"contact": person.contact, "address": person.address, "phone": person.phone}


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
            "kept": _kept(charge),
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
            "kept": _kept(entry),
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


def draft_of(record: Record) -> CaseDraft:
    """The draft that was stored as this record, read as the import job of its record set."""
    rows: dict[Any, Any] = {
        model: list(model._default_manager.filter(record_id=record.pk).order_by("position"))
        for model in (Participant, Charge, DocketEntry)
    }
    places = {person.pk: index for index, person in enumerate(rows[Participant])}
    return CaseDraft(
        source_system=record.source_system,
        source_id=record.source_id,
        family=record.kept["family"],
        court_id=record.court_id,
        docket_number=record.docket_number,
        title=record.title,
        filed_on=record.filed_on,
        terminated_on=record.terminated_on,
        category=record.category,
        sealed=record.sealed,
        juvenile=record.juvenile,
        invented=record.kept.get("invented", False),
        facts=record.facts,
        participants=tuple(_person_of(each, places) for each in rows[Participant]),
        charges=tuple(_charge_of(each, places) for each in rows[Charge]),
        entries=tuple(_entry_of(each) for each in rows[DocketEntry]),
        parties_left_out=record.kept.get("parties_left_out", 0),
        unnamed=record.kept.get("unnamed", False),
        other=record.kept.get("other", {}),
        form=record.kept.get("form", {}),
    )


def _person_of(row: Participant, places: dict[UUID, int]) -> ParticipantDraft:
    contact = {"contact": row.contact}
    return ParticipantDraft(
        role=row.role,
        source_type=row.source_type,
        name=row.name,
        extra=row.aliases,
        terminated_on=row.terminated_on,
        represents=places[row.represents_id] if row.represents_id else None,
        attorney_roles=tuple(row.attorney_roles),
        facts=row.facts,
        birth_date=row.birth_date,
        aliases=aliases_in(row.aliases),
        **{**{"other": {}, "form": {}, "place": ""}, **contact, **row.kept},
    )


def _charge_of(row: Charge, places: dict[UUID, int]) -> ChargeDraft:
    return ChargeDraft(
        sequence=row.position + 1,
        kind="count" if row.kind == Charge.Kind.COUNT else "complaint",
        participant=places[row.participant_id],
        description=row.description,
        statute=row.statute,
        count_number=row.count_number,
        status=row.standing,
        disposition=row.disposition,
        **{**{"other": {}, "form": {}}, **row.kept},
    )


def _entry_of(row: DocketEntry) -> EntryDraft:
    return EntryDraft(
        sequence=row.position + 1,
        number=row.number,
        filed_on=row.filed_on,
        entered_on=row.entered_on,
        description=row.description,
        document_id=row.facts.get("document_id", ""),
        sequence_id=row.facts.get("sequence_id", ""),
        **{**{"other": {}, "form": {}}, **row.kept},
    )
