"""Speed over many records, as ratios to baselines of the same run, each with its bound. `make bench SIZE=10000000`.

A tenth of the records is loaded and measured first, then the rest: so growth is measured within one run. A baseline
does the least that could be done for the same answer: one statement by one index, in the same transaction with the
same setting of a viewer, by the same driver, as the owner of the tables, whom row-level security lets through.

First pages and names are measured twice. To name a viewer here is to work out what is open, once by each lock, where
an identity alone would do for other designs: so one baseline only sets who asks, and the whole decision counts on the
portal's side; the other names the viewer as the portal does, and what is left is the search under both locks.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from benchmarks.places import database

PAGE = 50
ROUNDS = 41
WORD, BEYOND, STATUTE = "family77", "family78", "pc 77"
"""About one in a hundred bears the name, and one is charged under the statute."""
DEEP = 5_000
MOST_FOR_STOCK = 1_000_000
LEAST_TO_GROW = 100_000
INGESTED = 20_000
INGESTS = 5
MOST_TO_EXPORT = 100_000
IMPORTED_OF = 100
"""Of how many records one is imported to measure memory: an import stages, compares and writes each by itself."""
MEMORY_MOST = 300
"""Megabytes."""
OWNER = "owner"

Work = Callable[[], object]


@dataclass
class Report:
    """The lines of a run; what has a bound says whether it was kept."""

    missed: list[str] = field(default_factory=list)

    def line(
        self, what: str, value: float, bound: float | None = None, *, least: bool = False, unit: str = "x"
    ) -> None:
        said = f"{value:8.2f}{unit}"
        if bound is not None:
            kept = value >= bound if least else value <= bound
            said += f"   {'at least' if least else 'at most'} {bound:g}   {'kept' if kept else 'MISSED'}"
            if not kept:
                self.missed.append(what)
        print(f"{what:58}{said}", flush=True)


def median_of(work: Work, rounds: int = ROUNDS) -> float:
    """Milliseconds, the median after a warm-up."""
    for _ in range(7):
        work()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


# --- Baselines ------------------------------------------------------------------------------------------------------

NEWEST = (
    "SELECT id, ordered_on FROM records_record WHERE record_set_id = %(set)s"
    " ORDER BY ordered_on DESC, id DESC LIMIT %(size)s"
)
SUMMARY = "SELECT sum(number) FROM bench_summary WHERE record_set_id = ANY (%(sets)s)"
PREFIX = (
    "SELECT r.ordered_on, r.id FROM unnest(%(sets)s::uuid[]) AS s(id) CROSS JOIN LATERAL ("
    "  SELECT p.record_id FROM records_participant p WHERE p.record_set_id = s.id"
    "  AND p.name_key ~>=~ %(word)s AND p.name_key ~<~ %(beyond)s) AS f"
    " JOIN records_record r ON r.id = f.record_id ORDER BY r.ordered_on DESC, r.id DESC LIMIT %(size)s"
)
MAKE_SUMMARY = """
DROP TABLE IF EXISTS bench_summary;
CREATE TABLE bench_summary AS SELECT record_set_id, count(*) AS number FROM records_record GROUP BY 1;
CREATE UNIQUE INDEX ON bench_summary (record_set_id);
ANALYZE bench_summary;
GRANT SELECT ON bench_summary TO {runtime};
"""


def connect_owner() -> None:
    """A second connection of Django's, as the owner of the tables."""
    from django.db import connections

    from portal.kernel import addresses

    settings = connections.databases["default"]
    connections.databases[OWNER] = {**settings, **addresses.database(os.environ["DATABASE_OWNER_URL"])}
    connections.databases[OWNER]["OPTIONS"] = dict(settings["OPTIONS"])


def raw(sql: str, values: dict[str, Any], *, using: str = OWNER) -> list[Any]:
    """One prepared statement, in the caller's transaction."""
    from django.db import connections

    from portal.kernel.prepared import Prepared

    with Prepared(connections[using].connection) as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


