"""The record page: who is on the record, what it says, and why the viewer sees each part or does not."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.html import format_html

from agencies.models import Agency, Membership, RecordSet, Role
from portal.kernel.parts import part
from portal.kernel.templatetags.portal import day
from portal.records import links
from portal.records.classes import Kind, described
from portal.records.decision import Explanation, Ruling
from portal.records.models import Charge, Dispute, Release
from portal.records.reading import aliases_in
from portal.records.shown import CaseFile, Disputed, EntryLine, Person, Shown
from portal.records.shown.details import Detail, agency_names
from portal.records.shown.disputes import on
from portal.records.shown.related import Related
from portal.records.shown.values import ABSENT, NAMES_WITHHELD, ChargeLine
from privacy.models import Obligation, ParticipantRole
from sharing_agreements.models import last_day

from .search import class_chips, state
from .timeline import KEPT_UNTIL, beside, docket_address, timeline

F = Dispute.Field
FACTS = {
    "case_type": "Kind of case",
    "originating_court": "Comes from",
    "originating_county": "County",
    "originating_number": "Number there",
    "standing": "Standing at the source",
    "fee_status": "Fee",
    "nature_of_suit": "Nature of suit",
    "jurisdiction": "Jurisdiction",
    "jury_demand": "Jury demand",
    "federal_defendant_number": "Defendant number",
}
"""Facts of a source that are shown, with their words; others may be anybody's free text."""
OTHER_JUDGES = ("Panel", "Judge below", "Ordering judge below", "Justice below")
"""Judges who are not the one to whom the case is assigned, in the words of the readers."""

PEOPLE: list[dict[str, Any]] = [
    {"label": "Role", "head": True},
    {"label": "Name"},
    {"label": "Born"},
    {"label": "Contact"},
    {"label": "State and FBI numbers"},
    {"label": "What applies"},
]
IDENTIFIERS = 4
"""The place of the numbers among the columns, which most records go without."""
CHARGES = [
    {"label": "No.", "head": True},
    {"label": "Charge"},
    {"label": "Against"},
    {"label": "Standing"},
    {"label": "Disposition and sentence"},
]


RELATED: list[dict[str, Any]] = [
    {"label": "Number", "head": True},
    {"label": "Class"},
    {"label": "Who"},
    {"label": "Begun"},
    {"label": "State"},
    {"label": "Why here"},
]


def related_rows(found: list[Related], under: str) -> list[list[Any]]:
    """The rows of the table of records that belong to this one. `under`: what their addresses carry of the page."""
    return [
        [
            part(
                "link",
                text=each.hit.docket_number,
                href=reverse("records:detail", args=[each.hit.id]) + under,
                mono=True,
            ),
            str(RecordSet.RecordClass(each.hit.record_class).label),
            _marker(each.hit.naming, short=True) if each.hit.withheld else each.hit.called,
            each.hit.filed_on,
            state(each.hit),
            each.why,
        ]
        for each in found
    ]


def content(case: CaseFile, explanation: Explanation, extra: dict[str, str] | None = None) -> dict[str, Any]:
    """What the record page, and its print, say of the record itself; `extra` goes along in addresses of its docket."""
    envelope = case.envelope
    return {
        "case": case,
        "page_heading": envelope.docket_number if case.heading == NAMES_WITHHELD else case.heading,
        "title_facts": title_facts(case, explanation),
        "disputed": on(case.disputes, Dispute.Field.RECORD, None),
        "summary": summary_of(case),
        **people_of(case),
        "charge_columns": CHARGES,
        "charges": charges_of(case),
        "charge_rules": [] if case.open_set.own else _rules(line.description.ruling for line in case.charges),
        "is_case": case.envelope.record_class == RecordSet.RecordClass.CASE,
        "docket": _docket(case),
        "order": "newest first" if case.newest_first else "oldest first",
        "timeline": timeline(case, extra or {}),
        "explanation": explanation,
        "why": _why(case, explanation),
        "provenance_pairs": _provenance(case),
        "text_withheld": None if case.free_text.shown else _marker(case.free_text),
        "text_rules": [] if case.open_set.own else _rules([case.free_text]),
    }


def custodians(case: CaseFile) -> list[Membership]:
    """Whom to ask for what is withheld: records custodians of the owner, two of them at most."""
    here = Membership.objects.current().with_role(Role.CUSTODIAN).filter(agency=case.open_set.owner_id)
    return list(here.select_related("person").order_by("started_at", "pk")[:2])


