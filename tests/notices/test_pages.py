"""The inbox, failed messages and the mailbox as people use them."""

import re
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agencies.models import User
from portal.audit.models import Event
from portal.notices import commands, inbox, mailbox
from portal.notices.failures import overview
from portal.notices.models import Notice, Preferences
from portal.notices.tasks import deliver_notices, forget_notices

from . import probe


@pytest.fixture
def person(db: None) -> User:
    return probe.someone()


@pytest.fixture
def administrator(db: None) -> User:
    return probe.someone(is_portal_administrator=True)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def told(person: User, times: int = 1) -> list[Notice]:
    """Notices in this person's inbox, oldest first."""
    for _ in range(times):
        probe.happen([person])
    while Notice.objects.owed().exists():
        deliver_notices()
    return list(Notice.objects.inbox_of(person.pk).order_by("pk"))


def shown(page: Any) -> list[str]:
    return re.findall(r">(Probe \d+)</a>", page.content.decode())


def test_delivered_notices_are_forgotten_in_time_and_their_events_stay(person: User, settings: Any) -> None:
    settings.NOTICES_KEPT_DAYS = 30
    read, unread, fresh = told(person, 3)
    Notice.objects.filter(pk__in=[read.pk, fresh.pk]).update(read_at=timezone.now())
    Notice.objects.exclude(event=fresh.event_id).update(settled_at=timezone.now() - timedelta(days=31))
    probe.happen([person])
    owed = set(Notice.objects.owed().values_list("pk", flat=True))
    events = Event.objects.count()
    forget_notices()
    left = set(Notice.objects.values_list("pk", flat=True))
    mail = Notice.objects.get(event=fresh.event_id, channel=Notice.Channel.EMAIL).pk
    assert left == {unread.pk, fresh.pk, mail} | owed, "unread, young and owed ones stay"
    assert Event.objects.count() == events


# --- Inbox ----------------------------------------------------------------------------------------------------------


def test_each_notice_leads_to_its_subject_and_unread_ones_come_first(person: User) -> None:
    first, second, third = told(person, 3)
    client = signed_in(person)
    client.post(reverse("notices:read", args=[third.pk]))
    page = client.get(reverse("notices:list"))
    titles = [f"Probe {notice.event.detail['number']}" for notice in (second, first, third)]
    assert shown(page) == titles
    assert f'href="/probe/{first.event_id}/"' in page.content.decode()
    assert "2 unread" in page.content.decode()


def test_reading_twice_keeps_the_first_time(person: User) -> None:
    (notice,) = told(person)
    client = signed_in(person)
    client.post(reverse("notices:read", args=[notice.pk]))
    notice.refresh_from_db()
    first = notice.read_at
    client.post(reverse("notices:read", args=[notice.pk]))
    notice.refresh_from_db()
    assert first is not None
    assert notice.read_at == first


def test_what_arrives_after_the_page_stays_unread(person: User) -> None:
    newest = max(told(person, 2), key=lambda notice: notice.settled_at or notice.made_at)
    (late,) = told(person)[2:]
    assert newest.settled_at is not None
    signed_in(person).post(reverse("notices:read_all"), {"up_to": newest.settled_at.isoformat()})
    assert list(Notice.objects.inbox_of(person.pk).unread()) == [late]


def test_all_are_read_as_the_page_asks_for_it(person: User) -> None:
    told(person, 3)
    client = signed_in(person)
    form = re.search(r'name="up_to" value="([^"]+)"', client.get(reverse("notices:list")).content.decode())
    assert form is not None
    page = client.post(reverse("notices:read_all"), {"up_to": form[1]}, follow=True).content.decode()
    assert "3 notices marked read" in page
    assert "Mark all read" not in page
    assert client.post(reverse("notices:read_all"), {"up_to": "yesterday"}).status_code == 404


def test_somebody_elses_notice_is_the_404_of_one_that_never_was(person: User) -> None:
    (notice,) = told(probe.someone())
    client = signed_in(person)
    for pk in (notice.pk, person.pk):
        assert client.post(reverse("notices:read", args=[pk])).status_code == 404
    notice.refresh_from_db()
    assert notice.read_at is None


def test_what_no_longer_concerns_a_person_is_not_read_in_the_inbox_either(person: User) -> None:
    told(person)
    probe.gone.add(person.pk)
    page = signed_in(person).get(reverse("notices:list"))
    assert shown(page) == []
    assert "This no longer concerns you" in page.content.decode()