@contextmanager
def looking_raw() -> Iterator[None]:
    """The transaction of a look, with nothing but the setting of a viewer in it."""
    from django.db import connections, transaction

    connections[OWNER].ensure_connection()
    with transaction.atomic(using=OWNER):
        raw("SELECT set_config('portal.membership', '', true)", {})
        yield


def raw_work(sql: str, values: dict[str, Any]) -> Work:
    def work() -> object:
        with looking_raw():
            return raw(sql, values)

    return work


@contextmanager
def past_the_locks() -> Iterator[None]:
    """Looks are made on the connection of the tables' owner, whom row-level security lets through."""
    from django.db import connections

    connections["default"], mine = connections[OWNER], connections["default"]
    try:
        yield
    finally:
        connections["default"] = mine


# --- The portal -----------------------------------------------------------------------------------------------------


def look(membership: UUID, asked: Callable[[Any], object], action: str = "search") -> Work:
    """A look as a request makes it: the viewer named, decided, then `asked` of the decision under both locks."""
    from django.db import transaction

    from portal.records.decision import Viewer, look_as
    from sharing_agreements.models import Action

    viewer = Viewer(membership, Action(action), "C")

    def work() -> object:
        with transaction.atomic():
            return asked(look_as(viewer))

    return work


def raw_in_look(membership: UUID, sql: str, values: dict[str, Any]) -> float:
    """Milliseconds of one statement in the look of a viewer who is named and decided as ever, past the locks."""
    with past_the_locks():
        return median_of(look(membership, lambda decision: raw(sql, values, using="default")))


def first_page(decision: Any) -> Any:
    from portal.records import listing

    return listing.page(decision, listing.Query(), size=PAGE)


def measure_lists(report: Report, loaded: Any) -> dict[str, float]:
    """First pages, pages that lie deep, counts and names, for each viewer; milliseconds of the first pages."""
    from django.conf import settings

    from portal.records import listing

    loaded.owner.execute(MAKE_SUMMARY.format(runtime=f'"{settings.RUNTIME_ROLE}"'))
    one_set = {"set": loaded.sets[0], "size": PAGE}
    base = median_of(raw_work(NEWEST, one_set))
    print(f"raw scan of {PAGE} rows by the index, with BEGIN, viewer, COMMIT: {base:.2f} ms = 1x")
    pages, closed = {}, listing.Query(standing=listing.CLOSED)
    for name, membership in loaded.memberships.items():
        sets = loaded.granted[name]
        pages[name] = first = median_of(look(membership, first_page))
        report.line(f"first page, with working out what is open, {name}", first / base, 4)
        same = raw_in_look(membership, NEWEST, one_set)
        report.line(f"first page to the raw scan in the same look, {name}", first / same, 4)
        places = look(membership, lambda decision: listing.find(decision, listing.Query(), limit=DEEP))()
        if isinstance(places, list) and len(places) == DEEP:
            after = places[-1]

            def deep(decision: Any, after: Any = after) -> Any:
                return listing.page(decision, listing.Query(), after=after, size=PAGE)

            report.line(
                f"page behind row {DEEP:,} to the first, {name}", median_of(look(membership, deep)) / first, 1.3
            )

        def summed(decision: Any, sets: list[UUID] = sets) -> Any:
            return raw(SUMMARY, {"sets": sets}, using="default")

        counted = median_of(look(membership, lambda decision: listing.count(decision, listing.Query())))
        report.line(
            f"count to a summary read in the same look, {name}", counted / median_of(look(membership, summed)), 2
        )
        measure_words(report, name, membership, sets)
        none = median_of(look(membership, lambda decision: listing.page(decision, closed, size=PAGE)))
        report.line(f"list of the closed, of which there are none, to the first page, {name}", none / first)
        numbers = median_of(look(membership, lambda decision: listing.tally(decision, listing.Query())))
        report.line(f"numbers beside each choice to the first page, {name}", numbers / first)
    return pages


