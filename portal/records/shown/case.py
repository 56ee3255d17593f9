"""One record with everything that the viewer may see of it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

from portal.records.classes import described
from portal.records.decision import Decision, OpenSet, Ruling
from portal.records.models import Record
from privacy.models import DataCategory, Treatment

from . import outcomes
from .details import Detail, details_of
from .disputes import Disputed, disputes_of
from .outcomes import KEPT_BACK, TELLS
from .values import (
    ABSENT,
    HEADING_ROLES,
    NAMES_WITHHELD,
    NOT_CLEARED,
    PROTECTED_ROLES,
    ChargeLine,
    EntryInBrief,
    EntryLine,
    Envelope,
    Person,
    Seen,
    Shown,
    all_or_nothing,
    handling,
    not_cleared,
    rows,
)

ENTRIES_A_PAGE = 50
BRIEF = 140
"""Characters of an entry's text that its beginning has."""
FIRST = -1
"""Behind this position the docket begins."""


@dataclass(frozen=True)
class CaseFile:
    """A record as one viewer sees it. `docket` is the whole of it in brief, `entries` a page."""

    envelope: Envelope
    open_set: OpenSet
    free_text: Ruling
    title: Shown
    heading: str
    details: list[Detail]
    people: list[Person]
    charges: list[ChargeLine]
    entries: list[EntryLine]
    docket: list[EntryInBrief]
    disputes: list[Disputed]

    @property
    def entry_count(self) -> int:
        return len(self.docket)

    @property
    def entries_withheld(self) -> int:
        return sum(each.text.withheld for each in self.docket)

    @property
    def newest_first(self) -> bool:
        """Whether its source wrote the docket so; days that it does not say do not count."""
        dated = [each.filed_on for each in self.docket if each.filed_on]
        return bool(dated) and dated[0] > dated[-1]

    @property
    def rulings(self) -> list[Ruling]:
        """The rulings that decided what is shown here, each once, in order of their rules."""
        found = {value.ruling: None for value in self._values if value.ruling is not ABSENT}
        return sorted(found, key=lambda ruling: (ruling.rule == "", len(ruling.rule), ruling.rule))

    @property
    def withheld(self) -> int:
        """How many fields are withheld, those of docket entries on other pages included."""
        return sum(value.withheld for value in self._values) + self.entries_withheld

    @property
    def more_entries(self) -> bool:
        """Whether the docket goes on behind this page."""
        return bool(self.entries) and self.entries[-1].position < self.docket[-1].position

    @property
    def cleared(self) -> int:
        """How many entries of the docket are shown although its text is withheld."""
        return 0 if self.free_text.shown else self.entry_count - self.entries_withheld

    @property
    def protected(self) -> bool:
        """Whether free text is withheld for the sake of somebody on the record."""
        return self.free_text.reason == NOT_CLEARED

    @property
    def categories_shown(self) -> list[DataCategory]:
        """Kinds of data of which the viewer is shown anything here: what they could pass on."""
        values: dict[DataCategory, list[Shown]] = {
            DataCategory.NAME: [value for each in self.people for value in (each.name, each.aliases)],
            DataCategory.BIRTH_DATE: [each.birth_date for each in self.people],
            DataCategory.CONTACT: [each.contact for each in self.people],
            DataCategory.CHARGES: [value for each in self.charges for value in (each.description, each.disposition)],
            DataCategory.FREE_TEXT: [self.title],
            DataCategory.IDENTIFIERS: [each.identifiers for each in self.people],
        }
        for detail in self.details:
            if detail.field.category:
                values.setdefault(DataCategory(detail.field.category), []).append(detail.shown)
        entries = {DataCategory.FREE_TEXT} if self.entry_count > self.entries_withheld else set()
        return [
            each
            for each in DataCategory
            if each in entries or any(value.value is not None for value in values.get(each, []))
        ]

    @property
    def shown_under(self) -> list[Ruling]:
        """The rulings under which something is shown here, each once: what they ask goes with it."""
        found = {value.ruling: None for value in self._values if value.value is not None and value.ruling is not ABSENT}
        return list(found | {entry.text.ruling: None for entry in self.docket if entry.text.value})

    @property
    def seen(self) -> list[Seen]:
        """What a look at it shows, as the access log is told."""
        found = [Seen(self.envelope.id, self.open_set, ruling) for ruling in self.shown_under]
        shown = {each.ruling: None for each in self._of_protected if each.value is not None}
        return found + [Seen(self.envelope.id, self.open_set, ruling, of_protected=True) for ruling in shown]

    @property
    def handling(self) -> list[str]:
        """Words on how to handle what is shown, each once."""
        return handling(self.shown_under)

    @property
    def awaits_supervisor(self) -> bool:
        """Whether anything is withheld until a supervisor approves the inquiry."""
        return any(value.ruling.awaits_supervisor for value in self._values) or self.free_text.awaits_supervisor

    @property
    def _of_protected(self) -> list[Shown]:
        people = [person for person in self.people if person.role in PROTECTED_ROLES]
        return [value for person in people for value in person.values]

    @property
    def _values(self) -> list[Shown]:
        values = [self.title]
        for person in self.people:
            values += person.values
        for charge in self.charges:
            values += [charge.description, charge.disposition, charge.sentence]
        return values + [detail.shown for detail in self.details]