def entry_pages(case: CaseFile, *, after: int, size: int, extra: dict[str, str]) -> dict[str, str]:
    """Addresses of the docket's previous and next page. Positions are counted from 1 without gaps, or nearly."""
    last = case.entries[-1].position if case.entries else after
    more = len(case.entries) == size and case.more_entries
    return {
        "entries_previous": docket_address(case, after - size, extra) if after > 0 else "",
        "entries_next": docket_address(case, last, extra) if more else "",
    }


def title_facts(case: CaseFile, explanation: Explanation) -> list[Any]:
    """The line under the heading: number, class, standing, marks of classes, the permission."""
    envelope, way = case.envelope, explanation.way
    cite = part("cite", own=True)
    if way is not None and not case.open_set.own:
        cite = part("cite", agreement=way["agreement_number"], clause=way["clause_number"], href="#explain")
    return [
        part("link", text=envelope.docket_number, mono=True),
        RecordSet.RecordClass(envelope.record_class).label,
        *filter(None, [state(envelope)]),
        *class_chips(envelope.sealed, envelope.juvenile),
        *([part("chip", tone="warn", icon="pen", text="Disputed")] if case.disputes else []),
        cite,
    ]


IN_COLUMNS = ("category", "filed_on", "closed_on")
"""Fields of a case that its summary shows from the envelope."""


def summary_of(case: CaseFile) -> list[tuple[str, Any]]:
    if case.envelope.record_class == RecordSet.RecordClass.CASE:
        return [*_of_case(case), *_details(case, but=IN_COLUMNS)]
    return [(described(case.envelope.record_class).number_label, case.envelope.docket_number), *_details(case)]


def _details(case: CaseFile, *, but: Iterable[str] = ()) -> list[tuple[str, Any]]:
    """The fields of its class, by their labels; agencies by name."""
    held = [each for each in case.details if each.field.name not in (KEPT_UNTIL, *but)]
    names = agency_names(each.shown.value for each in held if each.field.kind is Kind.AGENCY and each.shown.value)

    def said(detail: Detail) -> Any:
        if detail.shown.withheld:
            return value(detail.shown)
        shown = detail.field.value(detail.shown.value)
        return _handled(names.get(shown, shown) if detail.field.kind is Kind.AGENCY else shown, detail.shown)

    return [(each.field.label, said(each)) for each in held]


def _of_case(case: CaseFile) -> list[tuple[str, Any]]:
    envelope = case.envelope
    court = Agency.objects.filter(court_id=envelope.court_id).values_list("name", flat=True).first()
    judges = [
        (person.source_type if person.source_type in OTHER_JUDGES else "Judge", value(person.name, short=True))
        for person in case.people
        if person.role == ParticipantRole.JUDGE
    ]
    pairs: list[tuple[str, Any]] = [
        ("Title", value(case.title)),
        ("Court", court or envelope.court_id),
        ("Category", envelope.category.capitalize()),
        ("Filed", envelope.filed_on),
        *([("Closed", envelope.terminated_on)] if envelope.terminated_on else []),
        *judges,
        *((label, envelope.facts[key]) for key, label in FACTS.items() if envelope.facts.get(key)),
    ]
    return pairs


def value(shown: Shown, *, label: str = "", short: bool = False) -> Any:
    """A value with the words on how to handle it, or the mark that stands in its place."""
    if shown.pseudonym and label:
        return part("alias", label=label)
    return _marker(shown.ruling, short=short) if shown.withheld else _handled(shown.value, shown)


def _handled(words: Any, shown: Shown) -> Any:
    asked = shown.ruling.handling if shown.value else ""
    return part("lines", text=words, under=asked) if asked else words


def _marker(ruling: Ruling, *, short: bool = False) -> Any:
    return part("withheld", reason=ruling.reason, rule=ruling.rule, short=short)


def people_of(case: CaseFile) -> dict[str, Any]:
    """The table of people; what applies to each is left out where an agency sees its own record in full."""
    rows = [_person(person, case.disputes) for person in case.people]
    columns = PEOPLE
    if not any(person.identifiers.ruling is not ABSENT for person in case.people):
        columns, rows = _without(IDENTIFIERS, rows)
    if case.open_set.own and all(person.name.ruling.shown for person in case.people):
        return {"people_columns": columns[:-1], "people": [row[:-1] for row in rows]}
    return {"people_columns": columns, "people": rows}


