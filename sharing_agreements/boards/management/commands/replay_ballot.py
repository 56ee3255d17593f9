"""`manage.py replay_ballot ID`: recomputes a decision from what is recorded, so that nobody has to trust the page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.audit.models import Event
from sharing_agreements.boards.counting import position
from sharing_agreements.boards.models import Ballot, Board, Decision, Vote
from sharing_agreements.boards.rule import Rule
from sharing_agreements.boards.tally import Tally, settled, tally
from sharing_agreements.models import Agreement

Ballots = dict[int, list[tuple[int, str, str]]]
"""Seat -> (sequence, position, holder or alternate) in the order in which they were taken."""


def votes_of(ballot: Ballot) -> Ballots:
    """The votes as the table of votes has them."""
    found: Ballots = {}
    for vote in Vote.objects.filter(elector__ballot=ballot).select_related("elector__seat").order_by("sequence"):
        by = "holder" if vote.by_id == vote.elector.person_id else "alternate"
        found.setdefault(vote.elector.seat.number, []).append((vote.sequence, vote.position, by))
    return found


def told_of(ballot: Ballot) -> Ballots:
    """The votes as the agreement's events have them."""
    motion = ballot.motion
    label, kind, key = Agreement._meta.label, "agreement.vote_cast", motion.agreement_id
    if key is None:
        label, kind, key = Board._meta.label, "board.vote_cast", motion.board_id
    about = Event.objects.filter(subject_label=label, subject_id=key, kind=kind)
    events = about.filter(detail__ballot=str(ballot.pk)).order_by("sequence")
    found: Ballots = {}
    for event in events:
        vote = (event.detail["sequence"], event.detail["position"], event.detail["by"])
        found.setdefault(event.detail["seat"], []).append(vote)
    return found


def _counts(taken: list[tuple[int, str, str]]) -> str:
    """The position that counts: the newest of the holder, else the newest of the alternate."""
    by_holder = [position for _, position, by in taken if by == "holder"]
    return (by_holder or [position for _, position, _ in taken] or [""])[-1]


def replay(ballot: Ballot, votes: Ballots) -> tuple[Tally, bool]:
    """The tally of the newest positions under the frozen rule, and whether the missing votes could still change it."""
    rule = Rule.of(ballot.rule)
    positions = [
        position(elector, _counts(votes.get(elector.seat.number, [])))
        for elector in ballot.electors.select_related("seat").order_by("seat__number")
    ]
    return tally(rule, positions), settled(rule, positions) is not None


def faults(ballot: Ballot, decision: Decision | None, outcome: Tally, votes: Ballots, final: bool) -> list[str]:
    """What of the record does not fit together; empty when the decision is what the votes make it."""
    found = []
    if votes != told_of(ballot):
        found.append("The votes are not those of the agreement's events.")
    if decision is None or decision.outcome == Decision.Outcome.CANCELLED:
        return found
    if decision.outcome != outcome.outcome:
        found.append(f"Recorded: {decision}. Recomputed: {Decision.Outcome(outcome.outcome).label}.")
    if [list(step) for step in outcome.steps] != decision.steps:
        found.append("The recorded steps are not those of the recorded votes.")
    if decision.at < ballot.closes_at and not final and ballot.meeting_id is None:
        found.append("It was decided before its deadline although missing votes could have changed it.")
    return found


class Command(BaseCommand):
    help = "Recomputes the decision of a ballot from its frozen rule, electors and votes. Exits with 1 if it differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", help="Id of the ballot or of its motion, as in the address of the motion's page.")

    def handle(self, *args: Any, **options: Any) -> None:
        ballot = self._ballot(options["id"])
        votes = votes_of(ballot)
        outcome, final = replay(ballot, votes)
        decision = Decision.objects.filter(ballot=ballot).first()
        self.stdout.write(f"Motion {ballot.motion.number}, ballot {ballot.pk}")
        self.stdout.write(f"Text: sha256 {ballot.sha256}")
        for seat, taken in sorted(votes.items()):
            self.stdout.write(
                f"  seat {seat}: "
                + ", then ".join(
                    position + (" by the alternate" if by == "alternate" else "") for _, position, by in taken
                )
            )
        for number, (what, so) in enumerate(outcome.steps, 1):
            self.stdout.write(f"{number}. {what}. {so}")
        self.stdout.write(f"Recorded: {decision or 'no decision yet'}")
        found = faults(ballot, decision, outcome, votes, final)
        for fault in found:
            self.stderr.write(fault)
        if found:
            raise SystemExit(1)

    def _ballot(self, given: str) -> Ballot:
        ballots = Ballot.objects.select_related("motion")
        try:
            key = UUID(given)
        except ValueError as error:
            raise CommandError(f"{given} is no id.") from error
        found = ballots.filter(pk=key).first() or ballots.filter(motion=key).order_by("-opened_at").first()
        if found is None:
            raise CommandError("There is no ballot with this id.")
        return found
