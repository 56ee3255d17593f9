"""Reads feeds of federal courts: each item is one entry of a docket; the items of one docket become one record.

A feed never stands for the docket itself: it is a source of its own, so that it replaces none that was imported whole.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from portal.kernel.reading.problem import Problems
from portal.records.reading.draft import LONGEST, CaseDraft
from portal.records.reading.federal_district import category_of
from portal.records.reading.gathering import Gathering, identity
from portal.records.reading.html_text import plain_text
from portal.records.reading.shape import ANY, Day, Kept, Rows, Shape, Text, known, take, write

ITEMS, XML = "feed_items", "feed_xml"

ENTRY: Shape = {
    "date_filed": Day("filed_on"),
    "date_entered": Day("entered_on"),
    "description": Text("description"),
    "document_number": Text("number", numbers=True),
    "pacer_doc_id": Text("document_id", numbers=True),
    "pacer_seq_no": Text("sequence_id", numbers=True),
    **known("attachments", "page_count", "short_description"),
}
ITEM: Shape = {
    "court_id": Text("court_id"),
    "docket_number": Text("docket_number"),
    "case_name": Text("title"),
    "date_filed": Day("filed_on"),
    "date_terminated": Day("terminated_on"),
    "docket_entries": Rows("docket_entries", ENTRY),
    **known("assigned_to_str", "cause", "chapter", "date_converted", "date_discharged", "demand", "jurisdiction"),
    **known("federal_defendant_number", "federal_dn_case_type", "federal_dn_judge_initials_assigned"),
    **known("federal_dn_judge_initials_referred", "federal_dn_office_code", "jury_demand", "mdl_status"),
    **known("nature_of_suit", "office", "ordered_by", "pacer_case_id", "parties", "referred_to_str", "trustee_str"),
    **known("type"),
}


def is_item(value: Mapping[str, Any]) -> bool:
    """Whether a document is one item of a feed: of a docket's form, and without any parties."""
    return "parties" in value and value["parties"] is None and isinstance(value.get("docket_entries"), list)


def read(value: dict[str, Any], problems: Problems) -> CaseDraft | None:
    taken = take(ITEM, value, "", problems)
    court_id, number = taken.text("court_id"), taken.text("docket_number")
    source_id = identity(court_id, number, problems)
    if not source_id:
        return None
    found = Gathering(problems)
    for place, row in found.objects(taken.rows.get("docket_entries", []), "a docket entry"):
        entry = take(ENTRY, row, place, problems)
        found.entry(entry, "docket_entries", description=entry.beside("short_description"))
    defendant = taken.beside("federal_defendant_number")
    if defendant and len(defendant) <= LONGEST["federal_defendant_number"]:
        source_id = f"{source_id}/{defendant}"
    case = found.case(
        taken,
        family=ITEMS,
        court_id=court_id,
        docket_number=number,
        source_id=source_id,
        category=category_of(number),
        facts={},
    )
    return case.of_feed()


def write_out(case: CaseDraft) -> dict[str, Any]:
    return write(case, ITEM)


# --- RSS --------------------------------------------------------------------------------------------------------------

XML_ITEM: Shape = {"pubDate": Day("filed_on"), **known("description", "guid", "link", "title")}
XML_CASE: Shape = {"item": Rows("item", XML_ITEM), "channel": Kept(), ANY: Kept()}
_TITLE = re.compile(r"\s*(\S*[0-9]\S*)\s+(\S.*)", re.DOTALL)
_DEFENDANT = re.compile(r"([0-9]+:[0-9]{2}-[a-z]{2}-[0-9]{5})-([0-9]{1,3})")
_HOST = re.compile(r"ecf\.([a-z0-9]{2,12})\.uscourts\.gov")
_LINK = re.compile(r"<a\b[^<>]*href=['\"]([^'\"<>]*)['\"][^<>]*>([^<>]*)</a>", re.IGNORECASE)


def listed(value: Mapping[str, Any]) -> Sequence[tuple[str, Any]]:
    """The dockets of a feed, each with the channel and its own items; an item that names none stands alone."""
    rss = value.get("rss")
    channel = rss.get("channel") if isinstance(rss, dict) else None
    if not isinstance(channel, dict):
        return []
    items = channel.get("item", [])
    head = {key: each for key, each in channel.items() if key != "item"}
    dockets: dict[str, tuple[str, dict[str, Any]]] = {}
    for index, item in enumerate(items):
        number = _title(item)[0] or f"\0{index}"
        docket = dockets.setdefault(number, (f"item[{index}]", {"channel": head, "item": []}))
        docket[1]["item"].append(item)
    return list(dockets.values())


def _title(item: object) -> tuple[str, str]:
    """Docket number and title of the case of an item."""
    text = item.get("title") if isinstance(item, dict) else None
    found = _TITLE.fullmatch(html.unescape(text)) if isinstance(text, str) else None
    return (found[1], found[2].strip()) if found else ("", "")


def read_xml(value: dict[str, Any], problems: Problems) -> CaseDraft | None:
    taken = take(XML_CASE, value, "", problems)
    first = next((row for _, row in taken.rows.get("item", [])), None)
    number, title = _title(first)
    host = _HOST.fullmatch(_host_of(taken.beside("channel", "link")))
    court_id = host[1] if host else ""
    of_defendant = _DEFENDANT.fullmatch(number)
    number = of_defendant[1] if of_defendant else number
    source_id = identity(court_id, number if len(number) <= LONGEST["docket_number"] else "", problems, "title")
    if not source_id:
        return None
    if of_defendant:
        source_id = f"{source_id}/{of_defendant[2]}"
    found = Gathering(problems)
    for place, row in found.objects(taken.rows.get("item", []), "an item"):
        item = take(XML_ITEM, row, place, problems)
        said = item.beside("description")
        link = _LINK.search(said)
        named = link[2].strip() if link and link[2].strip().isdecimal() and len(link[2]) <= 40 else ""
        found.entry(item, "item", description=plain_text(said), number=named)
    case = found.case(
        taken,
        family=XML,
        court_id=court_id,
        docket_number=number,
        source_id=source_id,
        category=category_of(number),
        title=title,
        facts={},
    )
    return case.of_feed()


def _host_of(link: str) -> str:
    try:
        return urlsplit(link).hostname or ""
    except ValueError:
        return ""


def write_out_xml(case: CaseDraft) -> dict[str, Any]:
    return write(case, XML_CASE)