def _without(place: int, rows: list[list[Any]]) -> tuple[list[dict[str, Any]], list[list[Any]]]:
    """The table without the column at a place, of which it has nothing."""
    return PEOPLE[:place] + PEOPLE[place + 1 :], [row[:place] + row[place + 1 :] for row in rows]


def _person(person: Person, disputes: list[Disputed]) -> list[Any]:
    """One row of the people: role, name, born, contact, what applies."""
    role: Any = person.role_label
    kind = person.source_type.strip()
    if kind and kind.casefold() not in person.role_label.casefold():
        role = part("lines", text=role, under=kind)
    under = [*_also_known(person.aliases.value or ""), f"for {person.represents}" if person.represents else ""]
    name = value(person.name, label=person.label, short=True)
    return [
        role,
        beside(part("lines", text=name, under="; ".join(filter(None, under))), on(disputes, F.NAME, person.id)),
        beside(value(person.birth_date, short=True), on(disputes, F.BIRTH_DATE, person.id)),
        beside(value(_on_one_line(person.contact), short=True), on(disputes, F.CONTACT, person.id)),
        value(person.identifiers, short=True),
        _applies(person),
    ]


def _also_known(remarks: str) -> list[str]:
    """What a source says beside a name: its aliases, and apart from them whatever else it remarks."""
    names = aliases_in(remarks)
    lines = [line.strip() for line in remarks.splitlines()]
    others = dict.fromkeys(line for line in lines if line and line not in names and not aliases_in(f"{line}\n-"))
    known = [f"also known as {', '.join(names)}"] if names else []
    return known + ([f"remark of the source: {', '.join(others)}"] if others else [])


def _on_one_line(shown: Shown) -> Shown:
    """An address as its source broke it into lines, in one."""
    text = shown.value
    return Shown(", ".join(filter(None, map(str.strip, text.splitlines()))), shown.ruling) if text else shown


TERMS: dict[str, str] = {
    Obligation.STAYS: "read in the portal only",
    Obligation.SUPERVISOR: "approved by a supervisor of yours",
    Obligation.NOTIFY_OWNER: "its owner is told",
}
"""What a rule asks of the viewer, in the words of who sees by it."""


def _applies(person: Person) -> Any:
    """The rules that keep something of a person back or show it on terms, else the one that shows the name."""
    parts = (person.name, person.aliases, person.birth_date, person.contact, person.identifiers)
    kept = list({each.ruling: None for each in parts if not each.ruling.shown and each.ruling is not ABSENT})
    asking = {each.ruling: None for each in parts if each.value and each.ruling.obligations}
    if asking:
        words = "; ".join([*map(_kept, kept), *map(_terms, asking)])
        return part("cite", text=words[:1].upper() + words[1:], href=links.to_rule(next(iter(asking))), icon="person")
    if not kept:
        rule = f", rule {person.name.ruling.rule}" if person.name.ruling.rule else ""
        return part("cite", text=f"Shown in full{rule}", href=links.to_rule(person.name.ruling))
    pseudonym = "Pseudonym, the same throughout this case. " if person.name.pseudonym else ""
    words = "; ".join(map(_kept, kept))
    return part("cite", text=pseudonym + words[:1].upper() + words[1:], href=links.to_rule(kept[0]), icon="person")


def _kept(ruling: Ruling) -> str:
    return f"rule {ruling.rule}: {ruling.reason}" if ruling.rule else ruling.reason


def _terms(ruling: Ruling) -> str:
    said = [TERMS[each] for each in ruling.obligations]
    by = " and ".join(filter(None, (f"rule {ruling.rule}", ruling.term)))
    return f"shown by {by}: {', '.join(said)}"


def charges_of(case: CaseFile) -> list[list[Any]]:
    """The rows of the table of charges, under `CHARGES`."""
    return [
        [
            "Complaint" if line.kind == Charge.Kind.COMPLAINT else line.count_number,
            beside(
                part("lines", text=value(line.description), under=", ".join(filter(None, (line.statute, line.degree)))),
                on(case.disputes, F.CHARGE, line.id),
            ),
            line.against,
            _stands(line),
            _ended(line),
        ]
        for line in case.charges
    ]


PENDING = ("pending", "open", "active")
"""What sources say of a charge that has not ended."""


