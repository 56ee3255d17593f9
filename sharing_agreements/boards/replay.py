"""A ballot recomputed from what is recorded, and what of the record does not fit together.

The command `replay_ballot` and the page of a replay both show what `replay` finds.
"""

from __future__ import annotations

from dataclasses import dataclass

from portal.audit.models import Event
from sharing_agreements.models import Agreement

from .counting import electors, position, that_counts, votes_of
from .models import Ballot, Board, Decision, Elector, Vote
from .rule import Rule
from .steps import text_sha256
from .tally import Tally, settled, tally


@dataclass(frozen=True)
class Replay:
    """What the recorded votes make of a ballot, and every fault that was found; none means that the record holds."""

    ballot: Ballot
    decision: Decision | None
    tally: Tally
    taken: list[tuple[Elector, list[Vote]]]
    faults: list[str]

    @property
    def exit_state(self) -> int:
        return 1 if self.faults else 0

    @property
    def recorded(self) -> str:
        return str(self.decision or "no decision yet")


def replay(ballot: Ballot) -> Replay:
    """Count again under the frozen rule, and compare with the decision, the events and the text."""
    rule, votes, decision = Rule.of(ballot.rule), votes_of(ballot), Decision.objects.filter(ballot=ballot).first()
    taken = [(elector, votes.get(elector.pk, [])) for elector in electors(ballot)]
    counted = [(elector, that_counts(cast)) for elector, cast in taken]
    positions = [position(elector, vote.position if vote else "") for elector, vote in counted]
    outcome = tally(rule, positions)
    faults = []
    if _as_told(taken) != _told_of(ballot):
        faults.append("The votes are not those of the recorded events.")
    if text_sha256(ballot.motion) != ballot.sha256:
        faults.append("The text is not the one on which the ballot opened.")
    if decision is not None and decision.outcome != Decision.Outcome.CANCELLED:
        final = settled(rule, positions) is not None
        faults += _unlike(ballot, decision, outcome, final=final)
    return Replay(ballot, decision, outcome, taken, faults)


def _unlike(ballot: Ballot, decision: Decision, outcome: Tally, *, final: bool) -> list[str]:
    """Where the decision is not what the votes make it."""
    found = []
    if decision.outcome != outcome.outcome:
        found.append(f"Recorded: {decision}. Recomputed: {Decision.Outcome(outcome.outcome).label}.")
    if [list(step) for step in outcome.steps] != decision.steps:
        found.append("The recorded steps are not those of the recorded votes.")
    if decision.at < ballot.closes_at and not final and ballot.meeting_id is None:
        found.append("It was decided before its deadline although missing votes could have changed it.")
    return found


Told = dict[int, list[tuple[int, str, str]]]
"""Seat -> (sequence, position, holder or alternate) in the order in which they were taken."""


def _as_told(taken: list[tuple[Elector, list[Vote]]]) -> Told:
    return {
        elector.seat.number: [
            (vote.sequence, vote.position, "holder" if vote.by_id == elector.person_id else "alternate")
            for vote in cast
        ]
        for elector, cast in taken
        if cast
    }


def _told_of(ballot: Ballot) -> Told:
    """The votes as the events of the agreement, or of the board, have them."""
    motion = ballot.motion
    label, kind, key = Agreement._meta.label, "agreement.vote_cast", motion.agreement_id
    if key is None:
        label, kind, key = Board._meta.label, "board.vote_cast", motion.board_id
    about = Event.objects.filter(subject_label=label, subject_id=key, kind=kind)
    found: Told = {}
    for event in about.filter(detail__ballot=str(ballot.pk)).order_by("sequence"):
        vote = (event.detail["sequence"], event.detail["position"], event.detail["by"])
        found.setdefault(event.detail["seat"], []).append(vote)
    return found


def said(cast: list[Vote]) -> str:
    """`disapprove, then approve by the alternate`."""
    return ", then ".join(
        vote.get_position_display().lower() + ("" if vote.by_id == vote.elector.person_id else " by the alternate")
        for vote in cast
    )
