"""One answer, whoever is asked: over random worlds, explain, check, list, count, search, row-level security and export
say what an oracle says that shares no code with them.

SOAK=n tries n worlds in place of the usual number (`make soak`).
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection, transaction
from django.test import RequestFactory
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from agencies.models import Membership, User
from portal.kernel.clock import database_now
from portal.kernel.ids import uuid7
from portal.kernel.viewing import tell_database
from portal.records import listing, releases
from portal.records.decision import BY_OFFICE, Decision, Viewer, decide, explain, see_as
from portal.records.decision.viewer import Deed
from portal.records.listing import Query, count, page, tally
from portal.records.models import AccessEntry, Inquiry, InquiryApproval, Participant, Record, Release
from portal.records.shown import case_file, hits
from sharing_agreements.models import Action
from tests.records import oracle
from tests.records.worlds import FAMILIES, NAMES, PURPOSES, Rows, insert, worlds, write

pytestmark = pytest.mark.django_db

WORLDS = int(os.environ.get("SOAK", "100"))
TRYING = settings(
    max_examples=WORLDS,
    deadline=None,
    derandomize="SOAK" not in os.environ,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    print_blob=True,
)
DAY = date(2026, 1, 2)


def database_minute() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT date_trunc('minute', statement_timestamp())")
        return cursor.fetchone()[0].astimezone(UTC)  # type: ignore[no-any-return]


@contextmanager
def written(world: oracle.World) -> Iterator[Rows]:
    """A world in the database, gone afterwards."""
    with transaction.atomic():
        yield write(world)
        transaction.set_rollback(True)


@contextmanager
def seen(rows: Rows, asked: oracle.Viewer) -> Iterator[Decision]:
    member = rows.memberships[asked.membership]
    inquiry = (
        an_inquiry(member, asked.purpose, approved=asked.approved).pk if asked.approved or asked.inquires else None
    )
    action: Deed = BY_OFFICE if asked.action == BY_OFFICE else Action(asked.action)
    viewer = Viewer(member.pk, action, asked.purpose, inquiry)
    see_as(viewer)
    yield decide(viewer)
    tell_database()


def an_inquiry(member: Membership, purpose: str, *, approved: bool) -> Inquiry:
    """An inquiry, or one that a supervisor of the agency approved: rows, since the person may be one who can ask
    nothing."""
    now = database_now()
    email = f"{uuid7()}@agency.example"
    supervisor = User.objects.create(email=email, username=email)
    since = now - timedelta(days=1)
    insert(Membership, [Membership(person=supervisor, agency=member.agency, roles=["supervisor"], started_at=since)])
    made = Inquiry.objects.create(
        membership=member, purpose=purpose, case_number="1", opened_at=now, open_until=now + timedelta(hours=1)
    )
    if approved:
        InquiryApproval.objects.create(
            inquiry=made, reason="x", asked_at=now, approved=True, decided_by=supervisor, decided_at=now
        )
    return made


def viewers(world: oracle.World) -> Iterator[oracle.Viewer]:
    for membership in range(len(world.memberships)):
        for action in ("view", "search"):
            for purpose in (*PURPOSES, ""):
                yield oracle.Viewer(membership, action, purpose)
            yield oracle.Viewer(membership, action, PURPOSES[0], approved=True)
            yield oracle.Viewer(membership, action, PURPOSES[0], inquires=True)
        yield oracle.Viewer(membership, BY_OFFICE, "")


def sees_part(world: oracle.World, asked: oracle.Viewer) -> tuple[bool, int]:
    """Orders viewers by how much they have to tell: best who sees some of the records, and not all."""
    found = len(oracle.open_ones(world, asked))
    return 0 < found < len(world.records), found


@TRYING
@given(data=st.data())
def test_every_way_to_ask_gives_the_oracles_answer(data: st.DataObject) -> None:
    world = data.draw(worlds(database_minute()))
    few_sets, probe = data.draw(st.sampled_from([(100, 2_000), (0, 2_000), (0, 2), (1, 3)]))
    some = data.draw(st.lists(st.sampled_from(list(viewers(world))), min_size=2, max_size=2, unique=True))
    some.append(max(viewers(world), key=lambda asked: sees_part(world, asked)))
    with written(world) as rows, patch.object(listing, "FEW_SETS", few_sets), patch.object(listing, "PROBE", probe):
        for asked in some:
            with seen(rows, asked) as decision:
                event(said(rows, asked))
                check_listing(rows, asked, decision)
                check_single_records(rows, asked, decision)
                check_what_is_shown(rows, asked, decision)
                if asked.action == "search":
                    check_searches(rows, asked, decision)


def said(rows: Rows, asked: oracle.Viewer) -> str:
    """What kind of viewer this is, for the statistics of a run: a test that never opens anything proves nothing."""
    found = len(oracle.open_ones(rows.world, asked))
    return "sees nothing" if not found else "sees all" if found == len(rows.records) else "sees some"


def check_listing(rows: Rows, asked: oracle.Viewer, decision: Decision) -> None:
    """List, count, row-level security, queryset, pages of any size, forwards and backwards."""
    expected = oracle.found(rows.world, asked)
    order = rows.in_order(expected)
    assert rows.numbers(page(decision, Query()).ids) == order
    assert count(decision, Query()) == len(order)
    for kind in ("warrant", "intelligence"):
        of_class = oracle.found(rows.world, asked, kind=kind)
        assert rows.numbers(page(decision, Query(record_class=kind)).ids) == rows.in_order(of_class)
        assert count(decision, Query(record_class=kind)) == len(of_class)
    opened = oracle.open_ones(rows.world, asked)
    assert set(rows.numbers(list(Record.objects.values_list("pk", flat=True)))) == opened
    assert set(rows.numbers(list(Record.objects.visible_to(decision).values_list("pk", flat=True)))) == opened
    with_people = {n for n in opened if any(p.role != "informant" for p in rows.world.records[n].people)}
    hanging = Participant.objects.values_list("record", flat=True).distinct()
    assert set(rows.numbers(list(hanging))) == with_people
    assert walked(rows, decision, Query(), 2) == order


def walked(rows: Rows, decision: Decision, query: Query, size: int) -> list[int]:
    """All pages one after another; and back again, which must be the same."""
    pages = [page(decision, query, size=size)]
    while pages[-1].more_after:
        pages.append(page(decision, query, after=pages[-1].last, size=size))
    assert not pages[0].more_before
    for earlier, later in pairwise(pages):
        back = page(decision, query, before=later.first, size=size)
        assert (back.ids, back.more_after) == (earlier.ids, True)
        assert back.more_before == (earlier is not pages[0])
    return rows.numbers([key for each in pages for key in each.ids])


def check_single_records(rows: Rows, asked: oracle.Viewer, decision: Decision) -> None:
    """Check and explain, with what may be done."""
    for number, key in enumerate(rows.records):
        record = rows.world.records[number]
        expected = oracle.is_open(rows.world, asked, record)
        assert (case_file(decision, key) is not None) == expected
        held = Record(
            pk=key,
            record_set_id=rows.sets[record.record_set],
            sealed=record.sealed,
            juvenile=record.juvenile,
            closes_at=record.review,
            nonconviction_from=rows.world.now - timedelta(days=1) if oracle.is_nonconviction_alone(record) else None,
        )
        explanation = explain(decision.viewer, held)
        assert explanation.open == expected
        assert explanation.passed == len(explanation.conditions) or not expected
        for action in Action if asked.action != BY_OFFICE else ():
            other = replace(asked, action=str(action))
            assert explanation.permits(action) == oracle.is_open(rows.world, other, record), action


def check_what_is_shown(rows: Rows, asked: oracle.Viewer, decision: Decision) -> None:
    """Headings, names, text, entries; and nothing of a name that is withheld."""
    world = rows.world
    by_id = {hit.id: hit for hit in hits(decision, rows.records)}
    assert set(rows.numbers(list(by_id))) == oracle.open_ones(world, asked)
    for key, hit in by_id.items():
        record = world.records[rows.records.index(key)]
        assert hit.heading == oracle.heading(world, asked, record)
        case = case_file(decision, key)
        assert case is not None
        noted = {(each.note or each.field, each.note is not None) for each in case.disputes}
        assert noted == oracle.disputed(world, asked, record)
        listed = {(each.note or "record", each.note is not None) for each in hit.disputed}
        assert listed == oracle.disputed_in_list(world, asked, record)
        assert case.title.value == (record.title or None if oracle.text_is_shown(world, asked, record) else None)
        assert [entry.text.value is not None for entry in case.entries] == oracle.entries_shown(world, asked, record)
        fields = oracle.fields_shown(world, asked, record)
        assert {each.field.name for each in case.details if each.shown.value is not None} == fields
        assert set(hit.details) == fields
        assert len(case.details) == len(hit.details) + hit.details_withheld == record.bond + record.caution
        charges = oracle.charges_shown(world, asked, record)
        assert [int(each.count_number) for each in case.charges] == charges
        people = oracle.shown_people(world, asked, record)
        assert [person.role for person in case.people] == [person.role for person in people]
        for person, expected in zip(case.people, people, strict=True):
            treatment = oracle.treatment(world, asked, record, expected.role, "name")
            assert person.name.ruling.treatment == treatment
            assert (person.name.value == expected.name) == (treatment == "shown")
            assert (person.name.value is None) == (treatment in ("withheld", "pseudonym"))


def check_searches(rows: Rows, asked: oracle.Viewer, decision: Decision) -> None:
    """By words of names, by number, narrowed by standing, owner and dates; with their counts."""
    words = [(name.lower(),) for name in (*NAMES, *FAMILIES, "Percival")] + [
        ("hal",),
        ("hal", "d"),
        ("ann", "quill"),
        ("zz",),
    ]
    queries: list[tuple[Query, dict[str, Any]]] = [(Query(name_words=each), {"words": each}) for each in words]
    queries += [(Query(docket_key=f"26-cr-{n}"), {"docket": f"26-CR-{n}"}) for n in (1, 2, 9)]
    queries += [(Query(docket_key="cc-26-cr-1"), {"docket": "CC-26-CR-1"})]
    queries += [
        (Query(docket_key="18-90", statutes=("18 1", f"18 {900 + n}"), owner_id=owner), {"charge": n, "owner": at})
        for n in range(2)
        for at, owner in [(None, None), (0, rows.agencies[0])]
    ]
    queries += [
        (Query(name_words=("hal",), standing="open", since=DAY), {"words": ("hal",), "standing": "open", "since": DAY})
    ]
    queries += [(Query(standing="closed", until=DAY), {"standing": "closed", "until": DAY})]
    queries += [(Query(name_words=("hal",), record_class="intelligence"), {"words": ("hal",), "kind": "intelligence"})]
    queries += [(Query(name_words=("o",), record_class="warrant"), {"words": ("o",), "kind": "warrant"})]
    queries += [(Query(owner_id=key), {"owner": n}) for n, key in enumerate(rows.agencies)]
    queries += [(Query(name_words=("o",), owner_id=rows.agencies[0]), {"words": ("o",), "owner": 0})]
    for query, terms in queries:
        expected = oracle.found(rows.world, asked, **terms)
        assert rows.numbers(page(decision, query).ids) == rows.in_order(expected), terms
        assert count(decision, query) == len(expected)
        assert by_alias(rows, decision, query) == {
            n for n in expected if oracle.by_alias(rows.world, asked, n, **terms)
        }
        assert tally(decision, query).total == len(expected)
    assert walked(rows, decision, Query(name_words=("hal",)), 1) == rows.in_order(
        oracle.found(rows.world, asked, words=("hal",))
    )
    counted = tally(decision, Query())
    open_ones = oracle.found(rows.world, asked, standing="open")
    assert counted.by_standing is not None
    assert counted.by_owner is not None
    assert counted.by_standing["open"] == len(open_ones)
    assert counted.by_class is not None
    for kind in ("case", "warrant"):
        assert counted.by_class.get(kind, 0) == len(oracle.found(rows.world, asked, kind=kind))
    for number, key in enumerate(rows.agencies):
        assert counted.by_owner.get(key, 0) == len(oracle.found(rows.world, asked, owner=number))


def by_alias(rows: Rows, decision: Decision, query: Query) -> set[int]:
    """The records whose hits say that an alias bears what was searched."""
    found = hits(decision, page(decision, query).ids, query.name_words)
    return set(rows.numbers([hit.id for hit in found if any(each.also for each in hit.bearers)]))


@settings(TRYING, max_examples=max(10, WORLDS // 4))
@given(data=st.data())
def test_an_export_holds_what_the_oracle_says(data: st.DataObject) -> None:
    world = data.draw(worlds(database_minute()))
    words = data.draw(st.sampled_from([(), ("hal",), ("ann",)]))
    with written(world) as rows, patch.object(releases, "BATCH", 2):
        for membership in range(len(world.memberships)):
            asked = oracle.Viewer(membership, "export", "C")
            expected = rows.in_order(oracle.found(world, asked, words=words))
            assert exported(rows, asked, Query(name_words=words)) == expected
            logged = AccessEntry.objects.filter(person=rows.memberships[membership].person).order_by("pk")
            assert rows.numbers([key for entry in logged for key in entry.record_ids]) == expected


def exported(rows: Rows, asked: oracle.Viewer, query: Query) -> list[int]:
    """The records of an export's file, in its order."""
    member = rows.memberships[asked.membership]
    request = RequestFactory().post("/")
    request.user, request.membership = member.person, member  # type: ignore[attr-defined]
    made = Release.objects.create(pk=uuid7(), kind="export", membership=member, recipient="x", reason="y")
    viewer = Viewer(member.pk, Action(asked.action), asked.purpose)
    text = "".join(releases.stream(request, viewer, query, made, "")).removeprefix("\ufeff")
    head, *lines, end = csv.reader(io.StringIO(text))
    assert end[0].startswith("End of release")
    listed = [dict(zip(head, line, strict=True)) for line in lines]
    numbers = [[str(key) for key in rows.records].index(line["Record id"]) for line in listed]
    for number, line in zip(numbers, listed, strict=True):
        record = rows.world.records[number]
        called = oracle.heading(rows.world, asked, record)
        if called is None and not oracle.is_called_anything(record):
            called = "No party named"
        assert line["Case"] == called if called else line["Case"].startswith("Withheld: ")
    return numbers
