"""What pages and files get of a record: plain values under their rulings, never a model, which would tell more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from portal.kernel import prepared
from portal.records.decision import OpenSet, Ruling
from privacy.models import ParticipantRole, Treatment

HEADING_ROLES = (
    "defendant",
    "juvenile",
    "respondent",
    "petitioner",
    "arrestee",
    "detainee",
    "supervised_person",
    "subject",
    "suspect",
)
NAMES_WITHHELD = "Names withheld"
NO_PARTY = "No party named"
NOT_CLEARED = "not cleared by a custodian of its owner"
"""Says the same whoever it is withheld for, a confidential informant too, and where nobody is: what an entry tells of
nonconviction data, or a source that could not be read whole."""
ABSENT = Ruling(Treatment.SHOWN, "")
"""For what the record does not hold: an unknown value is no withheld one."""


def not_cleared(rule: Ruling) -> Ruling:
    """The ruling for free text that a rule shows, where it is kept back all the same."""
    if not rule.shown:
        return rule
    return Ruling(Treatment.WITHHELD, NOT_CLEARED, rule.rule, rule.provision, rule.policy, rule.policy_version)


def all_or_nothing(ruling: Ruling) -> Ruling:
    """The ruling for what has no half: anything but shown withholds it."""
    return ruling if ruling.shown else replace(ruling, treatment=Treatment.WITHHELD)


PROTECTED_ROLES = (ParticipantRole.VICTIM, ParticipantRole.WITNESS, ParticipantRole.JUVENILE, ParticipantRole.PROTECTED)


class Seen(NamedTuple):
    """A record, its set, and a ruling under which something of it is shown; `of_protected`: of people whom every policy
    protects."""

    record: UUID
    open_set: OpenSet
    ruling: Ruling
    of_protected: bool = False

    @property
    def is_protected(self) -> bool:
        """Whether the data is specially protected: of such people, criminal intelligence, or shown on conditions."""
        return self.of_protected or self.open_set.apart or bool(self.ruling.obligations)


def handling(rulings: Iterable[Ruling]) -> list[str]:
    """Words on how to handle what these rulings show, each once."""
    return list(dict.fromkeys(ruling.handling for ruling in rulings if ruling.handling))


@dataclass(frozen=True)
class Shown:
    """A value under its ruling. `value` is None whenever it is withheld."""

    value: Any
    ruling: Ruling

    @property
    def withheld(self) -> bool:
        return self.ruling.treatment in (Treatment.WITHHELD, Treatment.PSEUDONYM)

    @property
    def pseudonym(self) -> bool:
        return self.ruling.treatment == Treatment.PSEUDONYM


@dataclass(frozen=True)
class Envelope:
    """What of a record names nobody."""

    id: UUID
    record_set_id: UUID
    docket_number: str
    record_class: str
    court_id: str
    category: str
    filed_on: date | None
    terminated_on: date | None
    sealed: bool
    juvenile: bool
    source_system: str
    source_id: str
    updated_at: datetime
    facts: dict[str, str]
    case_key: str
    expires_at: datetime | None
    closes_at: datetime | None
    nonconviction_from: datetime | None
    retain_until: date | None


@dataclass(frozen=True)
class Person:
    """Somebody on a record. `label` is the role's pseudonym: Victim A. What the source says beside the name in its own
    words (`source_type`, `attorney_roles`) comes with the name only."""

    id: UUID
    role: str
    label: str
    source_type: str
    name: Shown
    aliases: Shown
    birth_date: Shown
    contact: Shown
    identifiers: Shown
    terminated_on: date | None
    represents: str
    attorney_roles: Sequence[str]

    @property
    def role_label(self) -> str:
        return str(ParticipantRole(self.role).label)

    @property
    def values(self) -> list[Shown]:
        """What there is to be shown of somebody, each under its ruling."""
        return [self.name, self.aliases, self.birth_date, self.contact, self.identifiers]

    @property
    def called(self) -> str:
        """The name where it is shown or masked, else the pseudonym."""
        return self.name.value or self.label


@dataclass(frozen=True)
class ChargeLine:
    """One charge; `against` is the participant's name or label as this viewer sees it."""

    id: UUID
    participant: UUID
    against: str
    kind: str
    count_number: str
    description: Shown
    statute: str
    standing: str
    degree: str
    plea: str
    filed_on: date | None
    outcome: str
    disposed_on: date | None
    disposition: Shown
    sentenced_on: date | None
    sentence: Shown
    fine: Decimal | None


@dataclass(frozen=True)
class EntryLine:
    """One docket entry, or a hearing of the kind that `hearing` says. `cleared`: its custodian released this one
    although somebody on the record is withheld, or it tells of an end without conviction; `tells`: whether it does,
    where its text is shown. `documents`: what those that were filed with it are called, where free
    text is shown."""

    id: UUID
    position: int
    number: str
    filed_on: date | None
    entered_on: date | None
    hearing: str
    held_at: str
    cleared: bool
    text: Shown
    tells: bool
    documents: list[str]


@dataclass(frozen=True)
class EntryInBrief:
    """A docket entry as a timeline says it; of its text the beginning, where that is shown."""

    id: UUID
    position: int
    number: str
    filed_on: date | None
    hearing: str
    held_at: str
    text: Shown


def rows(sql: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a statement, by column name."""
    return prepared.rows(sql, values)
