"""Entries and issues of a register, brought to what the newest snapshot and the answers say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from agencies.models import User
from portal.kernel import history
from portal.kernel.bulk import insert_with_history
from sharing_agreements.registers.models import Entry, Issue, Register, Snapshot, SnapshotLine
from sharing_agreements.registers.settling import TEXTS, Asked, entries_with, settle_all

SETTLED = (*TEXTS.values(), "agency_key", "agency_id", "signed_on", "ends_on", "twice", "ended_in_id")
"""What of an entry may change."""

State = tuple[object, ...]


def write_entries(snapshot: Snapshot, lines: Mapping[str, SnapshotLine], *, actor: User) -> int:
    """Add, change and end entries as a snapshot has them, within a command. Returns how many issues are new."""
    register, reason = snapshot.register, f"Snapshot {snapshot.number}"
    known = {entry.key: entry for entry in Entry.objects.filter(register=register)}
    before = {entry.pk: _state(entry) for entry in known.values()}
    entries = entries_with(snapshot, lines, known)
    asked = settle_all(entries, register, order=snapshot.layout.get("order", ""))
    insert_with_history(Entry, (e for e in entries if e.pk not in before), actor=actor, reason=reason)
    _save_changed(known.values(), before, actor=actor, reason=reason)
    places = {entry.pk: lines[entry.key].place for entry in entries if entry.key in lines}
    return _write_issues(snapshot, asked, places, actor=actor)


def settle_again(register: Register, snapshot: Snapshot, *, actor: User, reason: str) -> None:
    """Bring every entry to what the answers say now; an answer may raise another question."""
    entries = list(Entry.objects.filter(register=register))
    before = {entry.pk: _state(entry) for entry in entries}
    asked = settle_all(entries, register, order=snapshot.layout.get("order", ""))
    _save_changed(entries, before, actor=actor, reason=reason)
    _write_issues(snapshot, asked, {}, actor=actor)


def _state(entry: Entry) -> State:
    return tuple(getattr(entry, name) for name in SETTLED)


def _save_changed(entries: Iterable[Entry], before: Mapping[UUID, State], *, actor: User, reason: str) -> None:
    for entry in entries:
        if _state(entry) != before[entry.pk]:
            history.save(entry, actor=actor, reason=reason)


def _write_issues(snapshot: Snapshot, asked: Asked, places: Mapping[UUID, str], *, actor: User) -> int:
    """Open an issue for each new question; one that nobody answered and nothing asks any more goes."""
    register = snapshot.register
    known = {(issue.about, issue.source_key): issue for issue in Issue.objects.filter(register=register)}
    new: dict[tuple[str, str], Issue] = {}
    still = set()
    for entry, question in asked:
        identity = (str(question.about), question.source_key)
        still.add(identity)
        if identity in known or identity in new:
            continue
        new[identity] = Issue(
            register=register,
            about=question.about,
            source_key=question.source_key,
            source=question.source,
            place=places.get(entry.pk, ""),
            doubt=question.doubt,
            candidates=[on.isoformat() for on in question.candidates],
            state=question.state,
            first_in=snapshot,
        )
    for identity, issue in known.items():
        if issue.status == Issue.Status.OPEN and identity not in still:
            history.delete(issue, actor=actor, reason="No entry has this value any more")
    return insert_with_history(Issue, new.values(), actor=actor, reason=f"Snapshot {snapshot.number}")
