"""What of criminal intelligence its custodian reads to judge whether it is kept, also where its text is withheld for
the sake of a source: without any word of a name that they are not shown."""

from __future__ import annotations

from dataclasses import replace

from portal.records.classes import described
from portal.records.decision import Decision
from privacy.models import DataCategory

from .case import CaseFile
from .details import shown_names
from .values import Shown, rows

REVIEWED = """
SELECT entry, field, said
FROM records_for_review(%(record)s::uuid, %(names)s::text[], %(texts)s::text[])
"""


def to_review(decision: Decision, case: CaseFile) -> CaseFile:
    """The record with the texts that its rules show, whoever is on it. `decision` is of what is done by office."""
    key = case.envelope.record_set_id
    rule = decision.disclosure.free_text(key)
    if case.free_text.shown or not rule.shown:
        return case
    fields = [each for each in described(case.envelope.record_class).fields if each.is_text]
    values = {
        "record": case.envelope.id,
        "names": decision.disclosure.roles_shown(key, DataCategory.NAME),
        "texts": shown_names(decision, key, fields),
    }
    found = rows(REVIEWED, values)
    said = {row["field"]: row["said"] for row in found if row["entry"] is None}
    entries = {row["entry"]: row["said"] for row in found if row["entry"] is not None}
    return replace(
        case,
        details=[
            replace(each, shown=Shown(said[each.field.name], rule)) if each.field.name in said else each
            for each in case.details
        ],
        entries=[
            replace(each, text=Shown(entries[each.id], rule)) if each.id in entries else each for each in case.entries
        ],
    )
