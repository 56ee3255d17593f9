"""Reads the dispositions of criminal cases of North Carolina, as the register of actions of its courts gives them."""

from __future__ import annotations

from typing import Any

from portal.kernel.reading.problem import Problems
from portal.records.reading.draft import LONGEST, CaseDraft
from portal.records.reading.gathering import Gathering, identity
from portal.records.reading.shape import ANY, DERIVED, Day, Kept, Part, Rows, Shape, Taken, Text, take, write

FAMILY = "state_nc_odyssey"
COURT = "nc"

REST: Shape = {ANY: Kept()}
OFFENSE: Shape = {
    "ChargeOffenseDescription": Text("description"),
    "Statute": Text("statute"),
    "ChargeNumber": Text("count_number"),
    **REST,
}
DISPOSITION: Shape = {
    "CriminalDispositionTypeId": Part({"Description": Text("disposition"), **REST}),
    "Charge": Part({"ChargeOffense": Part(OFFENSE), **REST}),
    **REST,
}
EVENT: Shape = {
    "Event": Part({"Date": Day("filed_on"), "CriminalDispositions": Rows("CriminalDispositions", DISPOSITION), **REST}),
    **REST,
}
CASE: Shape = {"Events": Rows("Events", EVENT), **REST}


def read(value: dict[str, Any], problems: Problems) -> CaseDraft | None:
    taken = take(CASE, value, "", problems)
    key = taken.beside("CaseId")
    source_id = identity(COURT, key if len(key) <= LONGEST["docket_number"] else "", problems, "CaseId")
    if not source_id:
        return None
    found = Gathering(problems)
    people: dict[tuple[str, str], int | None] = {}
    numbers: set[str] = set()
    for place, row in found.objects(taken.rows.get("Events", []), "an event"):
        event = take(EVENT, row, place, problems)
        index = len(found.entries)
        charges = []
        for at, given in found.objects(event.rows.get("CriminalDispositions", []), "a disposition"):
            charge = take(DISPOSITION, given, at, problems)
            numbers.add(charge.beside("Charge", "CaseManagerCaseNumber"))
            against = _defendant(found, charge, people)
            if against is not None:
                found.charge(charge, "CriminalDispositions", against, of=f"e{index}")
                charges.append(charge)
        found.entry(event, "Events", description=_said(event, charges))
    numbers.discard("")
    only = next(iter(numbers)) if len(numbers) == 1 else ""
    return found.case(
        taken,
        family=FAMILY,
        court_id="",
        docket_number=only if only.strip() and len(only) <= LONGEST["docket_number"] else key,
        source_id=source_id,
        category="criminal",
        facts={},
    )


def _defendant(found: Gathering, charge: Taken, people: dict[tuple[str, str], int | None]) -> int | None:
    """The index of whom a charge is against: each name of a part once."""
    name = charge.beside("Charge", "PartyName")
    part = charge.beside("Charge", "PartyExtConn", "Description") or "Defendant"
    key = (name if found.fits(name) else "", part if len(part) <= LONGEST["type"] else "Defendant")
    if key not in people:
        people[key] = found.party(Taken(charge.place, {"name": key[0]}), DERIVED, source_type=key[1])
    return people[key]


def _said(event: Taken, charges: list[Taken]) -> str:
    """What an event was, in the words of the register, with each disposition and the offense it ended."""
    what = event.beside("CriminalDispositionLabel") or event.beside("Type")
    ended = [" of ".join(filter(None, [each.text("disposition"), each.text("description")])) for each in charges]
    return ": ".join(filter(None, [what, "; ".join(filter(None, ended))]))


def write_out(case: CaseDraft) -> dict[str, Any]:
    return write(case, CASE)
