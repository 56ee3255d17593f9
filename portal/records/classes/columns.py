"""What of a record's fields lists compare, as columns of the envelope; and how a charge ended, from its words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from portal.records.models import Charge
from portal.records.reading import docket_key
from sharing_agreements.models import first_moment

from .catalogue import described


def columns(record_class: str, details: Mapping[str, Any], zone: str) -> dict[str, Any]:
    """Columns of Record, by the description of its class; days end by the clock of the owner."""
    of = described(record_class)

    def after(day: date | None) -> datetime | None:
        return first_moment(day + timedelta(days=1), zone) if day else None

    return {
        "record_class": record_class,
        "details": dict(details),
        "case_key": docket_key(str(details.get(of.case, ""))),
        "expires_at": after(of.day(details, of.expires)),
        "closes_at": after(of.day(details, of.closes)),
        "retain_until": of.day(details, of.keeps),
    }


_OUTCOMES = (
    (
        Charge.Outcome.ACQUITTED,
        re.compile(
            r"\bacquit|(?<!plea of )(?<!plea: )(?<!pled )(?<!pleads )(?<!pleaded )\bnot guilty\b(?! plea)", re.I
        ),
    ),
    (
        Charge.Outcome.NOT_PROSECUTED,
        re.compile(
            r"\b(nolle|nol\W? pros\w*|declin\w+ to prosecut\w+|prosecution declined|no (true )?bill|da reject\w*"
            r"|(charge|count|case)s? (was |were )?(dropped|withdrawn|rejected|not filed)|not filed)\b",
            re.I,
        ),
    ),
    (
        Charge.Outcome.DISMISSED,
        re.compile(
            r"\b(dismiss|quash|discharged at|(conviction|judgment|sentence)s? (was |were )?(vacat|revers|set aside))",
            re.I,
        ),
    ),
)


def outcome_of(disposition: str) -> str:
    """How a charge ended, where its disposition says that it was without conviction; empty for any other words, which
    then count as they stand. In doubt nonconviction: that is the more protected."""
    return next((str(outcome) for outcome, words in _OUTCOMES if words.search(disposition)), "")
