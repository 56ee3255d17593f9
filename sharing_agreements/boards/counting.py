"""From recorded votes to what the tally takes."""

from collections.abc import Iterable
from uuid import UUID

from .models import Ballot, Elector, Vote
from .tally import Position


def that_counts(votes: Iterable[Vote]) -> Vote | None:
    """Of one elector's votes, oldest first: the newest of the holder, else the newest of the alternate."""
    found: Vote | None = None
    for vote in votes:
        if found is None or vote.by_id == vote.elector.person_id or found.by_id != vote.elector.person_id:
            found = vote
    return found


def votes_of(ballot: Ballot) -> dict[UUID, list[Vote]]:
    """Elector -> the votes cast for it, oldest first."""
    cast = Vote.objects.filter(elector__ballot=ballot).select_related("elector__seat", "by").order_by("sequence")
    found: dict[UUID, list[Vote]] = {}
    for vote in cast:
        found.setdefault(vote.elector_id, []).append(vote)
    return found


def newest_votes(ballot: Ballot) -> dict[UUID, Vote]:
    """Elector -> the vote that counts."""
    return {key: counts for key, votes in votes_of(ballot).items() if (counts := that_counts(votes))}


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
