"""Who sees what, said once more in plain Python over plain values: no Django, no SQL, nothing of the portal.

Property tests hold the portal to it. It is written from the design's words, record by record, with no thought of speed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

ACTIONS = ("search", "view", "print", "export", "redisclose")
LOOKS_AT_RECORDS = {"clerk", "records_custodian", "privacy_officer"}
HEADING = ("defendant", "juvenile", "respondent", "petitioner", "subject")
LEAVING = ("print", "export", "redisclose")
CHARGED = {"case": {"defendant"}, "warrant": {"subject"}, "intelligence": {"subject"}}
"""Who can be charged on a record of a class; on a case a juvenile too."""
HARSHNESS = {"shown": 0, "masked": 1, "pseudonym": 2, "withheld": 3}


@dataclass(frozen=True)
class Rule:
    recipient: str
    role: str
    category: str
    purposes: tuple[str, ...]
    treatment: str
    asks: frozenset[str] = frozenset()
    """What goes with the data at another agency: `stays` in the portal, after a `supervisor` has approved."""
    days: tuple[date | None, date | None] = (None, None)
    """First and last day by the owner's clock."""

    @property
    def exactness(self) -> tuple[bool, bool, bool, bool]:
        return (self.recipient != "*", self.role != "*", self.category != "*", bool(self.purposes))


@dataclass(frozen=True)
class Agency:
    kind: str
    active: bool
    rules: tuple[Rule, ...] = ()
    published: bool = True
    zone: str = "UTC"


@dataclass(frozen=True)
class Person:
    active: bool
    administers_portal: bool
    trainings: tuple[tuple[date, date], ...]
    accepted: tuple[tuple[int | None, datetime], ...] = ()
    certified: tuple[tuple[date, date], ...] = ()
    """Trainings in 28 CFR part 23."""
    """Texts and when: the policy of an agency, or without one the portal's rules of behavior."""


@dataclass(frozen=True)
class Membership:
    person: int
    agency: int
    roles: frozenset[str]
    started: datetime
    ended: datetime | None


@dataclass(frozen=True)
class RecordSet:
    owner: int
    closed: datetime | None
    kind: str = "case"


@dataclass(frozen=True)
class Grant:
    record_set: int
    recipient: int
    actions: frozenset[str]
    purposes: frozenset[str]
    categories: frozenset[str]
    roles: frozenset[str]
    juvenile: bool
    intelligence: bool
    begins: datetime
    ends: datetime | None
    suspended: datetime | None
    revoked: datetime | None
    asks: frozenset[str] = frozenset()
    """What the term asks beside the rules, as `Rule.asks`."""


@dataclass(frozen=True)
class Participant:
    role: str
    name: str
    represents: int | None = None
    alias: str = ""
    disputed: bool = False
    """Whether the name is."""


@dataclass(frozen=True)
class Record:
    record_set: int
    sealed: bool
    juvenile: bool
    docket: str
    title: str
    filed: date
    closed: bool
    people: tuple[Participant, ...]
    cleared: tuple[bool, ...] = ()
    """Of each docket entry, whether a custodian cleared it."""
    tells: tuple[str, ...] = ()
    """Of each, whether it says that something ended without conviction, or may."""
    disputed: bool = False
    entries_disputed: tuple[bool, ...] = ()
    review: datetime | None = None
    """Until when it can be looked at without another review."""
    expires: datetime | None = None
    charges: tuple[tuple[int, str], ...] = ()
    """The person against whom each is, and how it ended."""
    bond: bool = False
    caution: bool = False
    """Whether it has a field of its class under `orders`, and a text under it."""


@dataclass(frozen=True)
class Viewer:
    membership: int
    action: str
    purpose: str
    approved: bool = False
    """Whether a supervisor approved the inquiry."""
    inquires: bool = False
    """Whether there is an inquiry for it, with a case number; an approved one is one."""


@dataclass(frozen=True)
class World:
    now: datetime
    agencies: tuple[Agency, ...]
    people: tuple[Person, ...]
    memberships: tuple[Membership, ...]
    sets: tuple[RecordSet, ...]
    grants: tuple[Grant, ...]
    permitted: frozenset[tuple[int, int]]
    records: tuple[Record, ...] = field(default=())
    behavior: bool = False
    """Whether the portal has rules of behavior."""


