"""What may be wrong with a message, its recipient, the database or a clock: faults 19 to 28, one a test."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import OperationalError, connection

from agencies.models import User
from portal.kernel import history
from portal.kernel.errors import Refused
from portal.notices import delivery, kinds, letters, settling
from portal.notices.models import MOST_ATTEMPTS, Notice
from portal.notices.tasks import deliver_notices
from portal.notices.tell import tell

from . import probe
from .probe import emails, statuses
from .smtp import MailServer

Channel, Status = Notice.Channel, Notice.Status


# --- The message itself ---------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_fault_19_recipient_deactivated_before_sending() -> None:
    person = probe.someone()
    probe.happen([person])
    person.is_active = False
    history.save(person, actor=None)
    deliver_notices()
    assert set(Notice.objects.values_list("status", "why")) == {(Status.DROPPED, "recipient_inactive")}
    assert mail.outbox == []


@pytest.mark.django_db
def test_fault_20_recipient_no_longer_concerned_before_sending() -> None:
    person, other = probe.someone(), probe.someone()
    probe.happen([person, other])
    probe.gone.add(person.pk)
    deliver_notices()
    found = Notice.objects.filter(recipient=person).values_list("status", "why")
    assert set(found) == {(Status.DROPPED, "no_longer_concerned")}
    assert [message.to for message in mail.outbox] == [[other.email]]


@pytest.mark.django_db
@pytest.mark.parametrize("error", [Refused("secret", code="x"), User.DoesNotExist("secret"), KeyError("secret")])
def test_fault_21_kind_fails_for_one_person(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    probe.happen([probe.someone(f"{name}@agency.example") for name in "abc"])
    say = kinds.say

    def failing(kind: Any, event: Any, person: Any) -> Any:
        if person.email == "b@agency.example":
            raise error
        return say(kind, event, person)

    monkeypatch.setattr(kinds, "say", failing)
    deliver_notices()
    assert statuses() == [Status.SENT, Status.OWED, Status.SENT]
    assert emails()[1].why == type(error).__name__


@pytest.mark.django_db
def test_fault_22_kind_that_this_release_does_not_know() -> None:
    probe.happen([probe.someone()])
    kinds.forget(probe.KIND)
    deliver_notices()
    kinds.register(probe.KIND)
    assert set(Notice.objects.values_list("status", "why")) == {(Status.DROPPED, "no_longer_concerned")}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"time_zone": "Nowhere/Atlantis"}, "ZoneInfoNotFoundError"),
        ({"email": "b@\ud800.example"}, "UnicodeError"),
    ],
)
def test_fault_23_address_or_zone_that_no_mail_can_be_made_for(
    facts: dict[str, str], why: str, monkeypatch: pytest.MonkeyPatch, mail_server: MailServer
) -> None:
    probe.happen([probe.someone(f"{name}@agency.example") for name in "abc"])
    letter = letters.letter

    def odd(notice: Notice, words: kinds.Words) -> Any:
        if notice.recipient.email == "b@agency.example":
            for name, value in facts.items():
                setattr(notice.recipient, name, value)
        return letter(notice, words)

    monkeypatch.setattr(delivery, "letter", odd)
    deliver_notices()
    assert statuses() == [Status.SENT, Status.OWED, Status.SENT]
    assert emails()[1].why == why


@pytest.mark.django_db
def test_fault_24_query_of_a_kind_that_the_database_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    probe.happen([probe.someone(f"{name}@agency.example") for name in "abc"])
    say = kinds.say

    def failing(kind: Any, event: Any, person: Any) -> Any:
        if person.email == "b@agency.example":
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1/0")
        return say(kind, event, person)

    monkeypatch.setattr(kinds, "say", failing)
    deliver_notices()
    assert statuses() == [Status.SENT, Status.OWED, Status.SENT]
    assert emails()[1].why == "DataError"


# --- The database and the clock -------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("where", ["claim", "begin", "mark"])
def test_fault_25_database_goes_away(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    probe.happen([probe.someone()])

    def away(*args: object, **kwargs: object) -> None:
        raise OperationalError

    with monkeypatch.context() as patch:
        patch.setattr(delivery, where, away)
        deliver_notices()  # ends without an error: there is nothing to repair
    probe.lapse_leases()
    deliver_notices()
    assert statuses() == [Status.SENT]


@pytest.mark.django_db
@pytest.mark.parametrize("hours", [-48, 48])
def test_fault_26_clock_of_a_worker_wrong_by_two_days(hours: int, mail_server: MailServer) -> None:
    mail_server.mood.reply_to_data = "451 later"
    probe.happen([probe.someone()])
    with time_machine.travel(timedelta(hours=hours), tick=True):
        deliver_notices()
        deliver_notices()
    assert emails()[0].attempts == 1  # put off by the database's clock, and not tried again before


@pytest.mark.django_db
def test_fault_27_event_told_twice() -> None:
    event = probe.happen([probe.someone()])
    tell(event)
    deliver_notices()
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_fault_28_lease_still_held_is_respected() -> None:
    probe.happen([probe.someone()])
    delivery.claim(Channel.EMAIL)
    deliver_notices()
    assert mail.outbox == []
    probe.lapse_leases()
    deliver_notices()
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(("attempt", "minutes"), [(1, 1), (2, 4), (3, 16), (4, 64), (5, 256), (6, 720), (7, 720)])
def test_each_pause_is_longer_and_all_span_more_than_a_day(attempt: int, minutes: int) -> None:
    assert settling.pause(attempt) == timedelta(minutes=minutes)
    tries: Callable[[int], timedelta] = settling.pause
    assert sum(map(tries, range(1, MOST_ATTEMPTS)), timedelta()) > timedelta(days=1)
