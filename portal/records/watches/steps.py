"""What others do to watches in transactions of their own: a search that was deleted, or named a record that was
expunged."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now

from portal.records.models import SavedSearch, Watch, WatchMatch, WatchNews


def end_those_of(saved: SavedSearch) -> None:
    """A watch has its words from its saved search, and ends with it."""
    Watch.objects.filter(saved=saved, ended_at=None).update(ended_at=Now())


def forget_of(record_id: UUID, numbers: set[str], names: Sequence[str]) -> None:
    """Take out of stated case numbers, in the transaction of an expungement, what says who or what was expunged."""
    concerned = Q(record_id=record_id) | Q(matches__record_id=record_id) | Q(news__record_id=record_id)
    watches = list(Watch.objects.filter(concerned).order_by().values_list("pk", flat=True).distinct())
    parts = sorted({part for name in names for part in name.split() if len(part) > 2})
    plain = ["".join(filter(str.isalnum, number)) for number in numbers]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE records_watch SET case_number = 'Expunged'"
            " WHERE id = ANY (%s) AND records_tells(case_number, %s, %s)",
            [watches, [number for number in plain if len(number) > 3], parts],
        )
    WatchNews.objects.filter(record_id=record_id).delete()
    WatchMatch.objects.filter(record_id=record_id).delete()