RECORD = [field.name for field in fields(Envelope)]

# The title, and whether free text is shown at all: nobody on the record may be withheld, by the record's own list and
# by its people, informants included.
TITLE = """
SELECT CASE WHEN g.free THEN NULLIF(r.title, '') END AS title, r.title <> '' AS has_title, g.free
FROM records_record r CROSS JOIN LATERAL (
  SELECT %(rule_shows)s AND r.participant_roles <@ %(names)s::varchar[] AND records_all_named(r.id, %(names)s) AS free
) AS g WHERE r.id = %(record)s
"""


def case_file(
    decision: Decision, record_id: UUID, *, entries_after: int = FIRST, whole: bool = False
) -> CaseFile | None:
    """The record with this id as the viewer sees it, or None when for them there is none.

    `entries_after` is the position behind which a page of docket entries begins; `whole` gives all of them.
    """
    row = Record.objects.visible_to(decision).filter(pk=record_id).values(*RECORD).first()
    if row is None:
        return None
    envelope = Envelope(**row)
    found = title_of(decision, envelope.id, envelope.record_set_id)
    if found is None:
        return None
    free, title = found
    people = _people(decision, envelope)
    named = ", ".join(p.name.value for p in people if p.role in HEADING_ROLES and p.name.ruling.shown and p.name.value)
    return CaseFile(
        envelope=envelope,
        open_set=decision.sets[envelope.record_set_id],
        free_text=free,
        title=title,
        heading=title.value or named or NAMES_WITHHELD,
        details=details_of(decision, envelope, free),
        people=people,
        charges=_charges(decision, envelope, people, free),
        entries=entries_page(decision, envelope, free, entries_after, None if whole else ENTRIES_A_PAGE),
        docket=_docket(decision, envelope, free),
        disputes=disputes_of(decision, envelope.id, envelope.record_set_id, free),
    )


def title_of(decision: Decision, record_id: UUID, record_set_id: UUID) -> tuple[Ruling, Shown] | None:
    """The ruling for a record's free text, and its title under it; None if the record has gone meanwhile."""
    rule = decision.disclosure.free_text(record_set_id)
    values = {
        "record": record_id,
        "rule_shows": rule.shown,
        "names": decision.disclosure.roles_shown(record_set_id, DataCategory.NAME),
    }
    for row in rows(TITLE, values):
        free = rule if row["free"] else not_cleared(rule)
        return free, Shown(row["title"], free if row["has_title"] else ABSENT)
    return None


def free_text_of(decision: Decision, record_id: UUID, record_set_id: UUID) -> Ruling | None:
    """The ruling for a record's free text alone."""
    found = title_of(decision, record_id, record_set_id)
    return found[0] if found else None


