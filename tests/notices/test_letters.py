"""What stands in a mail, and what beat starts."""

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives

from portal.celery import app
from portal.notices import kinds
from portal.notices.letters import letter
from portal.notices.models import LEASE, Notice
from portal.notices.tasks import deliver_notices

from . import probe


@pytest.mark.django_db
def test_a_mail_has_a_link_two_parts_and_a_message_id_of_its_own() -> None:
    person = probe.someone()
    event = probe.happen([person])
    deliver_notices()
    (message,) = mail.outbox
    notice = Notice.objects.get(event=event, channel=Notice.Channel.EMAIL)
    assert f"\nMessage-ID: <{notice.pk.hex}@localhost>\n".encode() in message.message().as_bytes()  # on one line
    assert isinstance(message, EmailMultiAlternatives)
    (html, kind), *none = message.alternatives
    assert (kind, none) == ("text/html", [])
    for text in (message.body, str(html)):
        assert f"http://localhost/probe/{event.pk}/" in text
        assert "Something happened that a test waits for." in text


@pytest.mark.django_db
@pytest.mark.parametrize(("zone", "shown"), [("America/New_York", "EST"), ("Pacific/Honolulu", "HST")])
def test_times_are_in_the_recipients_zone(zone: str, shown: str) -> None:
    person = probe.someone(time_zone=zone)
    event = probe.happen([person])
    notice = Notice.objects.filter(event=event).first()
    assert notice is not None
    notice.event.at = notice.event.at.replace(month=1, day=15)
    assert shown in letter(notice, kinds.Words("Subject", "Body", "/")).body


@pytest.mark.django_db
def test_words_with_markup_and_line_breaks_stay_words() -> None:
    person = probe.someone()
    event = probe.happen([person])
    kind = kinds.Kind(
        probe.NAME,
        subject=lambda event: "One line\r\nBcc: other@agency.example",
        body=lambda event: "A <b> & 'quoted' title",
        link=lambda event: "/",
        audience=lambda event: [],
        concerns=lambda event, person: True,
        group=probe.KIND.group,
    )
    kinds.forget(probe.KIND)
    kinds.register(kind)
    words = kinds.words(event, person)
    kinds.forget(kind)
    kinds.register(probe.KIND)
    assert words is not None
    assert words.subject == "One line Bcc: other@agency.example"
    notice = Notice.objects.select_related("event", "recipient").filter(event=event)[0]
    message = letter(notice, words)
    assert "A <b> & 'quoted' title" in message.body
    assert "A &lt;b&gt; &amp; " in str(message.alternatives[0][0])
    assert message.message()["Bcc"] is None


def test_every_entry_of_beat_names_a_task_that_is_there() -> None:
    app.loader.import_default_modules()
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)


def test_the_lease_outlasts_every_worker_that_may_still_be_sending() -> None:
    visibility = app.conf.broker_transport_options["visibility_timeout"]
    assert deliver_notices.soft_time_limit < deliver_notices.time_limit < LEASE.total_seconds() < visibility
