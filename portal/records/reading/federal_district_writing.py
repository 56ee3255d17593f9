"""Writes a draft out again as the docket of a federal trial court: proof that reading neither dropped nor altered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.records.reading.draft import CaseDraft, ChargeDraft, EntryDraft, ParticipantDraft
from portal.records.reading.federal_district import DAYS, FACTS, FLAGS, JUDGES, NULL_FACTS

_EMPTY: dict[str, Any] = {"empty": "", "null": None}


def write(case: CaseDraft) -> dict[str, Any]:
    """The docket as JSON values, equal to what was read but for what problems named as left out."""
    row = _Row(case.form)
    row.text("court_id", case.court_id)
    row.text("docket_number", case.docket_number)
    row.text("case_name", case.title)
    row.day("date_filed", case.filed_on)
    row.day("date_terminated", case.terminated_on)
    for key in FACTS:
        row.text(key, case.facts.get(key, ""))
    for key in (*NULL_FACTS, *DAYS, "federal_defendant_number"):
        row.text(key, case.facts.get(key, ""), usual="null")
    row.text("category", case.category if "category" in case.form else "", usual="missing")
    for key in FLAGS:
        if how := case.form.get(key):
            row.found[key] = {"true": True, "false": False}.get(how)
    judges = {each.place: each.name for each in case.participants if each.place in JUDGES}
    for key in JUDGES:
        row.text(key, judges.get(key, ""))
    parties = [
        _party(index, each, case)
        for index, each in enumerate(case.participants)
        if each.represents is None and each.place not in JUDGES
    ]
    row.rows("parties", parties)
    row.rows("docket_entries", [_entry(each) for each in case.entries])
    return row.found | dict(case.other)


def _party(index: int, party: ParticipantDraft, case: CaseDraft) -> dict[str, Any]:
    row = _Row(party.form)
    row.text("name", party.name)
    row.text("type", party.source_type)
    row.text("extra_info", party.extra)
    row.day("date_terminated", party.terminated_on)
    row.day("date_of_birth", party.birth_date, usual="missing")
    row.text("address", party.address, usual="missing")
    row.text("phone", party.phone, usual="missing")
    row.rows("attorneys", [_attorney(each) for each in case.participants if each.represents == index])
    other = dict(party.other)
    more = other.pop("criminal_data", {})
    if party.form.get("criminal_data") == "present":
        row.found["criminal_data"] = _criminal_data(index, party, case) | more
    elif party.form.get("criminal_data") == "null":
        row.found["criminal_data"] = None
    return row.found | other


def _criminal_data(index: int, party: ParticipantDraft, case: CaseDraft) -> dict[str, Any]:
    prefix = "criminal_data."
    row = _Row({key.removeprefix(prefix): how for key, how in party.form.items() if key.startswith(prefix)})
    mine = [each for each in case.charges if each.participant == index]
    row.rows("counts", [_charge(each) for each in mine if each.kind == "count"])
    row.rows("complaints", [_charge(each) for each in mine if each.kind == "complaint"])
    for key in ("highest_offense_level_opening", "highest_offense_level_terminated"):
        row.text(key, party.facts.get(key, ""))
    return row.found


def _charge(charge: ChargeDraft) -> dict[str, Any]:
    row = _Row(charge.form)
    row.text("name", charge.description)
    row.text("status", charge.status, usual="empty" if charge.kind == "count" else "missing")
    row.text("disposition", charge.disposition)
    return row.found | dict(charge.other)


def _attorney(attorney: ParticipantDraft) -> dict[str, Any]:
    row = _Row(attorney.form)
    row.text("name", attorney.name)
    row.text("contact", attorney.contact)
    row.rows("roles", list(attorney.attorney_roles))
    return row.found | dict(attorney.other)


def _entry(entry: EntryDraft) -> dict[str, Any]:
    row = _Row(entry.form)
    row.text("document_number", entry.number, usual="null")
    row.day("date_filed", entry.filed_on)
    row.day("date_entered", entry.entered_on)
    row.text("description", entry.description)
    row.text("pacer_doc_id", entry.document_id, usual="null")
    row.text("pacer_seq_no", entry.sequence_id, usual="null")
    return row.found | dict(entry.other)


class _Row:
    """One JSON object in the making; what is empty is written as its source wrote it."""

    def __init__(self, form: Mapping[str, str]) -> None:
        self._form = form
        self.found: dict[str, Any] = {}

    def text(self, key: str, value: str, usual: str = "empty") -> None:
        if value:
            self.found[key] = int(value) if self._form.get(key) == "number" else value
        else:
            self._empty(key, usual, _EMPTY)

    def day(self, key: str, value: Any, usual: str = "null") -> None:
        if value is not None:
            self.found[key] = value.isoformat()
        else:
            self._empty(key, usual, _EMPTY)

    def rows(self, key: str, value: list[Any]) -> None:
        if value:
            self.found[key] = value
        else:
            self._empty(key, "empty", {"empty": [], "null": None})

    def _empty(self, key: str, usual: str, written: Mapping[str, Any]) -> None:
        how = self._form.get(key, usual)
        if how in written:
            self.found[key] = written[how]
