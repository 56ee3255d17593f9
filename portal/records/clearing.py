"""The work list of a records custodian: docket text that is withheld from others for the sake of somebody on its
record, or for what it tells of an end without conviction, and that nobody has read yet to release it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db.models import Exists, OuterRef, Q

from agencies.models import RecordSet
from privacy.models import ParticipantRole

from .decision import Decision
from .listing import Place
from .models import Charge, DocketEntry, Record
from .shown import CaseFile, case_file
from .shown.protected import Naming, named, protected_roles
from .shown.values import EntryLine

CASE = RecordSet.RecordClass.CASE
RECORDS = 5
"""On one page."""
ENTRIES = 10
"""Of each record; its page shows the rest."""


@dataclass(frozen=True)
class Waiting:
    """A record with the first of its entries that wait, each with the names marked that it seems to hold."""

    case: CaseFile
    entries: list[tuple[EntryLine, Naming]]
    more: int
    """How many others of the record wait."""

    @property
    def offers(self) -> bool:
        """Whether any of them is released without reading it alone."""
        return any(not naming.is_read_first for _, naming in self.entries)


def waiting(decision: Decision, after: Place | None) -> tuple[list[Waiting], Place | None]:
    """The next records, newest first, and the place behind which others follow, if any do.

    Left out are sealed records, which nobody else sees, and those with a confidential informant, whose text stays.
    """
    kept = decision.sets_with("sealed")
    decision.disclosure.prepare(kept)
    hidden = {key: protected_roles(decision, key) for key in kept}
    unread = DocketEntry.objects.filter(record=OuterRef("pk"), cleared_at=None).exclude(description="")
    charges = Charge.objects.filter(record=OuterRef("pk"))
    ended = Q(Exists(charges.filter(outcome__in=Charge.WITHOUT_CONVICTION))) | ~Q(record_class=CASE)
    criminal = Exists(charges) | ~Q(record_class=CASE) | Q(docket_key__regex=r"(^|-)(cr|mj)-")
    telling = (Q(Exists(unread.filter(tells="said"))) & criminal) | (Q(Exists(unread.filter(tells="maybe"))) & ended)
    protected = Q(participant_roles__overlap=sorted(set().union(*hidden.values())))
    found = Record.objects.visible_to(decision).filter(
        protected | telling, Exists(unread), record_set__in=hidden, sealed=False
    )
    found = found.exclude(participant_roles__contains=[ParticipantRole.INFORMANT])
    if after is not None:
        found = found.filter(Q(ordered_on__lt=after[0]) | Q(ordered_on=after[0], pk__lt=after[1]))
    places = list(found.order_by("-ordered_on", "-pk").values_list("ordered_on", "pk")[: RECORDS + 1])
    cases = [case_file(decision, key, whole=True) for _, key in places[:RECORDS]]
    shown = [_of(case, hidden[case.envelope.record_set_id]) for case in cases if case and case.free_text.shown]
    shown = [each for each in shown if each.entries]
    return shown, places[RECORDS - 1] if len(places) > RECORDS else None


def _of(case: CaseFile, hidden: set[str]) -> Waiting:
    """Where nobody on it is protected, the entries alone that tell of an end without conviction."""
    guards = any(person.role in hidden for person in case.people)
    unread = [entry for entry in case.entries if not entry.cleared and entry.text.value and (guards or entry.tells)]
    first = [
        (each, replace(named(hidden, case.people, each.text.value), outcome=each.tells)) for each in unread[:ENTRIES]
    ]
    return Waiting(case, first, len(unread) - len(first))
