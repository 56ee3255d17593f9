"""What may break between an event and its message, one fault a test. Nothing that is owed is ever lost.

Faults 1-5 lie with the broker, 6-10 with the worker, 11-18 with the mail server; 19-28, of the message itself, the
database and the clock, are in test_faults_of_messages.py. The real processes are killed in test_processes.py and by
`make faults`.
"""

import time
from types import SimpleNamespace
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core import mail
from django.db import transaction
from kombu.exceptions import OperationalError as BrokerAway
from redis.exceptions import OutOfMemoryError, ReadOnlyError

from portal.audit.record import record
from portal.kernel import doorbell
from portal.notices import delivery, kinds, letters, settling
from portal.notices.models import MOST_ATTEMPTS, Notice
from portal.notices.postman import Postman
from portal.notices.tasks import deliver_notices
from portal.notices.tell import tell

from . import probe
from .probe import emails, statuses
from .smtp import MailServer

Channel, Status = Notice.Channel, Notice.Status


def settle_inbox() -> None:
    """Delivers in the portal only, so that what comes next happens to mail."""
    delivery.deliver_some(Channel.PORTAL, Postman(), time.monotonic() + 9)


class Killed(BaseException):
    """The worker dies here: nothing of Python catches it on the way."""


def killed(*args: object, **kwargs: object) -> None:
    raise Killed


# --- The broker -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("error", [BrokerAway("down"), OutOfMemoryError("full"), ReadOnlyError("replica"), OSError()])
def test_fault_01_broker_down_or_full_when_rung(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise error

    monkeypatch.setattr(deliver_notices, "apply_async", refuse)
    probe.happen([probe.someone()])
    assert statuses() == [Status.OWED]
    deliver_notices()  # the sweep
    assert statuses() == [Status.SENT]


@pytest.mark.django_db(transaction=True)
def test_fault_02_broker_gone_is_asked_once_and_then_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    rings = []

    def refuse(*args: object, **kwargs: object) -> None:
        rings.append(1)
        raise BrokerAway

    monkeypatch.setattr(deliver_notices, "apply_async", refuse)
    people = [probe.someone()]
    for _ in range(3):
        probe.happen(people)
    assert len(rings) == 1
    monkeypatch.setattr(doorbell, "_quiet_until", time.monotonic() - 1)
    probe.happen(people)
    assert len(rings) == 2


@pytest.mark.django_db(transaction=True)
def test_fault_03_ring_lost_on_its_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliver_notices, "apply_async", lambda **kwargs: None)
    probe.happen([probe.someone(), probe.someone()])
    deliver_notices()
    assert statuses() == [Status.SENT, Status.SENT]


@pytest.mark.django_db
def test_fault_04_ring_arrives_twice() -> None:
    probe.happen([probe.someone()])
    deliver_notices()
    deliver_notices()
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_fault_05_command_rolled_back_rings_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    rings: list[int] = []
    monkeypatch.setattr(deliver_notices, "apply_async", lambda **kwargs: rings.append(1))
    person = probe.someone()
    with transaction.atomic():
        tell(record(probe.NAME, person, actor=None, number=1, people=[str(person.pk)]))
        transaction.set_rollback(True)
    assert not rings
    assert not Notice.objects.exists()


# --- The worker -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("where", ["begin", "settle", "still_owed", "letter"])
def test_fault_06_worker_killed_before_sending(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    probe.happen([probe.someone()])
    settle_inbox()
    with monkeypatch.context() as patch:
        patch.setattr(delivery, where, killed)
        patch.setattr(delivery, "give_back", lambda *args: None)  # a killed process gives nothing back
        with pytest.raises(Killed):
            deliver_notices()
    deliver_notices()
    assert mail.outbox == []  # leased to the dead worker
    probe.lapse_leases()
    deliver_notices()
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_fault_07_worker_killed_between_sending_and_marking(monkeypatch: pytest.MonkeyPatch) -> None:
    probe.happen([probe.someone()])
    settle_inbox()
    with monkeypatch.context() as patch:
        patch.setattr(delivery, "mark", killed)
        with pytest.raises(Killed):
            deliver_notices()
    probe.lapse_leases()
    deliver_notices()
    first, second = mail.outbox
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]
    assert statuses() == [Status.SENT]


