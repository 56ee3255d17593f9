"""The two locks, each with the other one open: either alone lets nothing out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from typing import Any
from unittest.mock import patch

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Model, QuerySet

from portal.kernel.viewing import as_job, tell_database
from portal.records import commands, listing
from portal.records.decision import Decision, Viewer, decide, see_as
from portal.records.listing import Query, count, page, tally
from portal.records.models import Charge, Dispute, DocketEntry, Participant, Record
from portal.records.shown import case_file, hits
from sharing_agreements.models import Action
from tests.make import record, record_set
from tests.records.rows import grant_row
from tests.records.scene import Sharing, as_owner, force, seen_by, set_up_sharing

pytestmark = pytest.mark.django_db

HOLDING: tuple[type[Model], ...] = (Record, Participant, Charge, DocketEntry, Dispute)
PASTS: tuple[type[Model], ...] = tuple(model.history.model for model in HOLDING)  # type: ignore[attr-defined]


@dataclass
class Kept:
    """Four records of the owner: one shared, one sealed, one juvenile, one in a set that is not shared."""

    sharing: Sharing
    shared: Record
    sealed: Record
    juvenile: Record
    unshared: Record

    @property
    def all(self) -> list[Record]:
        return [self.shared, self.sealed, self.juvenile, self.unshared]


def four_records(sharing: Sharing) -> Kept:
    def one(**more: Any) -> Record:
        return record(sharing.records, title="State v. Halvorsen", entries=["Order"], charges=["Assault"], **more)

    other = record_set(sharing.owner, "Civil cases")
    made = Kept(sharing, one(), one(sealed=True), one(juvenile=True), record(other, entries=["Order"], charges=["x"]))
    keeper = sharing.custodian
    for each in made.all:
        by: dict[str, Any] = {"actor": keeper.person, "membership_id": keeper.pk, "record_id": each.pk}
        commands.dispute(**by, field="record", of=None, note="It is not his.", words_of="subject")
    return made


@pytest.fixture
def kept(sharing: Sharing) -> Kept:
    return four_records(sharing)


@contextmanager
def differently(told: Viewer, decided: Viewer) -> Iterator[Decision]:
    """Inside: row-level security knows one viewer, the decision another."""
    with transaction.atomic():
        see_as(told)
        yield decide(decided)
        tell_database()


def everything(decision: Decision, kept: Kept) -> set[object]:
    """Ids that any way of asking gives, whatever it filters by itself."""
    words, ids = ("halvorsen",), [each.pk for each in kept.all]
    found: set[object] = set(page(decision, Query()).ids)
    with patch.object(listing, "FEW_SETS", 0):
        found |= set(page(decision, Query(), size=1).ids) | set(page(decision, Query(), size=2).ids)
    found |= set(page(decision, Query(name_words=words)).ids)
    for each in kept.all:
        found |= set(page(decision, Query(docket_key=each.docket_key)).ids)
    found |= {hit.id for hit in hits(decision, ids)}
    found |= {case.envelope.id for key in ids if (case := case_file(decision, key))}
    found |= set(Record.objects.visible_to(decision).values_list("pk", flat=True))
    sizes = {count(decision, Query()), tally(decision, Query()).total, count(decision, Query(name_words=words))}
    assert sizes == {len(found)}
    return found


def test_the_first_lock_alone_holds(kept: Kept) -> None:
    told = kept.sharing.viewer(kept.sharing.custodian)
    with differently(told, kept.sharing.viewer()) as decision:
        assert Record.objects.count() == 4, "row-level security is wide open here"
        assert everything(decision, kept) == {kept.shared.pk}
    with differently(told, kept.sharing.viewer(kept.sharing.outsider)) as decision:
        assert everything(decision, kept) == set()
    with differently(told, kept.sharing.viewer(kept.sharing.owners_clerk)) as decision:
        assert everything(decision, kept) == {kept.shared.pk, kept.juvenile.pk, kept.unshared.pk}


def test_the_first_lock_holds_for_the_owner_of_the_tables(kept: Kept) -> None:
    with as_owner(), transaction.atomic():
        assert Record.objects.count() == 4
        decision = decide(kept.sharing.viewer())
        assert set(Record.objects.visible_to(decision)) == {kept.shared}
        assert page(decision, Query()).ids == [kept.shared.pk]
        assert [hit.id for hit in hits(decision, [each.pk for each in kept.all])] == [kept.shared.pk]
        assert [each for each in kept.all if case_file(decision, each.pk)] == [kept.shared]


def test_either_lock_alone_keeps_what_is_nonconviction_data_alone(sharing: Sharing) -> None:
    """For purpose D nobody outside is shown such data; its year passes by the clock, not by a job."""
    grant_row(sharing.records, sharing.recipient, purposes=("C", "D"))
    of = record(sharing.records, charges=[{"description": "Theft", "outcome": "dismissed"}])
    kept, wide, narrow = Kept(sharing, of, of, of, of), sharing.viewer(), sharing.viewer(purpose="D")
    with differently(wide, narrow) as decision:
        assert Record.objects.filter(pk=of.pk).exists(), "the second lock is open here"
        assert everything(decision, kept) == set()
    with differently(narrow, wide) as decision:
        assert of.record_set_id in decision.sets_with("nonconviction"), "the first lock is open here"
        assert everything(decision, kept) == set()
    with differently(wide, wide) as decision:
        assert everything(decision, kept) == {of.pk}


def test_the_second_lock_alone_holds(kept: Kept) -> None:
    decided = kept.sharing.viewer(kept.sharing.custodian)
    with differently(kept.sharing.viewer(), decided) as decision:
        assert len(decision.sets) == 2, "the decision is wide open here"
        assert everything(decision, kept) == {kept.shared.pk}
    with differently(kept.sharing.viewer(kept.sharing.outsider), decided) as decision:
        assert everything(decision, kept) == set()
    with differently(Viewer(None, decided.action), decided) as decision:
        assert everything(decision, kept) == set()


@pytest.mark.parametrize("action", [Action.VIEW, Action.PRINT])
def test_either_lock_asks_each_restriction_of_each_record(sharing: Sharing, action: Action) -> None:
    made = {}
    for sealed, overdue, juvenile in product((False, True), repeat=3):
        made[sealed, overdue, juvenile] = one = record(sharing.records, sealed=sealed, juvenile=juvenile)
        if overdue:
            with as_owner():
                force(one, closes_at="2026-01-01T00:00:00Z")
    for who, keeps, young in (
        (sharing.custodian, True, True),
        (sharing.owners_clerk, False, True),
        (sharing.clerk, False, False),
    ):
        viewer = sharing.viewer(who, action)
        open_ids = {
            one.pk
            for (sealed, overdue, juvenile), one in made.items()
            if (keeps or not sealed) and ((keeps and action == Action.VIEW) or not overdue) and (young or not juvenile)
        }
        with seen_by(viewer) as decision:
            assert set(Record.objects.values_list("pk", flat=True)) == open_ids
            with as_owner():
                assert set(Record.objects.visible_to(decision).values_list("pk", flat=True)) == open_ids


@pytest.mark.parametrize("model", HOLDING, ids=lambda model: model.__name__)
def test_row_level_security_lets_out_what_hangs_on_open_records_only(kept: Kept, model: type[Model]) -> None:
    key = "pk" if model is Record else "record"

    def seen(viewer: Viewer) -> set[object]:
        with transaction.atomic():
            see_as(viewer)
            found = set(QuerySet(model).values_list(key, flat=True))
            tell_database()
        return found

    sharing = kept.sharing
    assert seen(sharing.viewer()) == {kept.shared.pk}
    assert seen(sharing.viewer(sharing.outsider)) == set()
    assert seen(sharing.viewer(sharing.custodian)) == {each.pk for each in kept.all}
    assert seen(sharing.viewer(sharing.owners_clerk)) == {each.pk for each in kept.all} - {kept.sealed.pk}
    assert seen(sharing.viewer(purpose="F")) == set()
    assert set(QuerySet(model)) == set(), "nobody is named, nothing is seen"


@pytest.mark.parametrize("model", PASTS, ids=lambda model: model.__name__)
def test_the_past_of_records_is_open_to_their_custodians_alone(kept: Kept, model: type[Model]) -> None:
    def seen(viewer: Viewer) -> int:
        with transaction.atomic():
            see_as(viewer)
            found = QuerySet(model).count()
            tell_database()
        return found

    sharing = kept.sharing
    assert seen(sharing.viewer(sharing.custodian)) == 4
    for other in (sharing.clerk, sharing.owners_clerk, sharing.outsider):
        assert seen(sharing.viewer(other)) == 0
    assert QuerySet(model).count() == 0


def test_informants_are_hidden_by_the_second_lock_too(sharing: Sharing) -> None:
    record(sharing.records, participants=[("defendant", "Dane Halvorsen"), ("informant", "Sam Quill")])
    with transaction.atomic():
        see_as(sharing.viewer(sharing.custodian))
        assert [person.role for person in Participant.objects.all()] == ["defendant"]
        tell_database()


def test_informants_are_in_no_history_that_a_custodian_reads(sharing: Sharing) -> None:
    record(sharing.records, participants=[("defendant", "Dane Halvorsen"), ("informant", "Sam Quill")])
    with transaction.atomic():
        see_as(sharing.viewer(sharing.custodian))
        assert {person.role for person in Participant.history.all()} == {"defendant"}
        tell_database()


def test_a_viewer_changes_nothing(kept: Kept) -> None:
    with transaction.atomic():
        see_as(kept.sharing.viewer(kept.sharing.custodian))
        for model in HOLDING:
            assert QuerySet(model).update(record_set=kept.sharing.records) == 0
            assert QuerySet(model)._raw_delete("default") == 0
        tell_database()
    with pytest.raises(DatabaseError), transaction.atomic():  # noqa: PT012  (the viewer first)
        see_as(kept.sharing.viewer(kept.sharing.custodian))
        QuerySet(Participant).create(
            record=kept.shared, record_set=kept.sharing.records, position=9, role="victim", label="Victim A"
        )


@pytest.mark.parametrize("job", ["import", "custody"])
def test_a_job_works_on_one_record_set(kept: Kept, job: str) -> None:
    with as_job(job, kept.unshared.record_set_id):
        assert set(Record.objects.all()) == {kept.unshared}
        assert QuerySet(Record).exclude(pk=kept.unshared.pk).update(sealed=False) == 0
    with pytest.raises(DatabaseError), as_job(job, kept.unshared.record_set_id):
        force(kept.unshared, record_set=kept.sharing.records)


def test_a_job_without_a_name_sees_nothing(kept: Kept) -> None:
    with as_job("anything", kept.shared.record_set_id):
        assert not Record.objects.exists()


def test_the_search_by_name_holds_the_second_lock_by_itself(kept: Kept) -> None:
    """It runs as the owner of the tables, past row-level security; called with every set and role, it gives what is
    open, and no informant."""
    record(kept.sharing.records, participants=[("informant", "Halvard Quill")])
    sets = [kept.shared.record_set_id, kept.unshared.record_set_id]
    with transaction.atomic(), connection.cursor() as cursor:
        for viewer, open_ids in (
            (kept.sharing.viewer(), {kept.shared.pk}),
            (kept.sharing.viewer(kept.sharing.outsider), set()),
            (kept.sharing.viewer(purpose=""), set()),
        ):
            see_as(viewer)
            cursor.execute(
                "SELECT id FROM records_named(%s, %s, %s, %s, %s, 'halv:*', NULL, NULL, '', NULL, NULL, false, 99)",
                [sets, sets, sets, sets, ["defendant", "informant"]],
            )
            assert {row[0] for row in cursor.fetchall()} == open_ids
        tell_database()


@pytest.mark.parametrize("function", ["records_newest", "records_newest_before"])
def test_the_newest_entries_hold_the_second_lock_by_themselves(kept: Kept, function: str) -> None:
    sets = [kept.shared.record_set_id, kept.unshared.record_set_id]
    overdue = record(kept.sharing.records)
    with as_owner():
        force(overdue, closes_at="2026-01-01T00:00:00Z")
    with transaction.atomic(), connection.cursor() as cursor:
        for viewer, open_ids in (
            (kept.sharing.viewer(), {kept.shared.pk}),
            (kept.sharing.viewer(kept.sharing.owners_clerk), {kept.shared.pk, kept.juvenile.pk, kept.unshared.pk}),
            (kept.sharing.viewer(kept.sharing.outsider), set()),
        ):
            see_as(viewer)
            cursor.execute(f"SELECT id FROM {function}(%s, NULL, NULL, NULL, NULL, 99, 99)", [sets])
            assert {row[0] for row in cursor.fetchall()} == open_ids
        tell_database()


def all_named(of: Record, *roles: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT records_all_named(%s, %s)", [of.pk, list(roles)])
        return bool(cursor.fetchone()[0])


def test_who_stands_on_a_record_is_told_of_open_records_alone(kept: Kept) -> None:
    absent = Record(pk=kept.sharing.clerk.pk)
    with transaction.atomic():
        see_as(kept.sharing.viewer())
        assert all_named(kept.shared, "defendant")
        assert not all_named(kept.shared)
        for closed in (kept.sealed, kept.juvenile, kept.unshared, absent):
            assert not all_named(closed, "defendant"), "as of a record that never was"
        tell_database()


def test_what_is_open_is_not_worked_out_while_a_statement_is_planned(sharing: Sharing) -> None:
    """Planning anew, as behind pgbouncer, took 1.4 seconds for a viewer of 300 sets."""
    refuses = (
        "CREATE OR REPLACE FUNCTION records_open_sets(restriction text) RETURNS uuid[] LANGUAGE plpgsql"
        " STABLE PARALLEL SAFE AS $$ BEGIN RAISE EXCEPTION 'worked out'; END $$"
    )
    record(sharing.records, entries=["Order"], charges=["Theft"])
    with transaction.atomic(), connection.cursor() as cursor:
        see_as(sharing.viewer())
        with as_owner():
            cursor.execute(refuses)
        for model in HOLDING:
            cursor.execute(f"EXPLAIN SELECT * FROM {model._meta.db_table}")
        with pytest.raises(DatabaseError, match="worked out"), transaction.atomic():
            cursor.execute("SELECT * FROM records_record")
        transaction.set_rollback(True)


def test_a_temporary_table_is_read_by_no_function_of_the_portal(kept: Kept) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for table in ("records_participant", "agencies_training", "acknowledgement_behaviorrules"):
            cursor.execute(f"CREATE TEMPORARY TABLE {table} (LIKE public.{table})")
        cursor.execute("CREATE TEMPORARY TABLE sharing_agreements_grant AS TABLE public.sharing_agreements_grant")
        cursor.execute("UPDATE pg_temp.sharing_agreements_grant SET record_set_id = %s", [kept.unshared.record_set_id])
        see_as(kept.sharing.viewer())
        cursor.execute("SELECT records_open_sets('')")
        assert cursor.fetchone() == ([kept.shared.record_set_id],)
        assert not all_named(kept.shared)
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_the_viewer_does_not_outlive_the_transaction() -> None:
    kept = four_records(set_up_sharing())
    with transaction.atomic():
        see_as(kept.sharing.viewer())
        assert Record.objects.count() == 1
    assert Record.objects.count() == 0
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012  (the viewer first)
        see_as(kept.sharing.viewer())
        1 / 0  # noqa: B018
    assert Record.objects.count() == 0
    with pytest.raises(RuntimeError, match="inside a transaction"):
        see_as(kept.sharing.viewer())


def test_tests_run_as_the_role_that_owns_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == ("portal_runtime", False)
        cursor.execute(
            "SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname = current_user"
        )
        assert cursor.fetchone() == (0,)
