"""The record of a ballot that ended: everything from which its decision can be checked, as pages and PDF show it.

One description serves page and PDF, so that neither says what the other withholds. It depends on nothing but what is
recorded: times stand in the board's zone. What the public version leaves out is said in `decisions.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.dateformat import format as spell

from portal.audit.models import Event
from portal.kernel.documents import Document, Section
from privacy.law.models import LawChange
from privacy.models import PolicyVersion
from sharing_agreements.budgets.models import Budget
from sharing_agreements.models import Agreement
from sharing_agreements.wording import event_title

from . import decisions
from .counting import electors, newest_votes, positions
from .grounds import because
from .models import Ballot, Board, Charter, Decision, Elector, Motion, Seat, Vote
from .policy import charter_rules
from .rule import Rule
from .steps import text_sha256
from .tally import Tally, tally
from .wording import charter_in_words, clock, covered, heading

Outcome = Decision.Outcome


@dataclass(frozen=True)
class Record:
    """A decision as it is shown; `sections` in the order of the page."""

    title: str
    eyebrow: str
    outcome: str
    decided: str
    public: bool
    sections: list[Section] = field(default_factory=list)

    @property
    def outcome_words(self) -> str:
        return Outcome(self.outcome).label

    @property
    def document(self) -> Document:
        """The record as it is printed."""
        return Document(
            title=f"{self.title}: {self.outcome_words}" if self.outcome else self.title,
            eyebrow=self.eyebrow,
            subject="Decision record",
            dated=f"Decision record, {self.decided}",
            footer=f"{self.eyebrow}. Public version" if self.public else self.eyebrow,
            sections=self.sections,
        )


def record_of(decision: Decision, *, public: bool = False) -> Record:
    """The whole record, or the part of it that anybody may read."""
    made = _Record(decision, public=public)
    motion = decision.ballot.motion
    if made.closed:
        title, sections = f"Motion {motion.number}", [made.closed_session()]
    else:
        title, sections = heading(motion), [section for section in made.sections() if section]
    return Record(
        title=title,
        eyebrow=f"Motion {motion.number}, {motion.board}",
        outcome="" if made.closed else decision.outcome,
        decided=made.at(decision.at),
        public=public,
        sections=sections,
    )


class _Record:
    """Gathers what the sections say."""

    def __init__(self, decision: Decision, *, public: bool) -> None:
        self.decision, self.public = decision, public
        self.ballot: Ballot = decision.ballot
        self.motion: Motion = self.ballot.motion
        self.board: Board = self.motion.board
        self.zone = ZoneInfo(self.board.time_zone)
        self.closed = str(getattr(decision, decisions.CLOSED, None) or "") if public else ""
        if self.closed:
            return
        self.rule = Rule.of(self.ballot.rule)
        self.electors: list[Elector] = electors(self.ballot)
        self.votes = newest_votes(self.ballot)
        self.tally: Tally = tally(self.rule, positions(self.ballot))

    def at(self, moment: datetime) -> str:
        """`Nov 23, 2026, 9:12 a.m. PST`, in the board's zone."""
        return clock(moment, self.zone)

    def sections(self) -> Iterator[Section | None]:
        yield self._motion()
        yield self._changes()
        yield self._subject()
        yield self._ballot()
        yield self._rule()
        yield self._quorum()
        yield self._positions()
        if not self.public:
            yield self._recusals()
            yield self._statements("dissent", "Dissent", {Vote.Position.NO})
            yield self._statements("comments", "Comments", {Vote.Position.YES, Vote.Position.ABSTAIN})
        yield self._tally()
        yield self._followed()
        if not self.public:
            yield self._check()

    def closed_session(self) -> Section:
        return Section(
            "closed",
            "Closed session",
            pairs=[("Board", self.board.name), ("Decided", self.at(self.decision.at)), ("Legal ground", self.closed)],
            note="This business was on an agenda for closed session. What was decided is left out here.",
        )

    # --- What was decided ---------------------------------------------------------------------------------------------

    def _motion(self) -> Section:
        motion = self.motion
        pairs = [("Moved by", self._seat(motion.mover))]
        if motion.seconder is not None:
            pairs.append(("Seconded by", self._seat(motion.seconder)))
        if motion.grounds and not self.public:
            pairs.append(("The mover's reasons", motion.grounds))
        if motion.ground:
            pairs.append(("Ground", because(motion, public=self.public)))
        if motion.conditions:
            pairs.append(("Conditions", motion.conditions))
        if self.decision.outcome == Outcome.CARRIED:
            on = motion.effective_on
            pairs.append(("Effective", spell(on, "M j, Y") if on else f"{self.at(self.decision.at)}, when it carried"))
        if self.decision.outcome == Outcome.CANCELLED:
            pairs.append(("Cancelled because", self.decision.reason))
        return Section("motion", "The motion", text=motion.text, pairs=pairs, quoted=True)

    def _changes(self) -> Section | None:
        """The charter as proposed, and each rule that differs from the one under which the board voted."""
        motion = self.motion
        if motion.proposed is None:
            return None
        before = self.board.charters.filter(number=self.rule.charter).first()
        after = Charter(board=self.board, number=self.rule.charter + 1, **motion.proposed)
        was = charter_rules(before) if before else {}
        rows = [
            (RULES[name].verbose_name.capitalize(), _value(name, was.get(name)), _value(name, now))
            for name, now in charter_rules(after).items()
            if was.get(name) != now
        ]
        return Section(
            "proposed",
            "The charter as proposed",
            lines=charter_in_words(after, len(self.electors)),
            columns=("Rule", "Before", "Proposed"),
            rows=rows,
        )

    def _subject(self) -> Section:
        motion, now = self.motion, text_sha256(self.motion)
        pairs = []
        if motion.agreement is not None and motion.version is not None:
            pairs = [
                ("Agreement", f"{motion.agreement.number}, {motion.agreement.title}"),
                ("Version", str(motion.version.number)),
                ("Led by", str(motion.agreement.lead_agency)),
            ]
        elif motion.policy_version is not None:
            version = motion.policy_version
            pairs = [("Policy", f"{version.policy}, {version.policy.agency}"), ("Version", str(version.number))]
        elif motion.budget_version is not None:
            budget = motion.budget_version
            pairs = [("Budget", budget.budget.title), ("Version", f"{budget.number}, SHA-256 {budget.sha256}")]
        elif motion.initiative_proposal is not None:
            proposal = motion.initiative_proposal
            named = f"{proposal.number}, SHA-256 {proposal.sha256}"
            pairs = [("Initiative", proposal.content["title"]), ("Proposal", named)]
        elif motion.law_change is not None:
            change = motion.law_change
            pairs = [("Change in law", str(change)), ("Agency", str(change.agency)), ("Unblocks", change.unblocks)]
        elif motion.agency is not None:
            pairs = [("Agency", str(motion.agency))]
            measure = motion.get_measure_display() or (motion.lifts and motion.lifts.get_measure_display())
            pairs.append(("Measure", str(measure)))
        pairs += [
            ("SHA-256", self.ballot.sha256),
            ("Of", covered(motion)),
            ("Text now", "The same" if now == self.ballot.sha256 else f"Another: its SHA-256 is {now}"),
        ]
        return Section("subject", "What was decided on", pairs=pairs)

    # --- How it was decided -------------------------------------------------------------------------------------------

    def _ballot(self) -> Section:
        ballot, meeting = self.ballot, self.ballot.meeting
        how = "In writing, between meetings"
        if meeting is not None:
            how = f"At the meeting of {clock(meeting.starts_at, ZoneInfo(meeting.time_zone))}, {meeting.place}"
        ended = "Cancelled" if self.decision.outcome == Outcome.CANCELLED else "Decided"
        pairs = [
            ("How", how),
            ("Opened", self.at(ballot.opened_at)),
            ("To close by", self.at(ballot.closes_at)),
            (ended, self.at(self.decision.at)),
            ("Times", f"In the zone {self.board.time_zone}"),
        ]
        return Section("ballot", "The ballot", pairs=pairs)

    def _rule(self) -> Section:
        text = self.rule.in_words(len(self.electors))
        note = f"Charter {self.rule.charter} of the board, frozen when the ballot opened."
        return Section("rule", "The rule", text=text, note=note)

    def _quorum(self) -> Section | None:
        if self.decision.outcome == Outcome.CANCELLED:
            return None
        counted = self.tally
        met = "met" if counted.quorum_met else "not met"
        here = [self._place(elector) for elector in self.electors if self._took_part(elector)]
        return Section(
            "quorum",
            "Quorum",
            text=f"{counted.took_part} took part, {counted.quorum_needed} were needed: {met}.",
            lines=here,
        )

    def _took_part(self, elector: Elector) -> bool:
        stands = self._stands(elector)
        if stands == Vote.Position.ABSTAIN:
            return self.rule.abstention != "absent"
        if stands == Vote.Position.RECUSED:
            return self.rule.recusal == "quorum" and elector.present is not False
        return stands in {Vote.Position.YES, Vote.Position.NO}

    def _stands(self, elector: Elector) -> str:
        """The position that counts; empty for who was silent and not at the meeting."""
        if elector.conflict:
            return Vote.Position.RECUSED if elector.present else ""
        if vote := self.votes.get(elector.pk):
            return vote.position
        return Vote.Position.ABSTAIN if elector.present else ""

    def _positions(self) -> Section:
        rows = [self._row(elector) for elector in self.electors]
        if self.public:
            return Section("positions", "Positions by seat", columns=("Seat", "Agency", "Position"), rows=rows)
        return Section(
            "positions", "Positions by seat", columns=("Seat", "Agency", "Who", "Position", "When"), rows=rows
        )

    def _row(self, elector: Elector) -> tuple[str, ...]:
        seat = f"{elector.seat.number}, {elector.seat.title}" if elector.seat.title else str(elector.seat.number)
        said = self._said(elector)
        if self.public:
            return seat, elector.agency.name, said
        vote = self.votes.get(elector.pk)
        return seat, elector.agency.name, self._who(elector), said, self.at(vote.at) if vote else ""

    def _said(self, elector: Elector) -> str:
        vote = self.votes.get(elector.pk)
        if elector.conflict:
            return Vote.Position.RECUSED.label
        if vote is None:
            if elector.present is None:
                return "Did not vote"
            return "Abstain (present, took no position)" if elector.present else "Not present"
        by = "" if vote.by_id == elector.person_id else ", by the alternate"
        return f"{vote.get_position_display()}{by}"

    def _who(self, elector: Elector) -> str:
        """The holder, or the alternate who sat or voted, named as such."""
        vote = self.votes.get(elector.pk)
        if vote is not None and vote.by_id != elector.person_id:
            return f"{vote.by}, alternate for {elector.person}"
        if elector.seat.holder_id and elector.person_id != elector.seat.holder_id:
            return f"{elector.person}, alternate for {elector.seat.holder}"
        return str(elector.person)

    def _recusals(self) -> Section:
        said = [
            (self._place(elector), f"Conflict: {elector.conflict}") for elector in self.electors if elector.conflict
        ]
        for elector in self.electors:
            vote = self.votes.get(elector.pk)
            if vote is not None and vote.position == Vote.Position.RECUSED:
                said.append((self._place(elector), f"Recused: {vote.statement or 'no reason given'}"))
        return Section("recusals", "Recusals and conflicts", said=said, note="" if said else "None.")

    def _statements(self, anchor: str, title: str, of: set[Vote.Position]) -> Section | None:
        said = [
            (self._place(elector), vote.statement)
            for elector in self.electors
            if (vote := self.votes.get(elector.pk)) and vote.position in of and vote.statement
        ]
        if not said and anchor == "comments":
            return None
        return Section(anchor, title, said=said, note="" if said else "None.")

    def _tally(self) -> Section | None:
        steps = [(str(what), str(so)) for what, so in self.decision.steps]
        return Section("tally", "The tally, step by step", steps=steps) if steps else None

    # --- What followed ------------------------------------------------------------------------------------------------

    def _followed(self) -> Section | None:
        if self.decision.outcome not in decisions.DECIDED:
            note = "No decision on the motion. It awaited another ballot, or had lost its object."
            return Section("followed", "What followed", note=note)
        rows = [(self.at(event.at), title) for event in _events(self.motion) if (title := _title(event))]
        note = "" if rows else "Nothing else changed."
        return Section("followed", "What followed", columns=("When", "What") if rows else (), rows=rows, note=note)

    def _check(self) -> Section:
        note = f"To recompute it from the recorded votes: python3 manage.py replay_ballot {self.ballot.pk}"
        return Section("check", "To check it", note=note)

    def _seat(self, seat: Seat) -> str:
        name = f", {seat.holder}" if seat.holder and not self.public else ""
        return f"Seat {seat.number}, {seat.title}, {seat.agency}{name}"

    def _place(self, elector: Elector) -> str:
        name = "" if self.public else f", {self._who(elector)}"
        return f"Seat {elector.seat.number}, {elector.agency}{name}"


