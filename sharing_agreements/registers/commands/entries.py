"""Entries and issues of a register, brought to what the newest snapshot and the answers say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from agencies.models import User
from portal.kernel import history
from portal.kernel.bulk import insert_with_history
from sharing_agreements.registers.models import Entry, Issue, Register, Snapshot, SnapshotLine
from sharing_agreements.registers.settling import Agencies, Question, agency_key, settle

TEXTS = {
    "agency": "agency_name",
    "ori": "ori",
    "state": "state",
    "county": "county",
    "kind": "kind",
    "signed": "signed_text",
    "ends": "ends_text",
    "status": "status_text",
    "link": "link",
}
"""Which field of an entry holds what a column says."""

SETTLED = (*TEXTS.values(), "agency_key", "agency_id", "signed_on", "ends_on", "twice", "ended_in_id")


def write_entries(snapshot: Snapshot, lines: Mapping[str, SnapshotLine], *, actor: User) -> int:
    """Add, change and end entries as a snapshot has them, in the caller's transaction. Returns how many issues are new."""
    register, reason = snapshot.register, f"Snapshot {snapshot.number}"
    known = {entry.key: entry for entry in Entry.objects.filter(register=register)}
    before = {entry.pk: _state(entry) for entry in known.values()}
    new: list[Entry] = []
    for key, line in lines.items():
        entry = known.get(key)
        if entry is None:
            entry = Entry(register=register, key=key, base=line.base, first_in=snapshot)
            new.append(entry)
        _take(entry, line)
    for key, entry in known.items():
        if key not in lines and entry.ended_in_id is None:
            entry.ended_in = snapshot
    everything = [*known.values(), *new]
    questions = _settle(everything, register, order=snapshot.layout.get("order", ""))
    insert_with_history(Entry, new, actor=actor, reason=reason)
    _save_changed(known.values(), before, actor=actor, reason=reason)
    places = {entry.pk: lines[entry.key].place for entry in everything if entry.key in lines}
    return _write_issues(snapshot, questions, places, actor=actor)


def settle_again(register: Register, snapshot: Snapshot, *, actor: User, reason: str) -> None:
    """Bring every entry to what the answers say now; an answer may raise another question."""
    entries = list(Entry.objects.filter(register=register))
    before = {entry.pk: _state(entry) for entry in entries}
    questions = _settle(entries, register, order=snapshot.layout.get("order", ""))
    _save_changed(entries, before, actor=actor, reason=reason)
    _write_issues(snapshot, questions, {}, actor=actor)


def _take(entry: Entry, line: SnapshotLine) -> None:
    """Take over what a line says; a field for which the list has no column stays as it was."""
    for name, text in line.values.items():
        setattr(entry, TEXTS[name], text)
    entry.agency_key = agency_key(entry.ori, entry.state, entry.agency_name)
    entry.twice, entry.ended_in = line.twice, None


def _state(entry: Entry) -> tuple[object, ...]:
    return tuple(getattr(entry, name) for name in SETTLED)


def _settle(entries: list[Entry], register: Register, *, order: str) -> list[tuple[Entry, Question]]:
    answered = Issue.objects.filter(register=register).exclude(status=Issue.Status.OPEN)
    answers = {(issue.about, issue.source_key): issue for issue in answered}
    agencies = Agencies(entries)
    return [(entry, asked) for entry in entries for asked in settle(entry, agencies, answers, order=order)]


def _save_changed(
    entries: Iterable[Entry], before: Mapping[object, tuple[object, ...]], *, actor: User, reason: str
) -> None:
    for entry in entries:
        if _state(entry) != before[entry.pk]:
            history.save(entry, actor=actor, reason=reason)


def _write_issues(
    snapshot: Snapshot, questions: list[tuple[Entry, Question]], places: Mapping[object, str], *, actor: User
) -> int:
    """Open an issue for each new question; one that nobody answered and nothing asks any more goes."""
    register = snapshot.register
    known = {(issue.about, issue.source_key): issue for issue in Issue.objects.filter(register=register)}
    asked: dict[tuple[str, str], Issue] = {}
    for entry, question in questions:
        identity = (str(question.about), question.source_key)
        if identity not in known and identity not in asked:
            asked[identity] = Issue(
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
    still = {(str(question.about), question.source_key) for _, question in questions}
    for identity, issue in known.items():
        if issue.status == Issue.Status.OPEN and identity not in still:
            history.delete(issue, actor=actor, reason="No entry has this value any more")
    return insert_with_history(Issue, asked.values(), actor=actor, reason=f"Snapshot {snapshot.number}")
