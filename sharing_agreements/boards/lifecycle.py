"""The life of a motion as one table of moves, and the tally: a pure function that an auditor can replay. No I/O."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from portal.kernel.errors import Refused

from .models import Motion

S = Motion.Status

MOVES: dict[S, frozenset[S]] = {
    S.PENDING: frozenset({S.VOTING, S.MOOT}),
    S.VOTING: frozenset({S.CARRIED, S.LOST, S.MOOT}),
    S.CARRIED: frozenset(),
    S.LOST: frozenset(),
    S.MOOT: frozenset(),
}


def move(motion: Motion, to: S) -> None:
    """The one place that assigns a motion's status. Raises `Refused` (code `bad_move`) for a move not in the table."""
    now = S(motion.status)
    if to not in MOVES[now]:
        raise Refused(
            f"Motion {motion.number} is {now.label.lower()} and cannot become {to.label.lower()}. Reload the page.",
            code="bad_move",
        )
    motion.status = to


YES, NO, ABSTAIN, RECUSED = "yes", "no", "abstain", "recused"
NEEDED = {"two_thirds": Fraction(2, 3), "unanimous": Fraction(1)}


@dataclass(frozen=True)
class Rule:
    """A charter's rule as a ballot freezes it."""

    quorum: str
    quorum_number: int | None
    threshold: str
    charter: int = 1

    @classmethod
    def of(cls, frozen: dict[str, object]) -> Rule:
        return cls(**{name: frozen[name] for name in ("quorum", "quorum_number", "threshold", "charter")})  # type: ignore[arg-type]

    def in_words(self, in_office: int) -> str:
        """The rule as a member reads it."""
        needed = self.needed_for_quorum(in_office)
        share = {
            "majority": "More than half of the votes cast",
            "two_thirds": "Two thirds of the votes cast",
            "unanimous": "All of the votes cast",
        }[self.threshold]
        return (
            f"At least {needed} of the {in_office} members in office take part. {share} approve. "
            "Recused members count toward neither; an abstention counts toward the quorum only."
        )

    def needed_for_quorum(self, in_office: int) -> int:
        return (self.quorum_number or 1) if self.quorum == "fixed" else in_office // 2 + 1

    def carries(self, yes: int, cast: int) -> bool:
        """Whether this many of the votes cast approve; nothing carries without a vote cast."""
        if cast == 0:
            return False
        share = Fraction(yes, cast)
        return share > Fraction(1, 2) if self.threshold == "majority" else share >= NEEDED[self.threshold]


@dataclass(frozen=True)
class Position:
    """An elector as frozen, with the newest position taken; `conflicted` electors have none."""

    seat: int
    conflicted: bool
    position: str = ""


@dataclass(frozen=True)
class Tally:
    """How the ballot stands, and how it came to that, step by step."""

    in_office: int
    recused: int
    took_part: int
    quorum_needed: int
    cast: int
    yes: int
    carried: bool
    steps: tuple[tuple[str, str], ...]

    @property
    def quorum_met(self) -> bool:
        return self.took_part >= self.quorum_needed


def tally(rule: Rule, positions: Sequence[Position]) -> Tally:
    """Count. Recused and conflicted electors count toward neither quorum nor votes cast."""
    in_office = len(positions)
    recused = sum(p.conflicted or p.position == RECUSED for p in positions)
    voting = [p.position for p in positions if not p.conflicted]
    yes, no, abstained = (voting.count(name) for name in (YES, NO, ABSTAIN))
    took_part, cast = yes + no + abstained, yes + no
    needed = rule.needed_for_quorum(in_office)
    met = took_part >= needed
    carried = met and rule.carries(yes, cast)
    steps = (
        (f"{_some(in_office, 'member')} in office", f"Frozen when the ballot opened, under charter {rule.charter}."),
        (f"{recused} recused", f"{in_office - recused} may vote."),
        (f"{took_part} took part", f"Quorum is {needed}: {'met' if met else 'not met'}."),
        (
            f"{_some(cast, 'vote')} cast",
            f"{yes} approve{'s' * (yes == 1)}, {no} disapprove{'s' * (no == 1)}; {abstained} abstained.",
        ),
        (_share(yes, cast), _verdict(rule, met=met, carried=carried)),
    )
    return Tally(in_office, recused, took_part, needed, cast, yes, carried, steps)


def _some(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _share(yes: int, cast: int) -> str:
    return f"{yes} of {cast} is {100 * yes / cast:.1f} %" if cast else "No vote was cast"


def _verdict(rule: Rule, *, met: bool, carried: bool) -> str:
    needed = {
        "majority": "More than 50 % is needed",
        "two_thirds": "66.7 % or more is needed",
        "unanimous": "100 % is needed",
    }[rule.threshold]
    why = "" if met else ", and a quorum"
    return f"{needed}{why}: {'carried' if carried else 'lost'}."


def settled(rule: Rule, positions: Sequence[Position]) -> Tally | None:
    """The tally when the votes still missing cannot change its result, else None.

    All that is missing approving is the best that can still come, all disapproving or staying away the worst.
    """
    now = tally(rule, positions)

    def if_the_rest(position: str) -> bool:
        rest = [p if p.conflicted or p.position else Position(p.seat, False, position) for p in positions]
        return tally(rule, rest).carried

    return now if now.carried == if_the_rest(YES) == if_the_rest(NO) == if_the_rest(RECUSED) else None
