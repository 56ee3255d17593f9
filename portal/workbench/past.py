"""The change history of an agreement: events, and what changed in every row that belongs to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import groupby
from typing import Any, TypeAlias, cast
from uuid import UUID

from django.db import models

from agencies.models import Agency, RecordSet, User
from portal.audit.models import Event
from sharing_agreements.boards.models import ChairSuspension, Motion, Vote
from sharing_agreements.models import (
    Agreement,
    AgreementVersion,
    Attachment,
    Clause,
    ClauseAuthority,
    Grant,
    Obligation,
    Party,
    Term,
    Withdrawal,
)
from sharing_agreements.wording import DRAFTING, by_the_board

CREATED, CHANGED, DELETED = "+", "~", "-"
WORDS = {CREATED: "added", CHANGED: "changed", DELETED: "removed"}
QUIET = frozenset({"id", "key", "version", "agreement", "position", "current_version", "author", "board"})
EVERYTHING = models.Q()


Value: TypeAlias = str | datetime | date


@dataclass(frozen=True)
class Difference:
    """One field, before and after, in words; a moment or a day stays one, and is told in the reader's zone."""

    field: str
    before: Value
    after: Value


@dataclass(frozen=True)
class Entry:
    """One thing that happened: an event, or a row that was added, changed or removed."""

    at: datetime
    kind: str
    title: str
    actor_id: UUID | None
    actor: str
    agency: str
    reason: str
    differences: tuple[Difference, ...] = ()