def has_passed(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now


def may_look_at_all(world: World, viewer: Viewer) -> bool:
    member = world.memberships[viewer.membership]
    person, agency = world.people[member.person], world.agencies[member.agency]
    if not person.active or person.administers_portal or not agency.active:
        return False
    if not has_passed(member.started, world.now) or has_passed(member.ended, world.now):
        return False
    if not member.roles & LOOKS_AT_RECORDS:
        return False
    today = world.now.astimezone(ZoneInfo(agency.zone)).date()
    return any(first <= today <= last for first, last in person.trainings)


def is_certified(world: World, viewer: Viewer) -> bool:
    member = world.memberships[viewer.membership]
    today = world.now.astimezone(ZoneInfo(world.agencies[member.agency].zone)).date()
    return any(first <= today <= last for first, last in world.people[member.person].certified)


def is_intelligence(world: World, record: Record) -> bool:
    return world.sets[record.record_set].kind == "intelligence"


def has_accepted(world: World, viewer: Viewer, text: int | None) -> bool:
    """Whether the viewer accepted a text within the last 365 days."""
    person = world.people[world.memberships[viewer.membership].person]
    return any(of == text and at <= world.now < at + timedelta(days=365) for of, at in person.accepted)


def has_accepted_all(world: World, viewer: Viewer, owner: int) -> bool:
    """The portal's rules, the policy of the viewer's agency and that of the owner, each where there is one."""
    agencies = (world.memberships[viewer.membership].agency, owner)
    policies = [agency for agency in agencies if world.agencies[agency].published]
    asked: list[int | None] = [*policies, *([None] if world.behavior else [])]
    return all(has_accepted(world, viewer, text) for text in asked)


def opening_grants(world: World, viewer: Viewer, record_set: int) -> Iterator[Grant]:
    """Grants through which the set is open to the viewer's agency for this action and purpose."""
    agency = world.memberships[viewer.membership].agency
    if (agency, record_set) not in world.permitted:
        return
    if not has_accepted_all(world, viewer, world.sets[record_set].owner):
        return
    for grant in world.grants:
        if (grant.recipient, grant.record_set) != (agency, record_set):
            continue
        if grant.suspended is not None or grant.revoked is not None:
            continue
        if not has_passed(grant.begins, world.now) or has_passed(grant.ends, world.now):
            continue
        if viewer.action in grant.actions and viewer.purpose in grant.purposes:
            yield grant


def is_own(world: World, viewer: Viewer, record_set: int) -> bool:
    return world.sets[record_set].owner == world.memberships[viewer.membership].agency


def is_open(world: World, viewer: Viewer, record: Record) -> bool:
    """Whether the record exists for the viewer."""
    if not may_look_at_all(world, viewer) or has_passed(world.sets[record.record_set].closed, world.now):
        return False
    custodian = "records_custodian" in world.memberships[viewer.membership].roles
    own = is_own(world, viewer, record.record_set)
    overdue = has_passed(record.review, world.now)
    if is_intelligence(world, record):
        office = own and custodian and viewer.action == "custody"
        if not is_certified(world, viewer) or not (viewer.inquires or viewer.approved or office):
            return False
    if is_nonconviction_alone(record) and not shows_nonconviction(world, viewer, record):
        return False
    if own:
        if overdue and viewer.action in LEAVING:
            return False
        return not (record.sealed or overdue) or custodian
    grants = ways(world, viewer, record)
    if not grants or record.sealed or overdue:
        return False
    return not record.juvenile or any(grant.juvenile for grant in grants)


def is_nonconviction_alone(record: Record) -> bool:
    return bool(record.charges) and all(outcome in ENDED_WITHOUT_CONVICTION for _, outcome in record.charges)


def shows_nonconviction(world: World, viewer: Viewer, record: Record) -> bool:
    """Whether the viewer is shown it of everybody who can be charged on such a record, or keeps the record."""
    of_set = world.sets[record.record_set]
    own = is_own(world, viewer, record.record_set)
    if own and "records_custodian" in world.memberships[viewer.membership].roles:
        return True
    juveniles = own or any(grant.juvenile for grant in ways(world, viewer, record))
    people = CHARGED[of_set.kind] | ({"juvenile"} if juveniles and of_set.kind == "case" else set())
    return all(treatment(world, viewer, record, role, "nonconviction") == "shown" for role in people)


def ways(world: World, viewer: Viewer, record: Record) -> list[Grant]:
    """The grants through which the record's set is open."""
    found = opening_grants(world, viewer, record.record_set)
    return [grant for grant in found if grant.intelligence or not is_intelligence(world, record)]


def treatment(world: World, viewer: Viewer, record: Record, role: str, category: str) -> str:
    """What an open record's data of a category about people in a role (`*`: nobody's) are to the viewer."""
    owner = world.agencies[world.sets[record.record_set].owner]
    own = is_own(world, viewer, record.record_set)
    recipient = "own_agency" if own else world.agencies[world.memberships[viewer.membership].agency].kind
    grants = [
        grant
        for grant in (() if own else ways(world, viewer, record))
        if category in grant.categories and (role == "*" or role in grant.roles)
    ]
    if not own and not grants:
        return "withheld"
    today = world.now.astimezone(ZoneInfo(owner.zone)).date()
    fitting = [
        rule
        for rule in (owner.rules if owner.published else ())
        if rule.recipient in ("*", recipient)
        and rule.role in ("*", role)
        and rule.category in ("*", category)
        and (not rule.purposes or viewer.purpose in rule.purposes)
        and not (rule.days[0] and today < rule.days[0])
        and not (rule.days[1] and rule.days[1] < today)
    ]
    if not fitting:
        return "shown" if own else "withheld"
    exactest = max(rule.exactness for rule in fitting)
    equals = [rule for rule in fitting if rule.exactness == exactest]
    asks = frozenset().union(*(rule.asks for rule in equals))
    if not own and not any(is_met(viewer, asks | grant.asks) for grant in grants):
        return "withheld"
    return max((rule.treatment for rule in equals), key=HARSHNESS.__getitem__)


def is_met(viewer: Viewer, asks: frozenset[str]) -> bool:
    """Whether the viewer may see what is shown on these terms: it suffices to meet those of one grant."""
    if "stays" in asks and viewer.action in ("print", "export", "redisclose"):
        return False
    return "supervisor" not in asks or viewer.approved


def shown_people(world: World, viewer: Viewer, record: Record) -> list[Participant]:
    """People of whom anything at all is shown: no informant, nobody who acts for one."""
    return [
        person
        for person in record.people
        if person.role != "informant"
        and (person.represents is None or record.people[person.represents].role != "informant")
    ]


def name_is_shown(world: World, viewer: Viewer, record: Record, person: Participant) -> bool:
    return person.role != "informant" and treatment(world, viewer, record, person.role, "name") == "shown"


ENDED_WITHOUT_CONVICTION = {"dismissed", "acquitted", "not_prosecuted"}


def charges_shown(world: World, viewer: Viewer, record: Record) -> list[int]:
    """Which charges there are for the viewer, shown or withheld: nonconviction data is not even there."""
    return [
        number
        for number, (person, outcome) in enumerate(record.charges)
        if record.people[person] in shown_people(world, viewer, record)
        and (
            outcome not in ENDED_WITHOUT_CONVICTION
            or treatment(world, viewer, record, record.people[person].role, "nonconviction") == "shown"
        )
    ]


def is_charged(world: World, viewer: Viewer, record: Record, charge: int) -> bool:
    """Whether the charge at this position is there, and what it says is shown."""
    if charge not in charges_shown(world, viewer, record):
        return False
    role = record.people[record.charges[charge][0]].role
    return treatment(world, viewer, record, role, "charges") == "shown"


def fields_shown(world: World, viewer: Viewer, record: Record) -> set[str]:
    """Fields of the class that are shown: of the kind of data `orders`, and a text where free text is shown too."""
    if treatment(world, viewer, record, "*", "orders") != "shown":
        return set()
    found = {"bond"} if record.bond else set()
    return found | ({"caution"} if record.caution and text_is_shown(world, viewer, record) else set())


def text_is_shown(world: World, viewer: Viewer, record: Record) -> bool:
    """Free text, but for single entries that were cleared."""
    if treatment(world, viewer, record, "*", "free_text") != "shown":
        return False
    return all(name_is_shown(world, viewer, record, person) for person in record.people)


def entries_shown(world: World, viewer: Viewer, record: Record) -> list[bool]:
    rule_shows = treatment(world, viewer, record, "*", "free_text") == "shown"
    whole = text_is_shown(world, viewer, record)
    return [
        (whole and not is_kept_back(world, viewer, record, tells)) or (rule_shows and cleared)
        for cleared, tells in zip(record.cleared, record.tells, strict=True)
    ]


def is_kept_back(world: World, viewer: Viewer, record: Record, tells: str) -> bool:
    """Whether an entry tells of an end without conviction to whom nonconviction data is not shown. Every docket number
    of these worlds is that of a criminal case. Of an informant nothing is there to be asked."""

    def hidden(role: str) -> bool:
        return treatment(world, viewer, record, role, "nonconviction") != "shown"

    charges = [(record.people[person].role, outcome) for person, outcome in record.charges]
    charges = [(role, outcome) for role, outcome in charges if role != "informant"]
    if tells == "said":
        others = {person.role for person in record.people} & {"defendant", "juvenile", "subject"}
        return any(hidden(role) for role, _ in charges) or (not charges and any(map(hidden, others)))
    return tells == "maybe" and any(outcome in ENDED_WITHOUT_CONVICTION and hidden(role) for role, outcome in charges)


def disputed(world: World, viewer: Viewer, record: Record) -> set[tuple[str, bool]]:
    """What the viewer learns to be disputed, and whether they read the words: of a field that is shown, always."""
    told = {("record", text_is_shown(world, viewer, record))} if record.disputed else set()
    for position, person in enumerate(record.people):
        if person.disputed and person in shown_people(world, viewer, record):
            told |= {(f"name {position}", True)} if name_is_shown(world, viewer, record, person) else set()
    shown = entries_shown(world, viewer, record)
    return told | {(f"entry {n}", True) for n, each in enumerate(record.entries_disputed) if each and shown[n]}


def disputed_in_list(world: World, viewer: Viewer, record: Record) -> set[tuple[str, bool]]:
    """The same of what a list shows: the record itself, and the names of its parties."""
    parties = {f"name {position}" for position, person in enumerate(record.people) if person.role in HEADING}
    return {each for each in disputed(world, viewer, record) if each[0] in {"record", *parties}}


def heading(world: World, viewer: Viewer, record: Record) -> str | None:
    """What a list calls the record."""
    if record.title and text_is_shown(world, viewer, record):
        return record.title
    names = [p.name for p in record.people if p.role in HEADING and name_is_shown(world, viewer, record, p)]
    return ", ".join(names) or None


def is_called_anything(record: Record) -> bool:
    """Whether there is a title or a party by which a list could call the record, to whoever may see it."""
    return bool(record.title) or any(person.role in HEADING for person in record.people)


def has_name(world: World, viewer: Viewer, record: Record, words: Iterable[str]) -> bool:
    """Whether somebody whose name the viewer sees bears all the words as beginnings of words, aliases included."""
    wanted = list(words)
    return any(
        name_is_shown(world, viewer, record, person)
        and all(
            any(part.startswith(word) for part in f"{person.name} {person.alias}".lower().split()) for word in wanted
        )
        for person in shown_people(world, viewer, record)
    )


def by_alias(world: World, viewer: Viewer, number: int, *, words: tuple[str, ...] = (), **_: object) -> bool:
    """Whether somebody whose name the viewer sees is on the record, whose alias had to help in bearing the words."""

    def bears(name: str) -> bool:
        return all(any(part.startswith(word) for part in name.lower().split()) for word in words)

    record = world.records[number]
    return bool(words) and any(
        name_is_shown(world, viewer, record, person)
        and bears(f"{person.name} {person.alias}")
        and not bears(person.name)
        for person in shown_people(world, viewer, record)
    )


def open_ones(world: World, viewer: Viewer) -> set[int]:
    """Every record that exists for the viewer, whatever its class."""
    return {number for number, record in enumerate(world.records) if is_open(world, viewer, record)}


def found(
    world: World,
    viewer: Viewer,
    *,
    words: tuple[str, ...] = (),
    docket: str = "",
    charge: int | None = None,
    standing: str = "",
    owner: int | None = None,
    since: date | None = None,
    until: date | None = None,
    kind: str = "",
) -> set[int]:
    """Which records a search finds: of one class, or of all but criminal intelligence."""
    return {
        number
        for number, record in enumerate(world.records)
        if is_open(world, viewer, record)
        and (world.sets[record.record_set].kind == kind if kind else not is_intelligence(world, record))
        and (not words or has_name(world, viewer, record, words))
        and (not docket or record.docket in (docket, f"CC-{docket}"))
        and (charge is None or is_charged(world, viewer, record, charge))
        and (not standing or (standing == "closed") == (record.closed or has_passed(record.expires, world.now)))
        and (owner is None or world.sets[record.record_set].owner == owner)
        and (since is None or record.filed >= since)
        and (until is None or record.filed <= until)
    }
