"""From recorded votes to what the tally takes."""

from uuid import UUID

from .models import Ballot, Elector, Vote
from .tally import Position


def newest_votes(ballot: Ballot) -> dict[UUID, Vote]:
    """Elector -> the vote that counts: the newest of the holder, else the newest of the alternate."""
    cast = Vote.objects.filter(elector__ballot=ballot).select_related("elector").order_by("sequence")
    found: dict[UUID, Vote] = {}
    for vote in cast:
        counts = found.get(vote.elector_id)
        if counts is None or counts.by_id != vote.elector.person_id or vote.by_id == vote.elector.person_id:
            found[vote.elector_id] = vote
    return found


def electors(ballot: Ballot) -> list[Elector]:
    """The electorate as it froze, by seat."""
    return list(ballot.electors.select_related("seat", "agency", "person", "alternate").order_by("seat__number"))


def awaited(ballot: Ballot) -> list[Elector]:
    """Those who may vote and for whom nobody has."""
    waiting = ballot.electors.filter(conflict="", votes=None)
    return list(waiting.select_related("seat", "person", "alternate").order_by("seat__number"))


def positions(ballot: Ballot) -> list[Position]:
    """The electors with the position that counts of each, by seat."""
    newest = newest_votes(ballot)
    return [
        position(elector, newest[elector.pk].position if elector.pk in newest else "") for elector in electors(ballot)
    ]


def position(elector: Elector, taken: str) -> Position:
    return Position(elector.seat.number, bool(elector.conflict), taken, elector.present, elector.is_chair)
