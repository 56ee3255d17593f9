"""What the public reads of redress: how many asked an agency, and how it answered. Small numbers name somebody."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q
from django.db.models.functions import ExtractYear

from .models import Outcome, RedressRequest

FEW = 5
"""Below it a number is not told: with it a neighbor could be recognized."""
YEARS = 5


@dataclass(frozen=True)
class Year:
    """One year of requests to one agency; `counts` in the order of `COLUMNS`, told as words."""

    year: int
    counts: tuple[str, ...]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return list(zip(COLUMNS, self.counts, strict=True))


COLUMNS = ("Received", "Granted", "Granted in part", "Refused", "Awaiting an answer", "Appeals", "Answer changed")


def told(count: int) -> str:
    return "0" if count == 0 else f"fewer than {FEW}" if count < FEW else str(count)


def of(agency_id: UUID) -> list[Year]:
    """The newest years first. Where one number of a year would follow from the others, it is not told either."""
    asked = RedressRequest.objects.filter(agency=agency_id).order_by()
    rows = (
        asked.annotate(year=ExtractYear("received_at"))
        .values("year")
        .annotate(
            received=Count("pk"),
            granted=Count("pk", filter=Q(outcome=Outcome.GRANTED)),
            partly=Count("pk", filter=Q(outcome=Outcome.PARTLY)),
            refused=Count("pk", filter=Q(outcome=Outcome.REFUSED)),
            waiting=Count("pk", filter=Q(decided_at=None)),
            appeals=Count("appeal"),
            changed=Count("appeal", filter=Q(appeal__outcome="changed")),
        )
        .order_by("-year")[:YEARS]
    )
    return [
        Year(
            row["year"],
            _counts(
                row["received"],
                [row["granted"], row["partly"], row["refused"], row["waiting"]],
                [row["appeals"], row["changed"]],
            ),
        )
        for row in rows
    ]


def _counts(received: int, parts: list[int], appeals: list[int]) -> tuple[str, ...]:
    """Where one part is hidden the sum would tell it: then the sum is rounded, and says so."""
    hidden = any(0 < number < FEW for number in parts)
    words = f"about {max(10, 10 * round(received / 10))}" if hidden and received >= FEW else told(received)
    return (words, *(told(number) for number in [*parts, *appeals]))
