"""Synthetic records and viewers in the proportions of the measured designs: wide, narrow, vast and old-only."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
from django.contrib.auth.models import Group, Permission
from django.db import models
from django.utils import timezone

from agencies.models import Agency, Membership, RecordSet, RecordSetGroupObjectPermission, Training, User
from portal.acknowledgement.models import Acceptance
from privacy import standard
from privacy.models import DisclosureRule, PolicyVersion, PrivacyPolicy, Provision
from sharing_agreements.models import Agreement, AgreementVersion, Clause, Grant, Term

SETS = 500
OWNERS = 200
VIEWERS = {"wide": range(0, 50), "narrow": range(499, 500), "vast": range(0, 300), "old-only": range(460, 480)}
"""Which sets each viewer's agency is granted: 10 %, one small one, 60 %, and 4 % that hold old records only."""


@dataclass(frozen=True)
class Loaded:
    """What a benchmark asks about."""

    owner: psycopg.Connection
    sets: list[UUID]
    granted: dict[str, list[UUID]]
    memberships: dict[str, UUID]
    groups: dict[str, int | None]


def load(size: int) -> Loaded:
    """Fill the database with `size` records; the records as the owner, past row-level security."""
    owner = psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True)
    agencies = [agency(f"Owner {number}") for number in range(OWNERS)]
    sets = [RecordSet(owner=agencies[n % OWNERS], name=f"Set {n}") for n in range(SETS)]
    put(RecordSet, sets)
    versions = [policy(each) for each in agencies]
    owner.execute(PUBLISHED)
    viewers = {name: viewer(name, [sets[n] for n in numbers], versions) for name, numbers in VIEWERS.items()}
    loaded = Loaded(
        owner,
        [record_set.pk for record_set in sets],
        {name: [sets[n].pk for n in numbers] for name, numbers in VIEWERS.items()},
        {name: membership.pk for name, membership in viewers.items()},
        {name: membership.agency.group_id for name, membership in viewers.items()},
    )
    add(loaded, 1, size)
    return loaded


def put(model: type[models.Model], rows: list[Any]) -> None:
    """Insert without history: a benchmark's set-up is nobody's act."""
    models.QuerySet(model).bulk_create(rows)


def agency(name: str) -> Agency:
    made = Agency(name=name, kind="law_enforcement", state="WA", status="active", group=Group.objects.create(name=name))
    put(Agency, [made])
    return made


def policy(agency: Agency) -> PolicyVersion:
    """The standard policy of an agency, published as it stands; its drafting is nobody's act either."""
    made = PrivacyPolicy(agency=agency, title="Privacy policy")
    put(PrivacyPolicy, [made])
    version = PolicyVersion(
        policy=made, number=1, summary=standard.summary(), officer_name="-", officer_email="a@b.example"
    )
    put(PolicyVersion, [version])
    provisions = {
        each.number: Provision(version=version, **each._asdict()) for each in standard.provisions(agency.name)
    }
    put(Provision, list(provisions.values()))
    rules = [
        DisclosureRule(version=version, **(each._asdict() | {"provision": provisions[each.provision]}))
        for each in standard.rules()
    ]
    put(DisclosureRule, rules)
    return version


def viewer(name: str, granted: list[RecordSet], versions: list[PolicyVersion]) -> Membership:
    """A trained clerk whose agency is granted these sets by an agreement in force, and who accepted every policy."""
    email = f"{name}@example.org"
    person = User(email=email, username=email)
    put(User, [person])
    membership = Membership(person=person, agency=agency(f"Agency of {name}"), roles=["clerk"])
    put(Membership, [membership])
    today = timezone.localdate()
    put(
        Training,
        [Training(person=person, completed_on=today - timedelta(days=9), expires_on=today + timedelta(days=300))],
    )
    put(Acceptance, [Acceptance(person=person, agency=membership.agency, policy_version=each) for each in versions])
    grants(name, membership, granted)
    return membership


def grants(name: str, membership: Membership, granted: list[RecordSet]) -> None:
    yesterday = timezone.now() - timedelta(days=1)
    agreement = Agreement(
        number=f"B-{name}",
        title="Benchmark",
        lead_agency=membership.agency,
        author=membership.person,
        status="in_force",
        in_force_at=yesterday,
    )
    put(Agreement, [agreement])
    version = AgreementVersion(agreement=agreement, effective_on=yesterday.date())
    put(AgreementVersion, [version])
    clause = Clause(version=version, position=1, number="1", topic="sharing", heading="All", text="All")
    put(Clause, [clause])
    shared = {"actions": ["search", "view", "export"], "purposes": ["C"], "recipient": membership.agency}
    terms = [
        Term(
            version=version,
            code=f"T{number}",
            clause=clause,
            record_set=record_set,
            record_set_name=record_set.name,
            data_categories=["name", "charges", "free_text"],
            participant_roles=["defendant", "victim"],
            **shared,
        )
        for number, record_set in enumerate(granted)
    ]
    put(Term, terms)
    put(
        Grant,
        [
            Grant(
                version=version,
                term=term,
                record_set=term.record_set,
                includes_juvenile=False,
                not_before=yesterday,
                **shared,
            )
            for term in terms
        ],
    )
    view = Permission.objects.get(codename="view_recordset")
    rows = [{"permission": view, "content_object": s, "group": membership.agency.group} for s in granted]
    put(RecordSetGroupObjectPermission, [RecordSetGroupObjectPermission(**row) for row in rows])


