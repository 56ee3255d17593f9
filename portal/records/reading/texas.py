"""Reads the dockets of the appellate courts of Texas: courts of appeals, Court of Criminal Appeals, Supreme Court."""

from __future__ import annotations

from typing import Any

from portal.kernel.reading.problem import Problems
from portal.records.reading.draft import CaseDraft
from portal.records.reading.gathering import Gathering, about_a_juvenile, facts_of, identity
from portal.records.reading.shape import Day, Rows, Shape, Text, known, take, write

FAMILY = "state_texas"

PARTY: Shape = {"name": Text("name"), "type": Text("source_type"), **known("representatives")}
EVENT: Shape = {"date": Day("filed_on"), **known("attachments", "description", "disposition", "remarks", "type")}
CASE: Shape = {
    "court_id": Text("court_id"),
    "docket_number": Text("docket_number"),
    "case_name": Text("title"),
    "date_filed": Day("filed_on"),
    "parties": Rows("parties", PARTY),
    "case_events": Rows("case_events", EVENT),
    "appellate_briefs": Rows("appellate_briefs", EVENT),
    **known("appeals_court", "case_name_full", "case_type", "court_type", "originating_court", "publication_service"),
    **known("transfer_from", "transfer_to"),
}
PARTS = ("type", "description", "disposition", "remarks")
"""Of an event, in the order in which its text says them."""


def read(value: dict[str, Any], problems: Problems) -> CaseDraft | None:
    taken = take(CASE, value, "", problems)
    court_id, number = taken.text("court_id"), taken.text("docket_number")
    source_id = identity(court_id, number, problems)
    if not source_id:
        return None
    found = Gathering(problems)
    for index, party in found.parties(taken, "parties", PARTY):
        names = party.other.get("representatives")
        for name in names if isinstance(names, list) else []:
            found.counsel(name, index, party.place)
    below, above = "originating_court", "appeals_court"
    found.judge(taken.beside(below, "judge"), "Judge below", f"{below}.judge")
    found.judge(taken.beside(above, "justice"), "Justice below", f"{above}.justice")
    for rows in ("case_events", "appellate_briefs"):
        for place, row in found.objects(taken.rows.get(rows, []), "a docket entry"):
            event = take(EVENT, row, place, problems)
            said = [event.beside(key) for key in PARTS]
            found.entry(event, rows, description=". ".join(part.rstrip(".") for part in said if part.strip()))
    kind = taken.beside("case_type")
    return found.case(
        taken,
        family=FAMILY,
        court_id=court_id,
        docket_number=number,
        source_id=source_id,
        category="appeal",
        juvenile=about_a_juvenile(kind),
        facts=facts_of(
            originating_court=taken.beside(below, "name"),
            originating_number=taken.beside(below, "case"),
            originating_county=taken.beside(below, "county"),
            case_type=kind,
        ),
    )


def write_out(case: CaseDraft) -> dict[str, Any]:
    return write(case, CASE)
