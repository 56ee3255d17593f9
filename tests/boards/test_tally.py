"""The tally: worked examples, and random ballots against an oracle written from the charter's words."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharing_agreements.boards.rule import Rule
from sharing_agreements.boards.tally import Position, settled, tally

from . import oracle

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


def test_the_rule_in_words_counts_the_members() -> None:
    assert Rule("majority_in_office", None, "two_thirds").in_words(8).startswith("At least 5 of the 8 members")
    assert Rule("fixed", 3, "majority").in_words(8).startswith("At least 3 of the 8 members")


# --- Against the oracle ---------------------------------------------------------------------------------------------

TAKEN = st.lists(st.sampled_from(["yes", "no", "abstain", "recused"]), max_size=3)
ELECTORS = st.lists(st.tuples(st.booleans(), TAKEN), max_size=12)
THRESHOLDS = st.sampled_from(["majority", "two_thirds", "unanimous"])
QUORUMS = st.none() | st.integers(1, 12)


def asked(quorum: int | None, threshold: str, electors: list[oracle.Elector]) -> tuple[Rule, list[Position]]:
    """The same ballot as the portal has it: the newest position of each, none of a conflicted elector."""
    rule = Rule("majority_in_office" if quorum is None else "fixed", quorum, threshold)
    return rule, [
        Position(n, conflict, taken[-1] if taken and not conflict else "")
        for n, (conflict, taken) in enumerate(electors, 1)
    ]


@settings(max_examples=2000, deadline=None)
@given(quorum=QUORUMS, threshold=THRESHOLDS, electors=ELECTORS)
def test_the_tally_does_what_the_charter_says(
    quorum: int | None, threshold: str, electors: list[oracle.Elector]
) -> None:
    assert tally(*asked(quorum, threshold, electors)).outcome == oracle.outcome(quorum, threshold, electors)


@settings(max_examples=400, deadline=None)
@given(
    quorum=st.none() | st.integers(1, 6),
    threshold=THRESHOLDS,
    electors=st.lists(st.tuples(st.booleans(), TAKEN), max_size=5),
)
def test_a_ballot_is_settled_exactly_when_the_silent_cannot_change_it(
    quorum: int | None, threshold: str, electors: list[oracle.Elector]
) -> None:
    found = settled(*asked(quorum, threshold, electors))
    assert (found is not None) is oracle.decided(quorum, threshold, electors)
    if found is not None:
        assert found.outcome == oracle.outcome(quorum, threshold, electors)


@settings(max_examples=300, deadline=None)
@given(quorum=QUORUMS, threshold=THRESHOLDS, electors=ELECTORS, seed=st.randoms())
def test_the_order_of_seats_does_not_matter(
    quorum: int | None, threshold: str, electors: list[oracle.Elector], seed: object
) -> None:
    rule, taken = asked(quorum, threshold, electors)
    shuffled = sorted(taken, key=lambda _: seed.random())  # type: ignore[attr-defined]
    assert tally(rule, taken).steps == tally(rule, shuffled).steps


@settings(max_examples=300, deadline=None)
@given(quorum=QUORUMS, threshold=THRESHOLDS, electors=ELECTORS)
def test_the_numbers_add_up(quorum: int | None, threshold: str, electors: list[oracle.Elector]) -> None:
    outcome = tally(*asked(quorum, threshold, electors))
    assert outcome.in_office == len(electors)
    assert outcome.yes <= outcome.cast <= outcome.took_part <= outcome.in_office - outcome.recused
    if outcome.carried:
        assert outcome.quorum_met
        assert Fraction(outcome.yes, outcome.cast) > Fraction(1, 2)