@pytest.mark.django_db
def test_fault_08_worker_killed_by_the_same_notice_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    probe.happen([probe.someone("a@agency.example"), probe.someone("b@agency.example")])
    letter = letters.letter

    def deadly(notice: Notice, words: kinds.Words) -> Any:
        if notice.recipient.email == "a@agency.example":
            raise Killed
        return letter(notice, words)

    with monkeypatch.context() as patch:
        patch.setattr(delivery, "letter", deadly)
        for _ in range(MOST_ATTEMPTS):
            with pytest.raises(Killed):
                deliver_notices()
            probe.lapse_leases()
        deliver_notices()
    assert [(each.status, each.why) for each in emails()] == [(Status.FAILED, "WorkerLost"), (Status.SENT, "")]


@pytest.mark.django_db
def test_fault_09_worker_so_slow_that_another_took_over(monkeypatch: pytest.MonkeyPatch) -> None:
    probe.happen([probe.someone()])
    claimed_at, batch = delivery.claim(Channel.EMAIL)
    slow = delivery.begin(batch[0], claimed_at)
    assert slow is not None
    probe.lapse_leases()
    deliver_notices()
    settling.mark(slow, Status.FAILED, "late")
    settling.put_off(slow, "late")
    assert delivery.begin(batch[0], claimed_at) is None
    assert [(each.status, each.why) for each in emails()] == [(Status.SENT, "")]


@pytest.mark.django_db
def test_fault_10_worker_stopped_by_its_time_limit_gives_back_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    probe.happen([probe.someone("a@agency.example"), probe.someone("b@agency.example")])

    def too_long(self: Postman, message: Any) -> None:
        raise SoftTimeLimitExceeded

    with monkeypatch.context() as patch:
        patch.setattr(Postman, "send", too_long)
        with pytest.raises(SoftTimeLimitExceeded):
            deliver_notices()
    late = emails().get(why="SoftTimeLimitExceeded")
    deliver_notices()
    assert sorted(statuses()) == [Status.OWED, Status.SENT]
    assert late.attempts == 1


@pytest.mark.django_db
def test_what_was_sent_is_marked_though_the_time_ends_just_then(monkeypatch: pytest.MonkeyPatch) -> None:
    probe.happen([probe.someone()])
    marks: list[str] = []

    def interrupted(notice: Notice, status: Notice.Status, why: str = "") -> None:
        marks.append(status)
        if notice.channel == Channel.EMAIL and len(marks) == 2:
            raise SoftTimeLimitExceeded
        settling.mark(notice, status, why)

    with monkeypatch.context() as patch:
        patch.setattr(delivery, "mark", interrupted)
        with pytest.raises(SoftTimeLimitExceeded):
            deliver_notices()
    assert set(statuses()) == {Status.SENT}
    assert len(marks) == 3


# --- The mail server ------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_fault_11_mail_server_down_is_asked_once_a_batch(settings: Any, mail_server: MailServer) -> None:
    probe.happen([probe.someone() for _ in range(5)])
    settings.EMAIL_PORT = 1  # nobody listens there
    deliver_notices()
    assert set(emails().values_list("status", "why", "attempts")) == {(Status.OWED, "ConnectionRefusedError", 1)}
    assert Notice.objects.filter(channel=Channel.PORTAL, status=Status.SENT).count() == 5
    settings.EMAIL_PORT = mail_server.port
    deliver_notices()
    assert mail_server.mails == []  # put off
    probe.come_due()
    deliver_notices()
    assert len(set(mail_server.message_ids())) == len(mail_server.mails) == 5


