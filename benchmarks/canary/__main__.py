"""Plants a canary in each protected field, reads everything as every role, and counts what reaches whom it must not.

Services of its own. Then twenty leaks are switched on, one at a time: each must be found. See `make canary`.

    python -m benchmarks.canary
    python -m benchmarks.canary --only records:    # addresses whose names begin like this
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.places import database

if TYPE_CHECKING:
    from benchmarks.canary.walking import Walk


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="a pattern of the names of addresses")
    only = parser.parse_args().only
    with TemporaryDirectory() as files:
        os.environ.update(PORTAL_FILES=files, PORTAL_STATIC_FORM="checkout", LOG_LEVEL="WARNING")
        with database():
            prepare()
            return run(only)


def prepare() -> None:
    """As tests are run: mail is kept, and the owner connects and at once becomes the runtime role."""
    from django.conf import settings
    from django.db import connection
    from django.test.utils import setup_test_environment

    from portal import celery
    from portal.kernel import addresses

    setup_test_environment()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    connection.settings_dict.update(addresses.database(os.environ["DATABASE_OWNER_URL"]))
    connection.settings_dict["OPTIONS"] |= {"assume_role": settings.RUNTIME_ROLE, "prepare_threshold": 1_000_000_000}
    celery.app.loader.import_default_modules()


def run(only: str) -> int:
    """The exit code: 0 where nothing leaks, everything that may be sent was sent, and every planted leak was found."""
    from benchmarks.canary import beneath, leaks, probing
    from benchmarks.canary.planting import plant, state_a_case, take_away
    from benchmarks.canary.walking import Walk, listening
    from tests.house.table import sign_in
    from tests.house.world import ROLES, build

    began = time.monotonic()
    with listening() as heard:
        planted = plant(build())
        walk = Walk(planted, sign_in(planted.world), heard)
        state_a_case(walk.clients["custodian"])
        take_away(planted, walk.clients["clerk of recipient"])
        walk.hear(beneath.EVERYBODY, "planting")
        beneath.settle(walk)
        print(f"planted {len(planted.fields)} canaries, {time.monotonic() - began:.0f} s", flush=True)
        walk.everything(ROLES, only=only)
        probing.counts(walk, ROLES)
        probing.lists(walk)
        probing.order(walk, ROLES)
        probing.faults(walk, ROLES)
        beneath.everything(walk)
        print(f"read everything, {time.monotonic() - began:.0f} s", flush=True)
        missed = [leak.says for leak in leaks.TWENTY if not leaks.found(leak, walk)]
    return report(walk, len(leaks.TWENTY), missed, time.monotonic() - began, whole=not only)


def report(walk: Walk, planted_leaks: int, missed: list[str], seconds: float, *, whole: bool) -> int:
    from benchmarks.canary.oracle import who_may

    fields = len(set(walk.planted.fields.values()))
    surfaces, roles = (sorted({pair[place] for pair in walk.reads}) for place in (0, 1))
    print(f"\n{'surface':28}{'reads':>8}{'roles':>7}{'fields':>8}{'leaks':>7}")
    for surface in surfaces:
        reads = {role: number for (which, role), number in walk.reads.items() if which == surface}
        leaked = sum(leak.surface == surface for leak in walk.leaks)
        print(f"{surface:28}{sum(reads.values()):8,}{len(reads):7}{fields:8}{leaked:7}")
    for leak in walk.leaks:
        print(leak)
    unsent = sorted(name for name in set(walk.planted.fields.values()) if who_may(name) and name not in walk.sent)
    if whole and unsent:
        print(f"nobody was sent, though some may be: {', '.join(unsent)}")
    for says in missed:
        print(f"planted, and not found: {says}")
    print(
        f"canary: {len(surfaces)} surfaces x {len(roles)} roles x {fields} fields, "
        f"{sum(walk.reads.values()):,} reads, {len(walk.leaks)} leaks; "
        f"{planted_leaks - len(missed)} of {planted_leaks} planted leaks found; {seconds:.0f} s"
    )
    return 1 if walk.leaks or missed or (whole and unsent) else 0


if __name__ == "__main__":
    sys.exit(main())
