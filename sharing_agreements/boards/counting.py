"""From recorded votes to what the tally takes."""

from uuid import UUID

from .lifecycle import Position
from .models import Ballot, Elector, Vote


def newest_votes(ballot: Ballot) -> dict[UUID, Vote]:
    """Elector -> the vote that counts: the newest."""
    cast = Vote.objects.filter(elector__ballot=ballot).order_by("elector", "sequence")
    return {vote.elector_id: vote for vote in cast}


def electors(ballot: Ballot) -> list[Elector]:
    """The electorate as it froze, by seat."""
    return list(ballot.electors.select_related("seat", "agency", "person").order_by("seat__number"))


def positions(ballot: Ballot) -> list[Position]:
    """The electors with the newest position of each, by seat."""
    newest = newest_votes(ballot)
    return [
        Position(
            elector.seat.number,
            bool(elector.conflict),
            newest[elector.pk].position if elector.pk in newest else "",
        )
        for elector in electors(ballot)
    ]
