"""Inquiries: stated, changed, ended; short enough for a working day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from agencies.models import Role, Training
from portal.audit.models import Event
from portal.kernel.errors import Refused
from portal.records import commands
from portal.records.models import Inquiry
from privacy.models import Purpose
from tests.make import person, portal_administrator, record
from tests.records.scene import Sharing, an_inquiry, as_owner, force, signed_in

pytestmark = pytest.mark.django_db


def test_an_inquiry_is_open_for_twelve_hours_at_most(sharing: Sharing) -> None:
    opened = an_inquiry(sharing.clerk)
    assert abs(opened.open_until - timezone.now() - timedelta(hours=12)) < timedelta(minutes=1)
    assert list(Inquiry.objects.open()) == [opened]
    with as_owner():
        Inquiry.objects.update(open_until=timezone.now())
    assert not Inquiry.objects.open()
    event = Event.objects.get(kind="inquiry.opened")
    assert (event.subject_id, event.detail) == (opened.pk, {"purpose": "C"})


def test_changing_ends_the_old_and_opens_a_new_one(sharing: Sharing) -> None:
    old = an_inquiry(sharing.clerk)
    new = commands.change_inquiry(
        actor=sharing.clerk.person, inquiry_id=old.pk, purpose=Purpose.DOMESTIC_VIOLENCE, case_number=" MPD  26-7 "
    )
    old.refresh_from_db()
    assert old.ended_at is not None
    assert (new.purpose, new.case_number, new.ended_at) == ("D", "MPD 26-7", None)
    assert list(Inquiry.objects.open()) == [new]


def test_nobody_chooses_the_number_of_an_inquiry(sharing: Sharing) -> None:
    same: dict[str, Any] = {
        "actor": sharing.clerk.person,
        "membership_id": sharing.clerk.pk,
        "purpose": "C",
        "case_number": "1",
    }
    first = an_inquiry(sharing.clerk)
    key = UUID(int=first.pk.int ^ (1 << 100))
    forged = commands.open_inquiry(**same, key=key)
    assert forged.number != first.number
    assert commands.open_inquiry(**same, key=key) == forged, "the same form is the same inquiry"


def test_ending_twice_ends_once(sharing: Sharing) -> None:
    opened = an_inquiry(sharing.clerk)
    first = commands.end_inquiry(actor=sharing.clerk.person, inquiry_id=opened.pk)
    again = commands.end_inquiry(actor=sharing.clerk.person, inquiry_id=opened.pk)
    assert first.ended_at == again.ended_at
    assert Event.objects.filter(kind="inquiry.ended").count() == 1


@pytest.mark.parametrize(
    ("purpose", "case_number"),
    [("", "1"), ("R", "1"), ("Z", "1"), ("C", ""), ("C", "   "), ("C", "x" * 65), ("C", "a\u202eb"), ("CC", "1")],
)
def test_purpose_and_case_number_are_checked(sharing: Sharing, purpose: str, case_number: str) -> None:
    with pytest.raises(ValidationError):
        commands.open_inquiry(
            actor=sharing.clerk.person, membership_id=sharing.clerk.pk, purpose=purpose, case_number=case_number
        )


def test_who_may_not_look_opens_none(sharing: Sharing) -> None:
    def opening(actor: object, membership_id: object) -> None:
        commands.open_inquiry(actor=actor, membership_id=membership_id, purpose="C", case_number="1")  # type: ignore[arg-type]

    signatory = person(sharing.recipient, roles=(Role.SIGNATORY,))
    with pytest.raises(PermissionDenied):
        opening(signatory.person, signatory.pk)
    with pytest.raises(PermissionDenied):
        opening(sharing.outsider.person, sharing.clerk.pk)
    with pytest.raises(PermissionDenied):
        opening(portal_administrator(), sharing.clerk.pk)
    for training in Training.objects.filter(person=sharing.clerk.person):
        force(training, completed_on="2020-01-01", expires_on="2021-01-01")
    with pytest.raises(Refused, match="training"):
        opening(sharing.clerk.person, sharing.clerk.pk)
    force(sharing.outsider, ended_at=timezone.now())
    with pytest.raises(PermissionDenied):
        opening(sharing.outsider.person, sharing.outsider.pk)


def test_one_persons_inquiry_is_not_ended_or_changed_by_another(sharing: Sharing) -> None:
    opened = an_inquiry(sharing.clerk)
    with pytest.raises(PermissionDenied):
        commands.end_inquiry(actor=sharing.outsider.person, inquiry_id=opened.pk)
    with pytest.raises(PermissionDenied):
        commands.change_inquiry(actor=sharing.outsider.person, inquiry_id=opened.pk, purpose="C", case_number="1")


def test_the_pages_of_an_inquiry(sharing: Sharing) -> None:
    client = signed_in(sharing.clerk, inquiry=False)
    opening = reverse("records:inquiry")
    page = client.get(opening).content.decode()
    assert "Choose a purpose" in page
    assert 'selected="" value' not in page
    assert "R, " not in page
    missing = client.post(opening, {"purpose": "", "case_number": "MPD-7"})
    assert "Choose the purpose for which you look." in missing.content.decode()
    assert 'value="MPD-7"' in missing.content.decode(), "what was typed is not lost"
    answer = client.post(opening, {"purpose": "C", "case_number": "MPD-7"}, follow=True)
    first = Inquiry.objects.get()
    text = answer.content.decode()
    assert answer.redirect_chain == [(reverse("records:search"), 302)]
    for part in (first.number, "C, criminal justice", "MPD-7", reverse("records:inquiry_change")):
        assert part in text
    changing = client.get(reverse("records:inquiry_change")).content.decode()
    assert 'value="MPD-7"' in changing
    client.post(reverse("records:inquiry_change"), {"purpose": "D", "case_number": "MPD-8"})
    assert [(each.purpose, each.ended_at is None) for each in Inquiry.objects.order_by("pk")] == [
        ("C", False),
        ("D", True),
    ]
    ended = client.post(reverse("records:inquiry_end"), follow=True).content.decode()
    assert "has ended" in ended
    assert "p-inquiry__in" not in ended
    assert not Inquiry.objects.open()


def test_opening_a_second_one_changes_the_first(sharing: Sharing) -> None:
    client = signed_in(sharing.clerk)
    client.post(reverse("records:inquiry"), {"purpose": "D", "case_number": "MPD-8"})
    assert [each.ended_at is None for each in Inquiry.objects.order_by("pk")] == [False, True]


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil", "\x00", "%2F%2Fevil", "x"],
)
def test_the_way_back_leads_nowhere_else(sharing: Sharing, elsewhere: str) -> None:
    client = signed_in(sharing.clerk, inquiry=False)
    answer = client.post(reverse("records:inquiry"), {"purpose": "C", "case_number": "1", "next": elsewhere})
    assert answer.status_code == 200 or answer["Location"] == reverse("records:search")


def test_ending_needs_a_post(sharing: Sharing) -> None:
    assert signed_in(sharing.clerk).get(reverse("records:inquiry_end")).status_code == 405


def test_roles_that_look_at_no_records_get_no_form(sharing: Sharing) -> None:
    client = signed_in(person(sharing.recipient, roles=(Role.SIGNATORY,)), inquiry=False)
    assert client.get(reverse("records:inquiry")).status_code == 403
    assert client.get(reverse("records:inquiry_change")).status_code == 302
    assert client.post(reverse("records:inquiry_end")).status_code == 302


def test_the_database_lets_nothing_of_an_inquiry_change_but_its_end(sharing: Sharing) -> None:
    opened = an_inquiry(sharing.clerk)
    for change in ({"open_until": timezone.now()}, {"purpose": "D"}, {"case_number": "2"}):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            force(opened, **change)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        opened.delete()
    with pytest.raises(IntegrityError, match="inquiry_a_working_day"), as_owner(), transaction.atomic():
        force(opened, open_until=timezone.now() + timedelta(days=7))


def test_a_form_sent_twice_is_one_inquiry(sharing: Sharing) -> None:
    """The second answer is the state that is: the same inquiry, open, and no error."""
    client = signed_in(sharing.clerk, inquiry=False)
    key = str(client.get(reverse("records:inquiry")).context["form"]["key"].value())
    form = {"purpose": "C", "case_number": "MPD-26-1", "key": key}
    for _ in range(2):
        answer = client.post(reverse("records:inquiry"), form, follow=True)
        assert "is open." in answer.content.decode()
    opened = Inquiry.objects.get()
    assert opened.ended_at is None
    assert str(opened.pk) != key, "its number is made of its id, and nobody chooses that"
    client.post(reverse("records:inquiry"), {**form, "case_number": "MPD-26-2"})
    assert Inquiry.objects.count() == 2, "another case under the same form is another inquiry"
    client.post(reverse("records:inquiry_end"))
    client.post(reverse("records:inquiry"), form)
    assert Inquiry.objects.count() == 3, "an inquiry that is over does not open again"


def test_another_persons_key_opens_an_inquiry_of_ones_own(sharing: Sharing) -> None:
    key = an_inquiry(sharing.owners_clerk).pk
    made = commands.open_inquiry(
        actor=sharing.clerk.person, membership_id=sharing.clerk.pk, purpose="C", case_number="MPD-26-1044", key=key
    )
    assert (made.pk != key, made.membership) == (True, sharing.clerk)


def test_home_lists_each_case_once(sharing: Sharing) -> None:
    """However often its inquiry was opened anew; the same case for another purpose is another look."""
    for _ in range(3):
        last = an_inquiry(sharing.clerk)
    other = an_inquiry(sharing.clerk, Purpose.DOMESTIC_VIOLENCE)
    listed = signed_in(sharing.clerk, inquiry=False).get(reverse("workbench:home")).context["inquiries"]
    assert listed == [other, last]


def test_purposes_that_open_something_come_first_and_others_are_said_to_open_nothing(sharing: Sharing) -> None:
    client = signed_in(sharing.clerk, inquiry=False)
    page = client.get(reverse("records:search"))
    (first, opened), (other, closed) = page.context["inquiry_form"].fields["purpose"].choices[1:]
    assert (first, [code for code, _ in opened]) == ("An agreement opens records to your agency", ["C"])
    assert (other, len(closed)) == ("No agreement opens records for", 9)
    values = {"purpose": "V", "case_number": "MPD-1", "next": reverse("records:search")}
    answer = client.post(reverse("records:inquiry"), values, follow=True).content.decode()
    assert "No agreement opens records to your agency for V; yours open C." in answer
    assert sharing.owner.name not in answer, "nothing is said of what others hold"
    elsewhere = client.post(
        reverse("records:inquiry_change"), {**values, "next": reverse("workbench:home")}, follow=True
    )
    assert "No agreement opens records to your agency for V" in elsewhere.content.decode()
    fits = client.post(reverse("records:inquiry_change"), {**values, "purpose": "C"}, follow=True)
    assert "No agreement opens" not in fits.content.decode()


def test_an_agency_without_agreements_is_told_that_no_purpose_opens_anything(sharing: Sharing) -> None:
    sentence = "No agreement opens records to your agency now, for any purpose."
    client = signed_in(sharing.outsider, inquiry=False)
    assert sentence in client.get(reverse("records:inquiry")).content.decode()
    assert sentence in signed_in(sharing.outsider).get(reverse("records:search")).content.decode()
    force(sharing.grant, suspended_at=timezone.now())
    assert sentence in signed_in(sharing.clerk).get(reverse("records:search")).content.decode()


def test_whoever_changes_an_inquiry_comes_back_to_where_they_were(sharing: Sharing) -> None:
    of, client = record(sharing.records), signed_in(sharing.clerk)
    there, change = reverse("records:detail", args=[of.pk]), reverse("records:inquiry_change")
    stated = {"purpose": "C", "case_number": "MPD-26-2000"}
    for page, back in (
        (f"http://testserver{there}?under=none", there),
        ("http://testserver/agreements/", reverse("records:search")),
        (f"http://elsewhere.example{there}", reverse("records:search")),
        (f"http://testserver{change}", reverse("records:search")),
        ("", reverse("records:search")),
    ):
        form = client.get(change, headers={"referer": page}).context
        said = {**stated, "next": form["form"]["next"].value() or "", "under": form["under"]}
        answer = client.post(reverse("records:inquiry"), said)
        assert answer["Location"].partition("?")[0] == back, page
