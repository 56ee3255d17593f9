"""Reads the dockets of federal courts of appeals: as they are published, and as their newer system gives them."""

from __future__ import annotations

import re
from typing import Any

from portal.kernel.reading.problem import Problems
from portal.records.reading.draft import CaseDraft
from portal.records.reading.gathering import Gathering, about_a_juvenile, facts_of, identity
from portal.records.reading.html_text import cells_of, plain_text
from portal.records.reading.shape import DERIVED, Day, Part, Rows, Shape, Taken, Text, Texts, known, take, write

FAMILY, CASE_MANAGEMENT = "federal_appellate", "federal_appellate_acms"

ATTORNEY: Shape = {"name": Text("name"), "contact": Text("contact"), "roles": Texts("attorney_roles")}
PARTY: Shape = {
    "name": Text("name"),
    "type": Text("source_type"),
    "extra_info": Text("extra"),
    "date_terminated": Day("terminated_on"),
    "attorneys": Rows("attorneys", ATTORNEY),
    **known("unparsed"),
}
ENTRY: Shape = {
    "date_filed": Day("filed_on"),
    "date_entered": Day("entered_on"),
    "description": Text("description"),
    "document_number": Text("number", numbers=True),
    "pacer_doc_id": Text("document_id", numbers=True),
    "pacer_seq_no": Text("sequence_id", numbers=True),
    **known("attachments", "description_html", "file_size_bytes", "file_size_str", "page_count"),
}
CASE: Shape = {
    "court_id": Text("court_id"),
    "docket_number": Text("docket_number"),
    "case_name": Text("title"),
    "date_filed": Day("filed_on"),
    "date_terminated": Day("terminated_on"),
    "parties": Rows("parties", PARTY),
    "docket_entries": Rows("docket_entries", ENTRY),
    **known("appeal_from", "case_type_information", "fee_status", "nature_of_suit", "originating_court_information"),
    **known("pacer_case_id", "panel"),
}
_ACMS_ID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
"""By this the newer system calls a case, in either form."""


def read(value: dict[str, Any], problems: Problems) -> CaseDraft | None:
    taken = take(CASE, value, "", problems)
    court_id, number = taken.text("court_id"), taken.text("docket_number")
    source_id = identity(court_id, number, problems)
    if not source_id:
        return None
    if _ACMS_ID.fullmatch(key := taken.beside("pacer_case_id")):
        source_id = f"acms/{key.lower()}"
    found = Gathering(problems)
    for index, party in found.parties(taken, "parties", PARTY):
        found.attorneys(party, "attorneys", ATTORNEY, index)
    panel = taken.other.get("panel")
    for index, name in enumerate(panel if isinstance(panel, list) else []):
        found.judge(name, "Panel", f"panel[{index}]")
    below = "originating_court_information"
    found.judge(taken.beside(below, "assigned_to"), "Judge below", f"{below}.assigned_to")
    found.judge(taken.beside(below, "ordering_judge"), "Ordering judge below", f"{below}.ordering_judge")
    found.all_entries(taken, "docket_entries", ENTRY)
    kind = taken.beside("case_type_information")
    return found.case(
        taken,
        family=FAMILY,
        court_id=court_id,
        docket_number=number,
        source_id=source_id,
        category="appeal",
        juvenile=about_a_juvenile(kind),
        facts=facts_of(
            originating_court=taken.beside("appeal_from") or taken.beside(below, "name"),
            originating_number=taken.beside(below, "docket_number"),
            case_type=kind,
            nature_of_suit=taken.beside("nature_of_suit"),
            fee_status=taken.beside("fee_status"),
        ),
    )


def write_out(case: CaseDraft) -> dict[str, Any]:
    return write(case, CASE)


# --- The newer system: parties are a table in HTML, texts are HTML ----------------------------------------------------

