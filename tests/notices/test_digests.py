"""The daily digest: one mail a day with what is still owed, by the discipline of single notices."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.db.models.functions import Now

from agencies.models import User
from portal.notices import commands, digests, kinds
from portal.notices.delivery import deliver
from portal.notices.models import MOST_ATTEMPTS, Notice, Preferences
from portal.notices.postman import Postman

from . import probe
from .smtp import MailServer

Channel, Status = Notice.Channel, Notice.Status
GROUP = probe.KIND.group.key


def reader(email: str = "", **facts: Any) -> User:
    """Somebody who wants probes in the daily digest."""
    person = probe.someone(email, **facts)
    commands.choose(actor=person, ways={GROUP: "digest"}, digest_hour=7)
    return User.objects.get(pk=person.pk)


def in_digest() -> Any:
    return Notice.objects.filter(channel=Channel.DIGEST).order_by("pk")


def morning() -> None:
    """As if the hour of every digest had come; what is owed in the portal is there already."""
    deliver()
    in_digest().filter(status=Status.OWED).update(next_try_at=Now())


class Killed(BaseException):
    """The worker dies here."""


def killed(*args: object) -> None:
    raise Killed


# --- When -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "now", "due"),
    [
        ("America/Los_Angeles", "2026-07-01T13:59:00", "2026-07-01T14:00:00"),
        ("America/Los_Angeles", "2026-07-01T14:00:00", "2026-07-02T14:00:00"),
        ("America/Los_Angeles", "2026-10-31T20:00:00", "2026-11-01T15:00:00"),  # the clock went back an hour
        ("Pacific/Auckland", "2026-07-01T20:00:00", "2026-07-02T19:00:00"),
        ("Nowhere/Atlantis", "2026-07-01T08:00:00", "2026-07-02T07:00:00"),
    ],
)
def test_the_digest_is_due_at_the_hour_of_the_readers_own_clock(zone: str, now: str, due: str) -> None:
    chosen = Preferences(person=User(time_zone=zone), digest_hour=7)
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert chosen.next_digest(at) == datetime.fromisoformat(due).replace(tzinfo=UTC)


@pytest.mark.django_db
def test_nothing_is_sent_before_its_hour_and_then_all_of_it_in_one_mail() -> None:
    person, other = reader("a@agency.example", time_zone="America/New_York"), reader("b@agency.example")
    events = [probe.happen([person, other]) for _ in range(3)]
    deliver()
    assert not mail.outbox
    assert Notice.objects.inbox_of(person.pk).count() == 3, "the portal does not wait"
    morning()
    deliver()
    deliver()
    assert sorted(message.to[0] for message in mail.outbox) == [person.email, other.email]
    message = next(message for message in mail.outbox if message.to == [person.email])
    assert message.subject == "Your daily digest: 3 notices"
    for text in (message.body, str(message.alternatives[0][0])):  # type: ignore[attr-defined]
        assert all(f"http://localhost/probe/{event.pk}/" in text for event in events)
        assert "http://localhost/notices/preferences/" in text
        assert ("EST" in text) or ("EDT" in text)
    assert set(in_digest().values_list("status", "attempts")) == {(Status.SENT, 1)}


# --- What is left out -----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_what_was_read_done_or_switched_off_meanwhile_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    reads, left, off = reader(), reader(), reader()
    events = [probe.happen([reads, left, off]) for _ in range(2)]
    morning()
    commands.mark_read(actor=reads, notice_id=Notice.objects.inbox_of(reads.pk).get(event=events[0]).pk)
    probe.gone.add(left.pk)
    commands.choose(actor=off, ways={GROUP: "portal"}, digest_hour=7)
    in_digest().update(next_try_at=Now())
    deliver()
    (message,) = mail.outbox
    assert message.to == [reads.email]
    assert str(events[1].pk) in message.body
    assert str(events[0].pk) not in message.body
    why = dict(in_digest().filter(event=events[0]).values_list("recipient", "why"))
    assert why == {reads.pk: "read_already", left.pk: "no_longer_concerned", off.pk: "switched_off"}


@pytest.mark.django_db
def test_one_notice_without_words_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    person = reader()
    broken, _ = probe.happen([person]), probe.happen([person])
    morning()
    say = kinds.say

    def failing(kind: Any, event: Any, person: Any) -> Any:
        if event.pk == broken.pk:
            raise KeyError("secret")
        return say(kind, event, person)

    monkeypatch.setattr(kinds, "say", failing)
    deliver()
    assert mail.outbox[0].subject == "Your daily digest: 1 notice"
    assert list(in_digest().values_list("status", "why")) == [(Status.OWED, "KeyError"), (Status.SENT, "")]


# --- Workers that die, and servers that refuse ----------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("where", ["begin", "check", "digest", "_mark"])
def test_a_killed_worker_loses_nothing_and_a_copy_has_the_same_id(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    person = reader()
    done = probe.happen([person])
    probe.happen([person])
    morning()
    with monkeypatch.context() as patch:
        patch.setattr(digests, where, killed)
        patch.setattr(digests, "give_back", lambda *args: None)  # a killed process gives nothing back
        with pytest.raises(Killed):
            deliver()
    deliver()
    assert len(mail.outbox) == (where == "_mark"), "leased: nobody else begins on it"
    commands.mark_read(actor=person, notice_id=Notice.objects.inbox_of(person.pk).get(event=done).pk)
    probe.lapse_leases()
    deliver()
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == 1
    assert len(mail.outbox) == 1 + (where == "_mark")
    assert set(in_digest().values_list("status", flat=True)) == {Status.SENT, Status.DROPPED}


@pytest.mark.django_db
def test_other_rows_make_another_id() -> None:
    person = reader()
    for _ in range(2):
        probe.happen([person])
        morning()
        deliver()
    first, second = (message.extra_headers["Message-ID"] for message in mail.outbox)
    assert first != second


@pytest.mark.django_db
def test_a_server_that_refuses_puts_the_digest_off_whole_and_gives_up_visibly(mail_server: MailServer) -> None:
    person = reader()
    probe.happen([person])
    probe.happen([person])
    mail_server.mood.reply_to_data = "451 later"
    morning()
    deliver()
    assert set(in_digest().values_list("status", "why", "attempts")) == {(Status.OWED, "SMTPDataError 451", 1)}
    in_digest().update(attempts=MOST_ATTEMPTS - 1)
    morning()
    deliver()
    assert set(in_digest().values_list("status", "why")) == {(Status.FAILED, "SMTPDataError 451")}
    mail_server.mood.reply_to_data = "250 taken"
    commands.retry_all_notices(actor=probe.someone(is_portal_administrator=True))
    deliver()
    assert len(mail_server.mails) == 1


@pytest.mark.django_db
def test_a_digest_that_kills_its_workers_is_given_up() -> None:
    probe.happen([reader()])
    morning()
    in_digest().update(attempts=MOST_ATTEMPTS)
    deliver()
    assert in_digest().get().why == "WorkerLost"
    assert not mail.outbox


@pytest.mark.django_db(transaction=True)
def test_workers_at_the_same_moment_never_split_a_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    people = [reader() for _ in range(6)]
    for _ in range(4):
        probe.happen(people)
    morning()
    monkeypatch.setattr(digests, "AHEAD", 5)  # rows of a person lie astride the edge of what one worker looks through
    barrier = threading.Barrier(4)

    def work() -> None:
        barrier.wait(10)
        try:
            for _ in range(20):
                digests.deliver_some(Postman(), float("inf"))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(message.to[0] for message in mail.outbox) == sorted(person.email for person in people)
    assert {message.subject for message in mail.outbox} == {"Your daily digest: 4 notices"}
    assert set(in_digest().values_list("status", "attempts")) == {(Status.SENT, 1)}


# --- The choice -----------------------------------------------------------------------------------------------------


@pytest.fixture
def asking() -> Iterator[kinds.Kind]:
    """A probe that asks something of its reader."""
    kind = replace(probe.KIND, asks="your answer")
    kinds.forget(probe.KIND)
    kinds.register(kind)
    yield kind
    kinds.forget(kind)
    kinds.register(probe.KIND)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("way", "channels"),
    [("now", {"portal", "email"}), ("digest", {"portal", "digest"}), ("portal", {"portal"}), ("off", set())],
)
def test_each_way_of_being_told_has_its_channels(way: str, channels: set[str]) -> None:
    person = probe.someone()
    commands.choose(actor=person, ways={GROUP: way}, digest_hour=0)
    probe.happen([person])
    assert set(Notice.objects.values_list("channel", flat=True)) == channels


@pytest.mark.django_db
def test_what_one_must_act_on_comes_at_once_whatever_was_chosen(asking: kinds.Kind) -> None:
    person = probe.someone()
    commands.choose(actor=person, ways={GROUP: "off"}, digest_hour=7)
    probe.happen([person])
    deliver()
    assert len(mail.outbox) == Notice.objects.inbox_of(person.pk).count() == 1


@pytest.mark.django_db
def test_switched_off_before_it_was_sent_it_is_dropped() -> None:
    person = probe.someone()
    probe.happen([person])
    commands.choose(actor=person, ways={GROUP: "off"}, digest_hour=7)
    deliver()
    assert set(Notice.objects.values_list("status", "why")) == {(Status.DROPPED, "switched_off")}


@pytest.mark.django_db
def test_another_hour_holds_for_what_waits_already() -> None:
    person = reader(time_zone="UTC")
    probe.happen([person])
    commands.choose(actor=person, ways={}, digest_hour=22)
    due = in_digest().get().next_try_at
    assert (due.hour, due.minute) == (22, 0)
    assert timedelta() < due - datetime.now(UTC) <= timedelta(days=1)