# Confidential informants are never rendered, nor those who act for them. Row-level security hides informants too, so
# whom an attorney represents may be missing here: then the attorney stays away.
PEOPLE = """
SELECT p.id, p.role, p.label, p.represents_id,
       CASE WHEN NOT EXISTS (
         SELECT 1 FROM records_charge h JOIN records_record r ON r.id = h.record_id
         WHERE h.participant_id = p.id AND p.role <> ALL (%(nonconviction)s) AND records_nonconviction(
           h.outcome, h.disposition, h.filed_on, r.record_class, r.filed_on, r.details)
       ) THEN p.terminated_on END AS terminated_on,
       CASE WHEN p.role = ANY (%(name_shown)s) THEN p.source_type ELSE '' END AS source_type,
       CASE WHEN p.role = ANY (%(name_shown)s) THEN p.attorney_roles ELSE '{}' END AS attorney_roles,
       CASE WHEN p.role = ANY (%(name_shown)s) THEN NULLIF(p.name, '')
            WHEN p.role = ANY (%(name_masked)s) THEN NULLIF(regexp_replace(p.name, '(\\S)\\S*', '\\1.', 'g'), '')
       END AS name,
       CASE WHEN p.role = ANY (%(name_shown)s) THEN NULLIF(p.aliases, '') END AS aliases,
       CASE WHEN p.role = ANY (%(birth_date_shown)s) THEN p.birth_date::text
            WHEN p.role = ANY (%(birth_date_masked)s) THEN to_char(p.birth_date, 'YYYY') END AS birth_date,
       CASE WHEN p.role = ANY (%(contact_shown)s) THEN NULLIF(p.contact, '') END AS contact,
       CASE WHEN p.role = ANY (%(identifiers_shown)s)
            THEN NULLIF(concat_ws('; ', 'State id ' || NULLIF(p.state_id, ''), 'FBI ' || NULLIF(p.fbi_id, '')), '')
       END AS identifiers, p.state_id <> '' OR p.fbi_id <> '' AS has_identifiers,
       p.aliases <> '' AS has_aliases, p.birth_date IS NOT NULL AS has_birth_date, p.contact <> '' AS has_contact
FROM records_participant p LEFT JOIN records_participant o ON o.id = p.represents_id
WHERE p.record_id = %(record)s AND p.role <> 'informant' AND (p.represents_id IS NULL OR o.role <> 'informant')
ORDER BY p.position
"""


def _people(decision: Decision, envelope: Envelope) -> list[Person]:
    disclosure, key = decision.disclosure, envelope.record_set_id
    values: dict[str, Any] = {"record": envelope.id}
    values["nonconviction"] = disclosure.roles_shown(key, DataCategory.NONCONVICTION)
    for category in (DataCategory.NAME, DataCategory.BIRTH_DATE, DataCategory.CONTACT, DataCategory.IDENTIFIERS):
        for treatment in (Treatment.SHOWN, Treatment.MASKED):
            values[f"{category}_{treatment}"] = disclosure.roles_under(key, category, treatment)
    people: list[Person] = []
    for row in rows(PEOPLE, values):
        name = disclosure.ruling(key, row["role"], DataCategory.NAME)
        born = disclosure.ruling(key, row["role"], DataCategory.BIRTH_DATE)
        contact = disclosure.ruling(key, row["role"], DataCategory.CONTACT)
        known_by = all_or_nothing(disclosure.ruling(key, row["role"], DataCategory.IDENTIFIERS))
        has = {part: row.pop(f"has_{part}") for part in ("aliases", "birth_date", "contact", "identifiers")}
        row["name"] = Shown(row["name"], name)
        row["aliases"] = Shown(row["aliases"], name if has["aliases"] else ABSENT)
        row["birth_date"] = Shown(_day(row["birth_date"]), born if has["birth_date"] else ABSENT)
        row["contact"] = Shown(row["contact"], contact if has["contact"] else ABSENT)
        row["identifiers"] = Shown(row["identifiers"], known_by if has["identifiers"] else ABSENT)
        represented = row.pop("represents_id")
        people.append(Person(**row, represents=next((p.called for p in people if p.id == represented), "")))
    return people


