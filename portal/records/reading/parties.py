"""Reads the parties of a docket with their attorneys and charges."""

from __future__ import annotations

import re
from typing import Any, Literal

from portal.kernel.reading.problem import Problems
from portal.kernel.reading.strict_json import kind
from portal.records.reading.charges import count_number_of, statute_of
from portal.records.reading.draft import ChargeDraft, ParticipantDraft
from portal.records.reading.fields import Fields
from portal.records.reading.keys import name_key
from portal.records.reading.roles import attorney_role, role_of

ATTORNEY = "Attorney"
"""The source type of participants that stand in a party's list of attorneys."""

_ALIAS = re.compile(r"^\s*(?:also known as|aka|a/k/a|formerly known as|doing business as)\b[\s:]*(.*)$", re.IGNORECASE)
_REMARK = re.compile(r"^\s*(?:TERMINATED|STARTED|\()", re.IGNORECASE)
_LEVELS = ("highest_offense_level_opening", "highest_offense_level_terminated")


class PartyReader:
    """Gathers participants and charges. A party without a name or type is left out and counted in `left_out`; another
    bad value of a party is left out alone, since a protected person must not drop off a case for a bad date."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self.participants: list[ParticipantDraft] = []
        self.charges: list[ChargeDraft] = []
        self.left_out = 0

    def read(self, place: str, row: Any) -> None:
        if not isinstance(row, dict):
            self._problems.error(place, f"is {kind(row)}, not a party; it was left out.")
            self.left_out += 1
            return
        fields = Fields(row, place, self._problems)
        name, source_type = fields.text("name"), fields.text("type")
        if not name.strip() or not source_type.strip():
            missing = "name" if not name.strip() else "type"
            self._problems.error(place, f"is a party without a {missing} that can be read; it was left out.")
            self.left_out += 1
            return
        self._party(fields, place, name, source_type)

    def _party(self, fields: Fields, place: str, name: str, source_type: str) -> None:
        role, index = role_of(source_type), len(self.participants)
        if role == "other":
            self._problems.note(f"{place}.type", "is no type of party that is known; the party's role is 'other'.")
        extra = fields.text("extra_info")
        terminated_on = fields.day("date_terminated")
        details = {key: fields.text(key, usual="missing") for key in ("address", "phone")}
        birth_date = fields.day("date_of_birth", usual="missing")
        attorneys = list(fields.rows("attorneys"))
        facts, more = self._criminal_data(fields, index)
        self.participants.append(
            ParticipantDraft(
                role=role,
                source_type=source_type,
                name=name,
                extra=extra,
                terminated_on=terminated_on,
                facts=facts,
                birth_date=birth_date,
                address=details["address"],
                phone=details["phone"],
                aliases=aliases_in(extra),
                place=place,
                other=fields.rest() | more,
                form=fields.form,
            )
        )
        for at, row in attorneys:
            self._attorney(at, row, index)

    def _attorney(self, place: str, row: Any, represents: int) -> None:
        if not isinstance(row, dict):
            self._problems.error(place, f"is {kind(row)}, not an attorney; it was left out.")
            return
        fields = Fields(row, place, self._problems)
        name = fields.text("name")
        if not name.strip():
            self._problems.error(place, "is an attorney without a name that can be read; it was left out.")
            return
        contact = fields.text("contact")
        roles = []
        for at, role in fields.rows("roles"):
            if isinstance(role, str) and (text := Fields({"roles": role}, at, self._problems).text("roles")):
                roles.append(text)
            else:
                self._problems.error(at, "is no role; it was left out.")
        party = self.participants[represents]
        self.participants.append(
            ParticipantDraft(
                role=attorney_role(party.role, party.name, name, contact),
                source_type=ATTORNEY,
                name=name,
                contact=contact,
                represents=represents,
                attorney_roles=tuple(roles),
                place=place,
                other=fields.rest(),
                form=fields.form,
            )
        )

    def _criminal_data(self, fields: Fields, participant: int) -> tuple[dict[str, str], dict[str, Any]]:
        """Offence levels, and what else the object holds; its counts and complaints go to the charges."""
        part = fields.part("criminal_data")
        if part is None:
            return {}, {}
        for kind_of_charge, key in (("count", "counts"), ("complaint", "complaints")):
            for place, row in part.rows(key):
                self._charge("count" if kind_of_charge == "count" else "complaint", place, row, participant)
        facts = {key: value for key in _LEVELS if (value := part.text(key))}
        other = part.rest()
        fields.form |= {f"criminal_data.{key}": how for key, how in part.form.items()}
        return facts, {"criminal_data": other} if other else {}

    def _charge(self, charge: Literal["count", "complaint"], place: str, row: Any, participant: int) -> None:
        if not isinstance(row, dict):
            self._problems.error(place, f"is {kind(row)}, not a charge; it was left out.")
            return
        fields = Fields(row, place, self._problems)
        name = fields.text("name")
        status = fields.text("status", usual="empty" if charge == "count" else "missing")
        disposition = fields.text("disposition")
        other = fields.rest()
        if fields.faults:
            self._problems.error(place, "is a charge with a value that cannot be read; the charge was left out.")
            return
        self.charges.append(
            ChargeDraft(
                sequence=len(self.charges) + 1,
                kind=charge,
                participant=participant,
                description=name,
                statute=statute_of(name),
                count_number=count_number_of(name) if charge == "count" else "",
                status=status,
                disposition=disposition,
                other=other,
                form=fields.form,
            )
        )


def names_key(name: str, extra: str) -> str:
    """By what searches find a person: the name, and behind it the other names in the source's remarks."""
    return name_key(" ".join([name, *aliases_in(extra)]))


def aliases_in(extra: str) -> tuple[str, ...]:
    """The other names in a party's remarks: what follows `also known as` or `aka`, on its line or the next."""
    found: list[str] = []
    awaited = False
    for line in extra.splitlines():
        match = _ALIAS.match(line)
        name = match[1].strip() if match else line.strip()
        if match and not name:
            awaited = True
        elif (match or awaited) and name and not _REMARK.match(name):
            awaited = False
            if name not in found:
                found.append(name)
    return tuple(found)
