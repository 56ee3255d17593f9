"""What parties owe under the agreements in force, by which day, and what of it is done. Reads only.

Nothing of it is stored but what was done: on which days something falls due follows from the text and from when the
agreement is in force. What fell due stays owed, during a suspension and after the end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F
from django.utils import timezone

from agencies.models import Agency, User
from portal.audit.models import Event
from portal.kernel import files, history

from . import recurrence, succession
from .models import (
    Agreement,
    AgreementVersion,
    Clause,
    Fulfilment,
    Obligation,
    ObligationReminder,
    Party,
    Withdrawal,
    first_moment,
)
from .models.obligations import PROOFS
from .recurrence import Rule, Span

Owes = Obligation.Owes
S = Agreement.Status
AHEAD = timedelta(days=180)
"""How far ahead days are told; of each obligation at least the next."""
OVER = frozenset({"expired", "terminated"})
"""Standings in which nothing follows: what was not done stays so, and nobody is asked for it any more."""
ASKING = (S.IN_FORCE, S.SUSPENDED, S.SUPERSEDED)
"""Statuses under which parties are reminded: what fell due before another text took over is owed all the same."""
MOST = 40
"""Obligations of one text."""
TAKEN = (files.PDF, files.TEXT)
LARGEST = 20 * files.MEBIBYTE
WORDS = ("key", "code", "what", "owes", "agency_id", "every_months", "first_on", "remind_days")


@dataclass(frozen=True)
class Occurrence:
    """One day on which one party owes one thing."""

    agreement: Agreement
    obligation: Obligation
    agency: Agency
    party: str
    """The agency's name as it stands in the text."""
    due_on: date
    now: datetime
    fulfilment: Fulfilment | None
    early: bool = False
    """Whether another day comes first, or its text has not begun, so that it can't be done yet."""

    @property
    def is_overdue(self) -> bool:
        return recurrence.end_of(self.due_on, self._zone) <= self.now

    @property
    def is_near(self) -> bool:
        """Whether the time has come to remind of it."""
        begins = self.due_on - timedelta(days=self.obligation.remind_days)
        return first_moment(begins, self._zone) <= self.now

    @property
    def state(self) -> str:
        """done, missed (never done before the end), overdue, soon, later."""
        if self.fulfilment is not None:
            return "done"
        if self.is_overdue:
            return "missed" if self.agreement.standing in OVER else "overdue"
        return "soon" if self.is_near else "later"

    @property
    def is_asked_for(self) -> bool:
        return self.state in {"overdue", "soon"}

    @property
    def reminder(self) -> ObligationReminder.Step:
        """What its party would be told now."""
        return ObligationReminder.Step.OVERDUE if self.is_overdue else ObligationReminder.Step.SOON

    @property
    def _zone(self) -> str:
        return self.agreement.lead_agency.time_zone


def of_agreement(agreement: Agreement, *, now: datetime | None = None) -> list[Occurrence]:
    """Everything owed or done under one agreement, the earliest first."""
    return found_in([agreement.pk], now=now)


def owed_by(agency_id: UUID) -> list[Occurrence]:
    """What one agency has to do now or has not done in time."""
    mine = Agreement.objects.filter(
        current_version__parties__agency=agency_id, current_version__obligations__isnull=False
    )
    found = found_in(mine.exclude(in_force_at=None).values_list("pk", flat=True).distinct(), agency_id=agency_id)
    return [each for each in found if each.is_asked_for and not each.early]


def find(
    agreement: Agreement, obligation_id: UUID, agency_id: UUID | None, due_on: date, *, now: datetime | None = None
) -> Occurrence | None:
    """What one agency owes on one day."""
    wanted = (obligation_id, agency_id, due_on)
    found = of_agreement(agreement, now=now)
    return next((each for each in found if (each.obligation.pk, each.agency.pk, each.due_on) == wanted), None)


