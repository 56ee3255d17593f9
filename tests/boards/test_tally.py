"""The tally: worked examples, and random ballots against an oracle written from the charter's words."""

from __future__ import annotations

import os
from dataclasses import fields, replace
from random import Random

import pytest

from sharing_agreements.boards.models import MotionKind
from sharing_agreements.boards.rule import Rule
from sharing_agreements.boards.tally import Position, settled, tally

from . import oracle, random_boards

MAJORITY = Rule("majority_in_office", None, "majority")


def positions(*taken: str) -> list[Position]:
    """Seats 1, 2, 3 ... with `-` for a conflict and an empty string for silence."""
    return [Position(n, each == "-", "" if each == "-" else each) for n, each in enumerate(taken, 1)]


@pytest.mark.parametrize(
    ("rule", "taken", "carries"),
    [
        (MAJORITY, ["yes", "yes", "no"], True),
        (MAJORITY, ["yes", "no", ""], False),
        (MAJORITY, ["yes", "", ""], False),  # one of three is no quorum
        (MAJORITY, ["yes", "abstain", ""], True),  # an abstention makes the quorum, and is no vote cast
        (MAJORITY, ["abstain", "abstain", "abstain"], False),  # nothing carries without a vote cast
        (MAJORITY, ["yes", "yes", "-"], True),
        (MAJORITY, ["yes", "recused", "-"], False),
        (Rule("majority_in_office", None, "two_thirds"), ["yes", "yes", "no"], True),
        (Rule("majority_in_office", None, "two_thirds"), ["yes", "yes", "no", "no"], False),
        (Rule("majority_in_office", None, "unanimous"), ["yes", "yes", "abstain"], True),
        (Rule("majority_in_office", None, "unanimous"), ["yes", "yes", "no"], False),
        (Rule("fixed", 3, "majority"), ["yes", "yes", "", "", ""], False),
        (Rule("fixed", 3, "majority"), ["yes", "yes", "abstain", "", ""], True),
        (Rule("fixed", 2, "majority"), ["yes", "yes", "-", "-", "-"], True),
    ],
)
def test_worked_examples(rule: Rule, taken: list[str], carries: bool) -> None:
    assert tally(rule, positions(*taken)).carried is carries


def test_a_ballot_with_nobody_on_it_is_lost() -> None:
    assert not tally(MAJORITY, []).carried
    assert not tally(Rule("fixed", 1, "unanimous"), []).carried


def test_the_steps_tell_how_it_came_to_that() -> None:
    rule = Rule("majority_in_office", None, "two_thirds", 6)
    outcome = tally(rule, positions("yes", "yes", "yes", "no", "abstain", "-", "", ""))
    assert outcome.steps == (
        ("8 members in office", "Frozen when the ballot opened, under charter 6."),
        ("1 recused", "7 may vote."),
        ("5 took part", "Quorum is 5: met."),
        ("4 votes cast", "3 approve, 1 disapproves; 1 abstained."),
        ("3 of 4 is 75.0 %", "66.7 % or more is needed: carried."),
    )


def test_a_missed_quorum_is_named_as_the_reason() -> None:
    outcome = tally(MAJORITY, positions("yes", "", ""))
    assert outcome.steps[2] == ("1 took part", "Quorum is 2: not met.")
    assert outcome.steps[4] == ("1 of 1 is 100.0 %", "More than 50 % is needed, and a quorum: no decision.")


@pytest.mark.parametrize(
    ("rule", "chair", "taken", "steps"),
    [
        (Rule(tie="chair"), "yes", ["yes", "no"], ("A tie", "The chair's vote decides it: carried.")),
        (Rule(tie="chair"), "no", ["yes", "no"], ("A tie", "The chair's vote decides it: lost.")),
        (Rule(tie="undecided"), None, ["yes", "no"], ("A tie", "The motion stays before the board.")),
        (Rule(chair_vote="tie"), "abstain", ["yes", "no"], ("A tie", "A motion that ties is lost.")),
        (Rule(), None, ["yes", "no", "abstain"], ("A tie", "A motion that ties is lost.")),
        (Rule(), "yes", ["yes", "no"], ("A tie", "A motion that ties is lost.")),
        (Rule(), None, ["abstain", "abstain"], ("No vote was cast", "More than 50 % is needed: lost.")),
        (
            Rule("fixed", 4),
            None,
            ["yes", "no"],
            ("1 of 2 is 50.0 %", "More than 50 % is needed, and a quorum: no decision."),
        ),
        (
            Rule(denominator="in_office"),
            None,
            ["yes", "yes", "no", ""],
            ("2 of 4 (the members in office, without those who abstain) is 50.0 %", "More than 50 % is needed: lost."),
        ),
    ],
)
def test_the_last_steps_say_what_of_whom_and_how_a_tie_is_broken(
    rule: Rule, chair: str | None, taken: list[str], steps: tuple[str, str]
) -> None:
    seats = positions(*taken)
    if chair in taken:
        at = taken.index(chair)
        seats[at] = replace(seats[at], chair=True)
    elif chair is not None:
        seats.append(Position(9, conflicted=False, position=chair, chair=True))
    said = tally(rule, seats).steps
    assert steps in said
    assert (said[-1][0] == "A tie") is (steps[0] == "A tie" or rule.denominator == "in_office")


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (Rule(seats=5, vacancy="counted"), "Frozen when the ballot opened, under charter 1. 3 seats vacant."),
        (Rule(seats=3, denominator="all_seats"), "Frozen when the ballot opened, under charter 1. 1 seat vacant."),
        (Rule(seats=2, vacancy="counted"), "Frozen when the ballot opened, under charter 1."),
        (Rule(seats=5), "Frozen when the ballot opened, under charter 1."),
    ],
)
def test_the_first_step_names_vacant_seats_where_they_count(rule: Rule, said: str) -> None:
    assert tally(rule, positions("yes", "no")).steps[0] == ("2 members in office", said)