def _day(text: str | None) -> date | str | None:
    """A full date as a date; a masked one stays its year."""
    return date.fromisoformat(text) if text and len(text) > 4 else text


# What is nonconviction data is left out whole for whom its rules do not show it, since they may not even be told that
# there is any (28 CFR 20.21(c)(2)): neither its line nor a number counts it. Numbers with a gap would tell of what is
# left out, and so would numbers that are missing here and there: where somebody who can be charged is on the record of
# whom the viewer is not shown data of that kind, no number is read, nor at the end of a description, where federal
# courts write it.
CHARGES = """
SELECT c.id, c.participant_id, p.role, c.kind,
       CASE WHEN %(numbered)s THEN c.count_number ELSE '' END AS count_number,
       CASE WHEN p.role = ANY (%(shown)s) THEN c.standing ELSE '' END AS standing,
       CASE WHEN p.role <> ALL (%(shown)s) THEN NULL
            WHEN NOT %(numbered)s AND c.count_number <> '' AND right(rtrim(c.description), length(n.ends)) = n.ends
            THEN rtrim(left(rtrim(c.description), -length(n.ends)))
            ELSE c.description END AS description,
       CASE WHEN p.role = ANY (%(shown)s) THEN c.statute ELSE '' END AS statute,
       CASE WHEN p.role = ANY (%(shown)s) THEN c.degree ELSE '' END AS degree,
       CASE WHEN p.role = ANY (%(shown)s) THEN c.plea ELSE '' END AS plea,
       CASE WHEN p.role = ANY (%(shown)s) THEN c.outcome ELSE '' END AS outcome,
       CASE WHEN p.role = ANY (%(shown)s) THEN c.filed_on END AS filed_on,
       CASE WHEN p.role = ANY (%(shown)s) THEN c.disposed_on END AS disposed_on,
       CASE WHEN p.role = ANY (%(shown)s) THEN c.sentenced_on END AS sentenced_on,
       CASE WHEN p.role = ANY (%(shown)s) THEN c.fine END AS fine,
       CASE WHEN %(free)s AND p.role = ANY (%(shown)s) THEN NULLIF(c.disposition, '') END AS disposition,
       CASE WHEN %(free)s AND p.role = ANY (%(shown)s) THEN NULLIF(c.sentence, '') END AS sentence,
       c.disposition <> '' AS has_disposition, c.sentence <> '' AS has_sentence
FROM records_charge c JOIN records_participant p ON p.id = c.participant_id JOIN records_record r ON r.id = c.record_id
CROSS JOIN LATERAL (SELECT '(' || c.count_number || ')' AS ends) AS n
WHERE c.record_id = %(record)s AND p.role <> 'informant'
  AND (p.role = ANY (%(nonconviction)s) OR NOT records_nonconviction(
    c.outcome, c.disposition, c.filed_on, r.record_class, r.filed_on, r.details))
ORDER BY c.position
"""


def _charges(decision: Decision, envelope: Envelope, people: list[Person], free: Ruling) -> list[ChargeLine]:
    key = envelope.record_set_id
    called = {person.id: person.called for person in people}
    values = {"record": envelope.id, "free": free.shown}
    values["shown"] = decision.disclosure.roles_shown(key, DataCategory.CHARGES)
    unconvicted = decision.disclosure.roles_shown(key, DataCategory.NONCONVICTION)
    charged = described(envelope.record_class).charged
    could_be = {person.role for person in people if person.role in charged}
    values |= {"nonconviction": unconvicted, "numbered": could_be <= {*unconvicted}}
    made = []
    for row in rows(CHARGES, values):
        against = row.pop("participant_id")
        has_disposition, has_sentence = row.pop("has_disposition"), row.pop("has_sentence")
        ruling = decision.disclosure.ruling(key, row.pop("role"), DataCategory.CHARGES)
        if against not in called:
            continue
        row["description"] = Shown(row["description"], ruling)
        on_text = free if ruling.shown else ruling
        row["disposition"] = Shown(row["disposition"], on_text if has_disposition else ABSENT)
        row["sentence"] = Shown(row["sentence"], on_text if has_sentence else ABSENT)
        made.append(ChargeLine(participant=against, against=called[against], **row))
    return made