class Past:
    """Everything that happened to one agreement, newest first."""

    unshown = QUIET
    """Fields that are no part of it."""
    decides = "agreement.decided"
    votes = "agreement.vote_cast"

    def __init__(self, agreement: Agreement, *, unread: Iterable[str] = ()) -> None:
        """`unread`: kinds of events that are not for the reader."""
        self.agreement, self.unread = agreement, frozenset(unread)
        self.versions = list(agreement.versions.values_list("pk", flat=True))

    def entries(self) -> list[Entry]:
        found = [*self._events(), *self._rows()]
        return sorted(found, key=lambda entry: (entry.at, entry.kind == "event"), reverse=True)

    # --- Events -------------------------------------------------------------------------------------------------

    def _events(self) -> Iterator[Entry]:
        for event in self.events:
            yield Entry(
                at=event.at,
                kind="event",
                title=event_title(event),
                actor_id=event.actor_id,
                actor=self._who(event),
                agency=self.names.get(event.acting_agency_id, ""),
                reason=str(event.detail.get("reason", "")),
                differences=tuple(
                    Difference(label, "", datetime.fromisoformat(text) if key in TIMES else text)
                    for key, label in SHOWN_DETAIL
                    if (text := str(event.detail.get(key) or ""))
                ),
            )

    # --- Rows ---------------------------------------------------------------------------------------------------

    def _rows(self) -> Iterator[Entry]:
        of_version = {"version__in": self.versions}
        of_agreement = {"agreement": self.agreement.pk}
        yield from self._changes(Agreement, {"id": self.agreement.pk})
        yield from self._changes(AgreementVersion, of_agreement)
        for model in (Party, Clause, ClauseAuthority, Term, Obligation, Attachment, Grant):
            yield from self._changes(model, of_version)
        for decided in (Withdrawal, Motion, ChairSuspension):
            yield from self._changes(decided, of_agreement)

    def _changes(
        self, model: type[models.Model], where: dict[str, Any], also: models.Q = EVERYTHING
    ) -> Iterator[Entry]:
        fields = [f for f in model._meta.concrete_fields if f.name not in self.unshown]
        rows = model.history.filter(also, **where).order_by("id", "history_date", "history_id")  # type: ignore[attr-defined]
        made: list[Entry] = []
        for _, group in groupby(rows.select_related("history_user"), key=lambda row: row.id):
            before = None
            for row in group:
                change = self._change(model, fields, row, before)
                if change.differences or row.history_type != CHANGED:
                    made.append(change)
                before = row
        yield from fold(made)

    def _change(self, model: type[models.Model], fields: list[Any], row: Any, before: Any) -> Entry:
        changed = row.history_type == CHANGED and before is not None
        differences = self._differences(fields, row, before) if changed else ()
        what = str(model._meta.verbose_name).capitalize()
        return Entry(
            at=row.history_date,
            kind=f"{model._meta.model_name} {WORDS[row.history_type]}",
            title=f"{what} {WORDS[row.history_type]}{self._which(row)}",
            actor_id=row.history_user_id,
            actor=self._who_changed(row),
            agency="",
            reason=row.history_change_reason or "",
            differences=tuple(differences),
        )

    def _differences(self, fields: list[Any], row: Any, before: Any) -> Iterator[Difference]:
        for field in fields:
            old, new = getattr(before, field.attname), getattr(row, field.attname)
            if old != new:
                label = LABELS.get(field.name) or str(field.verbose_name).capitalize()
                yield Difference(label, self.words(field, old), self.words(field, new))

    def _which(self, row: Any) -> str:
        if hasattr(row, "file_name"):
            return f": {row.title}"
        for name in ("code", "heading", "citation"):
            if hasattr(row, name):
                number = f"{row.number} " if hasattr(row, "number") else ""
                return f": {number}{getattr(row, name)}"
        if hasattr(row, "agency_id"):
            agency = self.names.get(row.agency_id, "")
            return ": " + ", ".join(filter(None, [str(getattr(row, "number", "")), agency]))
        if hasattr(row, "recipient_id"):
            return f": {self.names.get(row.record_set_id, '')} to {self.names.get(row.recipient_id, '')}"
        return f": {row.number}" if hasattr(row, "number") else ""

    # --- Actors -------------------------------------------------------------------------------------------------

    @cached_property
    def events(self) -> list[Event]:
        """What happened to the agreement, without the work on its drafts, which the rows tell."""
        mine = Event.objects.filter(subject_label=Agreement._meta.label, subject_id=self.agreement.pk)
        return list(mine.exclude(kind__in=DRAFTING | self.unread).select_related("actor"))

    def _who(self, event: Event) -> str:
        if by_the_board(event):
            decided = self._decision_at(event.at, event.actor_id)
            return self._board(decided) if decided else "the board"
        return str(event.actor or "")

    def _who_changed(self, row: Any) -> str:
        """Who changed a row. What a decision of the board changed was changed by the board."""
        follows = row.instance_type._meta.model_name in FOLLOW
        decided = self._decision_at(row.history_date, row.history_user_id) if follows else None
        return self._board(decided) if decided else str(row.history_user or "")

    def _decision_at(self, at: datetime, actor_id: UUID | None) -> Event | None:
        """The decision in whose transaction something of the same actor happened: there is a moment between them."""
        decided = (each for each in self.events if each.kind == self.decides and each.actor_id == actor_id)
        return next((each for each in decided if abs(at - each.at) < TOGETHER), None)

    def _board(self, decided: Event) -> str:
        """The board; whose vote decided, or who wrote down what the deadline had settled, stands beside it."""
        if decided.actor is None:
            return "the board"
        before = (each for each in self.events if each.sequence == decided.sequence - 1)
        voted = any(each.kind == self.votes for each in before)
        return f"the board, {'by the deciding vote of' if voted else 'written down by'} {decided.actor}"

    # --- Words --------------------------------------------------------------------------------------------------

    def words(self, field: Any, value: Any) -> Value:
        """A value as a reader knows it: names for keys, labels for choices."""
        if value is None or value == "":
            return ""
        if isinstance(value, list):
            return ", ".join(sorted(str(item) for item in value))
        if field.is_relation:
            return self.names.get(value, str(value))
        if field.name == "ends_on":
            return cast(date, value) - timedelta(days=1)
        if isinstance(value, date):  # a datetime is one
            return value
        if isinstance(value, bool):
            return "Yes" if value else "No"
        return str(dict(field.flatchoices).get(value, value))

    @cached_property
    def names(self) -> dict[UUID | None, str]:
        """Names of what the rows point at."""
        names: dict[UUID | None, str] = {}
        agencies = Agency.objects.filter(
            pk__in=[
                self.agreement.lead_agency_id,
                *Party.objects.filter(version__in=self.versions).values_list("agency", flat=True),
            ]
        )
        names.update({a.pk: a.name for a in agencies})
        sets = RecordSet.objects.filter(terms__version__in=self.versions)
        names.update({s.pk: s.name for s in sets})
        seen = Event.objects.filter(subject_id=self.agreement.pk).values("actor")
        names.update({u.pk: str(u) for u in User.objects.filter(pk__in=seen)})
        acting = Event.objects.filter(subject_id=self.agreement.pk).values("acting_agency_id")
        names.update({a.pk: a.name for a in Agency.objects.filter(pk__in=acting)})
        if self.agreement.follows_id is not None:
            names[self.agreement.follows_id] = str(self.agreement.follows)
        return names