def test_one_is_said_as_one() -> None:
    steps = tally(Rule("fixed", 1), positions("yes")).steps
    assert steps[0][0] == "1 member in office"
    assert steps[3] == ("1 vote cast", "1 approves, 0 disapprove; 0 abstained.")
    assert tally(Rule("fixed", 1), positions("no")).steps[3] == (
        "1 vote cast",
        "0 approve, 1 disapproves; 0 abstained.",
    )


def test_the_rule_in_words_counts_the_members() -> None:
    assert Rule("majority_in_office", None, "two_thirds").in_words(8).startswith("At least 5 of the 8 members")
    assert Rule("fixed", 3, "majority").in_words(8).startswith("At least 3 of the 8 members")


# --- Against the oracle ---------------------------------------------------------------------------------------------

BOARDS = int(os.environ.get("SOAK_BOARDS", "20000"))
KINDS = MotionKind.values


def test_the_tally_does_what_the_charter_says(capsys: pytest.CaptureFixture[str]) -> None:
    found = agree(BOARDS, seed=1)
    assert set(found) == {"carried", "lost", "no_quorum", "tied"}  # else the boards were not random enough
    with capsys.disabled():
        print(f"\n{sum(found.values())} random boards, rules and positions agree with the oracle: {found}")


def agree(boards: int, seed: int) -> dict[str, int]:
    """How many boards had each outcome; fails at the first on which portal and oracle differ."""
    draw, found = Random(seed), dict[str, int]()
    for _ in range(boards):
        charter, kind, members = random_boards.charter(draw), draw.choice(KINDS), random_boards.board(draw)
        said = oracle.outcome(charter, kind, members)
        assert tally(random_boards.rule_of(charter, kind), random_boards.positions(members)).outcome == said, (
            charter,
            kind,
            members,
        )
        found[said] = found.get(said, 0) + 1
    return found


def test_a_ballot_is_settled_exactly_when_the_missing_cannot_change_it(capsys: pytest.CaptureFixture[str]) -> None:
    found = agree_when_settled(BOARDS // 8, seed=2)
    assert min(found.values()) > sum(found.values()) // 10
    with capsys.disabled():
        print(f"\n{sum(found.values())} small boards are settled as trying every ending says: {found}")


def agree_when_settled(boards: int, seed: int) -> dict[bool, int]:
    """How many small boards could still change and how many not; fails at the first difference."""
    draw, found = Random(seed), {True: 0, False: 0}
    while sum(found.values()) < boards:
        charter, kind, members = random_boards.charter(draw), draw.choice(KINDS), random_boards.board(draw, 6)
        if not 1 <= len(oracle.waiting(members)) <= 3:
            continue
        said = oracle.is_settled(charter, kind, members)
        outcome = settled(random_boards.rule_of(charter, kind), random_boards.positions(members))
        assert (outcome is not None) is said, (charter, kind, members)
        assert outcome is None or outcome.outcome == oracle.outcome(charter, kind, members)
        found[said] += 1
    return found


def test_silence_alone_can_keep_a_ballot_in_writing_open() -> None:
    """Whatever the third member does makes the quorum, and silence does not. At a meeting they would abstain."""
    rule, seats = Rule("fixed", 3, recusal="quorum"), positions("yes", "yes", "")
    assert settled(rule, seats) is None
    assert settled(rule, [replace(seat, present=True) for seat in seats]) is not None


def test_the_order_of_seats_does_not_matter_and_the_numbers_add_up() -> None:
    draw = Random(3)
    for _ in range(500):
        rule = random_boards.rule_of(random_boards.charter(draw), draw.choice(KINDS))
        seats = random_boards.positions(random_boards.board(draw))
        outcome = tally(rule, seats)
        assert outcome == tally(rule, draw.sample(seats, len(seats)))
        assert outcome.in_office == len(seats)
        assert outcome.yes + outcome.no == outcome.cast <= outcome.in_office - outcome.recused
        assert outcome.quorum_met is (outcome.outcome != "no_quorum")
        assert outcome.carried is (outcome.outcome == "carried")


def test_a_rule_survives_its_storage_and_older_ones_have_their_usual_meaning() -> None:
    rule = Rule(
        "fixed", 4, "two_thirds", 3, 9, 2, "counted", "reduces", "all_seats", "against", "undecided", "tie", True
    )
    assert all(getattr(rule, field.name) != field.default for field in fields(Rule))
    assert Rule.of(rule.as_stored()) == rule
    assert Rule.of({"threshold": "two_thirds", "unknown": 1}) == replace(MAJORITY, threshold="two_thirds")


def test_a_board_of_45_is_settled_in_time() -> None:
    seats = positions(*["yes"] * 23, *[""] * 22)
    outcome = settled(MAJORITY, [replace(seat, chair=seat.seat == 45) for seat in seats])
    assert outcome is not None
    assert outcome.carried
