"""Scenes that tests share: built once, in a transaction around those of the tests; each test has a copy to work on.

    @kept.fixture
    def pair() -> Pair:
        ...

A test that takes `pair` runs in a savepoint of the transaction in which the scene was built, so whatever it does is
gone after it. One kept fixture may take another. A test with transactions of its own builds the scene for itself.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable
from typing import Any

import pytest

_built: list[tuple[_Kept, Any, Any]] = []
"""What stands now, each inside the one before it: the scene, its transaction, what was built."""


class _Kept:
    """One scene: how it is built, and from which others."""

    def __init__(self, build: Callable[..., Any]) -> None:
        self.build = build
        self.needs = tuple(inspect.signature(build).parameters)


def fixture(build: Callable[..., Any]) -> Any:
    """A fixture of the function's name; its parameters can only be other kept fixtures."""
    scene = _Kept(build)

    def made(db: None, **needed: Any) -> Any:
        for standing, _, value in _built:
            if standing is scene:
                return copy.deepcopy(value)
        return build(**needed)

    made.__name__, made.__doc__, made.__module__ = build.__name__, build.__doc__, build.__module__
    takes = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in ("db", *scene.needs)]
    made.__signature__ = inspect.Signature(takes)  # type: ignore[attr-defined]
    made.scene = scene  # type: ignore[attr-defined]
    return pytest.fixture(made)


def stand(request: pytest.FixtureRequest) -> None:
    """Before a test's own transaction begins: what it needs stands, and nothing else."""
    wanted = [] if is_transactional(request.node) else _chain(request)
    while _built and [scene for scene, *_ in _built] != wanted[: len(_built)]:
        _take_down()
    for scene in wanted[len(_built) :]:
        _put_up(scene)


def clear(blocker: Any) -> None:
    """Nothing stands any more."""
    with blocker.unblock():
        while _built:
            _take_down()


def _put_up(scene: _Kept) -> None:
    from django.db import connection, transaction  # noqa: PLC0415 - settings are known only now

    around = transaction.atomic()
    around._from_testcase = True  # type: ignore[attr-defined]  # as Django's TestCase: commands may begin inside
    around.__enter__()
    known = {standing.build.__name__: value for standing, _, value in _built}
    try:
        value = scene.build(*copy.deepcopy([known[name] for name in scene.needs]))
        connection.check_constraints()
    except BaseException:
        transaction.set_rollback(True)
        around.__exit__(None, None, None)
        raise
    _built.append((scene, around, value))


def _take_down() -> None:
    from django.db import transaction  # noqa: PLC0415

    _, around, _ = _built.pop()
    transaction.set_rollback(True)
    around.__exit__(None, None, None)


def _chain(request: pytest.FixtureRequest) -> list[_Kept]:
    """The scene of a test with all that it stands on, that first; of several the one that stands on most."""
    known = {
        name: definitions[-1].func.scene
        for name, definitions in request.node._fixtureinfo.name2fixturedefs.items()
        if hasattr(definitions[-1].func, "scene")
    }

    def below(scene: _Kept) -> list[_Kept]:
        if not all(name in known for name in scene.needs):
            return []
        stands_on = [below(known[name]) for name in scene.needs]
        longest = max(stands_on, key=len, default=[])
        return [*longest, scene] if all(set(each) <= set(longest) for each in stands_on) else []

    return max((below(scene) for scene in known.values()), key=len, default=[])


def is_transactional(item: pytest.Item) -> bool:
    """Whether a test has transactions of its own."""
    marker = item.get_closest_marker("django_db")
    asked = marker is not None and (marker.kwargs.get("transaction") or marker.args[:1] == (True,))
    return bool(asked) or bool({"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ())))
