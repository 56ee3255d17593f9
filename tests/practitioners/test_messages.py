"""Writing through the portal: no address in either direction, few a day, and no word of it anywhere else."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agencies.practitioners import commands, policy
from agencies.practitioners.models import Message, Report
from portal.audit.models import Event
from portal.kernel.errors import Refused
from portal.notices import kinds
from tests import make
from tests.sharing_agreements.conftest import OwnerSql, owner_sql

from .scene import People, leaves_agency, people

__all__ = ["owner_sql", "people"]

pytestmark = pytest.mark.django_db
SECRET = "The zebra was seen at noon"


def test_a_message_shows_no_address_and_leaves_no_word_elsewhere(
    people: People, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = Client()
    client.force_login(people.bea.person)
    client.post(reverse("practitioners:write", args=[people.profile.pk]), {"text": SECRET})
    made = Message.objects.get()
    assert Event.objects.get(kind="message.sent").detail == {}
    event = Event.objects.get(kind="message.sent")
    words = kinds.words(event, people.ann.person)
    assert words is not None
    assert not [each for each in ("zebra", "Bea", people.bea.person.email) if each in f"{words.subject} {words.body}"]
    assert "zebra" not in caplog.text
    reader = Client()
    reader.force_login(people.ann.person)
    page = reader.get(reverse("practitioners:message", args=[made.pk])).content.decode()
    assert all(each in page for each in (SECRET, "Bea Birch", "Marlow Police Department"))
    assert people.bea.person.email not in page
    sent = client.get(reverse("practitioners:message", args=[made.pk])).content.decode()
    assert people.ann.person.email not in sent


def test_only_the_two_of_them_read_it(people: People) -> None:
    made = make.wrote(people.bea, people.profile)
    for person in (people.cal.person, people.admin):
        client = Client()
        client.force_login(person)
        assert client.get(reverse("practitioners:message", args=[made.pk])).status_code == 404


def test_whom_it_was_written_to_answers_and_nobody_else(people: People) -> None:
    made = make.wrote(people.bea, people.profile)
    with pytest.raises(PermissionDenied):
        commands.answer(actor=people.cal.person, message_id=made.pk, text="Me too.")
    answer = commands.answer(actor=people.ann.person, message_id=made.pk, text="With a draft.")
    assert (answer.recipient, answer.answers) == (people.bea.person, made)
    leaves_agency(people.bea)
    with pytest.raises(Refused, match="can't be answered"):
        commands.answer(actor=people.ann.person, message_id=made.pk, text="And?")


def test_nobody_is_written_to_who_does_not_take_messages_or_is_hidden(people: People) -> None:
    commands.change_profile(actor=people.ann.person, takes_messages=False)
    with pytest.raises(Refused, match="takes no messages"):
        make.wrote(people.bea, people.profile)
    commands.change_profile(actor=people.ann.person, takes_messages=True)
    commands.hide(actor=people.admin, profile_id=people.profile.pk, reason="Harmful.")
    with pytest.raises(Refused, match="takes no messages"):
        make.wrote(people.bea, people.profile)
    with pytest.raises(PermissionDenied):
        commands.write(actor=people.admin, profile_id=people.profile.pk, text="Hello")


def test_a_few_messages_a_day_whatever_becomes_of_them(people: People) -> None:
    for _ in range(policy.MOST_A_DAY):
        made = make.wrote(people.bea, people.profile)
        commands.delete_message(actor=people.ann.person, message_id=made.pk)
    with pytest.raises(Refused, match="within a day"):
        make.wrote(people.bea, people.profile)


def test_a_harmful_message_is_read_by_moderators_and_silences_its_sender(people: People) -> None:
    made = make.wrote(people.bea, people.profile, SECRET)
    client = Client()
    client.force_login(people.admin)
    moderation = reverse("practitioners:moderation")
    assert SECRET not in client.get(moderation).content.decode()
    report = commands.report_message(actor=people.ann.person, message_id=made.pk, reason="Asks for a case.")
    assert SECRET in client.get(moderation).content.decode()
    with pytest.raises(Refused, match="moderator looks"):
        commands.delete_message(actor=people.ann.person, message_id=made.pk)
    commands.settle(actor=people.admin, report_id=report.pk, upheld=True)
    event = Event.objects.get(kind="message.found_harmful")
    assert set(kinds.told(event)) == {people.bea.person}
    with pytest.raises(Refused, match="found harmful"):
        make.wrote(people.bea, people.profile)
    commands.delete_message(actor=people.ann.person, message_id=made.pk)
    assert Report.objects.get().message is None


def test_messages_are_forgotten_after_a_while(people: People, owner_sql: OwnerSql) -> None:
    old, reported, new = (make.wrote(people.bea, people.profile) for _ in range(3))
    commands.report_message(actor=people.ann.person, message_id=reported.pk, reason="Look.")
    for each in (old, reported):
        day = timezone.now() - commands.messages.KEPT - timedelta(days=1)
        owner_sql(f"UPDATE practitioners_message SET sent_at = '{day.isoformat()}' WHERE id = '{each.pk}'")
    assert commands.forget_messages() == 1
    assert set(Message.objects.all()) == {reported, new}


def test_what_was_written_does_not_change(people: People) -> None:
    made = make.wrote(people.bea, people.profile)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        Message.objects.filter(pk=made.pk).update(text="Something else")