def test_pages_meet_without_gap_or_overlap_in_both_directions(person: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "PAGE", 3)
    notices = told(person, 8)
    for read in notices[2:6]:
        Notice.objects.filter(pk=read.pk).update(read_at=timezone.now())
    wanted = [notices[n].pk for n in (7, 6, 1, 0, 5, 4, 3, 2)]
    page, forward = inbox.page(person), []
    while True:
        forward += [line.notice.pk for line in page.lines]
        if page.next is None:
            break
        last, page = page, inbox.page(person, after=page.next)
    assert forward == wanted
    assert page.previous is not None
    back = inbox.page(person, before=page.previous)
    assert [line.notice.pk for line in back.lines] == [line.notice.pk for line in last.lines]


@pytest.mark.parametrize("place", ["", "new", "read-", "new-1", "x-00000000-0000-7000-8000-000000000000"])
def test_a_place_that_makes_no_sense_shows_the_first_page(person: User, place: str) -> None:
    told(person)
    assert len(shown(signed_in(person).get(reverse("notices:list"), {"after": place}))) == 1


def test_an_empty_inbox_says_what_would_be_there(person: User) -> None:
    assert "Nothing here yet" in signed_in(person).get(reverse("notices:list")).content.decode()


# --- Failed messages ------------------------------------------------------------------------------------------------


@pytest.fixture
def failed(person: User) -> Notice:
    probe.happen([person])
    Notice.objects.filter(channel="portal").delete()
    Notice.objects.update(status="failed", settled_at=timezone.now(), attempts=8, why="SMTPRecipientsRefused 550")
    return Notice.objects.get()


def test_an_administrator_sees_why_and_to_whom_but_not_what(administrator: User, failed: Notice) -> None:
    page = signed_in(administrator).get(reverse("notices:failed")).content.decode()
    assert "SMTPRecipientsRefused 550" in page
    assert failed.recipient.email in page
    assert "The mail server refused the address" in page
    assert "Something happened" not in page


def test_a_retried_message_is_sent_and_the_retry_is_an_event(
    administrator: User, failed: Notice, mailoutbox: list[Any]
) -> None:
    signed_in(administrator).post(reverse("notices:retry", args=[failed.pk]))
    deliver_notices()
    failed.refresh_from_db()
    assert (failed.status, failed.attempts, len(mailoutbox)) == ("sent", 1, 1)
    assert Event.objects.get(kind="notice.retried").actor == administrator


def test_a_message_that_is_not_failed_any_more_is_refused(administrator: User, failed: Notice) -> None:
    client = signed_in(administrator)
    for _ in range(2):
        page = client.post(reverse("notices:retry", args=[failed.pk]), follow=True)
    assert "not among the failed ones any more" in page.content.decode()


def test_all_are_retried_at_once(administrator: User, failed: Notice) -> None:
    page = signed_in(administrator).post(reverse("notices:retry_all"), follow=True).content.decode()
    assert "1 message will be tried again now" in page
    assert "No message has failed" in page


def test_nobody_else_sees_or_retries_failed_messages(person: User, failed: Notice) -> None:
    client = signed_in(person)
    assert client.get(reverse("notices:failed")).status_code == 403
    assert client.post(reverse("notices:retry", args=[failed.pk])).status_code == 403
    assert client.post(reverse("notices:retry_all")).status_code == 403
    assert "Failed messages" not in client.get(reverse("notices:list")).content.decode()


# --- The mailbox of a demonstration ---------------------------------------------------------------------------------


@pytest.fixture
def demonstration(settings: Any, tmp_path: Path) -> Path:
    settings.DEMONSTRATION = True
    settings.EMAIL_BACKEND = "portal.notices.mailbox.Backend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    return tmp_path / "mail"


def send(subject: str = "Hello", text: str = "Text", html: str = "") -> None:
    message = EmailMultiAlternatives(subject, text, to=["someone@agency.example"], connection=get_connection())
    if html:
        message.attach_alternative(html, "text/html")
    message.send()


def test_mail_of_a_demonstration_lies_in_files_that_others_cannot_read(demonstration: Path) -> None:
    send()
    (file,) = demonstration.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert demonstration.stat().st_mode & 0o777 == 0o700


@pytest.mark.django_db
def test_anybody_reads_mail_of_a_demonstration_escaped_and_with_links(demonstration: Path) -> None:
    send("<b>Bold</b> subject", "See https://portal.example/x <script>1</script>", "<p onclick=evil>Hi</p>")
    listed = Client().get(reverse("notices:mailbox")).content.decode()
    assert "&lt;b&gt;Bold&lt;/b&gt; subject" in listed
    assert "exists only in the demonstration" in listed
    (mail,) = mailbox.newest(5)
    page = Client().get(reverse("notices:mail", args=[mail.id])).content.decode()
    assert '<a href="https://portal.example/x" rel="nofollow">' in page
    assert "<script>1" not in page
    assert "<p onclick" not in page
    assert "&lt;p onclick=evil&gt;" in page


