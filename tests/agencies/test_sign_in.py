"""The door: notice, lock-out, what a session may last, and what strangers may learn."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from axes.models import AccessAttempt
from django.core import mail
from django.test import Client
from django.urls import NoReverseMatch, reverse

from agencies import commands, lockouts
from agencies.models import AccountMail, Session
from agencies.outbox import account_mails
from portal.audit.models import Event
from tests import make

from .signing_in import fail, sign_in

pytestmark = pytest.mark.django_db

PROFILE = "/agencies/me/"


def kinds(**about: Any) -> list[str]:
    found = Event.objects.filter(kind__startswith="person.sign", **about).order_by("subject_id", "sequence")
    return list(found.values_list("kind", flat=True))


# --- Signing in -----------------------------------------------------------------------------------------------------


def test_without_the_notice_accepted_no_password_is_looked_at() -> None:
    person = make.person().person
    answer = Client().post(reverse("account_login"), {"login": person.email, "password": "a wrong guess"})
    assert "ack" in answer.context["form"].errors
    assert not AccessAttempt.objects.exists()
    assert sign_in(Client(), person.email).status_code == 302


def test_signing_in_and_out_are_events_without_the_password() -> None:
    person = make.person().person
    client = Client(headers={"user-agent": "Test browser"})
    fail(client, person.email)
    sign_in(client, person.email)
    client.post(reverse("account_logout"))
    assert kinds(subject_id=person.pk) == ["person.sign_in_failed", "person.signed_in", "person.signed_out"]
    signed_in = Event.objects.get(kind="person.signed_in")
    assert signed_in.detail == {"source": "127.0.0.1", "browser": "Test browser", "notice": "accepted"}
    assert Event.objects.get(kind="person.signed_out").detail["why"] == "asked"
    assert Event.objects.get(kind="person.sign_in_failed").actor is None
    everything = str(list(Event.objects.values())) + str(list(AccessAttempt.objects.values()))
    assert make.PASSWORD not in everything
    assert "a wrong guess" not in everything


def test_what_is_typed_into_the_wrong_field_is_kept_in_no_event() -> None:
    fail(Client(), "my.secret.password@x.example")
    event = Event.objects.get(kind="person.sign_in_failed")
    assert "secret" not in str(Event.objects.filter(pk=event.pk).values())
    assert event.detail["known"] is False


def test_unknown_and_wrong_look_the_same() -> None:
    known, unknown = fail(Client(), make.person().person.email), fail(Client(), "nobody@nowhere.example")
    for answer in (known, unknown):
        assert answer.status_code == 200
    assert known.context["form"].errors == unknown.context["form"].errors


def test_five_failures_lock_an_account_until_it_is_opened() -> None:
    clerk = make.person(email="clerk@agency.example")
    addresses = ["clerk@agency.example", "CLERK@agency.example", " Clerk@Agency.Example "]
    for number in range(5):
        answer = fail(Client(), addresses[number % 3])
    assert answer.status_code == 403
    assert b"locked" in answer.content
    with_the_right_one = sign_in(Client(), clerk.person.email)
    assert with_the_right_one.status_code == 403
    with time_machine.travel(datetime.now(UTC) + timedelta(days=30)):
        assert sign_in(Client(), clerk.person.email).status_code == 403
    assert kinds(subject_id=clerk.person_id).count("person.signed_in") == 0
    assert Event.objects.filter(kind="person.locked_out", subject_id=clerk.person_id).count() == 1


def test_an_unknown_address_locks_alike() -> None:
    for _ in range(4):
        assert fail(Client(), "nobody@nowhere.example").status_code == 200
    for _ in range(2):
        assert fail(Client(), "nobody@nowhere.example").status_code == 403
    assert not Event.objects.filter(kind="person.locked_out").exists()


def test_a_success_forgets_the_failures_before_it() -> None:
    person = make.person().person
    for _ in range(4):
        fail(Client(), person.email)
    assert sign_in(Client(), person.email).status_code == 302
    for _ in range(4):
        fail(Client(), person.email)
    assert not lockouts.is_locked(person.email)


def test_nobody_signs_up_and_no_unused_address_of_allauth_exists() -> None:
    for path in ("signup/", "email/", "confirm-email/", "inactive/", "reauthenticate/", "password/set/", "login/code/"):
        assert Client().get(f"/accounts/{path}").status_code == 404, path
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")


# --- What a session may last ----------------------------------------------------------------------------------------

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def open_at(client: Client, moment: datetime) -> bool:
    with time_machine.travel(moment, tick=False):
        return bool(client.get(PROFILE).status_code == 200)


def signed_in_at_start() -> Client:
    client = Client()
    person = make.person().person
    with time_machine.travel(START, tick=False):
        assert sign_in(client, person.email).status_code == 302
    return client


def test_thirty_idle_minutes_end_a_session() -> None:
    client = signed_in_at_start()
    assert open_at(client, START + timedelta(minutes=29))
    assert open_at(client, START + timedelta(minutes=58))
    assert not open_at(client, START + timedelta(minutes=89))
    assert not Session.objects.exclude(person_id=None).exists()
    assert Event.objects.get(kind="person.signed_out").detail["why"] == "idle"
    answer = client.get(reverse("account_login"))
    assert b"30 minutes without use" in answer.content


def test_idle_time_counts_from_the_sign_in_itself() -> None:
    assert not open_at(signed_in_at_start(), START + timedelta(minutes=31))


def test_a_page_that_asks_by_itself_is_no_use() -> None:
    client = signed_in_at_start()
    for minutes in range(5, 31, 5):
        with time_machine.travel(START + timedelta(minutes=minutes), tick=False):
            assert client.get(PROFILE, {"waiting": "1"}).status_code == 200
    assert not open_at(client, START + timedelta(minutes=31))


def test_twelve_hours_end_a_session_however_busy() -> None:
    client = signed_in_at_start()
    moment = START
    while moment < START + timedelta(hours=11, minutes=30):
        moment += timedelta(minutes=25)
        assert open_at(client, moment)
    assert not open_at(client, START + timedelta(hours=12, minutes=1))
    assert Event.objects.get(kind="person.signed_out").detail["why"] == "whole_time"


def test_a_session_without_its_marks_is_over() -> None:
    client = Client()
    client.force_login(make.person().person)
    session = client.session
    del session["started_at"]
    session.save()
    assert client.get(PROFILE).status_code == 302


# --- Choosing a new password ----------------------------------------------------------------------------------------


def ask_for_reset(email: str) -> Any:
    return Client().post(reverse("account_reset_password"), {"email": email})


def test_asking_for_a_reset_tells_a_stranger_nothing() -> None:
    closed = make.person().person
    commands.deactivate_person(actor=make.portal_administrator(), person_id=closed.pk, reason="Left")
    answers = [ask_for_reset(email) for email in (make.person().person.email, closed.email, "nobody@nowhere.example")]
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, "/accounts/password/reset/done/")}
    assert AccountMail.objects.filter(kind="password_reset").count() == 3
    assert mail.outbox == []
    while account_mails.deliver():
        pass
    assert len([m for m in mail.outbox if "choose a new password" in m.subject]) == 1


def reset_link(email: str) -> str:
    ask_for_reset(email)
    while account_mails.deliver():
        pass
    body = next(str(m.body) for m in mail.outbox if m.to == [email] and "new password" in m.subject)
    return next(line for line in body.splitlines() if "/password/reset/key/" in line).removeprefix("http://localhost")


def test_a_reset_works_once_and_ends_every_session() -> None:
    person = make.person().person
    elsewhere = Client()
    elsewhere.force_login(person)
    link = reset_link(person.email)
    client = Client()
    form = client.get(link, follow=True)
    new = {"password1": "quite another horse", "password2": "quite another horse"}
    assert client.post(form.redirect_chain[-1][0], new).status_code == 302
    assert elsewhere.get(PROFILE).status_code == 302
    assert sign_in(Client(), person.email, "quite another horse").status_code == 302
    assert Client().get(link, follow=True).context["token_fail"]
    assert Event.objects.get(kind="person.password_changed", subject_id=person.pk).actor is None


def test_a_reset_opens_no_locked_account() -> None:
    person = make.person().person
    for _ in range(5):
        fail(Client(), person.email)
    client = Client()
    form = client.get(reset_link(person.email), follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": "quite another horse", "password2": "quite another horse"})
    assert sign_in(Client(), person.email, "quite another horse").status_code == 403


def test_asking_again_and_again_is_throttled_in_redis() -> None:
    answers = [ask_for_reset("nobody@nowhere.example").status_code for _ in range(7)]
    assert answers == [302] * 5 + [429] * 2
    assert ask_for_reset("somebody.else@nowhere.example").status_code == 302
