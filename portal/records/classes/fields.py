"""What a description is made of, and the one place where a value of a described field is checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from portal.kernel.reading.strict_json import kind, unstorable
from privacy.models import DataCategory, ParticipantRole

LONGEST_WORD = 120
LONGEST_TEXT = 20_000
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONEY = re.compile(r"[0-9]{1,9}\.[0-9]{2}")
_AGENCY = re.compile(r"[A-Za-z0-9]{3,40}")
ENVELOPE = ""
"""The category of what names nobody and stands in lists: whoever may see the record sees it."""


class Kind(StrEnum):
    """How a field is written, checked and shown."""

    WORD = "word"
    TEXT = "text"
    DATE = "date"
    MONEY = "money"
    CODE = "code"
    CODES = "codes"
    FLAG = "flag"
    AGENCY = "agency"


class BadValue(Exception):
    """Why a value is none of its field: says what to do, and never repeats the value."""


@dataclass(frozen=True)
class Field:
    """One field of a class. `niem` is its property, as a path where it lies in another. `category` decides who is shown
    it; a text, whatever its category, is free text besides, for anybody's name may stand in it."""

    name: str
    label: str
    niem: str
    category: str = ENVELOPE
    kind: Kind = Kind.WORD
    codes: Mapping[str, str] = field(default_factory=dict)
    required: bool = False
    listed: bool = False

    def __post_init__(self) -> None:
        if self.category == ENVELOPE and self.kind is Kind.TEXT:
            raise ValueError("A text is somebody's to read: give it a category.")
        if (self.kind in (Kind.CODE, Kind.CODES)) != bool(self.codes):
            raise ValueError("A code has its list.")

    @property
    def is_text(self) -> bool:
        return self.kind is Kind.TEXT or self.category == DataCategory.FREE_TEXT

    def checked(self, value: Any) -> Any:
        """The value as it is stored, a JSON value. Raises BadValue."""
        match self.kind:
            case Kind.FLAG:
                if not isinstance(value, bool):
                    raise BadValue(f"is {kind(value)}, not true or false.")
                return value
            case Kind.CODES:
                if not isinstance(value, list) or not value:
                    raise BadValue(f"is {kind(value)}, not a list of codes.")
                return list(dict.fromkeys(self._code(each) for each in value))
            case Kind.CODE:
                return self._code(value)
        return self._text(value)

    def _code(self, value: Any) -> str:
        if not isinstance(value, str) or value not in self.codes:
            raise BadValue(f"is none of its codes: {', '.join(self.codes)}.")
        return value

    def _text(self, value: Any) -> str:
        if not isinstance(value, str):
            raise BadValue(f"is {kind(value)}, not text.")
        if reason := unstorable(value):
            raise BadValue(reason)
        if not value.strip():
            raise BadValue("is empty. Leave the property out.")
        if self.kind is Kind.DATE:
            return as_day(value).isoformat()
        if self.kind is Kind.MONEY and not _MONEY.fullmatch(value):
            raise BadValue("is no amount written 2500.00, in quotes.")
        if self.kind is Kind.AGENCY and not _AGENCY.fullmatch(value):
            raise BadValue("is neither an ORI nor the id of a court.")
        longest = LONGEST_TEXT if self.kind is Kind.TEXT else LONGEST_WORD
        if len(value) > longest:
            raise BadValue(f"is longer than {longest:,} characters.")
        return value

    def value(self, stored: Any) -> Any:
        """What was stored, as a page shows it; an agency stays its id."""
        match self.kind:
            case Kind.DATE:
                return date.fromisoformat(stored)
            case Kind.MONEY:
                return f"${Decimal(stored):,.2f}"
            case Kind.FLAG:
                return "Yes" if stored else "No"
            case Kind.CODE:
                return self.codes[stored]
            case Kind.CODES:
                return "; ".join(self.codes[each] for each in stored)
        return stored


CHARGED = (
    ParticipantRole.DEFENDANT,
    ParticipantRole.RESPONDENT,
    ParticipantRole.SUBJECT,
    ParticipantRole.DETAINEE,
    ParticipantRole.ARRESTEE,
    ParticipantRole.SUSPECT,
    ParticipantRole.SUPERVISED,
    ParticipantRole.JUVENILE,
)


def as_day(value: Any) -> date:
    """A calendar day written YYYY-MM-DD. Raises BadValue."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise BadValue("is not a date written YYYY-MM-DD.")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise BadValue("is a day that no calendar has.") from None


@dataclass(frozen=True)
class RecordClass:
    """One class. `people` are the roles on it by property. `begins`, `ends`, `expires`, `keeps`, `closes`, `case` and
    `kind` name the fields that lists compare, which the envelope holds in columns of their own: when it begins, the
    first day that ended it, its last day, until when it is kept, the day by which it must be reviewed, the docket
    number
    of its case, and its category."""

    name: str
    number: str
    number_label: str
    fields: tuple[Field, ...]
    people: Mapping[str, ParticipantRole]
    begins: str
    ends: tuple[str, ...] = ()
    expires: str = ""
    closes: str = ""
    case: str = ""
    kind: str = ""
    keeps: str = "retain_until"

    def __post_init__(self) -> None:
        known = {each.name: each for each in self.fields}
        if len(known) != len(self.fields) or len({each.niem for each in self.fields}) != len(self.fields):
            raise ValueError(f"{self.name}: a field is described twice.")
        lifted = filter(None, (self.begins, *self.ends, self.expires, self.closes, self.case, self.kind, self.keeps))
        if any(known[each].category != ENVELOPE for each in lifted):
            raise ValueError(f"{self.name}: what lists compare is of the envelope.")

    @property
    def stands(self) -> bool:
        """Whether its records end at all: an arrest is neither open nor closed."""
        return bool(self.ends or self.expires)

    @property
    def listed(self) -> tuple[Field, ...]:
        return tuple(each for each in self.fields if each.listed)

    def day(self, details: Mapping[str, Any], *names: str) -> date | None:
        """The first of these days that is given."""
        return next((date.fromisoformat(details[name]) for name in names if details.get(name)), None)

    @property
    def charged(self) -> tuple[ParticipantRole, ...]:
        """Roles of who can be charged on such a record; juveniles, if they can, last."""
        return tuple(role for role in CHARGED if role in self.people.values())

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories of which it has fields, apart from the envelope."""
        return tuple(dict.fromkeys(each.category for each in self.fields if each.category))
