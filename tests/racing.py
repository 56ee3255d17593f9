"""Commands at the same instant, each on its own connection, on real transactions.

WITHOUT_LOCKS=1 takes the row locks away (`for_update` then only reads), so that each race can be seen red:
`WITHOUT_LOCKS=1 python3 manage.py test -n0 tests/sharing_agreements/test_races.py tests/boards/test_races.py`.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from portal.kernel.errors import Refused
from portal.kernel.models import TrackedQuerySet

WITHOUT_LOCKS = os.environ.get("WITHOUT_LOCKS") == "1"


def at_once(*works: Callable[[], object]) -> list[str]:
    """Runs all from the same moment on; returns the codes of the refusals. Anything else that one raises is raised."""
    barrier = threading.Barrier(len(works))
    codes: list[str] = []
    errors: list[BaseException] = []

    def run(work: Callable[[], object]) -> None:
        try:
            barrier.wait(10)
            work()
        except Refused as why:
            codes.append(why.code)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    assert not errors, errors
    return sorted(codes)


@contextmanager
def slowly(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, seconds: float = 0.3) -> Iterator[None]:
    """A function that takes its time, so that both sides are between their question and their answer."""
    quick = getattr(module, name)

    def slow(*args: Any, **kwargs: Any) -> Any:
        found = quick(*args, **kwargs)
        time.sleep(seconds)
        return found

    with monkeypatch.context() as patched:
        patched.setattr(module, name, slow)
        if WITHOUT_LOCKS:
            patched.setattr(TrackedQuerySet, "for_update", lambda self, pk: self.get(pk=pk))
        yield
