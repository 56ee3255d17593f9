"""Boards, charters and positions at random, as the oracle and the portal take them."""

from __future__ import annotations

import json
from random import Random

from agencies.models import User
from sharing_agreements.boards.counting import that_counts
from sharing_agreements.boards.models import Charter, Elector, MotionKind, Vote
from sharing_agreements.boards.rule import Rule
from sharing_agreements.boards.tally import Position

from . import oracle

POSITIONS = ("yes", "yes", "yes", "no", "no", "abstain", "recused")
THRESHOLDS = ("majority", "two_thirds", "unanimous")


def charter(draw: Random) -> oracle.Charter:
    """Any charter that the table takes."""
    fixed, special, seats = draw.random() < 0.4, draw.random() < 0.3, draw.choice([0, 0, 5, 8, 12])
    chair_vote = draw.choice(Charter.ChairVote.values)
    ties = [tie for tie in Charter.Tie.values if chair_vote == "always" or tie != "chair"]
    return {
        "quorum": "fixed" if fixed else "majority_in_office",
        "quorum_number": draw.randint(1, 6) if fixed else None,
        "minimum_present": draw.choice([0, 0, 0, 2, 4]),
        "voting_seats": seats,
        "vacancy": draw.choice(Charter.Vacancy.values) if seats else "ignored",
        "recusal": draw.choice(Charter.Recusal.values),
        "denominator": draw.choice(Charter.Denominator.values if seats else ["present", "in_office"]),
        "abstention": draw.choice(Charter.Abstention.values),
        "tie": draw.choice(ties),
        "chair_vote": chair_vote,
        "threshold": draw.choice(THRESHOLDS),
        "special_threshold": draw.choice(THRESHOLDS) if special else "",
        "special_for": draw.sample(MotionKind.values, 3) if special else [],
    }


def board(draw: Random, most: int = 12) -> list[oracle.Member]:
    """Members of whom one may be the chair, in writing or at a meeting."""
    meets, size = draw.random() < 0.4, draw.randint(0, most)
    chair = draw.randint(0, size + 1)
    return [_member(draw, meets=meets, chair=n == chair) for n in range(size)]


def _member(draw: Random, *, meets: bool, chair: bool) -> oracle.Member:
    conflict, present = draw.random() < 0.07, draw.random() < 0.85 if meets else None
    taken: list[tuple[str, str]] = []
    while not conflict and present is not False and draw.random() < (0.3 if taken else 0.8):
        taken.append((draw.choice(["holder", "alternate"]), draw.choice(POSITIONS)))
    return oracle.Member(conflict, present, chair, tuple(taken))


def rule_of(given: oracle.Charter, kind: str) -> Rule:
    """The rule as a ballot stores it and reads it again."""
    under = Rule.under(Charter(number=1, **given), kind)
    return Rule.of(json.loads(json.dumps(under.as_stored())))


def positions(members: list[oracle.Member]) -> list[Position]:
    return [_position(number, member) for number, member in enumerate(members, 1)]


def _position(number: int, member: oracle.Member) -> Position:
    people = {"holder": User(), "alternate": User()}
    elector = Elector(person=people["holder"], alternate=people["alternate"])
    cast = [
        Vote(elector=elector, by=people[who], sequence=sequence, position=position)
        for sequence, (who, position) in enumerate(member.votes, 1)
    ]
    counts = that_counts(cast)
    return Position(number, member.conflict, counts.position if counts else "", member.present, member.chair)
