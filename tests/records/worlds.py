"""Random worlds of agencies that share, as the oracle knows them, and the same worlds as rows of the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.db.models import Model, QuerySet
from hypothesis import strategies as st

from agencies import models as a
from portal.acknowledgement import models as k
from portal.kernel.ids import uuid7
from portal.records import models as r
from portal.records.reading import docket_key, names_key
from privacy import models as p
from privacy.assessment import models as i
from privacy.development import models as d
from privacy.development.fingerprint import words_sha256
from sharing_agreements import models as s
from tests.records import oracle

NAMES = ("Ann", "Dane", "Maria", "Zoe")
FAMILIES = ("Halvorsen", "Halder", "Ortiz", "Quill")
ALIASES = ("Percival", *FAMILIES)
ZONES = ("America/Los_Angeles", "Etc/GMT+12", "Pacific/Kiritimati")
"""It is never the same day in all of them."""

ROLES = ("defendant", "victim", "witness", "informant", "juvenile", "judge", "attorney", "petitioner", "subject")
TELLING = {"": "Order", "said": "Count 1 dismissed", "maybe": "Motion to dismiss"}
CATEGORIES = ("name", "birth_date", "charges", "free_text", "orders", "nonconviction")
CLASSES = ("case", "case", "warrant", "intelligence")
OUTCOMES = ("", "convicted", "dismissed")
ASKS = ("stays", "supervisor")
TREATMENTS = ("shown", "masked", "pseudonym", "withheld")
KINDS = ("court", "law_enforcement", "prosecutor")
PURPOSES = ("C", "D")
MEMBER_ROLES = ("clerk", "records_custodian", "privacy_officer", "signatory", "agency_administrator")
HOURS = (-900, -30, -1, 1, 30, 900)
"""Moments lie an hour from now at least, so that a test may take its time."""

mostly = st.sampled_from([True] * 7 + [False])
seldom = st.sampled_from([False] * 5 + [True])


def subset(values: Sequence[str], *, least: int = 0) -> st.SearchStrategy[frozenset[str]]:
    whole = st.just(frozenset(values))
    return st.one_of(whole, whole, st.frozensets(st.sampled_from(values), min_size=least))


@st.composite
def worlds(draw: st.DrawFn, now: datetime) -> oracle.World:
    """Three agencies, a few sets, people, grants, records: everything that a decision asks may hold or fail."""

    def moment(*hours: int) -> datetime:
        return now + timedelta(hours=draw(st.sampled_from(hours)))

    def maybe(*hours: int) -> datetime | None:
        return moment(*hours) if draw(seldom) else None

    agencies = tuple(
        oracle.Agency(
            kind, draw(mostly), draw(rules(now.date())), published=draw(mostly), zone=draw(st.sampled_from(ZONES))
        )
        for kind in draw(st.permutations(KINDS))
    )
    which = st.integers(0, len(agencies) - 1)
    behavior = draw(st.booleans())
    texts = [number for number, each in enumerate(agencies) if each.published] + ([None] if behavior else [])
    people = tuple(
        oracle.Person(
            draw(mostly),
            draw(seldom) and draw(seldom),
            draw(trainings(now.date())),
            draw(acceptances(now, texts)),
            draw(trainings(now.date())),
        )
        for _ in range(3)
    )
    memberships = tuple(
        oracle.Membership(
            person,
            draw(which),
            draw(subset(MEMBER_ROLES, least=1)) if draw(seldom) else frozenset({"clerk"}),
            *((moment(-900), maybe(-30, -1, 1, 900)) if draw(mostly) else (moment(-1, 1), None)),
        )
        for person in range(len(people))
    )
    sets = tuple(
        oracle.RecordSet(draw(which), maybe(*HOURS), draw(st.sampled_from(CLASSES)))
        for _ in range(draw(st.integers(1, 3)))
    )
    recipients = [member.agency for member in memberships]
    grants = tuple(draw(grant(now, len(sets), recipients)) for _ in range(draw(st.integers(0, 5))))
    pairs = {(each.recipient, each.record_set) for each in grants if draw(mostly)}
    if draw(seldom):
        pairs.add((draw(which), draw(st.integers(0, len(sets) - 1))))
    count = draw(st.integers(1, 7))
    records = tuple(draw(record(now, sets, number)) for number in range(count))
    return oracle.World(now, agencies, people, memberships, sets, grants, frozenset(pairs), records, behavior)


asked = st.sampled_from((frozenset(), frozenset(), frozenset({"stays"}), frozenset({"supervisor"}), frozenset(ASKS)))
"""What a rule or a term asks of who sees by it."""


@st.composite
def rules(draw: st.DrawFn, today: date) -> tuple[oracle.Rule, ...]:
    """A policy's rules, the likely ones first: names of defendants and judges and text shown, victims not."""
    always, near = (None, None), [today + timedelta(days=n) for n in (-1, 0, 1)]
    usual = (
        oracle.Rule("*", "*", "free_text", (), "shown"),
        oracle.Rule("*", "defendant", "name", (), "shown"),
        oracle.Rule("*", "judge", "*", (), "shown"),
        oracle.Rule("*", "victim", "name", (), "pseudonym"),
        oracle.Rule("*", "*", "charges", (), "shown"),
    )
    one = st.builds(
        oracle.Rule,
        st.sampled_from(("*", "*", "own_agency", *KINDS)),
        st.sampled_from(("*", *ROLES)),
        st.sampled_from(("*", *CATEGORIES)),
        st.sampled_from(((), (), ("C",), ("D",), ("C", "D"))),
        st.sampled_from(("shown", *TREATMENTS)),
        asked,
        st.sampled_from((always, always, *((first, last) for first in near for last in near if first <= last))),
    )
    more = draw(st.lists(one, max_size=5))
    found: dict[tuple[object, ...], oracle.Rule] = {}
    for rule in (*(usual if draw(mostly) else ()), *more):
        found[(rule.recipient, rule.role, rule.category, rule.purposes)] = rule
    return tuple(found.values())