def found_in(
    agreements: Iterable[UUID], *, agency_id: UUID | None = None, now: datetime | None = None
) -> list[Occurrence]:
    """What is owed or done under these agreements, by one agency or by all, the earliest first."""
    rows = list(
        Obligation.objects.filter(
            version__agreement__in=agreements,
            version=F("version__agreement__current_version"),
            version__agreement__in_force_at__isnull=False,
        ).select_related("clause", "agency", "version__agreement__lead_agency")
    )
    if not rows:
        return []
    facts = _Facts(rows, now or timezone.now())
    found = [each for row in rows for each in facts.occurrences(row, agency_id)]
    found += _done_besides(found, {row.version.agreement_id for row in rows}, agency_id, facts)
    return sorted(found, key=lambda each: (each.due_on, each.agreement.number, each.obligation.code, each.party))


def _done_besides(
    found: Iterable[Occurrence], agreements: Collection[UUID], agency_id: UUID | None, facts: _Facts
) -> Iterator[Occurrence]:
    """What was marked as done of days that the texts no longer have: ahead of an amendment, or of the end."""
    known = {each.fulfilment.pk for each in found if each.fulfilment is not None}
    rows = Fulfilment.objects.standing().filter(agreement__in=agreements).exclude(pk__in=known)
    related = ("agreement__lead_agency", "agreement__current_version", "obligation__clause", "agency", "done_by")
    for each in rows.select_related(*related):
        if agency_id in {None, each.agency_id}:
            name = facts.name_of(each)
            yield Occurrence(each.agreement, each.obligation, each.agency, name, each.due_on, facts.now, each)


class _Facts:
    """What is known of several agreements at once, one statement for each kind of fact."""

    def __init__(self, rows: list[Obligation], now: datetime) -> None:
        self.now = now
        agreements = {row.version.agreement_id for row in rows}
        for row in rows:
            row.version.agreement.current_version = row.version
        self.anchors = _anchors({row.key for row in rows})
        self.parties: dict[UUID, list[Party]] = defaultdict(list)
        for party in Party.objects.filter(version__in={row.version_id for row in rows}).select_related("agency"):
            self.parties[party.version_id].append(party)
        notices = Withdrawal.objects.standing().filter(agreement__in=agreements)
        self.left = {(each.agreement_id, each.agency_id): each.effective_at for each in notices}
        self.terminated = _terminated(row.version.agreement for row in rows)
        done = Fulfilment.objects.standing().filter(key__in={row.key for row in rows})
        self.done = {
            (each.key, each.agency_id, each.due_on): each for each in done.select_related("done_by", "withdrawal")
        }

    def name_of(self, done: Fulfilment) -> str:
        """The agency's name as it stands in the text, or its own where it is a party no more."""
        version = done.agreement.current_version_id
        parties = self.parties[version] if version else []
        return next((party.name for party in parties if party.agency_id == done.agency_id), str(done.agency))

    def occurrences(self, row: Obligation, agency_id: UUID | None) -> Iterator[Occurrence]:
        agreement = row.version.agreement
        for party in self.parties[row.version_id]:
            if _owes(row, agreement, party) and agency_id in {None, party.agency_id}:
                span = self.span(agreement, party.agency_id)
                yield from self._of_party(row, party, span)

    def span(self, agreement: Agreement, agency_id: UUID) -> Span:
        """From when to when a party is bound."""
        ends = (
            agreement.ends_at,
            self.terminated.get(agreement.pk),
            self.left.get((agreement.pk, agency_id)),
        )
        last = min((each for each in ends if each is not None), default=None)
        return Span(succession.starts_at(agreement), last, agreement.lead_agency.time_zone)

    def _of_party(self, row: Obligation, party: Party, span: Span) -> Iterator[Occurrence]:
        """Every day up to half a year ahead, or to the first one that is still to come."""
        agreement, to_come, waits = row.version.agreement, 0, False
        anchor = self.anchors[row.key]
        for day in recurrence.due(Rule(row.every_months, row.first_on), anchor=anchor, span=span):
            future = recurrence.end_of(day, span.zone) > self.now
            if to_come and first_moment(day, span.zone) > self.now + AHEAD:
                return
            done = self.done.get((row.key, party.agency_id, day))
            if done is not None or party.agency.status == Agency.Status.ACTIVE:
                each = Occurrence(agreement, row, party.agency, party.name, day, self.now, done)
                comes_later = span.begins > self.now or (future and (to_come > 0 or (waits and not each.is_near)))
                yield replace(each, early=comes_later)
            waits = waits or done is None
            to_come += future and done is None


