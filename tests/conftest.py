"""What every test stands on: services, the two database roles, a browser."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
import hypothesis
import pytest
from pytest_django.plugin import blocking_manager_key

from tests import kept, services

# pytest-playwright's synchronous interface keeps an event loop in this thread; Django would refuse queries beside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# Machines differ in speed: how long an example takes fails no test.
hypothesis.settings.register_profile("portal", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("portal")

STARTED = pytest.StashKey[services.Services | None]()

TESTS = Path(__file__).parent
OF_SERVERS = ("records", "kernel", "notices")
"""What is decided in statements, functions and triggers that we wrote: another server could decide it otherwise."""

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


def pytest_configure(config: pytest.Config) -> None:
    """Starts PostgreSQL and the broker once a run; the processes of pytest-xdist inherit where they are."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    config.stash[STARTED] = None if worker else services.provide()
    django.setup()
    from django.conf import settings  # noqa: PLC0415 - readable only now

    # Each process has its own cache; programs that a test starts share it.
    prefix = f"test-{worker or 'alone'}"
    os.environ["PORTAL_CACHE_PREFIX"] = settings.CACHES["default"]["KEY_PREFIX"] = prefix
    # The real hashes are slow on purpose.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_unconfigure(config: pytest.Config) -> None:
    started = config.stash.get(STARTED, None)
    if started is not None:
        started.stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what drives a browser, so that `-m "not browser"` leaves it out, and what stands on SQL of our own."""
    for item in items:
        if item.path.relative_to(TESTS).parts[0] in OF_SERVERS:
            item.add_marker("services")
        if "page" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Scenes are taken down before a browser starts: from then on Django has another connection for this thread."""
    if kept.is_transactional(item):
        kept.clear(item.config.stash[blocking_manager_key])


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[None]:
    """The test database is made by the owner; tests then run as the runtime role, which owns nothing.

    TRUNCATE, with which Django empties tables between tests, is all that the role gets here beyond its migrations.
    The first process of a run migrates; the others wait for it and copy what it made.
    """
    from django.conf import settings  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    with django_db_blocker.unblock(), services.first_makes_database(connection):
        request.getfixturevalue("django_db_setup")
        with connection.cursor() as cursor:
            runtime = connection.ops.quote_name(settings.RUNTIME_ROLE)
            cursor.execute(f"GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO {runtime}")
        connection.close()
    connection.settings_dict["OPTIONS"]["assume_role"] = settings.RUNTIME_ROLE
    yield
    kept.clear(django_db_blocker)
    connection.close()
    del connection.settings_dict["OPTIONS"]["assume_role"]


@pytest.fixture
def _django_db_helper(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Any:
    """pytest-django's beginning and end of a test's transaction, inside that of the scene that the test takes."""
    from portal.records.decision import rules  # noqa: PLC0415

    rules.forget()  # a test may have changed for itself what a process takes for final
    with django_db_blocker.unblock():
        kept.stand(request)
    return request.getfixturevalue("_django_db_helper")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium, or the one that CHROMIUM names; without any, a visible skip, and in CI a failure."""
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        message = "No Chromium found. Install it (`apt-get install chromium`), or name one with CHROMIUM."
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    args = [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    return {**browser_type_launch_args, "executable_path": program, "headless": True, "args": args}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {
        **browser_context_args,
        "viewport": {"width": 1280, "height": 900},
        "reduced_motion": "reduce",
        "locale": "en-US",
        "timezone_id": "UTC",
    }
