"""Reads the dockets of federal trial courts, criminal, civil and special.

Bad rows are left out, each named by place (`parties[2].attorneys[0].name`) and reason, and the rest goes on. A docket
without court and number is refused as a whole. Optional keys beyond the federal ones: `sealed`, `juvenile`, `invented`,
`category`; of a party `date_of_birth`, `address`, `phone`.
"""

from __future__ import annotations

import re
from typing import Any

from portal.kernel.reading.problem import Problems
from portal.kernel.reading.strict_json import kind
from portal.records.reading.draft import DOCKET, CaseDraft, EntryDraft, ParticipantDraft
from portal.records.reading.fields import Fields
from portal.records.reading.gathering import sealed_by_title
from portal.records.reading.parties import PartyReader

JUDGES = {"assigned_to_str": "Assigned judge", "referred_to_str": "Referred judge"}
FACTS = ("cause", "demand", "jurisdiction", "jury_demand", "mdl_status", "nature_of_suit")
"""Facts that the source writes as '' when it has none."""
NULL_FACTS = (
    "federal_dn_case_type",
    "federal_dn_judge_initials_assigned",
    "federal_dn_judge_initials_referred",
    "federal_dn_office_code",
    "ordered_by",
)
"""Facts that the source writes as null when it has none."""
KNOWN = frozenset({"chapter", "office", "pacer_case_id", "trustee_str", "type"})
KNOWN_OF_ENTRIES = frozenset(
    {"attachments", "file_size_bytes", "file_size_str", "page_count", "short_description", "description_html"}
)
"""Keys without a column, kept as they stand."""
DAYS = ("date_converted", "date_discharged")
FLAGS = ("sealed", "juvenile", "invented")
CATEGORIES = {
    "cr": "criminal",
    "cv": "civil",
    "mc": "miscellaneous",
    "md": "multidistrict",
    "mj": "magistrate",
    "po": "petty offense",
}


_CASE_TYPE = re.compile(r"[0-9]{2,4}-?([a-z]{2})-?[0-9]", re.IGNORECASE)


def category_of(docket_number: str) -> str:
    """The category that the letters of a federal number say: `1:17-cv-04570` is civil."""
    found = _CASE_TYPE.search(docket_number)
    return CATEGORIES.get(found[1].lower(), "") if found else ""


def read(value: dict[str, Any], problems: Problems) -> CaseDraft | None:
    if not value:
        problems.error("", "is an empty object: it holds no docket.")
        return None
    fields = Fields(value, "", problems)
    court_id, docket_number = fields.text("court_id"), fields.text("docket_number")
    if not court_id.strip() or not docket_number.strip():
        missing = "court_id" if not court_id.strip() else "docket_number"
        problems.error(
            missing, "cannot be read, and without court and number a docket has no identity; it was refused."
        )
        return None
    defendant_number = fields.text("federal_defendant_number", usual="null", numbers=True)
    if "federal_defendant_number" in fields.faults:
        problems.error(
            "federal_defendant_number", "cannot be read and is part of the identity; the docket was refused."
        )
        return None
    identity = (court_id.strip(), docket_number.strip(), defendant_number.strip())
    return _whole(fields, problems, court_id, docket_number, defendant_number, "/".join(filter(None, identity)))


def _whole(
    fields: Fields, problems: Problems, court_id: str, docket_number: str, defendant_number: str, source_id: str
) -> CaseDraft:
    title = fields.text("case_name")
    facts = _facts(fields) | ({"federal_defendant_number": defendant_number} if defendant_number else {})
    days = {key: fields.day(key) for key in ("date_filed", "date_terminated")}
    flags = {key: fields.flag(key, in_doubt=key != "invented") for key in FLAGS}
    category = fields.text("category", usual="missing")
    parties = PartyReader(problems)
    for place, row in fields.rows("parties"):
        parties.read(place, row)
    judges = [
        ParticipantDraft("judge", word, name, place=key) for key, word in JUDGES.items() if (name := fields.text(key))
    ]
    entries = _entries(fields, problems)
    return CaseDraft(
        source_system=DOCKET,
        source_id=source_id,
        court_id=court_id,
        docket_number=docket_number,
        title=title,
        filed_on=days["date_filed"],
        terminated_on=days["date_terminated"],
        category=category or CATEGORIES.get(facts.get("federal_dn_case_type", ""), ""),
        sealed=flags["sealed"] or sealed_by_title(title),
        juvenile=flags["juvenile"] or any(each.role == "juvenile" for each in parties.participants),
        invented=flags["invented"],
        facts=facts,
        participants=(*parties.participants, *judges),
        charges=tuple(parties.charges),
        entries=entries,
        parties_left_out=parties.left_out + ("parties" in fields.faults),
        other=fields.rest(KNOWN),
        form=fields.form | ({"category": "present"} if category else {}),
    )


def _facts(fields: Fields) -> dict[str, str]:
    found = {key: fields.text(key) for key in FACTS}
    found |= {key: fields.text(key, usual="null") for key in NULL_FACTS}
    found |= {key: day.isoformat() for key in DAYS if (day := fields.day(key))}
    return {key: value for key, value in found.items() if value}


def _entries(fields: Fields, problems: Problems) -> tuple[EntryDraft, ...]:
    """The docket entries that could be read as a whole: without one of its values an entry would say something else."""
    found: list[EntryDraft] = []
    for place, row in fields.rows("docket_entries"):
        if not isinstance(row, dict):
            problems.error(place, f"is {kind(row)}, not a docket entry; it was left out.")
            continue
        entry = Fields(row, place, problems)
        draft = EntryDraft(
            sequence=len(found) + 1,
            number=entry.text("document_number", usual="null", numbers=True),
            filed_on=entry.day("date_filed"),
            entered_on=entry.day("date_entered"),
            description=entry.text("description"),
            document_id=entry.text("pacer_doc_id", usual="null", numbers=True),
            sequence_id=entry.text("pacer_seq_no", usual="null", numbers=True),
            other=entry.rest(KNOWN_OF_ENTRIES),
            form=entry.form,
        )
        if entry.faults:
            problems.error(place, "is a docket entry with a value that cannot be read; the entry was left out.")
        else:
            found.append(draft)
    return tuple(found)