SHOWN_DETAIL = (
    ("outcome", "Outcome"),
    ("conditions", "Conditions"),
    ("because", "Ground"),
    ("given_because", "Given because"),
    ("charter", "Charter"),
    ("measure", "Measure"),
    ("statement", "Statement"),
    ("sha256", "SHA-256 of the text"),
    ("title", "Signed as"),
    ("closes_at", "Closes"),
    ("ratify_by", "To be ratified by"),
    ("follows", "Follows"),
    ("effective_at", "Leaves"),
    ("record_set", "Record set"),
    ("manner", "Records"),
)

LABELS = {"ends_on": "Last day"}

TIMES = {"closes_at", "ratify_by", "effective_at"}

FOLLOW = {"agreement", "agreementversion", "grant", "motion", "chairsuspension", "charter", "sanction"}
"""Models of which a decision of the board changes rows."""

TOGETHER = timedelta(seconds=2)
"""Rows and events of one command have stamps closer than this."""

TITLES = {
    "agreement.drafted": "Drafted",
    "agreement.submitted": "Submitted to the board",
    "agreement.opened_for_comment": "Opened to its parties for comment",
    "agreement.closed_for_comment": "Closed for comment",
    "agreement.taken_back": "Taken back to draft",
    "agreement.withdrawn": "Withdrawn",
    "agreement.motion_made": "Motion {motion} made: {motion_kind}",
    "agreement.ballot_opened": "Ballot opened on motion {motion}",
    "agreement.vote_cast": "Vote cast: {said}, seat {seat}, motion {motion}",
    "agreement.decided": "Motion {motion} decided: {outcome}",
    "agreement.approved": "Approved by the board",
    "agreement.rejected": "Rejected",
    "agreement.signing_opened": "Opened for signing",
    "agreement.signed": "Signed for {party}",
    "agreement.declined": "Declined for {party}",
    "agreement.in_force": "In force",
    "agreement.party_ended": "{party} ended, and what was opened to it or from it closed",
    "agreement.suspended": "Suspended",
    "agreement.resumed": "In force again",
    "agreement.sent_back": "Sent back by the board, motion {motion}",
    "agreement.review_opened": "{stage}: awaited",
    "agreement.review_taken": "{stage}: taken",
    "agreement.review_given_back": "{stage}: given back",
    "agreement.review_delegated": "{stage}: given to another reviewer",
    "agreement.review_reminded": "{stage}: reminded of",
    "agreement.review_late": "{stage}: late",
    "agreement.review_approved": "{stage}: approved",
    "agreement.review_carried": "{stage}: its approval of version {of_version} holds, the text is the same",
    "agreement.review_sent_back": "{stage}: sent back",
    "agreement.reviewed": "Every review is done",
    "agreement.terminated": "Terminated",
    "agreement.superseded": "{successor} is signed and follows it",
    "agreement.turn_to_sign": "{party} asked to sign",
    "agreement.notice_given": "{party} gave notice that it leaves",
    "agreement.notice_taken_back": "{party} took its notice back",
    "agreement.obligation_due": "{party} reminded of obligation {code}, due {due}",
    "agreement.obligation_overdue": "{party} reminded of obligation {code}, overdue since {due}",
    "agreement.obligation_done": "Obligation {code}, due {due}, marked as done by {party}",
    "agreement.obligation_reopened": "{party} took back that obligation {code}, due {due}, was done",
    "agreement.attachment_downloaded": "“{attached}” of version {of_version} downloaded",
    "agreement.certified": "Return or purge certified by {party}",
    "readiness.begun": "Readiness, version {version} begun",
    "readiness.evidence_added": "Readiness, version {version}: evidence added",
    "readiness.evidence_removed": "Readiness, version {version}: evidence removed",
    "readiness.evidence_downloaded": "Readiness, version {version}: evidence downloaded",
    "readiness.submitted": "Readiness, version {version} given to review",
    "readiness.sent_back": "Readiness, version {version} sent back by the reviewer",
    "readiness.reviewed": "Readiness, version {version} reviewed: {score} of 4",
    "readiness.shown": "Readiness, version {version}: chosen who reads the answers",
    "readiness.again_soon": "Reminded of the next version of readiness, due {due_on}",
    "readiness.again_late": "Reminded of the next version of readiness, overdue since {due_on}",
    "plan_action.added": "Action {number} planned",
    "plan_action.changed": "Action {number} changed",
    "plan_action.given": "Action {number} given to somebody else",
    "plan_action.moved": "Action {number}: {to}",
    "plan_action.due_soon": "Owner of action {number} reminded, due {due_on}",
    "plan_action.due_late": "Owner of action {number} reminded, overdue since {due_on}",
    "law.gap_opened": "Gap {number} entered",
    "law.gap_changed": "Gap {number} changed",
    "law.gap_shown": "Gap {number} shown to everybody",
    "law.gap_hidden": "Gap {number} kept to the agency",
    "law.gap_closed": "Gap {number} closed",
    "law.gap_reopened": "Gap {number} opened again",
    "law.change_entered": "Change {number} entered",
    "law.change_revised": "Change {number} revised",
    "law.change_moved": "Change {number}: {to}",
    "board.seat_filled": "Seat {seat} filled",
    "board.seat_vacated": "Seat {seat} vacated",
    "board.seat_corrected": "Entry of seat {seat} corrected",
    "board.alternate_changed": "Alternate for seat {seat} changed",
    "board.motion_made": "Motion {motion} made: {motion_kind}",
    "board.ballot_opened": "Ballot opened on motion {motion}",
    "board.vote_cast": "Vote cast: {said}, seat {seat}, motion {motion}",
    "board.decided": "Motion {motion} decided: {outcome}",
    "board.sanction_imposed": "Sanction imposed by motion {motion}",
    "board.sanction_lifted": "Sanction lifted by motion {motion}",
}


