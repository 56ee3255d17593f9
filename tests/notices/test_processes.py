"""From an event to a mail with a real worker, beat, broker and PostgreSQL, which die on the way."""

import functools
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import redis
from django.db import connection
from kombu.connection import Connection

from portal.celery import app
from portal.kernel import addresses
from portal.notices import mailbox
from portal.notices.letters import message_id
from portal.notices.models import Notice
from portal.notices.tasks import deliver_notices
from tests.services import broker_apart

from . import probe
from .processes import HURRIED, Process, wait_until
from .smtp import MailServer

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

PATIENCE = 90.0
"""Seconds; on a machine with nothing else to do each test needs about fifteen."""


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The broker's database of this test process, which `tell` rings in."""
    url = broker_apart()
    with Connection(  # type: ignore[no-untyped-call]
        addresses.celery_broker(url), transport_options=app.conf.broker_transport_options
    ) as ours:
        ring = functools.partial(deliver_notices.apply_async, connection=ours)
        monkeypatch.setattr(deliver_notices, "apply_async", ring)
        flush(url)
        yield url
        flush(url)


def flush(url: str) -> None:
    with redis.Redis.from_url(url) as client:
        client.flushdb()


def environment(broker: str, **more: str) -> dict[str, str]:
    """How a worker finds the test database and this test's part of the broker."""
    name = f"/{connection.settings_dict['NAME']}"
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=name).geturl()
    return {"DATABASE_URL": database, "REDIS_URL": broker, **HURRIED, **more}


def all_sent() -> bool:
    return not Notice.objects.exclude(status=Notice.Status.SENT).exists()


def test_an_event_becomes_a_mail_in_a_file(broker: str, tmp_path: Path, settings: object) -> None:
    files = environment(broker, EMAIL_URL=f"file:///{tmp_path / 'mail'}", PORTAL_DEMONSTRATION="true")
    with Process("worker", files, tmp_path / "log"):
        probe.happen([probe.someone("told@agency.example")])
        wait_until(all_sent, PATIENCE)
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")  # type: ignore[attr-defined]
    (mail,) = mailbox.newest(5)
    assert mail.to == "told@agency.example"
    assert mail.message_id == message_id(Notice.objects.get(channel=Notice.Channel.EMAIL))


def test_a_worker_killed_while_sending_sends_again_after_its_restart(broker: str, tmp_path: Path) -> None:
    with MailServer() as server:
        server.mood.hangs_at = "data"
        ours = environment(broker, EMAIL_URL=f"smtp://127.0.0.1:{server.port}")
        with Process("beat", ours, tmp_path / "beat"):
            with Process("worker", ours, tmp_path / "worker") as worker:
                probe.happen([probe.someone()])
                assert server.has_mail.wait(PATIENCE)
                worker.kill()
            assert Notice.objects.filter(status=Notice.Status.OWED, channel=Notice.Channel.EMAIL).count() == 1
            server.mood.hangs_at = ""
            with Process("worker", ours, tmp_path / "worker"):
                wait_until(all_sent, PATIENCE)
    first, second = server.message_ids()
    assert first == second


def test_a_flushed_broker_loses_nothing(broker: str, tmp_path: Path) -> None:
    with MailServer() as server:
        ours = environment(broker, EMAIL_URL=f"smtp://127.0.0.1:{server.port}")
        probe.happen([probe.someone(), probe.someone()])  # rings, and nobody is there yet
        flush(broker)
        with Process("worker", ours, tmp_path / "worker"), Process("beat", ours, tmp_path / "beat"):
            wait_until(all_sent, PATIENCE)
    assert len(set(server.message_ids())) == len(server.mails) == 2