def _stands(line: ChargeLine) -> Any:
    """What the source says, or what follows from what is shown of an end where its source says that there is none."""
    plea = f"Plea: {line.plea}" if line.plea else ""
    follows = _follows(line) if line.standing.casefold() in PENDING else ""
    if not follows:
        return part("lines", text=line.standing.capitalize(), under=plea)
    still = f"the source still says {line.standing.lower()}"
    return part("lines", text=follows, under=part("lines", text=still, under=plea))


def _follows(line: ChargeLine) -> Any:
    """Sentenced, or how it ended, with its day; empty where neither is shown. Some sources write of a disposition that
    it is pending too."""
    if line.sentenced_on or line.sentence.value or line.fine is not None:
        word, at = "Sentenced", line.sentenced_on
    elif line.outcome or line.disposed_on:
        word, at = str(Charge.Outcome(line.outcome).label) if line.outcome else "Disposed of", line.disposed_on
    elif line.disposition.value and not line.disposition.value.strip().casefold().startswith(PENDING):
        word, at = "Disposed of", None
    else:
        return ""
    return format_html("{} {}", word, day(at)) if at else word


def _ended(line: ChargeLine) -> Any:
    """How a charge ended, and the sentence."""
    how = str(Charge.Outcome(line.outcome).label) if line.outcome else ""
    words = [
        format_html("{} {}", how, day(line.disposed_on)) if how and line.disposed_on else how,
        value(line.disposition, short=True),
        format_html("Sentenced {}", day(line.sentenced_on)) if line.sentenced_on else "",
        value(line.sentence, short=True)
        if line.sentence.ruling != line.disposition.ruling or line.sentence.value
        else "",
        f"Fine ${line.fine:,.2f}" if line.fine is not None else "",
    ]
    found = [word for word in words if word]
    return reduce(lambda below, word: part("lines", text=word, under=below), reversed(found)) if found else None


def _docket(case: CaseFile) -> list[dict[str, Any]]:
    """Rows of the docket; entries that are withheld alike, one after another, are one row of a first and a last. Beside
    an entry that is shown, which is never one of several, stands the note of its dispute."""

    def alike(entry: EntryLine) -> object:
        return entry.text.ruling if entry.text.withheld else entry.id

    runs = [list(run) for _, run in groupby(case.entries, key=alike)]
    return [
        {
            "entry": run[0],
            "last": run[-1] if len(run) > 1 else None,
            "count": len(run),
            "disputed": beside(None, on(case.disputes, F.ENTRY, run[0].id)),
        }
        for run in runs
    ]


def _why(case: CaseFile, explanation: Explanation) -> dict[str, Any]:
    """The sentence of “Why you see this”, in pieces that link to their sources."""
    way = explanation.way
    if case.open_set.own or way is None:
        return {"own": True, "owner": case.open_set.owner_name}
    return {
        "own": False,
        "agreement": part("link", text=way["agreement_number"], href=links.to_agreement(way), mono=True),
        "clause": part("link", text=f"clause {way['clause_number']}", href=links.to_clause(way)),
        "term": way["term_code"],
        "policy": next((links.to_policy(ruling) for ruling in case.rulings if ruling.policy), ""),
        "until": last_day(way["not_after"], way["agreement_zone"]),
    }


def release_pairs(made: Release) -> list[tuple[str, Any]]:
    """What a release says of itself on its first lines."""
    return [
        ("For", made.recipient),
        ("Why", made.reason),
        ("Made by", part("lines", text=str(made.membership.person), under=str(made.membership.agency))),
        ("When", made.made_at),
        ("Inquiry", part("link", text=made.inquiry.number, mono=True) if made.inquiry else None),
        *([("Case number", made.inquiry.case_number)] if made.inquiry else []),
        ("Purpose", made.inquiry.purpose_label if made.inquiry else "Own agency's record"),
    ]


def _rules(rulings: Iterable[Ruling]) -> list[Any]:
    """Links to the rules of some rulings, one for each."""
    found = {ruling.rule: ruling for ruling in rulings if ruling.rule}
    return [part("link", text=f"rule {name}", href=links.to_rule(ruling)) for name, ruling in sorted(found.items())]


def _provenance(case: CaseFile) -> list[tuple[str, Any]]:
    envelope = case.envelope
    return [
        ("Owner", case.open_set.owner_name),
        ("Record set", case.open_set.name),
        ("Source id", part("link", text=envelope.source_id, mono=True)),
        ("Updated", envelope.updated_at),
        *([("Kept until", envelope.retain_until)] if envelope.retain_until else []),
    ]
