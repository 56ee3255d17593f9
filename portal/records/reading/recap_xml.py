"""Reads the dockets of federal trial courts in the XML of the docket library of the Internet Archive."""

from __future__ import annotations

from typing import Any

from portal.kernel.reading.problem import Problems
from portal.records.reading.draft import LONGEST, CaseDraft
from portal.records.reading.federal_district import category_of
from portal.records.reading.gathering import Gathering, facts_of, identity
from portal.records.reading.shape import Day, Part, Rows, Shape, Text, known, take, write

FAMILY = "recap_xml"
ROOT = "gov_uscourts_docket"

ATTORNEY: Shape = {"attorney_name": Text("name"), "contact": Text("contact"), **known("attorney_role")}
PARTY: Shape = {
    "name": Text("name"),
    "type": Text("source_type"),
    "extra_info": Text("extra"),
    "date_terminated": Day("terminated_on"),
    "attorney_list": Part({"attorney": Rows("attorney", ATTORNEY)}),
}
DOCUMENT: Shape = {
    "@doc_num": Text("number"),
    "date_filed": Day("filed_on"),
    "date_entered": Day("entered_on"),
    "long_desc": Text("description"),
    "pacer_doc_id": Text("document_id"),
    "pacer_de_seq_num": Text("sequence_id"),
    **known("@attachment_num", "available", "free_import", "pacer_dm_id", "sha1", "short_desc", "upload_date"),
}
CASE: Shape = {
    ROOT: Part(
        {
            "case_details": Part(
                {
                    "court": Text("court_id"),
                    "docket_num": Text("docket_number"),
                    "case_name": Text("title"),
                    "date_case_filed": Day("filed_on"),
                    "date_case_terminated": Day("terminated_on"),
                    **known("assigned_to", "case_cause", "date_last_filing", "demand", "jurisdiction", "jury_demand"),
                    **known("nature_of_suit", "pacer_case_num", "referred_to"),
                }
            ),
            "party_list": Part({"party": Rows("party", PARTY)}),
            "document_list": Part({"document": Rows("document", DOCUMENT)}),
            **known("nonce"),
        }
    )
}


def read(value: dict[str, Any], problems: Problems) -> CaseDraft | None:
    taken = take(CASE, value, "", problems)
    court_id, number = taken.text("court_id"), taken.text("docket_number")
    source_id = identity(court_id, number, problems)
    if not source_id:
        return None
    found = Gathering(problems)
    for index, party in found.parties(taken, "party", PARTY):
        for place, row in found.objects(party.rows.get("attorney", []), "an attorney"):
            attorney = take(ATTORNEY, row, place, problems)
            roles = [line.strip() for line in attorney.beside("attorney_role").splitlines()]
            fitting = tuple(line for line in roles if line and len(line) <= LONGEST["roles"])
            found.attorney(attorney, "attorney", index, of=f"p{index}", roles=fitting)
    details = (ROOT, "case_details")
    found.judge(taken.beside(*details, "assigned_to"), "Assigned judge", "assigned_to")
    found.judge(taken.beside(*details, "referred_to"), "Referred judge", "referred_to")
    for place, row in found.objects(taken.rows.get("document", []), "a document"):
        document = take(DOCUMENT, row, place, problems)
        attachment = document.beside("@attachment_num").strip("0")
        said = document.beside("short_desc")
        found.entry(
            document, "document", description=f"Attachment {attachment}: {said}".rstrip(": ") if attachment else said
        )
    return found.case(
        taken,
        family=FAMILY,
        court_id=court_id,
        docket_number=number,
        source_id=source_id,
        category=category_of(number),
        facts=facts_of(
            cause=taken.beside(*details, "case_cause"),
            nature_of_suit=taken.beside(*details, "nature_of_suit"),
            jurisdiction=taken.beside(*details, "jurisdiction"),
            jury_demand=taken.beside(*details, "jury_demand"),
        ),
    )


def write_out(case: CaseDraft) -> dict[str, Any]:
    return write(case, CASE)
