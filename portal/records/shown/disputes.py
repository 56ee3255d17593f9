"""The notes beside disputed fields: ruled exactly as the field is, in SQL, so that who is not shown the field learns
neither the words nor that it is disputed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from portal.records.decision import Decision, Ruling
from portal.records.models import Dispute
from privacy.models import DataCategory

from . import outcomes
from .outcomes import KEPT_BACK
from .values import rows

if TYPE_CHECKING:
    from .case import CaseFile


@dataclass(frozen=True)
class Disputed:
    """An open dispute of a field that the viewer is shown. `note` is None where its words are kept back: of the record
    itself from whoever is not shown free text, and of any field once what it was read beside has changed."""

    id: UUID
    field: str
    of: UUID | None
    note: str | None
    words_of: str
    opened_at: datetime

    @property
    def label(self) -> str:
        return str(Dispute.Field(self.field).label)

    @property
    def whose(self) -> str:
        return str(Dispute.WordsOf(self.words_of).label)


# A masked value is not the value: whoever sees initials or a year is told of no dispute either.
OF_RECORD = f"""
SELECT d.id, d.field, COALESCE(d.participant_id, d.charge_id, d.entry_id) AS of, d.words_of, d.opened_at,
       CASE WHEN d.unread_since IS NULL AND (d.field <> 'record' OR %(free)s) THEN d.note END AS note
FROM records_dispute d JOIN records_record r ON r.id = d.record_id
LEFT JOIN records_charge c ON c.id = d.charge_id
LEFT JOIN records_participant p ON p.id = COALESCE(d.participant_id, c.participant_id)
LEFT JOIN records_participant o ON o.id = p.represents_id
LEFT JOIN records_docketentry e ON e.id = d.entry_id
WHERE d.record_id = %(record)s AND d.ended_at IS NULL
  AND (p.id IS NULL OR (p.role <> 'informant' AND (p.represents_id IS NULL OR o.role <> 'informant')))
  AND CASE d.field
      WHEN 'record' THEN true
      WHEN 'name' THEN p.role = ANY (%(name)s)
      WHEN 'birth_date' THEN p.role = ANY (%(birth_date)s)
      WHEN 'contact' THEN p.role = ANY (%(contact)s)
      WHEN 'charge' THEN p.role = ANY (%(charges)s) AND (p.role = ANY (%(nonconviction)s) OR NOT records_nonconviction(
        c.outcome, c.disposition, c.filed_on, r.record_class, r.filed_on, r.details))
      WHEN 'entry' THEN (%(free)s AND NOT {KEPT_BACK}) OR (%(rule_shows)s AND e.cleared_at IS NOT NULL)
      ELSE false END
ORDER BY d.opened_at, d.id
"""  # noqa: S608  (texts of this floor alone)


def disputes_of(decision: Decision, record_id: UUID, record_set_id: UUID, free: Ruling) -> list[Disputed]:
    """The open disputes of what the viewer is shown of a record; `free` is the ruling for its free text."""
    disclosure = decision.disclosure
    values: dict[str, Any] = {
        "record": record_id,
        "free": free.shown,
        "rule_shows": disclosure.free_text(record_set_id).shown,
        **outcomes.roles(decision, record_set_id),
    }
    for category in (
        DataCategory.NAME,
        DataCategory.BIRTH_DATE,
        DataCategory.CONTACT,
        DataCategory.CHARGES,
    ):
        values[category] = disclosure.roles_shown(record_set_id, category)
    return [Disputed(**row) for row in rows(OF_RECORD, values)]


def on(disputes: Iterable[Disputed], field: Dispute.Field, of: UUID | None) -> Disputed | None:
    """The dispute of one field, if there is one."""
    return next((each for each in disputes if each.field == field and each.of == of), None)


@dataclass(frozen=True)
class DisputableField:
    """A field that can be disputed, for it is shown and says something: in words, and whose `role` rules it."""

    field: str
    of: UUID | None
    key: str
    label: str
    role: str = ""


def fields_of(case: CaseFile) -> Iterator[DisputableField]:
    """What of a record its viewer could dispute, in the order of the page."""
    F = Dispute.Field
    yield DisputableField(F.RECORD, None, "", "The record itself: its number, court, category and dates")
    for person in case.people:
        for field, shown in ((F.NAME, person.name), (F.BIRTH_DATE, person.birth_date), (F.CONTACT, person.contact)):
            if shown.ruling.shown and shown.value:
                label = f"{person.called}, {person.role_label.lower()}: {field.label.lower()}"
                yield DisputableField(field, person.id, "participant_id", label, person.role)
    for charge in case.charges:
        if charge.description.ruling.shown:
            label = f"Charge {charge.count_number} against {charge.against}: {charge.description.value}"
            role = next(person.role for person in case.people if person.id == charge.participant)
            yield DisputableField(F.CHARGE, charge.id, "charge_id", label, role)
    for entry in case.entries:
        if entry.text.value is not None:
            yield DisputableField(F.ENTRY, entry.id, "entry_id", f"Entry {entry.number or entry.position}")
