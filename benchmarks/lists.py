"""Lists over many records, as ratios to a raw index scan in the same run. `make bench SIZE=1000000`."""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

from benchmarks.places import database

PAGE = 50
ROUNDS = 41
MOST_FOR_STOCK = 1_000_000


def median_of(work: Callable[[], object]) -> float:
    """Milliseconds, the median after a warm-up."""
    for _ in range(3):
        work()
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def raw_scan(loaded: Any) -> Callable[[], object]:
    """The baseline: fifty newest of one set by the index, inside the same BEGIN, viewer setting and COMMIT."""
    sql = (
        "SELECT id, ordered_on FROM records_record WHERE record_set_id = %s AND record_class = 'case'"
        " ORDER BY ordered_on DESC, id DESC LIMIT %s"
    )

    def work() -> object:
        with loaded.owner.transaction(), loaded.owner.cursor() as cursor:
            cursor.execute("SELECT set_config('portal.membership', '', true)")
            return cursor.execute(sql, [loaded.sets[0], PAGE]).fetchall()

    return work


def ours(membership: Any, what: str) -> Callable[[], object]:
    """A look as a request makes it: the viewer named, decided, listed or counted under both locks."""
    from django.db import transaction

    from portal.records import listing, shown
    from portal.records.decision import Viewer, decide, see_as
    from sharing_agreements.models import Action

    viewer = Viewer(membership, Action.SEARCH, "C")

    def work() -> object:
        with transaction.atomic():
            see_as(viewer)
            decision = decide(viewer)
            if what == "count":
                return listing.count(decision, listing.Query())
            if what == "name":
                return listing.page(decision, listing.Query(name_words=("family77",)), size=PAGE)
            page = listing.page(decision, listing.Query(), size=PAGE)
            return shown.hits(decision, page.ids) if what == "rows" else page

    return work


def stock(loaded: Any, name: str) -> Callable[[], object]:
    """Guardian as it comes: one permission row a record, as get_objects_for_user asks; without row-level security."""
    sql = (
        "SELECT r.id FROM records_record r WHERE r.record_class = 'case' AND EXISTS (SELECT 1 FROM"
        " guardian_groupobjectpermission p WHERE p.group_id = %s AND p.content_type_id = %s AND p.permission_id = %s"
        " AND p.object_pk = r.id::varchar) ORDER BY r.ordered_on DESC, r.id DESC LIMIT %s"
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

    def work() -> object:
        with loaded.owner.transaction(), loaded.owner.cursor() as cursor:
            cursor.execute("SELECT set_config('portal.membership', '', true)")
            return cursor.execute(sql, [loaded.groups[name], content_type, permission, PAGE]).fetchall()

    return work


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=100_000)
    size = parser.parse_args().size
    with database():
        from benchmarks.synthetic import load

        print(f"loading {size:,} records", flush=True)
        loaded = load(size)
        base = median_of(raw_scan(loaded))
        print(f"raw index scan of {PAGE} rows inside BEGIN, viewer setting, COMMIT: {base:.2f} ms = 1\n")
        print(f"{'viewer':10}{'first page':>12}{'with rows':>12}{'count':>12}{'name':>12}")
        worst = 0.0
        for name, membership in loaded.memberships.items():
            ratios = [median_of(ours(membership, what)) / base for what in ("page", "rows", "count", "name")]
            worst = max(worst, ratios[0])
            print(f"{name:10}" + "".join(f"{'x' + format(ratio, '.1f'):>12}" for ratio in ratios), flush=True)
        if size <= MOST_FOR_STOCK:
            for name in ("narrow", "wide"):
                print(f"stock guardian per record, {name}: x{median_of(stock(loaded, name)) / base:.1f}", flush=True)
        loaded.owner.close()
        print(f"bench: worst first page x{worst:.1f} of the raw scan at {size:,} records")


if __name__ == "__main__":
    main()
