"""Agreements as plain values, and what they open: from the words of docs/adr/0012, without the portal's code."""

from __future__ import annotations

from dataclasses import dataclass, field

Pair = tuple[int, int]
"""(recipient, record set) by their places in the world."""


@dataclass
class Paper:
    """An agreement as the oracle knows it; days are counted from the beginning of the world."""

    parties: list[int]
    terms: set[Pair]
    first: int
    end: int | None
    follows: int | None = None
    kind: str = ""
    state: str = "signing"
    to_sign: list[int] = field(default_factory=list)
    signed_on: int | None = None
    leaves: dict[int, int] = field(default_factory=dict)
    with_old: bool = False

    @property
    def start(self) -> int:
        assert self.signed_on is not None
        return max(self.first, self.signed_on)


class Oracle:
    """What is open, from what was done: no grants, no rows, only papers and days."""

    def __init__(self, owners: list[int]) -> None:
        self.owners = owners
        self.today = 0
        self.papers: list[Paper] = []
        self.barred: set[int] = set()

    def follower(self, number: int) -> int | None:
        """What follows a paper and did not fail."""
        for place, paper in enumerate(self.papers):
            if paper.follows == number and paper.state not in {"rejected", "withdrawn"}:
                return place
        return None

    def ends(self, number: int) -> int | None:
        """The first day on which nothing of a paper is shared, if any is known."""
        paper = self.papers[number]
        days = [] if paper.end is None else [paper.end]
        follower = self.follower(number)
        if follower is not None and self.papers[follower].signed_on is not None:
            days.append(self.papers[follower].start)
        left = set(paper.parties)
        for party, day in sorted(paper.leaves.items(), key=lambda item: item[1]):
            left.discard(party)
            if paper.parties[0] not in left or len(left) < 2:
                days.append(day)
                break
        return min(days, default=None)

    def over(self, number: int) -> bool:
        end = self.ends(number)
        return end is not None and end <= self.today

    def open(self) -> set[Pair]:
        return {pair for number in range(len(self.papers)) for pair in self.open_under(number)}

    def open_under(self, number: int) -> set[Pair]:
        paper = self.papers[number]
        if paper.state != "in_force" or self.over(number) or paper.start > self.today:
            return set()
        gone = {party for party, day in paper.leaves.items() if day <= self.today}
        return {
            (recipient, held)
            for recipient, held in paper.terms
            if recipient not in gone | self.barred and self.owners[held] not in gone
        }

    def expired(self, number: int) -> bool:
        """Whether a paper ended with its last day, not by who left it."""
        paper = self.papers[number]
        return paper.end is not None and paper.end <= self.today and self.ends(number) == paper.end

    def may_be_answered(self, paper: Paper) -> bool:
        """Whether parties can sign or decline it: what it follows stands, or is renewed late."""
        if paper.follows is None:
            return True
        old = self.papers[paper.follows]
        late = paper.kind == "renewal" and self.expired(paper.follows)
        return old.state == "in_force" and (late or not self.over(paper.follows))