def _value(name: str, value: object) -> str:
    """A rule of a charter as a reader knows it."""
    if value is None or value == "" or value == []:
        return "None"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        labels = dict(RULES[name].base_field.flatchoices)
        return ", ".join(str(labels.get(each, each)) for each in value)
    return str(dict(RULES[name].flatchoices).get(value, value))


RULES: dict[str, Any] = {each.name: each for each in Charter._meta.concrete_fields}
"""The fields of a charter by name."""

CONSEQUENCES = {
    "agreement.approved": "",
    "agreement.signing_opened": "",
    "agreement.rejected": "",
    "agreement.sent_back": "Sent back: it is a draft again",
    "agreement.suspended": "",
    "agreement.resumed": "",
    "agreement.terminated": "Terminated: what it opened closed for good",
    "board.charter_adopted": "Charter {charter} adopted",
    "board.sanction_imposed": "Sanction imposed",
    "board.sanction_lifted": "Sanction lifted",
    "policy.adopted": "The policy was adopted by the board",
    "budget.adopted": "The budget was adopted, version {version}",
    "initiative.approved": "The initiative was approved",
    "initiative.declined": "The initiative is an idea again",
    "law.change_supported": "The decision is shown beside the change",
}
"""Events that a decision causes, with their words; those without are the agreement's own words."""


def _events(motion: Motion) -> list[Event]:
    """What the decision caused, in order: the events about its subject that name the motion."""
    subject = Q(subject_label=Board._meta.label, subject_id=motion.board_id)
    if motion.agreement_id:
        subject = Q(subject_label=Agreement._meta.label, subject_id=motion.agreement_id)
    elif motion.policy_version_id:
        subject = Q(subject_label=PolicyVersion._meta.label, subject_id=motion.policy_version_id)
    elif motion.budget_version is not None:
        subject = Q(subject_label=Budget._meta.label, subject_id=motion.budget_version.budget_id)
    elif motion.initiative_proposal is not None:
        proposal = motion.initiative_proposal
        subject = Q(subject_label="initiatives.Initiative", subject_id=proposal.initiative_id)
    elif motion.law_change_id:
        subject = Q(subject_label=LawChange._meta.label, subject_id=motion.law_change_id)
    mine = Q(detail__motion_id=str(motion.pk)) | Q(detail__motion=motion.number)
    found = Event.objects.filter(subject, mine, kind__in=CONSEQUENCES)
    return list(found.order_by("at", "sequence"))


def _title(event: Event) -> str:
    return CONSEQUENCES[event.kind].format(**event.detail) or event_title(event)