def event_title(event: Event) -> str:
    """The event in the words of the history page."""
    outcome = event.detail.get("outcome") or ("carried" if event.detail.get("carried") else "lost")
    pattern = TITLES.get(event.kind, event.kind.partition(".")[2].replace("_", " ").capitalize())
    said = str(dict(Vote.Position.choices).get(event.detail.get("position", ""), "")).lower()
    if event.kind == "agreement.in_force" and event.detail.get("begins"):
        pattern = "Signed by every party: begins on {begins}"
    return pattern.format(**{"said": said, **event.detail, "outcome": str(outcome).replace("_", " ")})


def fold(entries: Iterable[Entry]) -> Iterator[Entry]:
    """One entry for many rows that one act added: eighteen clauses from the standard text are one thing to read.

    One act: the same kind, person and reason, no more than a second after the row before.
    """
    groups: list[list[Entry]] = []
    newest: dict[tuple[Any, ...], list[Entry]] = {}
    for entry in entries:
        if not entry.kind.endswith("added"):
            yield entry
            continue
        key = (entry.kind, entry.actor_id, entry.reason)
        rows = newest.get(key)
        if rows is None or abs(entry.at - rows[-1].at) > timedelta(seconds=1):
            rows = newest[key] = []
            groups.append(rows)
        rows.append(entry)
    for rows in groups:
        if len(rows) == 1:
            yield rows[0]
            continue
        first = rows[0]
        names = tuple(Difference(row.title.partition(": ")[0], "", row.title.partition(": ")[2]) for row in rows)
        title = f"{first.title.partition(' added')[0]}: {len(rows)} rows added"
        yield Entry(first.at, first.kind, title, first.actor_id, first.actor, first.agency, first.reason, names)