@pytest.mark.django_db
def test_fault_12_mail_server_hangs_before_its_greeting(mail_server: MailServer) -> None:
    probe.happen([probe.someone() for _ in range(5)])
    mail_server.mood.hangs_at = "greeting"
    began = time.monotonic()
    deliver_notices()
    assert time.monotonic() - began < 4  # one time-out of a second, not five
    mail_server.mood.hangs_at = ""
    probe.come_due()
    deliver_notices()
    assert statuses() == [Status.SENT] * 5


@pytest.mark.django_db
def test_fault_13_mail_server_hangs_after_taking_a_mail(mail_server: MailServer) -> None:
    probe.happen([probe.someone()])
    mail_server.mood.hangs_at = "data"
    deliver_notices()
    assert [(each.status, each.why) for each in emails()] == [(Status.OWED, "SMTPServerDisconnected")]
    mail_server.mood.hangs_at = ""
    probe.come_due()
    deliver_notices()
    first, second = mail_server.message_ids()
    assert first == second


@pytest.mark.django_db
def test_fault_14_mail_server_hangs_up_in_the_middle_of_a_batch(mail_server: MailServer) -> None:
    probe.happen([probe.someone() for _ in range(5)])
    mail_server.mood.drops_after = 2
    deliver_notices()
    assert sorted(statuses()) == [Status.OWED] + [Status.SENT] * 4
    assert mail_server.connections == 2
    probe.come_due()
    deliver_notices()
    assert len(set(mail_server.message_ids())) == len(mail_server.mails) == 5


@pytest.mark.django_db
def test_fault_15_mail_server_refuses_one_recipient(mail_server: MailServer) -> None:
    probe.happen([probe.someone(f"{name}@agency.example") for name in "abc"])
    mail_server.mood.refused.add("b@agency.example")
    deliver_notices()
    assert statuses() == [Status.SENT, Status.OWED, Status.SENT]
    assert emails()[1].why == "SMTPRecipientsRefused 550"


@pytest.mark.django_db
def test_fault_16_mail_server_refuses_every_try(mail_server: MailServer) -> None:
    probe.happen([probe.someone()])
    mail_server.mood.reply_to_data = "554 Subject 'Probe' looks odd"
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert statuses() == [Status.OWED]
        probe.come_due()
        deliver_notices()
        assert emails()[0].attempts == attempt
    failed = emails()[0]
    assert (failed.status, failed.why) == (Status.FAILED, "SMTPDataError 554")
    probe.come_due()
    deliver_notices()
    assert emails()[0].attempts == MOST_ATTEMPTS


@pytest.mark.django_db
def test_fault_17_mail_server_slower_than_the_time_of_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    rings: list[int] = []
    monkeypatch.setattr(deliver_notices, "apply_async", lambda **kwargs: rings.append(1))
    clock = SimpleNamespace(now=time.monotonic())
    monkeypatch.setattr(delivery, "time", SimpleNamespace(monotonic=lambda: clock.now))
    send = Postman.send

    def slowly(self: Postman, message: Any) -> None:
        clock.now += 0.75 * delivery.BUDGET.total_seconds()
        send(self, message)

    monkeypatch.setattr(Postman, "send", slowly)
    probe.happen([probe.someone() for _ in range(4)])
    deliver_notices()
    assert len(mail.outbox) == 2
    assert rings == [1]  # there is more, so it rings for itself
    assert not Notice.objects.exclude(claimed_at=None).exists()
    for _ in range(3):
        deliver_notices()
    assert len(mail.outbox) == 4


@pytest.mark.django_db
def test_fault_18_a_whole_batch_of_backlog_rings_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    rings: list[int] = []
    monkeypatch.setattr(deliver_notices, "apply_async", lambda **kwargs: rings.append(1))
    monkeypatch.setattr(delivery, "BATCH", {Channel.PORTAL: 200, Channel.EMAIL: 3})
    probe.happen([probe.someone() for _ in range(7)])
    for _ in range(3):
        deliver_notices()
    assert len(mail.outbox) == 7
    assert len(rings) == 2
