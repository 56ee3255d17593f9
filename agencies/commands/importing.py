"""Agencies from public lists. Identity is the ORI or the court id; same names are listed, never merged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from agencies import policy
from agencies.models import Agency, User
from agencies.reading import AgencyDraft, Problem, same_name
from portal.kernel import history
from portal.kernel.bulk import insert_with_history

UNNAMED = "Unnamed agency"
IDENTITY = {"court": "court_id", "ori": "ori"}


@dataclass
class Report:
    """What an import did, and what a person should look at."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)
    same_names: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)


@transaction.atomic(durable=True)
def import_agencies(*, actor: User, rows: Iterable[AgencyDraft | Problem], source: str) -> Report:
    """Bring the register to what a list says: new ones are added as listed, changed facts are taken over, nothing is
    removed, and who works in an agency stays as it is. Importing the same list again changes nothing."""
    policy.may_keep_agencies(actor)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('agencies.import'))")
    report, drafts = Report(), []
    for row in rows:
        report.problems.append(row) if isinstance(row, Problem) else drafts.append(row)
    report.same_names = same_name(drafts)
    known = _known(drafts)
    reason = f"Imported from {source}"
    new = {d.identity: Agency(**_values(d, source)) for d in drafts if d.identity not in known}
    _set_parents(drafts, known | new)
    report.added = insert_with_history(Agency, _parents_first(new.values()), actor=actor, reason=reason)
    for draft in drafts:
        if draft.identity in known:
            _take_over(known[draft.identity], draft, known | new, actor, reason, report)
    return report


def _known(drafts: list[AgencyDraft]) -> dict[str, Agency]:
    courts = [d.identity for d in drafts if d.identity_kind == "court"]
    oris = [d.identity for d in drafts if d.identity_kind == "ori"]
    found = Agency.objects.select_for_update().filter(Q(court_id__in=courts) | Q(ori__in=oris))
    return {(agency.court_id if agency.court_id in set(courts) else agency.ori) or "": agency for agency in found}


def _values(draft: AgencyDraft, source: str) -> dict[str, Any]:
    return {
        "name": draft.name or UNNAMED,
        "kind": draft.kind,
        "level": draft.level,
        "state": draft.state,
        "county": draft.county,
        IDENTITY[draft.identity_kind]: draft.identity,
        "source": source,
        "source_facts": _facts(draft),
    }


def _facts(draft: AgencyDraft) -> dict[str, Any]:
    """The rest of what the list holds, under its own keys, with what was read from it beside."""
    read = {
        "aliases": list(draft.aliases),
        "started_on": draft.started_on.isoformat() if draft.started_on else None,
        "ended_on": draft.ended_on.isoformat() if draft.ended_on else None,
        "defunct": draft.defunct,
        "parent": draft.parent,
    }
    return {"list": {**draft.other}, **{name: value for name, value in read.items() if value}}


def _set_parents(drafts: list[AgencyDraft], agencies: dict[str, Agency]) -> None:
    for draft in drafts:
        agency, parent = agencies[draft.identity], agencies.get(draft.parent)
        if parent is not None and parent is not agency and agency._state.adding:
            agency.parent = parent


def _parents_first(agencies: Iterable[Agency]) -> list[Agency]:
    """All in one statement anyway; sorted so that a reader of the history meets the court before its divisions."""
    return sorted(agencies, key=lambda agency: (agency.parent_id is not None, agency.name))


def _take_over(
    agency: Agency, draft: AgencyDraft, agencies: dict[str, Agency], actor: User, reason: str, report: Report
) -> None:
    wanted = _values(draft, agency.source or "")
    if agency.status != Agency.Status.LISTED:
        # The administrator's word about an agency that works here outweighs the list's; the list's own facts are kept.
        wanted = {"source_facts": wanted["source_facts"]}
    parent = agencies.get(draft.parent)
    if parent is not None and parent is not agency and agency.status == Agency.Status.LISTED:
        wanted["parent_id"] = parent.pk
    if all(getattr(agency, name) == value for name, value in wanted.items()):
        report.unchanged += 1
        return
    for name, value in wanted.items():
        setattr(agency, name, value)
    history.save(agency, actor=actor, reason=reason)
    report.changed += 1
