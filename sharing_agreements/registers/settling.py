"""What entries say once issues are answered: agency and days follow from what is written and from answers alone."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from agencies.models import Agency

from .models import Entry, Issue, Register, Snapshot, SnapshotLine
from .reading import read_day
from .reading.lines import name_key

A = Issue.About
ARROW = " \u2192 "

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


def digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Question:
    """What an entry leaves open: the identity of an issue, and what a person needs to answer it."""

    about: str
    source: str
    source_key: str
    doubt: str = ""
    candidates: tuple[date, ...] = ()
    state: str = ""


Answers = Mapping[tuple[str, str], Issue]
"""Issues that a person answered, by what they are about and their source key."""


class Agencies:
    """The portal's agencies by ORI, and by exact name and state; a name that several share is nobody's."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        entries = list(entries)
        oris = {entry.ori for entry in entries if entry.ori}
        states = {entry.state for entry in entries if not entry.ori}
        self._by_ori = {a.ori: a for a in Agency.objects.filter(ori__in=oris).only("id", "ori", "name", "state")}
        self._by_name: defaultdict[tuple[str, str], list[Agency]] = defaultdict(list)
        for agency in Agency.objects.filter(state__in=states).exclude(state="").only("id", "name", "state"):
            self._by_name[agency.state, name_key(agency.name)].append(agency)

    def of(self, entry: Entry) -> Agency | None:
        if entry.ori:
            return self._by_ori.get(entry.ori)
        same = self._by_name.get((entry.state, name_key(entry.agency_name)), [])
        return same[0] if len(same) == 1 else None


def settle(entry: Entry, agencies: Agencies, answers: Answers, *, order: str) -> list[Question]:
    """Set agency and days of an entry; returns what stays or became a question, answered ones included."""
    questions: list[Question] = []
    _settle_agency(entry, agencies, answers, questions)
    entry.signed_on = _day(A.SIGNED, entry.signed_text, answers, questions, order=order, today=timezone.localdate())
    entry.ends_on = _day(A.ENDS, entry.ends_text, answers, questions, order=order)
    if entry.signed_on and entry.ends_on and entry.ends_on < entry.signed_on:
        source = f"{entry.signed_text}{ARROW}{entry.ends_text}"
        asked = Question(A.REVERSED, source, digest(source), candidates=(entry.ends_on,))
        questions.append(asked)
        entry.ends_on = _answered_day(asked, answers)
    if entry.twice:
        questions.append(Question(A.TWICE, str(entry), entry.base, state=entry.state))
    return questions


def _settle_agency(entry: Entry, agencies: Agencies, answers: Answers, questions: list[Question]) -> None:
    found = agencies.of(entry)
    answer = answers.get((A.AGENCY, entry.agency_key))
    if found is not None and answer is None:
        entry.agency_id = found.pk
        return
    shown = f"{entry.agency_name}, ORI {entry.ori}" if entry.ori else entry.agency_name
    questions.append(Question(A.AGENCY, shown, entry.agency_key, state=entry.state))
    entry.agency_id = answer.agency_id if answer else None


def _day(
    about: str, text: str, answers: Answers, questions: list[Question], *, order: str, today: date | None = None
) -> date | None:
    day = read_day(text, order=order, today=today)
    asked = Question(about, text, digest(text), day.doubt, day.candidates)
    if (about, asked.source_key) not in answers and not day.doubt:
        return day.on
    questions.append(asked)
    return _answered_day(asked, answers)


def _answered_day(asked: Question, answers: Answers) -> date | None:
    answer = answers.get((asked.about, asked.source_key))
    return answer.day if answer else None


Asked = list[tuple[Entry, Question]]


def settle_all(entries: list[Entry], register: Register, *, order: str) -> Asked:
    """Settle entries of one register by the answers that people gave; returns every question with its entry."""
    answered = Issue.objects.filter(register=register).exclude(status=Issue.Status.OPEN)
    answers = {(issue.about, issue.source_key): issue for issue in answered}
    agencies = Agencies(entries)
    return [(entry, asked) for entry in entries for asked in settle(entry, agencies, answers, order=order)]


def entries_with(snapshot: Snapshot, lines: Mapping[str, SnapshotLine], known: Mapping[str, Entry]) -> list[Entry]:
    """The entries of the register as a snapshot has them: `known` ones changed or ended in place, then new ones."""
    new: list[Entry] = []
    for key, line in lines.items():
        entry = known.get(key)
        if entry is None:
            entry = Entry(register=snapshot.register, key=key, base=line.base, first_in=snapshot)
            new.append(entry)
        _take(entry, line)
    for key, entry in known.items():
        if key not in lines and entry.ended_in_id is None:
            entry.ended_in = snapshot
    return [*known.values(), *new]


def _take(entry: Entry, line: SnapshotLine) -> None:
    """Take over what a line says; a field for which the list has no column stays as it was."""
    for name, text in line.values.items():
        setattr(entry, TEXTS[name], text)
    entry.agency_key = agency_key(entry.ori, entry.state, entry.agency_name)
    entry.twice, entry.ended_in = line.twice, None


def new_questions(snapshot: Snapshot, lines: Mapping[str, SnapshotLine]) -> Asked:
    """What a preview would ask, each question once; nothing is written."""
    known = {entry.key: entry for entry in Entry.objects.filter(register=snapshot.register)}
    asked = settle_all(entries_with(snapshot, lines, known), snapshot.register, order=snapshot.layout.get("order", ""))
    there = set(Issue.objects.filter(register=snapshot.register).values_list("about", "source_key"))
    found: dict[tuple[str, str], tuple[Entry, Question]] = {}
    for entry, question in asked:
        identity = (str(question.about), question.source_key)
        if identity not in there:
            found.setdefault(identity, (entry, question))
    return list(found.values())


def agency_key(ori: str, state: str, name: str) -> str:
    return digest("ori", ori) if ori else digest("name", state, name_key(name))