@pytest.mark.django_db
def test_notices_reach_the_mailbox_with_both_parts(person: User, demonstration: Path) -> None:
    probe.happen([person])
    deliver_notices()
    (mail,) = mailbox.newest(5)
    assert mail.to == person.email
    assert mail.message_id.endswith("@localhost>")
    assert "/probe/" in mail.text
    assert "/probe/" in mail.html


@pytest.mark.django_db
def test_mails_come_newest_first_in_pages(demonstration: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.notices.views.PAGE", 2)
    for number in range(5):
        send(f"Mail {number}")
        time.sleep(0.002)  # mails of one millisecond have no order
    client, address, found = Client(), reverse("notices:mailbox"), []
    while address:
        page = client.get(address)
        found += re.findall(r">(Mail \d)</a>", page.content.decode())
        address = page.context["next"]
    assert found == [f"Mail {number}" for number in (4, 3, 2, 1, 0)]


@pytest.mark.django_db
@pytest.mark.parametrize("missing", ["DEMONSTRATION", "EMAIL_BACKEND"])
def test_without_a_demonstration_there_is_no_mailbox(demonstration: Path, settings: Any, missing: str) -> None:
    send()
    (mail,) = mailbox.newest(5)
    value = False if missing == "DEMONSTRATION" else "django.core.mail.backends.smtp.EmailBackend"
    setattr(settings, missing, value)
    for address in (reverse("notices:mailbox"), reverse("notices:mail", args=[mail.id])):
        assert Client().get(address).status_code == 404


@pytest.mark.django_db
def test_a_mail_that_is_not_there_is_a_404(demonstration: Path, person: User) -> None:
    assert Client().get(reverse("notices:mail", args=[person.pk])).status_code == 404
    assert Client().get(reverse("notices:mailbox")).status_code == 200


def test_a_mail_without_anything_can_be_shown(demonstration: Path) -> None:
    get_connection().send_messages([EmailMessage(to=["someone@agency.example"])])
    assert mailbox.newest(1)[0].text.strip() == ""


def test_the_causes_of_failures_are_counted_with_since_when(administrator: User) -> None:
    oldest = probe.happen([probe.someone(), probe.someone(), probe.someone()])
    mails = list(probe.emails())
    why = "SMTPServerDisconnected"
    Notice.objects.filter(pk=mails[0].pk).update(status=Notice.Status.FAILED, settled_at=timezone.now(), why=why)
    Notice.objects.filter(pk=mails[1].pk).update(why=why)
    Notice.objects.filter(event=oldest).update(made_at=timezone.now() - timedelta(days=2))
    (cause,) = overview()
    assert (cause["given_up"], cause["waiting"]) == (1, 1)
    assert timezone.now() - cause["since"] > timedelta(days=1)
    page = signed_in(administrator).get(reverse("notices:failed")).content.decode()
    assert "The mail server could not be reached." in page
    assert "SMTPServerDisconnected" in page


# --- Preferences ----------------------------------------------------------------------------------------------------


def test_each_group_that_concerns_the_person_can_be_chosen_and_stays_chosen(person: User) -> None:
    client, address = signed_in(person), reverse("notices:preferences")
    page = client.get(address).content.decode()
    assert "Probes" in page
    assert "Boards on which I sit" not in page, "what never comes is not asked about"
    assert "so that you notice when it was somebody else" in page, "what cannot be switched off says why"
    assert 'name="security"' not in page
    answer = client.post(
        address, {"probe": "off", "work": "digest", "practice": "off", "digest_hour": "18"}, follow=True
    )
    assert "Your preferences are saved." in answer.content.decode()
    chosen = Preferences.objects.get(person=person)
    assert (chosen.ways, chosen.digest_hour) == ({"probe": "off", "work": "digest", "practice": "off"}, 18)
    assert chosen.history.get().history_user == person


@pytest.mark.parametrize(
    "given", [{"probe": "sometimes", "digest_hour": "7"}, {"probe": "off", "digest_hour": "24"}, {"digest_hour": "7"}]
)
def test_nonsense_is_refused_and_nothing_changes(person: User, given: dict[str, str]) -> None:
    page = signed_in(person).post(reverse("notices:preferences"), {"work": "now", **given})
    assert page.status_code == 200
    assert 'role="alert"' in page.content.decode()
    assert not Preferences.objects.exists()


def test_security_cannot_be_switched_off_by_a_forged_form_either(person: User) -> None:
    with pytest.raises(ValidationError, match="cannot be changed"):
        commands.choose(actor=person, ways={"security": "off"}, digest_hour=7)
