"""The probe kind, known for the length of one test, and a mail server with moods.

Django is imported inside: pytest reads this file before the settings can be read.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from .smtp import MailServer


@pytest.fixture(autouse=True)
def _probe_kind() -> Iterator[None]:
    from portal.kernel import doorbell  # noqa: PLC0415
    from portal.notices import kinds  # noqa: PLC0415

    from . import probe  # noqa: PLC0415

    kinds.register(probe.KIND)
    doorbell.listen_again()
    yield
    kinds.forget(probe.KIND)
    probe.gone.clear()
    doorbell.listen_again()


@pytest.fixture
def mail_server(settings: Any) -> Iterator[MailServer]:
    """A mail server that the portal sends through."""
    with MailServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_TIMEOUT = 1
        yield server
