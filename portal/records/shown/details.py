"""The fields of a record's class, each under the ruling for its category: decided in SQL, so that a value that is
withheld never leaves the database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from agencies.models import Agency
from portal.records.classes import Field, described
from portal.records.classes.fields import ENVELOPE
from portal.records.decision import Decision, Ruling
from privacy.models import ANY

from .values import ABSENT, Envelope, Shown, all_or_nothing, rows


@dataclass(frozen=True)
class Detail:
    """One field that the record holds."""

    field: Field
    shown: Shown


def ruling_of(decision: Decision, record_set_id: UUID, field: Field, free: Ruling) -> Ruling:
    """Whether a field is shown. A text is shown where its category is and free text too."""
    if field.category == ENVELOPE:
        return ABSENT
    ruling = all_or_nothing(decision.disclosure.ruling(record_set_id, ANY, field.category))
    return free if ruling.shown and field.is_text else ruling


def shown_names(decision: Decision, record_set_id: UUID, fields: Iterable[Field]) -> list[str]:
    """Names of fields whose category is shown here, be they texts or not."""
    disclosure = decision.disclosure
    return [
        each.name
        for each in fields
        if each.category == ENVELOPE or disclosure.ruling(record_set_id, ANY, each.category).shown
    ]


# A case that is hidden is named on no record; but on those of one's own agency, which wrote the number there, cases of
# others are: else one could ask of any number whether such a case is hidden.
OWN_ALONE = "CASE WHEN r.record_set_id = ANY (%(own)s::uuid[]) THEN %(own)s::uuid[] END"
DETAILS = f"""
SELECT (SELECT COALESCE(jsonb_object_agg(d.key, d.value), '{{}}') FROM jsonb_each(own.details) AS d
        WHERE d.key = ANY (%(shown)s)) AS shown, ARRAY (SELECT jsonb_object_keys(own.details)) AS held
FROM records_record r
CROSS JOIN LATERAL records_own_details(r.details, r.case_key, %(sealed)s::uuid[], {OWN_ALONE}) AS own(details)
WHERE r.id = %(record)s
"""  # noqa: S608  (texts of this file alone)


def details_of(decision: Decision, envelope: Envelope, free: Ruling) -> list[Detail]:
    """The fields that a record holds, in the order of its description."""
    fields = described(envelope.record_class).fields
    rulings = {each.name: ruling_of(decision, envelope.record_set_id, each, free) for each in fields}
    names = [name for name, ruling in rulings.items() if ruling.shown]
    asked = {"record": envelope.id, "shown": names, "sealed": decision.array("sealed"), "own": decision.array("own")}
    for row in rows(DETAILS, asked):
        values = json.loads(row["shown"])
        return [
            Detail(each, Shown(values.get(each.name), rulings[each.name]))
            for each in fields
            if each.name in row["held"]
        ]
    return []


def agency_names(ids: Iterable[str]) -> dict[str, str]:
    """Names of agencies by the ORI or court id that records write."""
    asked = sorted({each for each in ids if each})
    known = Agency.objects.filter(Q(ori__in=asked) | Q(court_id__in=asked)) if asked else Agency.objects.none()
    return {key: each.name for each in known for key in (each.ori, each.court_id) if key}


def in_a_line(fields: Iterable[Field], values: Mapping[str, Any]) -> list[tuple[Field, str]]:
    """Values as a list or a file says them: each with its field."""
    return [(each, str(each.value(values[each.name]))) for each in fields if each.name in values]
