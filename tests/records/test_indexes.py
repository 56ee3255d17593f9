"""Searches go through the index that was made for them: of ten million records they would be slow by any other.

That of agencies is not among them: it pays only in tables larger than a test makes."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import Model

from portal.records import listing
from portal.records.listing import CLOSED, OPEN, Query
from portal.records.models import Charge, Participant, Record
from sharing_agreements.models import Action
from tests.make import record, record_set
from tests.records.scene import Sharing, as_owner, seen_by

pytestmark = pytest.mark.django_db

COPIES = 20_000
SEARCHES = {
    "participant_forms_in_set": Query(name_words=("halvorsen",)),
    "participant_state_number": Query(docket_key="ca-1234567", person_number="CA01234567"),
    "participant_fbi_number": Query(docket_key="ca-1234567", person_number="CA01234567"),
    "charge_statutes_in_set": Query(docket_key="18-922", statutes=("18 922",)),
    "record_docket_tail": Query(docket_key="26-cr-7"),
    "record_tracking": Query(docket_key="30001234567", person_number="30001234567"),
    "record_source_once": Query(docket_key="casd-15-cr-7", source_id="casd/15-cr-7"),
    "record_set_open_newest": Query(standing=OPEN),
    "record_set_closed_newest": Query(standing=CLOSED),
}


def scans(index: str) -> int:
    """How often this transaction began to read an index."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_get_xact_numscans(%s::regclass)", [index])
        return int(cursor.fetchone()[0])


def copies(model: type[Model], original: Model, **changed: str) -> str:
    """A statement that writes a row many times; `changed` has expressions of the number `n`."""
    columns = [str(each.column) for each in model._meta.concrete_fields if not getattr(each, "generated", False)]
    values = ", ".join(changed.get(column, f"o.{column}") for column in columns)
    table = model._meta.db_table
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} AS o,"
        f" generate_series(1, {COPIES}) AS n WHERE o.id = '{original.pk}'"
    )


def test_a_search_reads_its_index(sharing: Sharing) -> None:
    """Among thousands of records that none of these finds, most of them in sets of others, as the planner knows."""
    keys = {"record_id": "md5('r' || n)::uuid", "participant_id": "md5('p' || n)::uuid"}
    made = record(sharing.records, charges=[{"description": "A charge", "statute": "PC 459"}])
    others = ", ".join(f"'{record_set(sharing.third, f'Jail {n}').pk}'" for n in range(5))
    keys["record_set_id"] = f"(ARRAY[o.record_set_id, {others}]::uuid[])[1 + n % 6]"
    numbers = dict.fromkeys(("docket_number", "docket_key", "source_id"), "'x' || n")
    numbers |= {"details": "jsonb_build_object('tracking_number', n)", "source_system": "'docket-json'"}
    varied = {"terminated_on": "CASE WHEN n % 2 = 0 THEN current_date END", "ordered_on": "o.ordered_on - n % 999"}
    with as_owner(), connection.cursor() as cursor:
        person, charge = made.participants.get(), made.charges.get()
        cursor.execute(copies(Record, made, **keys, **numbers, **varied, id=keys["record_id"]))
        cursor.execute(
            copies(
                Participant,
                person,
                **keys,
                id=keys["participant_id"],
                name_key="'other' || n",
                state_id="'X' || n",
                fbi_id="'Y' || n",
            )
        )
        cursor.execute(copies(Charge, charge, **keys, id="md5('c' || n)::uuid", statute="'PC ' || n"))
        cursor.execute("ANALYZE records_record, records_participant, records_charge")
    unread = []
    for index, query in SEARCHES.items():
        before = scans(index)
        with seen_by(sharing.viewer(action=Action.SEARCH)) as decision:
            listing.page(decision, query)
        unread += [index] if scans(index) == before else []
    assert unread == []
