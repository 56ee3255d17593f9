"""Which family of dockets a document belongs to, told by its shape and never by its name; and what is none of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.kernel.reading.problem import Problems
from portal.records.reading import (
    appellate,
    federal_district,
    federal_district_writing,
    feeds,
    florida,
    north_carolina,
    recap_xml,
    scotus,
    texas,
)
from portal.records.reading.draft import CaseDraft

Document = Mapping[str, Any]
Read = Callable[[dict[str, Any], Problems], CaseDraft | None]
Write = Callable[[CaseDraft], dict[str, Any]]


def _alone(value: Document) -> Sequence[tuple[str, Any]]:
    return [("", value)]


@dataclass(frozen=True)
class Family:
    """`marks`: keys of which a document of the family has at least one, and no other family any. `listed` gives the
    cases of a document that is a page of them, with their places."""

    title: str
    marks: frozenset[str]
    read: Read
    write: Write
    listed: Callable[[Document], Sequence[tuple[str, Any]]] = _alone


FEDERAL_DISTRICT = "federal_district"

FAMILIES: Mapping[str, Family] = {
    appellate.CASE_MANAGEMENT: Family(
        "Federal appellate, case management",
        frozenset({"caseDetails", "docketInfo"}),
        appellate.read_acms,
        appellate.write_out_acms,
    ),
    appellate.FAMILY: Family(
        "Federal appellate",
        frozenset({"appeal_from", "case_type_information", "fee_status", "originating_court_information", "panel"}),
        appellate.read,
        appellate.write_out,
    ),
    scotus.FAMILY: Family(
        "Supreme Court",
        frozenset(
            {
                "capital_case",
                "discretionary_court_decision",
                "lower_court",
                "lower_court_case_numbers",
                "lower_court_case_numbers_raw",
                "lower_court_decision_date",
                "lower_court_rehearing_denied_date",
                "questions_presented",
            }
        ),
        scotus.read,
        scotus.write_out,
    ),
    scotus.SITE: Family(
        "Supreme Court, from its site",
        frozenset({"CaseNumber", "LowerCourt", "PetitionerTitle", "ProceedingsandOrder", "sJsonCaseNumber"}),
        scotus.read_site,
        scotus.write_out_site,
    ),
    texas.FAMILY: Family(
        "Texas",
        frozenset(
            {"appeals_court", "appellate_briefs", "case_events", "court_type", "originating_court", "transfer_to"}
        ),
        texas.read,
        texas.write_out,
    ),
    florida.FAMILY: Family(
        "Florida",
        frozenset({"case_uuid", "closed_flag", "docket_type", "docket_type_raw", "originating_cases", "party_uuid"}),
        florida.read,
        florida.write_out,
    ),
    florida.SERVICE: Family(
        "Florida, from the courts' service",
        frozenset({"_embedded", "page"}),
        florida.read_service,
        florida.write_out_service,
        florida.listed,
    ),
    north_carolina.FAMILY: Family(
        "North Carolina dispositions",
        frozenset({"CaseId", "Events", "@odata.context"}),
        north_carolina.read,
        north_carolina.write_out,
    ),
    recap_xml.FAMILY: Family(
        "Federal trial courts, XML of the docket library",
        frozenset({recap_xml.ROOT}),
        recap_xml.read,
        recap_xml.write_out,
    ),
    feeds.ITEMS: Family("Feeds of federal courts, items", frozenset(), feeds.read, feeds.write_out),
    feeds.XML: Family(
        "Feeds of federal courts, RSS", frozenset({"rss"}), feeds.read_xml, feeds.write_out_xml, feeds.listed
    ),
    FEDERAL_DISTRICT: Family(
        "Federal trial courts",
        frozenset(),
        federal_district.read,
        federal_district_writing.write,
    ),
}


def family_of(value: Document) -> str:
    """The family of whose marks a document has most; without any it is read as the docket of a federal trial court."""
    if feeds.is_item(value):
        return feeds.ITEMS
    found = max(FAMILIES, key=lambda name: len(FAMILIES[name].marks & value.keys()))
    return found if FAMILIES[found].marks & value.keys() else FEDERAL_DISTRICT


def refusal(value: Document) -> str:
    """Why a document that belongs to a family is no docket, and what to do; '' for what may be one."""
    return florida.refusal(value)


def write_docket(case: CaseDraft) -> dict[str, Any]:
    """The document of a case as JSON values, equal to what was read but for what problems named as left out."""
    return FAMILIES[case.family].write(case)
