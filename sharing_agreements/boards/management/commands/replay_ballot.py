"""`manage.py replay_ballot ID`: recomputes a decision from what is recorded, so that nobody has to trust the page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.audit.models import Event
from sharing_agreements.boards.lifecycle import Position, Rule, Tally, settled, tally
from sharing_agreements.boards.models import Ballot, Decision, Vote
from sharing_agreements.models import Agreement

Ballots = dict[int, list[tuple[int, str]]]
"""Seat -> (sequence, position) in the order in which they were taken."""


def votes_of(ballot: Ballot) -> Ballots:
    """The votes as the table of votes has them."""
    found: Ballots = {}
    for vote in Vote.objects.filter(elector__ballot=ballot).select_related("elector__seat").order_by("sequence"):
        found.setdefault(vote.elector.seat.number, []).append((vote.sequence, vote.position))
    return found


def told_of(ballot: Ballot) -> Ballots:
    """The votes as the agreement's events have them."""
    about = {"subject_label": Agreement._meta.label, "subject_id": ballot.motion.agreement_id}
    events = Event.objects.filter(**about, kind="agreement.vote_cast", detail__motion_id=str(ballot.motion_id))
    found: Ballots = {}
    for event in events.order_by("sequence"):
        vote = (event.detail["sequence"], event.detail["position"])
        found.setdefault(event.detail["seat"], []).append(vote)
    return found


def replay(ballot: Ballot, votes: Ballots) -> tuple[Tally, bool]:
    """The tally of the newest positions under the frozen rule, and whether the missing votes could still change it."""
    rule = Rule.of(ballot.rule)
    positions = [
        Position(seat.number, bool(elector.conflict), votes.get(seat.number, [(0, "")])[-1][1])
        for elector in ballot.electors.select_related("seat").order_by("seat__number")
        for seat in [elector.seat]
    ]
    return tally(rule, positions), settled(rule, positions) is not None


def faults(ballot: Ballot, decision: Decision | None, outcome: Tally, votes: Ballots, final: bool) -> list[str]:
    """What of the record does not fit together; empty when the decision is what the votes make it."""
    found = []
    if votes != told_of(ballot):
        found.append("The votes are not those of the agreement's events.")
    if decision is None:
        return found
    if decision.carried != outcome.carried:
        found.append(f"Recorded: {decision}. Recomputed: {'Carried' if outcome.carried else 'Lost'}.")
    if [list(step) for step in outcome.steps] != decision.steps:
        found.append("The recorded steps are not those of the recorded votes.")
    if decision.at < ballot.closes_at and not final:
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
            self.stdout.write(f"  seat {seat}: " + ", then ".join(position for _, position in taken))
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
        found = ballots.filter(pk=key).first() or ballots.filter(motion=key).first()
        if found is None:
            raise CommandError("There is no ballot with this id.")
        return found
