"""The tally: a pure function of the frozen rule and the positions taken, which an auditor can replay. No I/O.

Every elector stands for one of: yes, no, abstain, recused and here, recused and away, silent. At a meeting, whoever is
present and takes no position abstains, and whoever is not present when the ballot opens stays silent. The tally knows
only how many stand where, and where the chair stands; so the order of seats cannot matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations_with_replacement

from .rule import Rule

YES, NO, ABSTAIN, RECUSED = "yes", "no", "abstain", "recused"
RECUSED_AWAY, SILENT = "recused_away", ""
CARRIED, LOST, NO_QUORUM, TIED = "carried", "lost", "no_quorum", "tied"


@dataclass(frozen=True)
class Position:
    """An elector as frozen, with the position that counts; `conflicted` electors have none.

    `present`: whether at the meeting where the ballot opened; None of a written ballot.
    """

    seat: int
    conflicted: bool
    position: str = ""
    present: bool | None = None
    chair: bool = False

    @property
    def may_still_act(self) -> bool:
        return not self.conflicted and not self.position and self.present is not False

    @property
    def stands(self) -> str:
        if self.conflicted:
            return RECUSED if self.present else RECUSED_AWAY
        return self.position or (ABSTAIN if self.present else SILENT)


@dataclass(frozen=True)
class Tally:
    """How the ballot stands, and how it came to that, step by step."""

    in_office: int
    recused: int
    took_part: int
    quorum_needed: int
    yes: int
    no: int
    abstained: int
    of: int
    outcome: str
    steps: tuple[tuple[str, str], ...]

    @property
    def quorum_met(self) -> bool:
        return self.took_part >= self.quorum_needed

    @property
    def cast(self) -> int:
        return self.yes + self.no

    @property
    def carried(self) -> bool:
        return self.outcome == CARRIED


def tally(rule: Rule, positions: Sequence[Position]) -> Tally:
    """Count, and say how."""
    heads, chair = Counter(each.stands for each in positions), _chair(positions)
    return _tally(rule, heads, chair)


def could_carry(rule: Rule, in_office: int) -> bool:
    """Whether a motion carries that every member in office approves."""
    everybody = [Position(number, False, "yes", None, number == 1) for number in range(1, in_office + 1)]
    return tally(rule, everybody).carried


def at_best(rule: Rule, positions: Sequence[Position]) -> Tally:
    """The tally if everybody who may still act votes: whether a quorum can be reached at all."""
    return tally(rule, [replace(each, position=YES) if each.may_still_act else each for each in positions])


def settled(rule: Rule, positions: Sequence[Position]) -> Tally | None:
    """The tally when the positions still missing cannot change its outcome, else None."""
    now = tally(rule, positions)
    others = all(_outcome(rule, heads, chair) == now.outcome for heads, chair in _endings(positions))
    return now if others else None


def _chair(positions: Sequence[Position]) -> str | None:
    """Where the chair stands; None when the chair is no elector."""
    return next((each.stands for each in positions if each.chair), None)


def _endings(positions: Sequence[Position]) -> Iterator[tuple[Counter[str], str | None]]:
    """Every way in which those who may still act could stand in the end, those most likely to differ first."""
    waiting = [each for each in positions if each.may_still_act]
    said = Counter(each.stands for each in positions if not each.may_still_act)
    acts = (YES, NO, RECUSED, ABSTAIN) if any(each.present for each in waiting) else (YES, NO, SILENT, RECUSED, ABSTAIN)
    chair_waits = any(each.chair for each in waiting)
    members = len(waiting) - chair_waits
    for chair in acts if chair_waits else (_chair(positions),):
        own = Counter({chair: 1}) if chair_waits and chair is not None else Counter[str]()
        for act in acts:
            yield said + own + Counter({act: members}), chair
        for mixed in combinations_with_replacement(acts, members):
            yield said + own + Counter(mixed), chair


@dataclass(frozen=True)
class _Count:
    """The numbers between the heads and the outcome."""

    in_office: int
    recused: int
    took_part: int
    needed: int
    yes: int
    no: int
    abstained: int
    of: int


def _count(rule: Rule, heads: Counter[str], chair: str | None) -> _Count:
    in_office, recused = sum(heads.values()), heads[RECUSED] + heads[RECUSED_AWAY]
    took_part = heads[YES] + heads[NO] + (heads[ABSTAIN] if rule.abstention != "absent" else 0)
    if rule.recusal == "quorum":
        took_part += heads[RECUSED]
    aside = Counter([chair]) if chair is not None and rule.chair_vote != "always" else Counter[str]()
    votes = heads - aside
    return _Count(
        in_office=in_office,
        recused=recused,
        took_part=took_part,
        needed=rule.needed_for_quorum(in_office, recused),
        yes=votes[YES],
        no=votes[NO],
        abstained=votes[ABSTAIN],
        of=_denominator(rule, votes, in_office),
    )


def _denominator(rule: Rule, votes: Counter[str], in_office: int) -> int:
    """Of how many the approvals are a share. `votes`: the heads without a chair who does not vote."""
    if rule.denominator == "present":
        return votes[YES] + votes[NO] + (votes[ABSTAIN] if rule.abstention == "against" else 0)
    of = sum(votes.values()) - votes[RECUSED] - votes[RECUSED_AWAY]
    if rule.denominator == "all_seats":
        of += rule.all_seats(in_office) - in_office
    return of - votes[ABSTAIN] if rule.abstention == "leaves" else of


def _outcome(rule: Rule, heads: Counter[str], chair: str | None) -> str:
    return _judged(rule, _count(rule, heads, chair), chair)


def _judged(rule: Rule, count: _Count, chair: str | None) -> str:
    if count.took_part < count.needed:
        return NO_QUORUM
    if rule.carries(count.yes, count.of):
        return CARRIED
    if not rule.is_tie(count.yes, count.of):
        return LOST
    if rule.chair_breaks_ties and chair in {YES, NO}:
        return CARRIED if chair == YES else LOST
    return TIED if rule.tie == "undecided" else LOST


# --- How it came to that --------------------------------------------------------------------------------------------


def _tally(rule: Rule, heads: Counter[str], chair: str | None) -> Tally:
    count = _count(rule, heads, chair)
    outcome = _judged(rule, count, chair)
    return Tally(
        in_office=count.in_office,
        recused=count.recused,
        took_part=count.took_part,
        quorum_needed=count.needed,
        yes=count.yes,
        no=count.no,
        abstained=count.abstained,
        of=count.of,
        outcome=outcome,
        steps=tuple(_steps(rule, count, outcome, chair)),
    )


def _steps(rule: Rule, count: _Count, outcome: str, chair: str | None) -> Iterator[tuple[str, str]]:
    met = count.took_part >= count.needed
    yield f"{_some(count.in_office, 'member')} in office", _frozen(rule, count)
    yield f"{count.recused} recused", f"{count.in_office - count.recused} may vote."
    yield f"{count.took_part} took part", f"Quorum is {count.needed}: {'met' if met else 'not met'}."
    cast = count.yes + count.no
    approve = f"{count.yes} approve{'s' * (count.yes == 1)}, {count.no} disapprove{'s' * (count.no == 1)}"
    yield f"{_some(cast, 'vote')} cast", f"{approve}; {count.abstained} abstained."
    yield _share(rule, count), f"{_needed(rule, met=met)}: {_words(outcome)}."
    if rule.is_tie(count.yes, count.of) and met:
        yield "A tie", _broken(rule, outcome, chair)


def _frozen(rule: Rule, count: _Count) -> str:
    vacant = rule.all_seats(count.in_office) - count.in_office
    counted = rule.vacancy == "counted" or rule.denominator == "all_seats"
    also = f" {_some(vacant, 'seat')} vacant." if vacant and counted else ""
    return f"Frozen when the ballot opened, under charter {rule.charter}.{also}"


def _some(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _share(rule: Rule, count: _Count) -> str:
    if count.of == 0:
        return "No vote was cast"
    of = "" if count.of == count.yes + count.no else f" ({rule.denominator_in_words})"
    return f"{count.yes} of {count.of}{of} is {100 * count.yes / count.of:.1f} %"


def _needed(rule: Rule, *, met: bool) -> str:
    share = {"majority": "More than 50 %", "two_thirds": "66.7 % or more", "unanimous": "100 %"}[rule.threshold]
    return f"{share} is needed" + ("" if met else ", and a quorum")


def _words(outcome: str) -> str:
    return {CARRIED: "carried", LOST: "lost", NO_QUORUM: "no decision", TIED: "no decision"}[outcome]


def _broken(rule: Rule, outcome: str, chair: str | None) -> str:
    if rule.chair_breaks_ties and chair in {YES, NO}:
        return f"The chair's vote decides it: {_words(outcome)}."
    return "The motion stays before the board." if outcome == TIED else "A motion that ties is lost."