# Past the triggers by which nothing is published that nobody assessed and adopted.
PUBLISHED = """
ALTER TABLE privacy_policyversion DISABLE TRIGGER USER;
UPDATE privacy_policyversion SET status = 'published', published_at = now() - interval '1 day';
ALTER TABLE privacy_policyversion ENABLE TRIGGER USER;
"""

# Each with one defendant, of a thousand family names, charged under one of a hundred statutes. Sorted by set, so that
# indexes grow page by page.
RECORDS = """
WITH added AS (
  INSERT INTO records_record (id, record_set_id, record_class, docket_number, docket_key, title, court_id, category,
    filed_on, ordered_on, facts, participant_roles, sealed, juvenile, source_system, source_id, source_digest,
    updated_at)
  SELECT {key}, (%(sets)s::uuid[])[1 + s], 'case', 'CR-' || n, 'cr' || n, 'State v. Person ' || n, 'court',
    'Criminal', day, day, '{{}}', '{{defendant}}', n %% 97 = 0, n %% 89 = 0, 'bench', n::text, '', now()
  FROM (SELECT n, s, CASE WHEN s BETWEEN 460 AND 479 THEN date '1990-01-01' + (n %% 3000)::integer
                          ELSE date '2015-01-01' + (n %% 4300)::integer END AS day
        FROM (SELECT n, CASE WHEN n %% 1000 = 7 THEN 499 ELSE (hashint8(n) & 2147483647) %% 499 END AS s
              FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n) AS spread) AS rows
  ORDER BY s
  RETURNING id, record_set_id, source_id
), people AS (
  INSERT INTO records_participant (id, record_id, record_set_id, position, role, label, source_type, name, name_key,
    aliases, contact, attorney_roles, facts)
  SELECT {key}, id, record_set_id, 1, 'defendant', 'Defendant', '', 'Family' || k || ' Given',
    'family' || k || ' given', '', '', '{{}}', '{{}}'
  FROM (SELECT id, record_set_id, (hashtext(source_id) & 2147483647) %% 1000 AS k FROM added) AS r
  RETURNING id, record_id, record_set_id
)
INSERT INTO records_charge (id, record_id, record_set_id, participant_id, position, kind, count_number, description,
  statute, standing, disposition)
SELECT {key}, record_id, record_set_id, id, 1, 'count', '1', 'Charge', 'PC ' || k, '', ''
FROM (SELECT id, record_id, record_set_id, (hashtext(record_id::text) & 2147483647) %% 100 AS k FROM people) AS p
"""
BATCH = 250_000
INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
WHERE i.indrelid IN ('records_record'::regclass, 'records_participant'::regclass, 'records_charge'::regclass)
  AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)
"""
HAS_UUID7 = 180_000


def add(loaded: Loaded, first: int, last: int) -> None:
    """The records with these numbers, and the statistics by which their lists are planned. Indexes are built behind
    them: at ten million that takes minutes where growing them row by row takes hours."""
    key = "uuidv7()" if loaded.owner.info.server_version >= HAS_UUID7 else "gen_random_uuid()"
    with loaded.owner.cursor() as cursor:
        indexes = cursor.execute(INDEXES).fetchall()
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
        # Which looks at all charges of each record, whose index is gone: none here ended without conviction.
        cursor.execute("ALTER TABLE records_charge DISABLE TRIGGER charges_added")

        def batch(start: int) -> None:
            end = min(start + BATCH - 1, last)
            with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as another:
                another.execute(RECORDS.format(key=key), {"sets": loaded.sets, "first": start, "last": end})
            print(f"  {end:,} records", flush=True)

        with ThreadPoolExecutor(os.cpu_count()) as workers:
            list(workers.map(batch, range(first, last + 1, BATCH)))
        cursor.execute("ALTER TABLE records_charge ENABLE TRIGGER charges_added")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for _, definition in indexes:
            cursor.execute(definition)
        print(f"  {len(indexes)} indexes", flush=True)
        cursor.execute("VACUUM ANALYZE")