def measure_words(report: Report, name: str, membership: UUID, sets: list[UUID]) -> None:
    """A search by name, and one by statute that finds as many, to a scan of the beginnings of names."""
    from portal.records import listing

    asked = {"sets": sets, "word": WORD, "beyond": BEYOND, "size": PAGE}
    named, charged = listing.Query(name_words=(WORD,)), listing.Query(docket_key=STATUTE, statutes=(STATUTE,))
    prefix, same = median_of(raw_work(PREFIX, asked)), raw_in_look(membership, PREFIX, asked)
    found = median_of(look(membership, lambda decision: listing.page(decision, named, size=PAGE)))
    report.line(f"name to a raw prefix scan ({prefix:.1f} ms), {name}", found / prefix, 4)
    report.line(f"name to that scan in the same look, {name}", found / same, 4)
    under = median_of(look(membership, lambda decision: listing.page(decision, charged, size=PAGE)))
    report.line(f"statute to that scan, which finds as many, {name}", under / prefix)


def measure_one(report: Report, loaded: Any) -> None:
    """One record: checked with every condition of the explanation; its page with masks, in requests a second."""
    from portal.records.decision import Viewer, explain
    from portal.records.decision.conditions import WAYS_TO_ONE
    from portal.records.decision.viewer import parameters
    from portal.records.models import Record
    from sharing_agreements.models import Action

    membership = loaded.memberships["wide"]
    page = look(membership, first_page)()
    with looking_raw():
        record = Record.objects.using(OWNER).get(pk=page.ids[0])  # type: ignore[attr-defined]
    viewer = Viewer(membership, Action.VIEW, "C")
    values = {**parameters(viewer), "record_set": record.record_set_id}
    one_sql = raw_work(WAYS_TO_ONE, values)
    checked = median_of(look(membership, lambda decision: explain(viewer, record), "view"))
    plain = median_of(look(membership, lambda decision: raw(WAYS_TO_ONE, values, using="default"), "view"))
    print(f"one SQL with a record's conditions, by the owner of the tables: {median_of(one_sql):.2f} ms")
    report.line("check with its explanation, to one SQL in the same look", checked / plain, 1.2)

    client, search = signed_in(membership)
    strings = raw_work(NEWEST, {"set": loaded.sets[0], "size": PAGE})

    def as_string() -> str:
        rows: Any = strings()
        return "<ul>" + "".join(f"<li>{key} {day:%Y-%m-%d}</li>" for key, day in rows) + "</ul>"

    bound = 1000 / median_of(as_string)
    print(f"raw strings: {bound:,.0f} a second, one process")
    plain = serve_plainly(as_string)
    served = 1000 / median_of(lambda: client.get(plain))
    print(f"a page of raw strings, signed in, behind the portal's middleware: {served:,.0f} requests a second")
    for what, address, data in (
        ("list", "/records/", {"s": search}),
        ("record", f"/records/{record.pk}/", {}),
    ):

        def request(address: str = address, data: dict[str, str] = data) -> None:
            answer = client.get(address, data)
            assert answer.status_code == 200, answer.status_code  # noqa: S101

        reached = 1000 / median_of(request, 15)
        report.line(
            f"page of a {what} ({reached:,.0f} requests a second) to raw strings", reached / bound, 0.2, least=True
        )
        report.line(f"page of a {what} to the page of raw strings", reached / served, 0.2, least=True)


def serve_plainly(said: Callable[[], str]) -> str:
    """The address of a page that says no more than this."""
    from django.http import HttpRequest, HttpResponse
    from django.urls import clear_url_caches, path

    import portal.urls

    def page(request: HttpRequest) -> HttpResponse:
        return HttpResponse(said())

    portal.urls.urlpatterns.insert(0, path("bench/", page))
    clear_url_caches()
    return "/bench/"


