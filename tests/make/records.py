"""Records with people, charges and docket entries, written as an import writes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import count
from string import ascii_uppercase
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from agencies.models import Membership, RecordSet, Role, is_certified
from portal.kernel.history import save
from portal.kernel.viewing import as_job
from portal.records import commands
from portal.records.classes.columns import columns
from portal.records.models import (
    Charge,
    DocketEntry,
    Expungement,
    ExpungementRequest,
    Inquiry,
    Participant,
    Record,
    SavedSearch,
    Watch,
)
from portal.records.reading import docket_key, names_key
from portal.records.watches import commands as watches
from portal.records.watches import running
from privacy.models import ParticipantRole

from .people import certified, person

_n = count(1)

ORDER: dict[str, Any] = {
    "authority": "Cedar County Superior Court",
    "order_number": "26-EX-31",
    "ordered_on": date(2026, 3, 2),
}
"""By which records of tests are expunged."""


def order(number: str = "26-SO-114") -> dict[str, Any]:
    """By which records of tests are sealed, and opened again."""
    return {**ORDER, "order_number": number, "scope": "The whole record"}


Person = tuple[str, str] | tuple[str, str, Mapping[str, Any]]
"""(role, name), or (role, name, other fields of Participant); `represents` there is a position in the list, from 0."""

REQUIRED: dict[str, dict[str, Any]] = {
    "intelligence": {
        "submitted_on": "2026-03-02",
        "review_due_on": "2031-03-02",
        "agency": "CA0990100",
        "control_official": "Lt. Rhee",
        "sensitivity": "confidential",
        "confidence": "reliable",
        "activity": "Fencing of stolen tools",
        "suspicion": "Seen three times at the stall",
    }
}
"""Details without which a record of a class cannot be."""

COUNT_ONE = "21:952 and 960 - Importation of a controlled substance"


def record(
    record_set: RecordSet,
    *,
    docket_number: str | None = None,
    title: str = "",
    sealed: bool = False,
    juvenile: bool = False,
    participants: Sequence[Person] = (("defendant", "Dane Halvorsen"),),
    entries: Iterable[str | Mapping[str, Any]] = (),
    charges: Iterable[str | Mapping[str, Any]] = (),
    filed_on: date | None = date(2026, 3, 2),
    **fields: Any,
) -> Record:
    """A record in `record_set`, of its class, with `details` of that. An entry is its text or fields of
    DocketEntry; a charge its description or fields of Charge, against the first participant."""
    docket_number = docket_number or f"26-CR-{next(_n):05}"
    details = {**REQUIRED.get(record_set.record_class, {}), **fields.pop("details", {})}
    fields |= columns(record_set.record_class, details, record_set.owner.time_zone)
    with as_job("import", record_set.pk):
        made = Record(
            record_set=record_set,
            docket_number=docket_number,
            docket_key=docket_key(docket_number),
            title=title,
            sealed=sealed,
            juvenile=juvenile,
            filed_on=filed_on,
            participant_roles=sorted({str(person[0]) for person in participants}),
            source_system=fields.pop("source_system", "test"),
            source_id=fields.pop("source_id", f"{docket_number}/{next(_n)}"),
            source_digest="0" * 64,
            updated_at=timezone.now(),
            **({"ordered_on": filed_on} if filed_on else {}),
            **fields,
        )
        save(made, actor=None)
        people = _people(made, participants)
        for position, entry in enumerate(entries, 1):
            given = {"description": entry} if isinstance(entry, str) else dict(entry)
            given = {"number": str(position), "filed_on": filed_on, "entered_on": filed_on, **given}
            save(DocketEntry(record=made, record_set=record_set, position=position, **given), actor=None)
        for position, charge in enumerate(charges, 1):
            given = {"description": charge} if isinstance(charge, str) else dict(charge)
            given = {"kind": "count", "count_number": str(position), "participant": people[0], **given}
            save(Charge(record=made, record_set=record_set, position=position, **given), actor=None)
    return made


def _people(made: Record, participants: Sequence[Person]) -> list[Participant]:
    seen: Counter[str] = Counter()
    people: list[Participant] = []
    for position, (role, name, *more) in enumerate(participants, 1):
        given: dict[str, Any] = dict(more[0]) if more else {}
        if "represents" in given:
            given["represents"] = people[given["represents"]]
        label = f"{ParticipantRole(role).label} {ascii_uppercase[seen[role]]}"
        seen[role] += 1
        on_it = Participant(
            record=made,
            record_set_id=made.record_set_id,
            position=position,
            role=role,
            label=label,
            name=name,
            name_key=names_key(name, given.get("aliases", "")),
            **given,
        )
        save(on_it, actor=None)
        people.append(on_it)
    return people


def asked_approval(who: Membership) -> Inquiry:
    """An inquiry for which its supervisors are asked; one of them is there."""
    inquiry = commands.open_inquiry(actor=who.person, membership_id=who.pk, purpose="C", case_number="MPD-26-1044")
    commands.ask_approval(actor=who.person, inquiry_id=inquiry.pk, reason="A threat was made today")
    return inquiry


def asked_expungement(by: Membership, record_id: UUID, **order: Any) -> ExpungementRequest:
    """A record that one custodian asks to have destroyed, by order."""
    said = {"ground": "order", **ORDER, **order}
    return commands.ask_expungement(actor=by.person, membership_id=by.pk, record_id=record_id, **said)


def second_custodian(of: Membership) -> Membership:
    """Another records custodian of the agency, certified as that one is."""
    other = person(of.agency, roles=(Role.CUSTODIAN,))
    if is_certified(of.person, of.agency.today):
        certified(other)
    return other


def expunged(by: Membership, record_id: UUID, **order: Any) -> Expungement:
    """A record destroyed by order, for which a colleague asked. What was deferred is checked before, as at the end of
    each request: a test of many is one transaction."""
    asked_expungement(second_custodian(by), record_id, **order)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    return commands.expunge(actor=by.person, membership_id=by.pk, record_id=record_id)


def watch(who: Membership, of: SavedSearch | Record, **stated: Any) -> Watch:
    """A watch that has noted what it finds already."""
    which = {"saved_id": of.pk} if isinstance(of, SavedSearch) else {"record_id": of.pk}
    stated = {"purpose": "C", "case_number": "MPD-26-1044", "days": 90, **which, **stated}
    made = watches.set_watch(actor=who.person, membership_id=who.pk, **stated)
    running.run(made.pk)
    return made


def looked_again(watch: Watch) -> None:
    """Its next run, before its time."""
    Watch.objects.filter(pk=watch.pk).update(next_run_at=timezone.now())
    running.run(watch.pk)