ACMS_ENTRY: Shape = {
    "endDate": Day("filed_on"),
    "createdOn": Day("entered_on"),
    "entryNumber": Text("number", numbers=True),
    "docketEntryId": Text("document_id"),
    **known("endDateFormatted", "docketEntryText", "documentCount", "pageCount", "fileSize", "selected"),
    **known("restrictedPartyFilingDocketEntry", "restrictedDocsAvailable"),
}
ACMS_CASE: Shape = {
    "caseDetails": Part(
        {
            "caseNumber": Text("docket_number"),
            "name": Text("title"),
            "caseOpened": Day("filed_on"),
            **known("aNumber", "byteCount", "caseId", "caseSubSubType", "caseSubType", "caseType", "court"),
            **known("districtCourtName", "feeStatus", "partyAttorneyList", "receivedDate", "shortCaption"),
        }
    ),
    "docketInfo": Part(
        {
            "docketEntries": Rows("docketEntries", ACMS_ENTRY),
            **known("byteCount", "isCaseSealed", "isUserCaseParticipant"),
        }
    ),
}
NO_COURT = "The document does not say of which court it is; the record's court is left empty."


def read_acms(value: dict[str, Any], problems: Problems) -> CaseDraft | None:
    taken = take(ACMS_CASE, value, "", problems)
    number, key = taken.text("docket_number"), taken.beside("caseDetails", "caseId")
    if not number.strip() or not key.strip() or len(key) > 64:
        missing = "caseNumber" if not number.strip() else "caseId"
        reason = "cannot be read, and without it the docket has no identity; it was refused."
        problems.error(f"caseDetails.{missing}", reason)
        return None
    problems.note("", NO_COURT)
    found = Gathering(problems)
    _acms_parties(found, taken.beside("caseDetails", "partyAttorneyList"))
    for place, row in found.objects(taken.rows.get("docketEntries", []), "a docket entry"):
        entry = take(ACMS_ENTRY, row, place, problems)
        found.entry(entry, "docketEntries", description=plain_text(entry.beside("docketEntryText")))
    info = taken.other.get("docketInfo")
    details = "caseDetails"
    kinds = [taken.beside(details, each) for each in ("caseType", "caseSubType", "caseSubSubType")]
    return found.case(
        taken,
        family=CASE_MANAGEMENT,
        court_id="",
        docket_number=number,
        source_id=f"acms/{key.strip().lower()}",
        category="appeal",
        sealed=isinstance(info, dict) and info.get("isCaseSealed", False) is not False,
        juvenile=about_a_juvenile(*kinds),
        facts=facts_of(
            originating_court=taken.beside(details, "districtCourtName") or taken.beside(details, "court", "name"),
            case_type=", ".join(filter(None, kinds)),
            fee_status=taken.beside(details, "feeStatus"),
        ),
    )


def write_out_acms(case: CaseDraft) -> dict[str, Any]:
    return write(case, ACMS_CASE)


_ROLE = re.compile(r"\[.{1,120}\]")


def _acms_parties(found: Gathering, html: str) -> None:
    """Rows of two cells: a party with its type last, then its attorneys, each in a block of its own."""
    place = "caseDetails.partyAttorneyList"
    cells = cells_of(html)
    for index in range(0, len(cells), 2):
        lines = [line for block in cells[index] for line in block]
        if not lines:
            continue
        name, kind = lines[0].rstrip(" ,"), lines[-1].rstrip(" ,") if len(lines) > 1 else ""
        party = found.party(Taken(f"{place}[{index // 2}]", {"name": name, "extra": ""}), DERIVED, source_type=kind)
        if party is None:
            continue
        for block in cells[index + 1] if index + 1 < len(cells) else []:
            if block and found.fits(block[0]):
                roles = [line for line in block[1:] if _ROLE.fullmatch(line)]
                values = {
                    "name": block[0],
                    "contact": "\n".join(line for line in block[1:] if line not in roles),
                    "attorney_roles": tuple(role[1:-1] for role in roles),
                }
                found.attorney(Taken(place, values), DERIVED, party)