@st.composite
def trainings(draw: st.DrawFn, today: date) -> tuple[tuple[date, date], ...]:
    def days() -> tuple[date, date]:
        first = today + timedelta(days=draw(st.sampled_from((-800, -400, -30, 2))))
        return first, first + timedelta(days=draw(st.sampled_from((20, 365))))

    if draw(mostly):
        return ((today - timedelta(days=30), today + timedelta(days=335)),)
    if draw(seldom):
        return ((today - timedelta(days=30), today + timedelta(days=draw(st.sampled_from((-1, 0, 1))))),)
    return tuple(days() for _ in range(draw(st.integers(0, 2))))


@st.composite
def acceptances(draw: st.DrawFn, now: datetime, texts: Sequence[int | None]) -> tuple[tuple[int | None, datetime], ...]:
    """Mostly all of them lately; else some, some of them so long ago that they have just lapsed or soon will."""
    whole = draw(mostly)
    kept = [text for text in texts if whole or draw(st.booleans())]
    hours = [draw(st.sampled_from((-900, -900, -900, -1, -365 * 24 - 1, -365 * 24 + 1))) for _ in kept]
    return tuple((text, now + timedelta(hours=-900 if whole else back)) for text, back in zip(kept, hours, strict=True))


@st.composite
def grant(draw: st.DrawFn, now: datetime, sets: int, recipients: list[int]) -> oracle.Grant:
    def maybe(*hours: int) -> datetime | None:
        return now + timedelta(hours=draw(st.sampled_from(hours))) if draw(seldom) else None

    return oracle.Grant(
        draw(st.integers(0, sets - 1)),
        draw(st.sampled_from(recipients)),
        draw(subset(oracle.ACTIONS, least=1)),
        draw(subset(PURPOSES, least=1)),
        draw(subset(CATEGORIES)),
        draw(subset(ROLES)),
        draw(seldom),
        draw(mostly),
        now + timedelta(hours=draw(st.sampled_from((-900, -900, -900, -1, 1)))),
        maybe(*HOURS),
        maybe(*HOURS),
        maybe(*HOURS),
        draw(asked),
    )


