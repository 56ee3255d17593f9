"""`make mutants`: how many changes of the tally, the conflicts and the database's guards the tests notice.

Not collected with the other tests. Each mutant is put in place, and the checks of `test_tally`, `test_conflicts` and
`test_guards` run until one fails.
"""

from __future__ import annotations

import atexit
from collections.abc import Callable
from itertools import chain
from typing import Any

import pytest

from sharing_agreements.boards import counting, policy, rule, tally

from . import guarding, test_tally
from .conftest import OwnerSql, Scene
from .mutating import functions_of, in_place, mutants

LEAST = 95
SAID = {"in_words", "share_in_words", "denominator_in_words", "effects"}
"""Of a rule: words, not arithmetic."""

PURE = [
    *functions_of(tally),
    *functions_of(tally.Position),
    *functions_of(tally.Tally),
    *[function for function in functions_of(rule.Rule) if function.__name__ not in SAID],
    counting.that_counts,
    counting.position,
]

killed: list[str] = []
survived: list[str] = []


def show() -> None:
    total = len(killed) + len(survived)
    for mutant in survived:
        print(f"survived: {mutant}")
    if total:
        print(f"mutants: {len(killed)} of {total} killed, {100 * len(killed) / total:.1f} %")


atexit.register(show)


def note(mutant: object, check: Callable[[], None]) -> None:
    """Run the checks; a mutant that fails none of them survives."""
    try:
        check()
    except (Exception, pytest.fail.Exception):
        killed.append(str(mutant))
    else:
        survived.append(str(mutant))


def pure_checks() -> None:
    """The tests of the tally that need no database, the quick ones first; random boards in smaller numbers."""
    for test in (function for name, function in vars(test_tally).items() if name.startswith("test_")):
        for given in _parameters(test):
            test(*given)
    test_tally.agree(1500, seed=5)
    test_tally.agree_when_settled(300, seed=6)


def _parameters(test: Any) -> list[tuple[Any, ...]]:
    """What a test is called with; nothing for those that take fixtures, whose work is done above."""
    marks = [mark for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize"]
    if marks:
        return [tuple(given) if isinstance(given, tuple) else (given,) for given in marks[0].args[1]]
    return [] if test.__code__.co_argcount else [()]


def test_the_tally() -> None:
    pure_checks()
    for mutant in chain.from_iterable(map(mutants, PURE)):
        with in_place(mutant):
            note(mutant, pure_checks)


@pytest.mark.django_db
def test_conflicts(scene: Scene, owner_sql: OwnerSql) -> None:
    cases = guarding.cases(scene, owner_sql)
    guarding.check_policy(cases)
    for mutant in chain(mutants(policy.interested), mutants(policy.conflict_of)):
        with in_place(mutant):
            note(mutant, lambda: guarding.check_policy(cases))


@pytest.mark.django_db
def test_guards_of_the_database(scene: Scene, owner_sql: OwnerSql) -> None:
    cases, attempts = guarding.cases(scene, owner_sql), guarding.attempts(scene, owner_sql)
    guarding.check_database(cases, attempts)
    for name, source, changed in guarding.without_each_clause():
        owner_sql(changed)
        note(name, lambda: guarding.check_database(cases, attempts))
        owner_sql(source)


def test_enough_were_noticed() -> None:
    total = len(killed) + len(survived)
    assert 100 * len(killed) >= LEAST * total > 0, survived