def signed_in(membership_id: UUID) -> tuple[Any, str]:
    """A client of this person under an inquiry, and the name of a search that finds everything."""
    from datetime import date

    from django.conf import settings
    from django.test import Client

    from agencies.models import Membership
    from portal.records import commands, searching

    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}  # nothing was collected
    membership = Membership.objects.select_related("person").get(pk=membership_id)
    inquiry = commands.open_inquiry(
        actor=membership.person, membership_id=membership.pk, purpose="C", case_number="B-1"
    )
    client = Client(headers={"host": "localhost"})
    client.force_login(membership.person)
    session = client.session
    session["membership"], session["inquiry"] = str(membership.pk), str(inquiry.pk)
    name = searching.keep(session, searching.Search(since=date(1800, 1, 1)))
    session.save()
    return client, name


def measure_locks(report: Report, loaded: Any) -> None:
    """What row-level security costs: the same work by the owner of the tables, whom it lets through."""
    from portal.records import listing
    from portal.records.shown import hits

    kinds: dict[str, Callable[[Any], Any]] = {
        "first page": first_page,
        "count": lambda decision: listing.count(decision, listing.Query()),
        "rows of a page": lambda decision: hits(decision, first_page(decision).ids),
    }
    for name in ("wide", "vast"):
        under = {what: median_of(look(loaded.memberships[name], asked), 15) for what, asked in kinds.items()}
        with past_the_locks():
            past = {what: median_of(look(loaded.memberships[name], asked), 15) for what, asked in kinds.items()}
        for what in kinds:
            report.line(f"price of row-level security, {what}, {name}", under[what] / past[what])


def measure_plans(report: Report, loaded: Any) -> None:
    """Each statement of a look with a plan that is kept, and planned anew: which is quicker decides which is used."""
    from django.conf import settings
    from django.db import connection

    from portal.records.shown import hits

    for name in ("narrow", "wide", "vast"):
        membership = loaded.memberships[name]
        kinds: dict[str, Callable[[Any], Any]] = {
            "decision": lambda decision: None,
            "decision and first page": first_page,
            "and its rows": lambda decision: hits(decision, first_page(decision).ids),
        }
        for what, asked in kinds.items():
            kept = median_of(look(membership, asked), 15)
            settings.DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True
            connection.close()  # on which statements stay prepared
            anew = median_of(look(membership, asked), 15)
            settings.DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = False
            report.line(f"planned anew, as behind pgbouncer, to kept: {what}, {name}", anew / kept)


def measure_ingest(report: Report, loaded: Any) -> None:
    """Rows with their history, to COPY of the rows alone."""
    from django.db import connections, transaction
    from django.utils import timezone

    from portal.kernel.bulk import insert_with_history, row_of
    from portal.kernel.viewing import as_job
    from portal.records.models import Record

    fields = [each for each in Record._meta.concrete_fields if not each.generated]
    columns = ", ".join(f'"{each.column}"' for each in fields)

    def rows(start: str) -> list[Record]:
        day = timezone.localdate()
        made = {"record_set_id": loaded.sets[0], "filed_on": day, "ordered_on": day, "updated_at": timezone.now()}
        return [
            Record(
                **made, docket_number=f"{start}-{n}", docket_key=f"{start}-{n}", source_system=start, source_id=str(n)
            )
            for n in range(INGESTED)
        ]

    def timed(work: Work) -> float:
        began = time.perf_counter()
        work()
        return INGESTED / (time.perf_counter() - began)

    def copied(made: list[Record]) -> None:
        connection, row = connections[OWNER], row_of(fields)
        with transaction.atomic(using=OWNER), connection.cursor() as cursor:
            cursor.execute("ALTER TABLE records_record NO FORCE ROW LEVEL SECURITY")  # under which nothing is copied
            with cursor.copy(f"COPY records_record ({columns}) FROM STDIN") as copy:
                for each in made:
                    copy.write_row(row(each))
            transaction.set_rollback(True, using=OWNER)

    def ingested(made: list[Record]) -> None:
        with transaction.atomic():
            with as_job("import", loaded.sets[0]):
                insert_with_history(Record, made, actor=None, reason="Benchmark")
            transaction.set_rollback(True)

    bases, ours = [], []
    for n in range(INGESTS):  # in turns, since what one touches, a checkpoint too, the next has at hand
        bases.append(timed(partial(copied, rows(f"c{n}"))))
        ours.append(timed(partial(ingested, rows(f"i{n}"))))
    base, with_history = statistics.median(bases), statistics.median(ours)
    print(f"COPY alone: {base:,.0f} rows a second; with history and both checks: {with_history:,.0f}")
    report.line("ingest with history to COPY", with_history / base, 0.7, least=True)