@st.composite
def record(draw: st.DrawFn, now: datetime, sets: Sequence[oracle.RecordSet], number: int) -> oracle.Record:
    people: list[oracle.Participant] = []
    for _ in range(draw(st.integers(0, 4))):
        name = f"{draw(st.sampled_from(NAMES))} {draw(st.sampled_from(FAMILIES))}"
        role = draw(st.sampled_from(("defendant", "defendant", *ROLES)))
        acts = role in ("attorney", "judge") and people and draw(st.booleans())
        people.append(oracle.Participant(role, name, draw(st.integers(0, len(people) - 1)) if acts else None))
        people[-1] = replace(people[-1], disputed=draw(seldom))
        if draw(seldom):
            alias = f"{draw(st.sampled_from(NAMES))} {draw(st.sampled_from(ALIASES))}"
            people[-1] = replace(people[-1], alias=alias)
    entries = draw(st.lists(st.tuples(st.booleans(), st.booleans(), st.sampled_from(sorted(TELLING))), max_size=2))
    held = draw(st.integers(0, len(sets) - 1))
    of_class = sets[held].kind
    against = st.tuples(st.integers(0, len(people) - 1), st.sampled_from(OUTCOMES)) if people else st.nothing()
    return oracle.Record(
        held,
        sealed=draw(seldom),
        juvenile=draw(seldom),
        docket=f"{draw(st.sampled_from(('', '', 'CC-')))}26-CR-{draw(st.integers(1, 3))}",
        title=draw(st.sampled_from(("", f"Title {number}"))),
        filed=date(2026, 1, 1) + timedelta(days=draw(st.integers(0, 3))),
        closed=draw(st.booleans()),
        people=tuple(people),
        cleared=tuple(cleared for cleared, _, _ in entries),
        tells=tuple(tells for _, _, tells in entries),
        disputed=draw(seldom),
        entries_disputed=tuple(disputed for _, disputed, _ in entries),
        review=now + timedelta(hours=draw(st.sampled_from((-1, 900, 900, 900))))
        if of_class == "intelligence"
        else None,
        expires=now + timedelta(hours=draw(st.sampled_from((-1, 900)))) if of_class == "warrant" else None,
        charges=tuple(draw(st.lists(against, max_size=2))) if people else (),
        bond=of_class == "warrant" and draw(st.booleans()),
        caution=of_class == "warrant" and draw(st.booleans()),
    )


# --- The same as rows -------------------------------------------------------------------------------------------------


@dataclass
class Rows:
    """A world in the database, with the id of everything in it."""

    world: oracle.World
    memberships: list[a.Membership]
    records: list[UUID]
    agencies: list[UUID]
    sets: list[UUID]

    def numbers(self, ids: Sequence[UUID]) -> list[int]:
        """Ids of records as numbers of the world's."""
        return [self.records.index(key) for key in ids]

    def in_order(self, numbers: set[int]) -> list[int]:
        """Records as lists show them: newest first, of one day the greater id first."""
        return sorted(numbers, key=lambda n: (self.world.records[n].filed, self.records[n]), reverse=True)


def insert(model: type[Model], rows: Sequence[Any]) -> None:
    """Rows without history; these tests ask nothing of the past."""
    QuerySet(model).bulk_create(rows)


