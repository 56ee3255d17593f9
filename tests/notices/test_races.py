"""Two workers at the same moment, on real transactions."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from portal.notices import commands, delivery
from portal.notices.models import Notice
from portal.notices.postman import Postman

from . import probe

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]


def at_once(*works: Callable[[], Any]) -> None:
    """Runs all of them, each on a connection of its own, from the same moment on."""
    barrier = threading.Barrier(len(works))
    errors: list[BaseException] = []

    def run(work: Callable[[], Any]) -> None:
        try:
            barrier.wait(10)
            work()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not errors


def test_three_workers_send_each_notice_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "BATCH", {Notice.Channel.PORTAL: 7, Notice.Channel.EMAIL: 7})
    probe.happen([probe.someone() for _ in range(40)])

    def work() -> None:
        while Notice.objects.owed().exists():
            delivery.deliver()

    at_once(work, work, work)
    copies = Counter(message.extra_headers["Message-ID"] for message in mail.outbox)
    assert len(copies) == 40
    assert set(copies.values()) == {1}
    assert set(Notice.objects.values_list("status", "attempts")) == {(Notice.Status.SENT, 1)}


def test_claims_at_the_same_moment_share_nothing() -> None:
    probe.happen([probe.someone() for _ in range(60)])
    claimed: list[Any] = []

    def claim() -> None:
        claimed.extend(delivery.claim(Notice.Channel.EMAIL)[1])

    at_once(claim, claim, claim, claim)
    assert len(claimed) == len(set(claimed))
    assert len(claimed) >= delivery.BATCH[Notice.Channel.EMAIL]


def test_a_lapsed_lease_is_taken_over_by_one_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    probe.happen([probe.someone() for _ in range(10)])
    claimed_at, batch = delivery.claim(Notice.Channel.EMAIL)
    probe.lapse_leases()

    def revived() -> None:  # the first worker, which had only slept
        for pk in list(batch):
            notice = delivery.begin(pk, claimed_at)
            if notice is not None:
                delivery.settle(notice, Postman())

    at_once(revived, delivery.deliver)
    assert len(mail.outbox) == 10
    assert set(Notice.objects.values_list("status", "attempts")) == {(Notice.Status.SENT, 1)}


def test_an_administrator_retries_twice_at_the_same_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    administrator = probe.someone(is_portal_administrator=True)
    probe.happen([probe.someone()])
    Notice.objects.update(status=Notice.Status.FAILED, settled_at=timezone.now(), attempts=8)

    counts: list[int] = []
    retry = lambda: counts.append(commands.retry_all_notices(actor=administrator))  # noqa: E731
    at_once(retry, retry)
    assert sorted(counts) == [0, 2]