def measure_memory(report: Report, loaded: Any, size: int) -> None:
    """The most memory that a worker takes for an import and for an export, of so many rows and of a tenth of them."""
    from benchmarks import memory

    for what, most, ask in (
        ("import", max(size // IMPORTED_OF, 2_000), memory.custodian_of(loaded.sets[0])),
        ("export", min(size // 10, MOST_TO_EXPORT), loaded.memberships["wide"]),
    ):
        less, more = (memory.peak(what, ask, number) for number in (most // 10, most))
        report.line(f"memory of an {what} of {most:,} rows", more, MEMORY_MOST, unit=" MB")
        report.line(f"and to that of a tenth of them, {what}", more / less, 1.2)


def stock(loaded: Any, name: str) -> Work:
    """Guardian as it comes: one permission row a record, as get_objects_for_user asks; without row-level security."""
    sql = (
        "SELECT r.id FROM records_record r WHERE r.record_class = 'case' AND EXISTS (SELECT 1 FROM"
        " guardian_groupobjectpermission p WHERE p.group_id = %(group)s AND p.content_type_id = %(type)s"
        " AND p.permission_id = %(permission)s AND p.object_pk = r.id::varchar)"
        " ORDER BY r.ordered_on DESC, r.id DESC LIMIT %(size)s"
    )
    with loaded.owner.cursor() as cursor:
        cursor.execute("SELECT content_type_id, id FROM auth_permission WHERE codename = 'view_record'")
        content_type, permission = cursor.fetchone()
        cursor.execute(
            "INSERT INTO guardian_groupobjectpermission (object_pk, content_type_id, group_id, permission_id)"
            " SELECT r.id::varchar, %s, %s, %s FROM records_record r JOIN sharing_agreements_grant g"
            " ON g.record_set_id = r.record_set_id JOIN agencies_agency a ON a.id = g.recipient_id"
            " WHERE a.group_id = %s",
            [content_type, loaded.groups[name], permission, loaded.groups[name]],
        )
        cursor.execute("ANALYZE guardian_groupobjectpermission")
    return raw_work(sql, {"group": loaded.groups[name], "type": content_type, "permission": permission, "size": PAGE})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=100_000)
    size = parser.parse_args().size
    report = Report()
    with database():
        from benchmarks import synthetic

        connect_owner()
        loaded = synthetic.load(0)
        small = size // 10
        before: dict[str, float] = {}
        if small >= LEAST_TO_GROW:
            synthetic.add(loaded, 1, small)
            print(f"\n== {small:,} records")
            before = measure_lists(Report(), loaded)
        synthetic.add(loaded, (small if before else 0) + 1, size)
        print(f"\n== {size:,} records")
        after = measure_lists(report, loaded)
        for name in before:
            report.line(f"growth of the first page from a tenth, {name}", after[name] / before[name], 1.3)
        measure_one(report, loaded)
        measure_locks(report, loaded)
        measure_plans(report, loaded)
        measure_ingest(report, loaded)
        measure_memory(report, loaded, size)
        if size <= MOST_FOR_STOCK:
            base = median_of(raw_work(NEWEST, {"set": loaded.sets[0], "size": PAGE}))
            for name in ("narrow", "wide"):
                report.line(f"stock guardian per record, first page, {name}", median_of(stock(loaded, name), 5) / base)
        loaded.owner.close()
    print(
        f"\nbench at {size:,} records: {len(report.missed)} bounds missed"
        + "".join(f"\n  {each}" for each in report.missed)
    )


if __name__ == "__main__":
    main()