def write(world: oracle.World) -> Rows:
    """Write a world, as the owner of the tables: what the runtime role could not write either is part of it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        runtime = cursor.fetchone()[0]
        cursor.execute("RESET ROLE")
        try:
            return _write(world)
        finally:
            cursor.execute(f'SET ROLE "{runtime}"')


def _write(world: oracle.World) -> Rows:
    agencies = _agencies(world)
    members = _people(world, agencies)
    policies = _policies(world, agencies, members[0].person)
    _acceptances(world, agencies, members, policies)
    sets = [
        a.RecordSet(owner=agencies[each.owner], name=f"Set {n}", closed_at=each.closed, record_class=each.kind)
        for n, each in enumerate(world.sets)
    ]
    insert(a.RecordSet, sets)
    _grants(world, agencies, sets, members[0].person)
    permission = Permission.objects.get(codename="view_recordset", content_type__app_label="agencies")
    insert(
        a.RecordSetGroupObjectPermission,
        [
            a.RecordSetGroupObjectPermission(
                group=agencies[agency].group, content_object=sets[number], permission=permission
            )
            for agency, number in world.permitted
        ],
    )
    return Rows(world, members, _records(world, sets), [each.pk for each in agencies], [each.pk for each in sets])


def _agencies(world: oracle.World) -> list[a.Agency]:
    made = []
    for each in world.agencies:
        key = uuid7()
        group = Group.objects.create(name=str(key))
        status = a.Agency.Status.ACTIVE if each.active else a.Agency.Status.ENDED
        made.append(
            a.Agency(
                pk=key, name=f"{each.kind} agency", kind=each.kind, status=status, group=group, time_zone=each.zone
            )
        )
    insert(a.Agency, made)
    return made


def _people(world: oracle.World, agencies: list[a.Agency]) -> list[a.Membership]:
    people = []
    for each in world.people:
        email = f"{uuid7()}@agency.example"
        person = a.User(email=email, username=email, is_active=each.active)
        person.is_portal_administrator = each.administers_portal
        person.deactivated_at = None if each.active else world.now + timedelta(hours=1)
        people.append(person)
    insert(a.User, people)
    for person, each in zip(people, world.people, strict=True):
        for kind, days in (("awareness", each.trainings), ("intelligence", each.certified)):
            insert(a.Training, [a.Training(person=person, kind=kind, completed_on=x, expires_on=y) for x, y in days])
    members = [
        a.Membership(
            person=people[each.person],
            agency=agencies[each.agency],
            roles=sorted(each.roles),
            started_at=each.started,
            ended_at=each.ended,
        )
        for each in world.memberships
    ]
    insert(a.Membership, members)
    return members


def _acceptances(
    world: oracle.World, agencies: list[a.Agency], members: list[a.Membership], policies: list[p.PolicyVersion]
) -> None:
    """As accepted now, for the triggers; then at the moments of the world."""
    rules = k.BehaviorRules(number=1, text="x", published_by=members[0].person)
    if world.behavior:
        insert(k.BehaviorRules, [rules])
        QuerySet(k.BehaviorRules).filter(pk=rules.pk).update(published_at=world.now - timedelta(days=800))
    people = {member.person: row.person for member, row in zip(world.memberships, members, strict=True)}
    for number, each in enumerate(world.people):
        for text, at in each.accepted:
            of = {"rules": rules} if text is None else {"policy_version": policies[text]}
            made = k.Acceptance(person=people[number], agency=agencies[0], **of)
            insert(k.Acceptance, [made])
            QuerySet(k.Acceptance).filter(pk=made.pk).update(accepted_at=at)


def _policies(world: oracle.World, agencies: list[a.Agency], author: a.User) -> list[p.PolicyVersion]:
    versions = []
    for agency, each in zip(agencies, world.agencies, strict=True):
        policy = p.PrivacyPolicy(agency=agency, title="Policy")
        insert(p.PrivacyPolicy, [policy])
        version = p.PolicyVersion(policy=policy, number=1, summary="x", officer_name="x", officer_email="x@y.example")
        insert(p.PolicyVersion, [version])
        versions.append(version)
        provision = p.Provision(version=version, section=10, number="10.1", heading="x", text="x")
        insert(p.Provision, [provision])
        insert(
            p.DisclosureRule,
            [
                p.DisclosureRule(
                    version=version,
                    code=f"R{n}",
                    recipient=rule.recipient,
                    participant_role=rule.role,
                    data_category=rule.category,
                    purposes=list(rule.purposes),
                    treatment=rule.treatment,
                    obligations=sorted(rule.asks),
                    effective_from=rule.days[0],
                    effective_to=rule.days[1],
                    reason="x",
                    provision=provision,
                )
                for n, rule in enumerate(each.rules)
            ],
        )
        if each.published:
            _assessment(version, author)
            words = words_sha256(provision)
            marked = d.ProvisionMark(provision=provision, by=author, finding="fully_met", words_sha256=words)
            insert(d.ProvisionMark, [marked])
            insert(d.Adoption, [d.Adoption(version=version, sha256=words, by=author)])
            published = {"status": "published", "published_at": world.now - timedelta(days=1)}
            QuerySet(p.PolicyVersion).filter(pk=version.pk).update(**published)
    return versions


def _assessment(version: p.PolicyVersion, author: a.User) -> None:
    insert(i.Assessment, [i.Assessment(version=version, questionnaire=1, questions=["people"])])
    insert(i.Answer, [i.Answer(version=version, question="people", text="x", by=author)])
    insert(i.Risk, [i.Risk(version=version, number=1, title="x", harmed=["public"], likelihood=1, impact=1)])


def _grants(world: oracle.World, agencies: list[a.Agency], sets: list[a.RecordSet], author: a.User) -> None:
    for number, each in enumerate(world.grants):
        record_set, recipient = sets[each.record_set], agencies[each.recipient]
        agreement = s.Agreement(number=f"W{number}-{uuid7().hex[-8:]}", title="x", lead_agency=recipient, author=author)
        insert(s.Agreement, [agreement])
        version = s.AgreementVersion(agreement=agreement, effective_on=date(2026, 1, 1))
        insert(s.AgreementVersion, [version])
        clause = s.Clause(version=version, position=1, number="1", topic="sharing", heading="x", text="x")
        insert(s.Clause, [clause])
        same: dict[str, Any] = {
            "record_set": record_set,
            "recipient": recipient,
            "actions": sorted(each.actions),
            "purposes": sorted(each.purposes),
            "includes_juvenile": each.juvenile,
            "includes_intelligence": each.intelligence,
        }
        term = s.Term(
            version=version,
            code="T1",
            clause=clause,
            data_categories=sorted(each.categories),
            participant_roles=sorted(each.roles),
            conditions=sorted(each.asks),
            **same,
        )
        insert(s.Term, [term])
        times = {"not_before": each.begins, "not_after": each.ends}
        times |= {"suspended_at": each.suspended, "revoked_at": each.revoked}
        insert(s.Grant, [s.Grant(version=version, term=term, **times, **same)])


def _records(world: oracle.World, sets: list[a.RecordSet]) -> list[UUID]:
    made: list[r.Record] = []
    people: list[r.Participant] = []
    entries: list[r.DocketEntry] = []
    disputes: list[r.Dispute] = []
    charges: list[r.Charge] = []

    def dispute(record: r.Record, words: str, **of: Any) -> None:
        disputes.append(r.Dispute(record=record, record_set=record.record_set, note=words, words_of="subject", **of))

    for number, each in enumerate(world.records):
        record = r.Record(
            record_set=sets[each.record_set],
            docket_number=each.docket,
            docket_key=docket_key(each.docket),
            title=each.title,
            filed_on=each.filed,
            ordered_on=each.filed,
            terminated_on=date(2026, 6, 1) if each.closed else None,
            participant_roles=sorted({person.role for person in each.people}),
            sealed=each.sealed,
            juvenile=each.juvenile,
            source_system="world",
            source_id=str(number),
            source_digest="0" * 64,
            updated_at=world.now,
            record_class=sets[each.record_set].record_class,
            closes_at=each.review,
            expires_at=each.expires,
            details=({"bond": "9.00"} if each.bond else {}) | ({"caution": "Text"} if each.caution else {}),
        )
        made.append(record)
        on_it: list[r.Participant] = []
        for position, person in enumerate(each.people):
            on_it.append(
                r.Participant(
                    record=record,
                    record_set=record.record_set,
                    position=position,
                    role=person.role,
                    label=f"{person.role} {position}",
                    name=person.name,
                    aliases=(remarks := f"also known as\n{person.alias}" if person.alias else ""),
                    name_key=names_key(person.name, remarks),
                    represents=None if person.represents is None else on_it[person.represents],
                )
            )
            if person.disputed:
                dispute(record, f"name {position}", field="name", participant=on_it[-1])
        charges += [
            r.Charge(
                record=record,
                record_set=record.record_set,
                participant=on_it[person],
                position=position,
                kind="count",
                count_number=str(position),
                description="x",
                statute=f"18:{900 + position}(a)",
                outcome=outcome,
            )
            for position, (person, outcome) in enumerate(each.charges)
        ]
        if each.disputed:
            dispute(record, "record", field="record")
        people += on_it
        entries += [
            r.DocketEntry(
                record=record,
                record_set=record.record_set,
                position=position,
                description=TELLING[tells],
                cleared_at=world.now if cleared else None,
            )
            for position, (cleared, tells) in enumerate(zip(each.cleared, each.tells, strict=True))
        ]
        for position, disputed in enumerate(each.entries_disputed):
            if disputed:
                entry = entries[position - len(each.entries_disputed)]
                dispute(record, f"entry {position}", field="entry", entry=entry)
    insert(r.Record, made)
    for one in people:
        insert(r.Participant, [one])
    insert(r.Charge, charges)
    insert(r.DocketEntry, entries)
    insert(r.Dispute, disputes)
    return [record.pk for record in made]
