"""`manage.py replay_ballot ID`: recomputes a decision from what is recorded, so that nobody has to trust the page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from sharing_agreements.boards.models import Ballot
from sharing_agreements.boards.replay import replay, said


class Command(BaseCommand):
    help = "Recomputes the decision of a ballot from its frozen rule, electors and votes. Exits with 1 if it differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", help="Id of the ballot or of its motion, as in the address of the motion's page.")

    def handle(self, *args: Any, **options: Any) -> None:
        found = replay(self._ballot(options["id"]))
        self.stdout.write(f"Motion {found.ballot.motion.number}, ballot {found.ballot.pk}")
        self.stdout.write(f"Text: sha256 {found.ballot.sha256}")
        for elector, cast in found.taken:
            if cast:
                self.stdout.write(f"  seat {elector.seat.number}: {said(cast)}")
        for number, (what, so) in enumerate(found.tally.steps, 1):
            self.stdout.write(f"{number}. {what}. {so}")
        self.stdout.write(f"Recorded: {found.recorded}")
        for fault in found.faults:
            self.stderr.write(fault)
        if found.exit_state:
            raise SystemExit(found.exit_state)

    def _ballot(self, given: str) -> Ballot:
        ballots = Ballot.objects.select_related("motion__board", "motion__version")
        try:
            key = UUID(given)
        except ValueError as error:
            raise CommandError(f"{given} is no id.") from error
        found = ballots.filter(pk=key).first() or ballots.filter(motion=key).order_by("-opened_at").first()
        if found is None:
            raise CommandError("There is no ballot with this id.")
        return found
