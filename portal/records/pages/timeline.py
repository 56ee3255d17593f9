"""The timeline of a record: what it dates itself, as far as its viewer is shown it, in the order of its docket."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import reduce
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator

from agencies.models import RecordSet
from portal.kernel.parts import part
from portal.kernel.templatetags.portal import day
from portal.records.classes import Kind, described
from portal.records.models import Charge, Dispute
from portal.records.shown import CaseFile, ChargeLine, Disputed, EntryInBrief
from portal.records.shown.disputes import on

KEPT_UNTIL = "retain_until"
"""It is shown where a record comes from."""
WHOLE = 6
"""So many entries of the docket, one after another, are said one by one; of more the first and the last ones."""
AT_EACH_END = 2
LONGEST = 100
MOST_CHARGES = 3


@dataclass(frozen=True)
class Moment:
    """Something on its day. `entry`: the docket entry, or hearing, that it is."""

    at: date
    title: str
    text: Any = ""
    entry: EntryInBrief | None = None

    @property
    def in_a_run(self) -> bool:
        """Whether it may stand among others that are not said one by one."""
        return self.entry is not None and not self.entry.hearing


def timeline(case: CaseFile, extra: dict[str, str]) -> list[dict[str, Any]]:
    """Items of components/timeline.html; none where one thing alone is dated. `extra` goes along in addresses."""
    moments = sorted(_moments(case), key=lambda moment: moment.at)
    if len(moments) < 2:
        return []
    items: list[dict[str, Any]] = []
    for of_docket, run in groupby(moments, key=lambda moment: moment.in_a_run):
        some = list(run)
        rest = some[AT_EACH_END:-AT_EACH_END] if of_docket and len(some) > WHOLE else []
        head, tail = (some[:AT_EACH_END], some[-AT_EACH_END:]) if rest else (some, [])
        items += [_item(case, each, extra) for each in head]
        items += [_rest(case, rest, extra)] if rest else []
        items += [_item(case, each, extra) for each in tail]
    today = timezone.localdate()
    newest = max((number for number, item in enumerate(items) if item["at"] <= today), default=None)
    for number, item in enumerate(items):
        item["when"] = "next" if item["at"] > today else "now" if number == newest else "past"
    return items[::-1] if case.newest_first else items


def docket_address(case: CaseFile, after: int, extra: dict[str, str]) -> str:
    """The page of the docket that begins behind a position, which are counted from 1 without gaps, or nearly."""
    values = {**extra, **({"entries": str(after)} if after > 0 else {})}
    here = reverse("records:detail", kwargs={"pk": case.envelope.id})
    return here + (f"?{urlencode(values)}" if values else "") + "#docket"


def beside(cell: Any, disputed: Disputed | None) -> Any:
    """A cell with the note of its dispute, where there is one."""
    if disputed is None:
        return cell
    return part("disputed", value=cell, note=disputed.note, whose=disputed.whose, at=disputed.opened_at)


def _item(case: CaseFile, moment: Moment, extra: dict[str, str]) -> dict[str, Any]:
    href = _to_entry(case, moment.entry, extra) if moment.entry and not moment.entry.text.withheld else ""
    return {"title": moment.title, "at": moment.at, "text": moment.text, "href": href}


def _rest(case: CaseFile, moments: list[Moment], extra: dict[str, str]) -> dict[str, Any]:
    """Entries that are not said one by one: how many, until when, and where they stand."""
    first, last = moments[0], moments[-1]
    what = "entries of the docket" if _is_case(case) else "events"
    return {
        "title": f"{len(moments):,} more {what}",
        "at": first.at,
        "text": format_html("to {}", day(last.at)) if last.at != first.at else "",
        "href": _to_entry(case, first.entry, extra) if first.entry else "",
    }


def _to_entry(case: CaseFile, entry: EntryInBrief, extra: dict[str, str]) -> str:
    """Where an entry whose text is shown stands: on this page of the docket, or on another."""
    here = any(each.id == entry.id for each in case.entries)
    return f"#entry-{entry.id}" if here else docket_address(case, entry.position - 1, extra)


def _is_case(case: CaseFile) -> bool:
    return case.envelope.record_class == RecordSet.RecordClass.CASE


def _moments(case: CaseFile) -> Iterator[Moment]:
    """What is dated; of one day in the order in which it comes about."""
    envelope = case.envelope
    described_as = described(envelope.record_class)
    labels = {each.name: each.label for each in described_as.fields}
    if envelope.filed_on:
        yield Moment(envelope.filed_on, labels[described_as.begins])
    yield from _charged(case)
    yield from _of_docket(case)
    yield from _ended(case)
    for person in case.people:
        if person.terminated_on and person.terminated_on != envelope.terminated_on:
            yield Moment(person.terminated_on, "Ended", f"for {person.called}")
    yield from _of_its_class(case)


def _of_its_class(case: CaseFile) -> Iterator[Moment]:
    """The days that fields of its class say; the last day of what ended before it is none of them."""
    over, described_as = case.envelope.terminated_on, described(case.envelope.record_class)
    ends = False
    for each in case.details:
        name = each.field.name
        if each.field.kind is not Kind.DATE or not each.shown.value or name in (described_as.begins, KEPT_UNTIL):
            continue
        at: date = each.field.value(each.shown.value)
        ends = ends or (name in described_as.ends and at == over)
        if not (name == described_as.expires and over and at > over):
            yield Moment(at, each.field.label)
    if over and not ends:
        yield Moment(over, "Closed")


def _of_docket(case: CaseFile) -> Iterator[Moment]:
    """Hearings, and entries whose text is shown: of a case by their number, else by their words."""
    for entry in case.docket:
        if entry.filed_on is None or (entry.text.withheld and not entry.hearing):
            continue
        words = Truncator(" ".join((entry.text.value or "").split())).chars(LONGEST)
        if entry.hearing:
            title, words = entry.hearing, ", ".join(filter(None, [entry.held_at, words]))
        elif _is_case(case):
            title = f"Entry {entry.number}" if entry.number else "Docket entry"
        else:
            title, words = words or "Event", ""
        yield Moment(entry.filed_on, title, beside(words, on(case.disputes, Dispute.Field.ENTRY, entry.id)), entry)


def _charged(case: CaseFile) -> Iterator[Moment]:
    yield from _together(case, [(line.filed_on, "Charge filed", line) for line in case.charges])


def _ended(case: CaseFile) -> Iterator[Moment]:
    """How charges ended, and the sentences on them."""
    yield from _together(
        case,
        [
            (line.disposed_on, str(Charge.Outcome(line.outcome).label) if line.outcome else "Charge disposed of", line)
            for line in case.charges
        ],
    )
    yield from _together(case, [(line.sentenced_on, "Sentenced", line) for line in case.charges])


def _together(case: CaseFile, found: list[tuple[date | None, str, ChargeLine]]) -> Iterator[Moment]:
    """One moment for what happened to several charges on one day."""
    groups: dict[tuple[date, str], list[ChargeLine]] = {}
    for at, what, line in found:
        if at:
            groups.setdefault((at, what), []).append(line)
    for (at, what), lines in groups.items():
        yield Moment(at, what if len(lines) == 1 else f"{what}: {len(lines)} charges", _named(case, lines))


def _named(case: CaseFile, lines: list[ChargeLine]) -> Any:
    """Charges by their words; of many their numbers, as far as all have one."""
    if len(lines) > MOST_CHARGES:
        numbers = [line.count_number for line in lines]
        return f"numbers {', '.join(numbers)}" if all(numbers) else ""
    several = len({line.participant for line in case.charges}) > 1
    named = [
        beside(
            f"{line.description.value}, against {line.against}" if several else line.description.value,
            on(case.disputes, Dispute.Field.CHARGE, line.id),
        )
        for line in lines
    ]
    return reduce(lambda below, text: part("lines", text=text, under=below), reversed(named))
