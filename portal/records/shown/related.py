"""Other records that belong to one: on the same docket, or of people who bear the same state or FBI number. Only what
the viewer may open, and by numbers that they are shown on both records; criminal intelligence is never among them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from agencies.models import RecordSet
from portal.records.decision import Decision
from portal.records.reading import LEAST_OF_NUMBER, docket_key
from privacy.models import DataCategory

from .hits import Hit, hits
from .values import Envelope, rows

MOST = 20
SAME_DOCKET, SAME_PERSON = "Same docket", "Same state or FBI number"


@dataclass(frozen=True)
class Related:
    """A record that belongs to another, and why."""

    hit: Hit
    why: str


# Two numbers, not an array of them, of whose length the planner knows nothing: it walked the viewer's sets instead. By
# the docket of a case that is hidden from the viewer nothing is joined, unless they see another of that number: that
# would tell of it. So would another agency's record whose own page keeps that number back (records_own_details).
ON_DOCKET = """
WITH there AS MATERIALIZED (SELECT EXISTS (
  SELECT 1 FROM records_record c WHERE c.record_set_id = ANY (%(sets)s)
  AND (c.docket_key = %(named)s::text OR c.docket_tail = %(named)s::text)) AS named)
SELECT found.id FROM there, LATERAL (
  SELECT r.id FROM records_record r
  WHERE r.record_set_id = ANY (%(sets)s) AND r.docket_key IN (%(own)s::text, %(named)s::text)
  UNION
  SELECT r.id FROM records_record r
  WHERE r.record_set_id = ANY (%(sets)s) AND r.case_key <> '' AND r.case_key IN (%(own)s::text, %(named)s::text)
    AND (r.case_key = %(own)s::text OR there.named OR NOT records_is_hidden(
      r.case_key, %(sealed)s::uuid[], CASE WHEN r.record_set_id = ANY (%(held)s::uuid[]) THEN %(held)s::uuid[] END))
  ) AS found
WHERE found.id <> %(record)s
  AND (there.named OR NOT records_is_hidden(%(named)s::text, %(sealed)s::uuid[], %(within)s::uuid[]))
ORDER BY found.id DESC LIMIT %(most)s
"""

# However their sources write them; what a source writes where it knows none (unknown, 0000) joins nobody.
NUMBERS = """
SELECT array_agg(DISTINCT n.state) FILTER (WHERE n.state ~ %(number)s) AS state_ids,
       array_agg(DISTINCT n.fbi) FILTER (WHERE n.fbi ~ %(number)s) AS fbi_ids
FROM records_participant p, LATERAL (SELECT records_plain(p.state_id) AS state, records_plain(p.fbi_id) AS fbi) AS n
WHERE p.record_id = %(record)s AND p.role = ANY (%(roles)s) AND p.role <> 'informant'
"""
IS_NUMBER = f"^(?=.*[1-9]).{{{LEAST_OF_NUMBER},}}$"

OF_PERSON = """
SELECT DISTINCT id FROM (
  SELECT p.record_id AS id FROM records_participant p
  WHERE p.record_set_id = ANY (%(sets)s) AND p.state_id <> '' AND records_plain(p.state_id) = ANY (%(state_ids)s)
    AND p.role = ANY (%(roles)s) AND p.role <> 'informant'
  UNION ALL
  SELECT p.record_id FROM records_participant p
  WHERE p.record_set_id = ANY (%(sets)s) AND p.fbi_id <> '' AND records_plain(p.fbi_id) = ANY (%(fbi_ids)s)
    AND p.role = ANY (%(roles)s) AND p.role <> 'informant') AS found
WHERE id <> %(record)s ORDER BY id DESC LIMIT %(most)s
"""


def related(decision: Decision, searchable: Decision, envelope: Envelope) -> list[Related]:
    """What belongs to a record, newest first; at most `MOST` of either kind. `searchable`: the same viewer's decision
    to search, for this is a list like any other."""
    if envelope.record_class == RecordSet.RecordClass.INTELLIGENCE:
        return []
    rest = searchable.of_class("")
    why = dict.fromkeys(_of_people(decision, rest, envelope), SAME_PERSON)
    why |= dict.fromkeys(_on_docket(decision, rest, envelope), SAME_DOCKET)
    return [Related(hit, why[hit.id]) for hit in hits(rest, list(why))] if why else []


def _on_docket(decision: Decision, rest: Decision, envelope: Envelope) -> list[UUID]:
    own = docket_key(envelope.docket_number) if envelope.record_class == RecordSet.RecordClass.CASE else ""
    if not (own or envelope.case_key):
        return []
    values = {
        "sets": rest.array(),
        "own": own or None,
        "named": envelope.case_key or None,
        "record": envelope.id,
        "sealed": rest.array("sealed"),
        "held": rest.array("own"),
        "within": rest.array("own") if decision.sets[envelope.record_set_id].own else None,
        "most": MOST,
    }
    return [row["id"] for row in rows(ON_DOCKET, values)]


def _of_people(decision: Decision, rest: Decision, envelope: Envelope) -> Iterator[UUID]:
    shown = decision.disclosure.roles_shown(envelope.record_set_id, DataCategory.IDENTIFIERS)
    numbers = rows(NUMBERS, {"record": envelope.id, "roles": shown, "number": IS_NUMBER})[0]
    if not any(numbers.values()):
        return
    known = {name: found or [] for name, found in numbers.items()}
    for roles, sets in rest.disclosure.groups(rest.array(), DataCategory.IDENTIFIERS):
        values = {"sets": sets, "roles": roles, "record": envelope.id, "most": MOST, **known}
        yield from (row["id"] for row in rows(OF_PERSON, values))
