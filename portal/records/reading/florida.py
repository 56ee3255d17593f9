"""Reads the dockets of Florida's appellate courts: as they are published, and as the courts' service lists them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from portal.kernel.reading.problem import Problems
from portal.records.reading.draft import LONGEST, CaseDraft
from portal.records.reading.gathering import Gathering, about_a_juvenile, facts_of, identity
from portal.records.reading.shape import ANY, Day, Kept, Part, Rows, Shape, Taken, Text, known, take, write

FAMILY, SERVICE = "state_florida", "state_florida_service"

ATTORNEY: Shape = {"name": Text("name"), **known("party_uuid", "primary_flag", "sort_name")}
PARTY: Shape = {
    "name": Text("name"),
    "party_subtype": Text("source_type"),
    "representatives": Rows("representatives", ATTORNEY),
    **known("involvement_type_id", "non_public_flag", "order_by", "party_number", "party_subtype_id", "party_type"),
    **known("party_type_id", "party_type_raw", "party_uuid", "pro_se_flag", "sort_name", "status", "status_id"),
}
ENTRY: Shape = {
    "date_filed": Day("filed_on"),
    "date_submitted": Day("entered_on"),
    "docket_entry_uuid": Text("document_id"),
    **known("attachments", "composite_security", "datetime_filed", "document_count", "entry_description", "entry_name"),
    **known("entry_status", "entry_status_id", "entry_subtype", "entry_subtype_id", "entry_type", "entry_type_id"),
    **known("entry_type_raw", "official", "outcome_status", "outcome_status_id", "secured_document", "submitted_by"),
    **known(*(f"security_{number}" for number in range(1, 6))),
}
CASE: Shape = {
    "court_id": Text("court_id"),
    "docket_number": Text("docket_number"),
    "case_name": Text("title"),
    "date_filed": Day("filed_on"),
    "parties": Rows("parties", PARTY),
    "entries": Rows("entries", ENTRY),
    **known("arguments", "case_group_flag", "case_name_full", "case_name_short", "case_uuid", "class_group_type"),
    **known("class_group_type_id", "classification_id", "closed_flag", "court_abbreviation", "datetime_filed"),
    **known(
        "docket_type", "docket_type_raw", "location", "location_id", "originating_cases", "panel_flag", "transfers"
    ),
}


def read(value: dict[str, Any], problems: Problems) -> CaseDraft | None:
    taken = take(CASE, value, "", problems)
    number = taken.text("docket_number")
    source_id = identity("florida", number, problems)
    if not source_id:
        return None
    found = Gathering(problems)
    for place, row in found.known_parties(taken.rows.get("parties", [])):
        party = take(PARTY, row, place, problems)
        _not_public(party, problems)
        index = found.party(party, "parties", source_type=party.beside("party_type"))
        if index is not None:
            found.attorneys(party, "representatives", ATTORNEY, index)
    for place, row in found.objects(taken.rows.get("entries", []), "a docket entry"):
        entry = take(ENTRY, row, place, problems)
        said = [entry.beside("entry_name"), entry.beside("entry_description")]
        found.entry(entry, "entries", description=": ".join(filter(None, said)))
    raw = taken.other.get("docket_type_raw")
    kinds = [each for each in raw if isinstance(each, str)] if isinstance(raw, list) else []
    cases = taken.other.get("originating_cases")
    return found.case(
        taken,
        family=FAMILY,
        court_id=taken.text("court_id"),
        docket_number=number,
        source_id=source_id,
        category="appeal",
        juvenile=about_a_juvenile(*kinds, taken.beside("docket_type")),
        facts=_facts(cases, "court_name", "case_number", " - ".join(kinds), taken.other.get("closed_flag")),
    )


def write_out(case: CaseDraft) -> dict[str, Any]:
    return write(case, CASE)


def _not_public(party: Taken, problems: Problems) -> None:
    """Who a court says is not public: the name stays out of the column that pages read."""
    if party.other.get("non_public_flag", False) is not False and "name" in party.values:
        party.other["name"] = party.values.pop("name")
        problems.note(party.place, "is not public, says its source; the name is kept, and shown to nobody.")


def _facts(cases: object, court: str, number: str, kind: str, closed: object) -> dict[str, str]:
    rows = [each for each in cases if isinstance(each, dict)] if isinstance(cases, list) else []

    def named(key: str) -> str:
        return ", ".join(dict.fromkeys(each[key] for each in rows if isinstance(each.get(key), str) and each[key]))

    standing = {True: "Closed", False: "Open"}.get(closed, "") if isinstance(closed, bool) else ""
    return facts_of(originating_court=named(court), originating_number=named(number), case_type=kind, standing=standing)


# --- A page of results of the courts' service -------------------------------------------------------------------------

SERVICE_CASE: Shape = {
    "caseHeader": Part(
        {
            "caseNumber": Text("docket_number"),
            "caseTitle": Text("title"),
            "filedDate": Day("filed_on"),
            **known(
                "caseClassification", "caseClassificationID", "caseInstanceUUID", "closedFlag", "courtAbbreviation"
            ),
            **known("courtID", "originatingCourtCases"),
        }
    ),
    ANY: Kept(),
}
_DISTRICT = re.compile(r"([1-6])(?:st|nd|rd|th) District Court of Appeal", re.IGNORECASE)


def court_of(abbreviation: str) -> str:
    """The court's id in the list of courts, '' for one that is not known."""
    if match := _DISTRICT.fullmatch(abbreviation.strip()):
        return f"flca0{match[1]}"
    return "flsc" if abbreviation.strip().casefold() == "supreme court of florida" else ""


