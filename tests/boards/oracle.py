"""What a charter's words make of a ballot, written from the words alone. Shares no code with the portal.

A charter is what its form says, by the names of the choices; each is quoted where it is applied.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import Any

Charter = dict[str, Any]


@dataclass(frozen=True)
class Member:
    """A voting seat that somebody holds. `present`: at the meeting where the ballot opened; None: a written ballot."""

    conflict: bool = False
    present: bool | None = None
    chair: bool = False
    votes: tuple[tuple[str, str], ...] = ()  # (holder or alternate, position), oldest first


def stands(member: Member) -> str:
    """Where the member stands when the ballot closes: yes, no, abstain, recused or silent."""
    if member.conflict:
        return "recused"
    for voter in ("holder", "alternate"):  # "An alternate votes while the holder has not."
        said = [position for who, position in member.votes if who == voter]
        if said:
            return said[-1]  # "The newest counts."
    return "abstain" if member.present else "silent"  # "Present, and takes no position: abstains."


def makes_quorum(charter: Charter, member: Member) -> bool:
    how = stands(member)
    if how == "abstain":  # "It counts as if the member were absent."
        return bool(charter["abstention"] != "absent")
    if how == "recused":  # "It counts toward the quorum": of whoever is there, or came forward to say so.
        return charter["recusal"] == "quorum" and (not member.conflict or member.present is True)
    return how != "silent"


def quorum(charter: Charter, board: list[Member]) -> int:
    needed: int
    least: int = charter["minimum_present"]  # "No vote with fewer than so many."
    if charter["quorum"] == "fixed":  # "A fixed number of members."
        needed = charter["quorum_number"]
    else:
        seats = len(board)
        if charter["vacancy"] == "counted":  # "A quorum is taken of all voting seats, vacant ones too."
            seats += vacant(charter, board)
        if charter["recusal"] == "reduces":  # "Left out, also from the number of which the quorum is taken."
            seats -= sum(stands(member) == "recused" for member in board)
        needed = next(number for number in range(seats + 2) if number > seats - number)
    return max(needed, least)


def vacant(charter: Charter, board: list[Member]) -> int:
    seats: int = charter["voting_seats"]
    return max(seats - len(board), 0)


def weighs(charter: Charter, member: Member) -> bool:
    """Whether the member is among those of whom a share must approve."""
    how = stands(member)
    if how == "recused":
        return False
    if how == "abstain" and charter["abstention"] == "leaves":  # "And not as a vote."
        return False
    if how == "abstain" and charter["abstention"] == "against":  # "Weighs like a vote against."
        return True
    if charter["denominator"] == "present":  # "Of the members who take part."
        return how in {"yes", "no"}
    return True


def outcome(charter: Charter, kind: str, board: list[Member]) -> str:
    """carried, lost, no_quorum or tied, of a motion of this kind."""
    if sum(makes_quorum(charter, member) for member in board) < quorum(charter, board):
        return "no_quorum"
    # "Votes to break a tie only"; "does not vote".
    voters = [member for member in board if charter["chair_vote"] == "always" or not member.chair]
    approve = sum(stands(member) == "yes" for member in voters)
    of = sum(weighs(charter, member) for member in voters)
    if charter["denominator"] == "all_seats":  # "Of all voting seats, vacant ones too."
        of += vacant(charter, board)
    if of == 0:
        return "lost"
    threshold = charter["special_threshold"] if kind in charter["special_for"] else charter["threshold"]
    if threshold == "two_thirds":
        return "carried" if 3 * approve >= 2 * of else "lost"
    if threshold == "unanimous":
        return "carried" if approve == of else "lost"
    if approve == of - approve:
        return broken(charter, board)
    return "carried" if approve > of - approve else "lost"


def broken(charter: Charter, board: list[Member]) -> str:
    """What becomes of a tie."""
    casting = charter["tie"] == "chair" or charter["chair_vote"] == "tie"  # "The chair's vote decides."
    for member in board:
        if casting and member.chair and stands(member) in {"yes", "no"}:
            return "carried" if stands(member) == "yes" else "lost"
    return "tied" if charter["tie"] == "undecided" else "lost"  # "The motion stays before the board."


def waiting(board: list[Member]) -> list[int]:
    """Who could still take a position: no conflict, none taken, and not away from the meeting."""
    return [
        n for n, member in enumerate(board) if not member.conflict and not member.votes and member.present is not False
    ]


def is_settled(charter: Charter, kind: str, board: list[Member]) -> bool:
    """Whether no way in which those who are missing could act gives another outcome; tried one by one."""
    missing = waiting(board)
    found = set()
    for acts in product([None, "yes", "no", "abstain", "recused"], repeat=len(missing)):
        ending = list(board)
        for n, act in zip(missing, acts, strict=True):
            ending[n] = replace(board[n], votes=(("holder", act),) if act else ())
        found.add(outcome(charter, kind, ending))
    return len(found) == 1