def not_reminded(agreements: Iterable[UUID]) -> list[Occurrence]:
    """What a reminder is due for that did not go out."""
    asked = [each for each in found_in(agreements) if each.is_asked_for and not each.early]
    said = ObligationReminder.objects.filter(key__in={each.obligation.key for each in asked})
    known = set(said.values_list("key", "agency", "due_on", "step"))
    return [each for each in asked if (each.obligation.key, each.agency.pk, each.due_on, each.reminder) not in known]


def _owes(row: Obligation, agreement: Agreement, party: Party) -> bool:
    if row.owes == Owes.PARTY:
        return party.agency_id == row.agency_id
    return row.owes == Owes.EACH or party.agency_id == agreement.lead_agency_id


def _anchors(keys: Collection[UUID]) -> dict[UUID, date]:
    """On which day each obligation came into force: with the first agreement that has it, whatever followed."""
    rows = Obligation.objects.filter(
        key__in=keys,
        version=F("version__agreement__current_version"),
        version__agreement__in_force_at__isnull=False,
    ).select_related("version__agreement__lead_agency")
    found: dict[UUID, date] = {}
    for row in rows:
        agreement = row.version.agreement
        agreement.current_version = row.version
        day = succession.starts_at(agreement).astimezone(ZoneInfo(agreement.lead_agency.time_zone)).date()
        found[row.key] = min(day, found.get(row.key, day))
    return found


def _terminated(agreements: Iterable[Agreement]) -> dict[UUID, datetime]:
    """When those that were terminated were."""
    ended = {each.pk for each in agreements if each.status == S.TERMINATED}
    if not ended:
        return {}
    told = Event.objects.filter(subject_label=Agreement._meta.label, subject_id__in=ended, kind="agreement.terminated")
    return dict(told.values_list("subject_id", "at"))


# --- The text -------------------------------------------------------------------------------------------------------


def copy(old: AgreementVersion, new: AgreementVersion, clauses: dict[UUID, Clause], actor: User | None) -> None:
    """The next version asks for what the old one asks for, under the same keys: what was done counts on."""
    for each in old.obligations.all():
        values = {name: getattr(each, name) for name in WORDS}
        copied = Obligation(version=new, clause=clauses[each.clause_id], **values)
        history.save(copied, actor=actor, reason="Copied")


def unfitting(version: AgreementVersion) -> list[str]:
    """Where an obligation does not fit the rest of the text, each as a sentence that says what to do."""
    rows = list(version.obligations.select_related("agency"))
    if not rows:
        return []
    parties = {party.agency_id for party in version.parties.all()}
    before = Obligation.objects.filter(version__agreement=version.agreement.follows_id)
    carried = set(before.values_list("key", flat=True)) if version.agreement.follows_id else set()
    return [words for each in rows for words in _unfitting(each, version, parties, is_carried_over=each.key in carried)]


def _unfitting(
    each: Obligation, version: AgreementVersion, parties: set[UUID], *, is_carried_over: bool
) -> Iterator[str]:
    """`is_carried_over`: the text before had it too; then its days are counted on, and a day may lie behind."""
    if each.agency_id is not None and each.agency_id not in parties:
        yield f"make {each.agency} a party, or change obligation {each.code}."
    if each.first_on is not None and version.ends_on is not None and each.first_on >= version.ends_on:
        yield f"choose a day within the term for obligation {each.code}: it falls due after the last day."
    elif not is_carried_over and not _falls_due(each, version):
        yield f"choose a day or a rhythm within the term for obligation {each.code}: as it stands it never falls due."


def _falls_due(each: Obligation, version: AgreementVersion) -> bool:
    """Whether any of its days lies in the term, were the text in force from its first day, or from today."""
    zone = version.agreement.lead_agency.time_zone
    begins = max(version.effective_on, version.agreement.lead_agency.today)
    span = Span(first_moment(begins, zone), first_moment(version.ends_on, zone) if version.ends_on else None, zone)
    return next(recurrence.due(Rule(each.every_months, each.first_on), anchor=begins, span=span), None) is not None


def sweep() -> int:
    """Remove what a crash left: files without a row."""
    named = Fulfilment.objects.exclude(file=None).values_list("file", flat=True)
    return files.sweep(PROOFS, {each for each in named if each is not None})