def results(value: Mapping[str, Any]) -> list[Any]:
    embedded = value.get("_embedded")
    found = embedded.get("results") if isinstance(embedded, dict) else None
    return found if isinstance(found, list) else []


def listed(value: Mapping[str, Any]) -> Sequence[tuple[str, Any]]:
    return [(f"_embedded.results[{index}]", each) for index, each in enumerate(results(value))]


def read_service(value: dict[str, Any], problems: Problems) -> CaseDraft | None:
    taken = take(SERVICE_CASE, value, "", problems)
    number, header = taken.text("docket_number"), "caseHeader"
    source_id = identity("florida", number, problems, f"{header}.caseNumber")
    if not source_id:
        return None
    court_id = court_of(taken.beside(header, "courtAbbreviation"))
    if not court_id:
        problems.note(f"{header}.courtAbbreviation", "is no court that is known; the record's court is left empty.")
    inner = taken.other.get(header)
    kept: Mapping[str, Any] = inner if isinstance(inner, dict) else {}
    kind = taken.beside(header, "caseClassification")
    return Gathering(problems).case(
        taken,
        family=SERVICE,
        court_id=court_id[: LONGEST["court_id"]],
        docket_number=number,
        source_id=source_id,
        category="appeal",
        juvenile=about_a_juvenile(kind),
        facts=_facts(
            kept.get("originatingCourtCases"),
            "originatingCourtName",
            "originatingCaseNumber",
            kind,
            kept.get("closedFlag"),
        ),
    )


def write_out_service(case: CaseDraft) -> dict[str, Any]:
    return write(case, SERVICE_CASE)


# --- What the service gives beside cases ------------------------------------------------------------------------------

PARTIES = "lists parties of a Florida case, and not the case: its number is missing. Import the case with its parties."
DOCUMENTS = "lists documents of a Florida docket entry, and not the case. Import the case with its docket entries."


def refusal(value: Mapping[str, Any]) -> str:
    """Why a document of the service is no docket."""
    rows = results(value)
    first = rows[0] if rows and isinstance(rows[0], dict) else value
    if "partyHeader" in first or ({"party_uuid", "party_subtype"} <= first.keys() and "docket_number" not in first):
        return PARTIES
    if "documentLinkUUID" in first or "document_link_uuid" in first:
        return DOCUMENTS
    return ""
