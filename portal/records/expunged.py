"""How an import knows a record again that was expunged: by a keyed hash of what its source calls it, which says nothing
to who reads the database. The key is the portal's own; one that was replaced goes on while it is among
SECRET_KEY_FALLBACKS, and without it nothing more is imported into that set, for it could bring back what was destroyed.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils.crypto import salted_hmac

from portal.kernel.errors import Refused
from portal.kernel.viewing import as_job

from .models import Expungement

Source = tuple[str, str]
"""(source system, source id) of a record."""


def reading() -> AbstractContextManager[None]:
    """Inside: what is left of expunged records can be read, by whom `visible_to` lets, or as `readers` tell."""
    return as_job("destruction", "")


def mac(record_set_id: UUID, source: Source, secret: str | None = None) -> str:
    said = "\0".join((str(record_set_id), *source))
    return salted_hmac("portal.records.expunged", said, secret=secret, algorithm="sha256").hexdigest()


def key_name(secret: str | None = None) -> str:
    """Which key it is, and nothing of the key."""
    name = salted_hmac("portal.records.expunged.key", "name", secret=secret, algorithm="sha256")
    return name.hexdigest()[:16]


def among(record_set_id: UUID, sources: Iterable[Source]) -> set[Source]:
    """Which of these records of a source were expunged from the set, asked in the job of its import. Raises `Refused`
    without the key to tell."""
    known = Expungement.objects.filter(record_set=record_set_id)
    used = set(known.values_list("key_name", flat=True).distinct())
    secrets = {key_name(secret): secret for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)}
    if used - secrets.keys():
        raise Refused(
            "Records of this set were expunged under a key that the portal no longer has, so they would not be known "
            "again. Ask who operates the portal to put that key back among SECRET_KEY_FALLBACKS.",
            code="key",
        )
    macs = {mac(record_set_id, source, secrets[name]): source for name in used for source in sources}
    found = known.filter(source_mac__in=macs).values_list("source_mac", flat=True)
    return {macs[each] for each in found}


def hold_imports(record_set_id: UUID) -> None:
    """While an import stages or writes into the set, nothing of it is expunged; for the rest of the transaction."""
    _run("SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0))", f"import into {record_set_id}")


def no_import_writes(record_set_id: UUID) -> bool:
    """Keep imports of the set waiting for the rest of the transaction; whether none is at it now."""
    return _run("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", f"import into {record_set_id}")


def wait_for_looks(record_set_id: UUID) -> None:
    """Wait for looks at the set that are ending; who ends later is told that nothing is there (migration 0017)."""
    _run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", f"look {record_set_id}")


def _run(sql: str, key: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(sql, [key])
        return bool(cursor.fetchone()[0])
