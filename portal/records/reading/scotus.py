"""Reads the dockets of the Supreme Court of the United States: as they are published, and as its site gives them."""

from __future__ import annotations

from typing import Any

from portal.kernel.reading.problem import Problems
from portal.records.reading.draft import LONGEST, CaseDraft
from portal.records.reading.gathering import Gathering, facts_of, identity
from portal.records.reading.html_text import plain_text
from portal.records.reading.shape import DERIVED, Day, Rows, Shape, Taken, Text, known, take, write

FAMILY, SITE = "scotus", "scotus_site"
COURT = "scotus"
OF_RECORD = ("Counsel of record",)

ATTORNEY: Shape = {
    "name": Text("name"),
    **known("address", "city", "email", "is_counsel_of_record", "phone", "state", "title", "zip"),
}
PARTY: Shape = {"name": Text("name"), "type": Text("source_type"), "attorneys": Rows("attorneys", ATTORNEY)}
ENTRY: Shape = {
    "date_filed": Day("filed_on"),
    "description": Text("description"),
    "document_number": Text("number", numbers=True),
    **known("attachments", "description_html"),
}
CASE: Shape = {
    "docket_number": Text("docket_number"),
    "case_name": Text("title"),
    "date_filed": Day("filed_on"),
    "parties": Rows("parties", PARTY),
    "docket_entries": Rows("docket_entries", ENTRY),
    **known("capital_case", "discretionary_court_decision", "links", "lower_court", "lower_court_case_numbers"),
    **known("lower_court_case_numbers_raw", "lower_court_decision_date", "lower_court_rehearing_denied_date"),
    **known("questions_presented"),
}


def read(value: dict[str, Any], problems: Problems) -> CaseDraft | None:
    taken = take(CASE, value, "", problems)
    number = taken.text("docket_number")
    source_id = identity(COURT, number, problems)
    if not source_id:
        return None
    found = Gathering(problems)
    for index, party in found.parties(taken, "parties", PARTY):
        found.attorneys(party, "attorneys", ATTORNEY, index, _contact)
    found.all_entries(taken, "docket_entries", ENTRY)
    return found.case(
        taken,
        family=FAMILY,
        court_id=COURT,
        docket_number=number,
        source_id=source_id,
        category="appeal",
        facts=facts_of(
            originating_court=taken.beside("lower_court"),
            originating_number=taken.beside("lower_court_case_numbers_raw").strip("()"),
        ),
    )


def write_out(case: CaseDraft) -> dict[str, Any]:
    return write(case, CASE)


def _contact(taken: Taken) -> str:
    def part(key: str) -> str:
        return taken.beside(key) or taken.beside(key.capitalize())

    town = " ".join(filter(None, [", ".join(filter(None, [part("city"), part("state")])), part("zip")]))
    lines = [part("title"), part("address"), town, part("phone"), part("email")]
    return "\n".join(line for line in lines if line)


# --- As the Court's site gives it: three lists of attorneys, each with the name of its party --------------------------

ROLES = ("Petitioner", "Respondent", "Other")
SITE_ATTORNEY: Shape = {
    "Attorney": Text("name"),
    **known(
        "Address", "City", "Email", "IsCounselofRecord", "PartyName", "Phone", "PrisonerId", "State", "Title", "Zip"
    ),
}
SITE_ENTRY: Shape = {"Date": Day("filed_on"), **known("Links", "Text")}
SITE_CASE: Shape = {
    "DocketedDate": Day("filed_on"),
    "ProceedingsandOrder": Rows("ProceedingsandOrder", SITE_ENTRY),
    **{role: Rows(role, SITE_ATTORNEY) for role in ROLES},
    **known(*(f"AttorneyHeader{role}" for role in ROLES)),
    **known("CaseNumber", "Links", "LowerCourt", "LowerCourtCaseNumbers", "LowerCourtDecision", "PetitionerTitle"),
    **known(
        "LowerCourtRehearingDenied", "DiscretionaryCourtDecision", "QPLink", "RelatedCaseNumber", "RespondentTitle"
    ),
    **known("bCapitalCase", "sJsonCaseNumber", "sJsonCaseType", "sJsonCreationDate", "sJsonTerm"),
}


def read_site(value: dict[str, Any], problems: Problems) -> CaseDraft | None:
    taken = take(SITE_CASE, value, "", problems)
    number = taken.beside("CaseNumber").partition("***")[0].strip()
    source_id = identity(COURT, number if len(number) <= LONGEST["docket_number"] else "", problems, "CaseNumber")
    if not source_id:
        return None
    found = Gathering(problems)
    for role in ROLES:
        _side(found, taken, role)
    for place, row in found.objects(taken.rows.get("ProceedingsandOrder", []), "a docket entry"):
        entry = take(SITE_ENTRY, row, place, problems)
        found.entry(entry, "ProceedingsandOrder", description=plain_text(entry.beside("Text")))
    titles = [taken.beside(f"{role}Title") for role in ROLES[:2]]
    return found.case(
        taken,
        family=SITE,
        court_id=COURT,
        docket_number=number,
        source_id=source_id,
        category="appeal",
        title=" v. ".join(title for title in titles if title),
        facts=facts_of(
            originating_court=taken.beside("LowerCourt"),
            originating_number=taken.beside("LowerCourtCaseNumbers").strip("()"),
        ),
    )


def _side(found: Gathering, taken: Taken, role: str) -> None:
    """One list: its parties by their names, each once, and its attorneys for them."""
    parties: dict[str, int | None] = {}
    for place, row in found.objects(taken.rows.get(role, []), "an attorney"):
        attorney = take(SITE_ATTORNEY, row, place, found.problems)
        name = attorney.beside("PartyName")
        name = name if found.fits(name) else ""
        if name not in parties:
            parties[name] = found.party(Taken(place, {"name": name}), DERIVED, source_type=role)
        party = parties[name]
        if party is not None:
            roles = OF_RECORD if attorney.other.get("IsCounselofRecord") is True else ()
            found.attorney(attorney, role, party, contact=_contact(attorney), roles=roles)


def write_out_site(case: CaseDraft) -> dict[str, Any]:
    return write(case, SITE_CASE)