# A custodian clears the words of an entry, not the names of its documents.
ENTRIES = f"""
SELECT e.id, e.position, e.number, e.filed_on, e.entered_on, e.hearing, e.held_at,
       %(rule_shows)s AND e.cleared_at IS NOT NULL AS cleared,
       CASE WHEN g.free OR (%(rule_shows)s AND e.cleared_at IS NOT NULL) THEN e.description END AS text,
       CASE WHEN g.free OR (%(rule_shows)s AND e.cleared_at IS NOT NULL) THEN {TELLS} ELSE false END AS tells,
       CASE WHEN g.free THEN ARRAY(
         SELECT d #>> '{{}}' FROM jsonb_path_query(e.kept, '$.other.attachments[*].description ? (@ > "")') AS d
         UNION ALL SELECT d #>> '{{}}' FROM jsonb_path_query(e.kept, '$.other.Links[*].Description ? (@ > "")') AS d
       ) ELSE '{{}}' END AS documents
FROM records_docketentry e JOIN records_record r ON r.id = e.record_id
CROSS JOIN LATERAL (SELECT %(free)s AND NOT {KEPT_BACK} AS free) AS g
WHERE e.record_id = %(record)s AND e.position > %(after)s
ORDER BY e.position LIMIT %(limit)s
"""  # noqa: S608  (texts of this floor alone)

DOCKET = f"""
SELECT e.id, e.position, e.number, e.filed_on, e.hearing, e.held_at,
       %(rule_shows)s AND e.cleared_at IS NOT NULL AS cleared,
       CASE WHEN (%(free)s AND NOT {KEPT_BACK}) OR (%(rule_shows)s AND e.cleared_at IS NOT NULL)
            THEN left(e.description, {BRIEF}) END AS text
FROM records_docketentry e JOIN records_record r ON r.id = e.record_id
WHERE e.record_id = %(record)s ORDER BY e.position
"""  # noqa: S608  (texts of this floor alone)


def entries_page(
    decision: Decision, envelope: Envelope, free: Ruling, after: int, limit: int | None
) -> list[EntryLine]:
    """Docket entries behind a position, in order; `free` is the ruling for the record's free text."""
    made = []
    for row in rows(ENTRIES, _asks(decision, envelope, free) | {"after": after, "limit": limit}):
        row["text"] = _text(decision, envelope, free, row["text"], cleared=row["cleared"])
        made.append(EntryLine(**row))
    return made


def _docket(decision: Decision, envelope: Envelope, free: Ruling) -> list[EntryInBrief]:
    """All docket entries in order, each in brief."""
    made = []
    for row in rows(DOCKET, _asks(decision, envelope, free)):
        row["text"] = _text(decision, envelope, free, row["text"], cleared=row.pop("cleared"))
        made.append(EntryInBrief(**row))
    return made


def _asks(decision: Decision, envelope: Envelope, free: Ruling) -> dict[str, Any]:
    rule = decision.disclosure.free_text(envelope.record_set_id)
    asked = {"record": envelope.id, "free": free.shown, "rule_shows": rule.shown}
    return asked | outcomes.roles(decision, envelope.record_set_id)


def _text(decision: Decision, envelope: Envelope, free: Ruling, text: str | None, *, cleared: bool) -> Shown:
    """The text of an entry under its ruling: what is cleared is shown by the rule alone."""
    rule = decision.disclosure.free_text(envelope.record_set_id)
    return Shown(text, rule if cleared else not_cleared(free) if text is None else free)
