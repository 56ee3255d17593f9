"""What custodians review, confirm to be destroyed, and are to destroy since it is kept no longer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from agencies.models import Membership, RecordSet, Role
from portal.audit.models import Event
from portal.kernel.errors import Refused
from portal.kernel.viewing import as_job
from portal.notices import kinds
from portal.notices.models import Notice
from portal.records import commands, expunged
from portal.records.decision import BY_OFFICE, see_as
from portal.records.models import AccessEntry, Expungement, ExpungementRequest, Record, ReviewReminder
from portal.records.tasks import remind_of_reviews
from tests import make
from tests.make import person, record, record_set
from tests.make.records import ORDER
from tests.records.rows import grant_row
from tests.records.scene import Sharing, seen_by, signed_in
from tests.records.test_classes import intelligence

pytestmark = pytest.mark.django_db


@pytest.fixture
def files(sharing: Sharing) -> RecordSet:
    make.certified(sharing.custodian)
    held = record_set(sharing.owner, "Intelligence", record_class="intelligence")
    grant_row(held, sharing.recipient, includes_intelligence=True)
    return held


def by(who: Membership, of: Record) -> dict[str, Any]:
    return {"actor": who.person, "membership_id": who.pk, "record_id": of.pk}


def due(sharing: Sharing, files: RecordSet, days: int) -> Record:
    return intelligence(files, review_due_on=(sharing.owner.today + timedelta(days=days)).isoformat())


def told(kind: str) -> set[Any]:
    return {each.recipient for each in Notice.objects.filter(event__kind=kind, channel="portal")}


def page(who: Membership, name: str = "records:keeping", *args: object, query: str = "") -> str:
    answer = signed_in(who, inquiry=False).get(reverse(name, args=args) + query)
    assert answer.status_code == 200
    return str(answer.content.decode())


# --- Reviews ----------------------------------------------------------------------------------------------------------


def test_custodians_hear_of_a_review_before_it_is_due_and_when_it_is_overdue(
    sharing: Sharing, files: RecordSet
) -> None:
    due(sharing, files, 31)
    remind_of_reviews()
    assert not Event.objects.filter(kind__startswith="record_set.review").exists()
    soon = [due(sharing, files, 30), due(sharing, files, 30)]
    late = due(sharing, files, -1)
    for _ in range(2):
        remind_of_reviews()
    assert told("record_set.review_soon") == told("record_set.review_late") == {sharing.custodian.person}
    assert ReviewReminder.objects.count() == 2, "once for each day and step, however many records"
    events = {each.kind: each for each in Event.objects.filter(kind__startswith="record_set.review")}
    for each in events.values():
        words = kinds.words(each, sharing.custodian.person)
        assert words is not None
        assert words.link == reverse("records:keeping")
        for record_of in (*soon, late):
            assert record_of.docket_number not in str(words)
        assert kinds.is_due(each, sharing.custodian.person)
    due_on = sharing.owner.today + timedelta(days=365)
    commands.review_intelligence(**by(sharing.custodian, late), reason="Seen again", due_on=due_on)
    assert not kinds.is_due(events["record_set.review_late"], sharing.custodian.person), "it was reviewed"
    assert kinds.is_due(events["record_set.review_soon"], sharing.custodian.person)


def test_the_work_list_and_today_show_what_is_to_be_reviewed(sharing: Sharing, files: RecordSet) -> None:
    far, soon, late = (due(sharing, files, days) for days in (31, 30, -1))
    listed = page(sharing.custodian)
    for of, stands in ((far, False), (soon, True), (late, True)):
        assert (reverse("records:review", args=[of.pk]) in listed) == stands
    assert "Overdue" in listed
    assert AccessEntry.objects.latest("at").record_ids == [late.pk, soon.pk], "a look, logged as any other"
    assert AccessEntry.objects.latest("at").action == BY_OFFICE
    assert "Review criminal intelligence: 2 records" in page(sharing.custodian, "workbench:home")
    assert "Review criminal intelligence" not in page(sharing.owners_clerk, "workbench:home")
    uncertified = person(sharing.owner, roles=(Role.CUSTODIAN,))
    assert late.docket_number not in page(uncertified)
    assert "Review criminal intelligence" not in page(uncertified, "workbench:home")
    assert signed_in(sharing.owners_clerk).get(reverse("records:keeping")).status_code == 403


def test_a_reviewer_reads_every_text_without_a_word_of_a_sources_name(sharing: Sharing, files: RecordSet) -> None:
    of = record(
        files,
        participants=[
            ("subject", "Dane Halvorsen"),
            ("informant", "Zoë Quill", {"aliases": "also known as\nThe Magpie"}),
            ("attorney", "Ida Birch", {"represents": 1}),
        ],
        details={"activity": "Zoe QUILL's cousin Halvorsen fences; the magpie saw it", "suspicion": "Ask Birch, zoë"},
        entries=["Quill met Dane Halvorsen at the stall"],
    )
    text = page(sharing.custodian, "records:review", of.pk)
    assert "[withheld] [withheld]&#x27;s cousin Halvorsen fences; the [withheld] saw it" in text
    assert "Ask [withheld], [withheld]" in text
    assert "[withheld] met Dane Halvorsen at the stall" in text
    for word in ("quill", "zoe", "zoë", "magpie", "birch"):
        assert word not in text.lower().replace("ask birch", "")
    with seen_by(sharing.viewer(sharing.custodian, purpose="")), as_sql() as cursor:
        cursor.execute("SELECT * FROM records_for_review(%s, '{}', ARRAY['activity'])", [of.pk])
        assert cursor.fetchall() == [], "for its review alone"


def test_only_its_custodian_reads_what_is_to_be_reviewed(sharing: Sharing, files: RecordSet) -> None:
    of = intelligence(files)
    make.certified(sharing.clerk, sharing.owners_clerk)
    theirs = person(sharing.recipient, roles=(Role.CUSTODIAN,))
    make.accepted(theirs)
    make.certified(theirs)
    for who in (sharing.clerk, sharing.owners_clerk, theirs):
        with seen_by(type(sharing.viewer())(who.pk, BY_OFFICE, "C")), as_sql() as cursor:
            cursor.execute("SELECT * FROM records_for_review(%s, '{}', ARRAY['activity'])", [of.pk])
            assert cursor.fetchall() == []
        assert signed_in(who).get(reverse("records:review", args=[of.pk])).status_code in (403, 404)


def as_sql() -> Any:
    from django.db import connection  # noqa: PLC0415

    return connection.cursor()


# --- Past their day, and two who decide -------------------------------------------------------------------------------


def past(sharing: Sharing, days: int = 1, of: RecordSet | None = None) -> Record:
    day = sharing.owner.today - timedelta(days=days)
    return record(of or sharing.records, details={"retain_until": day.isoformat()})


def test_what_is_past_its_day_is_listed_counted_and_destroyed_without_a_court(sharing: Sharing) -> None:
    warrants = record_set(sharing.owner, "Warrants", record_class="warrant")
    gone, today, warrant = past(sharing), past(sharing, 0), past(sharing, 9, warrants)
    listed = page(sharing.custodian)
    assert gone.docket_number in listed
    assert warrant.docket_number in listed
    assert today.docket_number not in listed, "its last day is not over"
    narrowed = page(sharing.custodian, query="?kind=warrant")
    assert warrant.docket_number in narrowed
    assert gone.docket_number not in narrowed
    assert "Destroy what is kept no longer: 2 records" in page(sharing.custodian, "workbench:home")
    asked = page(sharing.custodian, "records:expunge", gone.pk)
    assert "It is past the day until which it is kept" in asked
    assert "past the day until" not in page(sharing.custodian, "records:expunge", today.pk)
    other = make.second_custodian(sharing.custodian)
    with pytest.raises(Refused, match="not destroyed on that ground"):
        commands.ask_expungement(**by(other, today), ground="retention")
    commands.ask_expungement(**by(other, gone), ground="retention", authority="Court", order_number="1")
    signed_in(sharing.clerk).get(reverse("records:detail", args=[gone.pk]))
    with as_sql() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    commands.expunge(**by(sharing.custodian, gone))
    with expunged.reading():
        left = Expungement.objects.get()
    assert (left.ground, left.authority, left.order_number, left.ordered_on) == ("retention", "", "", None)
    assert (left.asked_by, left.expunged_by) == (other.person, sharing.custodian.person)
    assert "It is past the day until which it is kept" in page(sharing.custodian, "records:detail", gone.pk)
    words = kinds.words(Event.objects.get(kind="record.expunged"), sharing.clerk.person)
    assert words is not None
    assert "which it keeps no longer" in words.body
    assert "order" not in words.body
    assert "which it keeps no longer" in signed_in(sharing.clerk).get(words.link).content.decode()


def test_intelligence_is_purged_without_a_court(sharing: Sharing, files: RecordSet) -> None:
    of = intelligence(files)
    other = make.second_custodian(sharing.custodian)
    commands.ask_expungement(**by(other, of), ground="purge")
    with as_sql() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    commands.expunge(**by(sharing.custodian, of))
    with expunged.reading():
        assert Expungement.objects.get().ground == "purge"


def test_who_asked_does_not_confirm_and_either_keeps_the_record(sharing: Sharing) -> None:
    of = record(sharing.records)
    other = make.second_custodian(sharing.custodian)
    with pytest.raises(Refused, match="Ask for it first"):
        commands.expunge(**by(sharing.custodian, of))
    make.asked_expungement(other, of.pk)
    assert told("record.expungement_asked") == {sharing.custodian.person}
    event = Event.objects.get(kind="record.expungement_asked")
    assert kinds.is_due(event, sharing.custodian.person)
    assert of.docket_number not in str(kinds.words(event, sharing.custodian.person))
    with pytest.raises(Refused, match="Another records custodian"):
        commands.expunge(**by(other, of))
    with pytest.raises(Refused, match="already"):
        make.asked_expungement(sharing.custodian, of.pk)
    assert "Confirm what is to be destroyed: 1 record" in page(sharing.custodian, "workbench:home")
    assert "Confirm what is to be destroyed" not in page(other, "workbench:home")
    for who in (sharing.owners_clerk, sharing.clerk, person(sharing.owner, roles=(Role.PRIVACY_OFFICER,))):
        with pytest.raises((PermissionDenied, Record.DoesNotExist)):
            commands.withdraw_expungement(**by(who, of))
        with seen_by(sharing.viewer(who)):
            assert not ExpungementRequest.objects.exists(), "its custodians alone know of it"
    client = signed_in(sharing.custodian, inquiry=False)
    kept = client.post(reverse("records:expunge_withdraw", args=[of.pk]), follow=True).content.decode()
    assert "The record is kept." in kept
    assert not kinds.is_due(event, sharing.custodian.person)
    for command in (commands.expunge, commands.withdraw_expungement):
        with pytest.raises(Refused):
            command(**by(sharing.custodian, of))
    with as_job("custody", of.record_set_id):
        assert Record.objects.filter(pk=of.pk).exists()
    make.asked_expungement(sharing.custodian, of.pk, **ORDER)


def test_an_agency_with_one_custodian_is_told_what_to_do(sharing: Sharing) -> None:
    of = record(sharing.records)
    assert "There is no other one." in page(sharing.custodian, "records:expunge", of.pk)
    make.second_custodian(sharing.custodian)
    assert "There is no other one." not in page(sharing.custodian, "records:expunge", of.pk)


# --- Looks by office --------------------------------------------------------------------------------------------------


def test_each_form_of_custody_is_a_look_in_the_log(sharing: Sharing) -> None:
    of = record(sharing.records, participants=[("defendant", "Dane Halvorsen"), ("victim", "Ann Zeigler")])
    client = signed_in(sharing.custodian, inquiry=False)
    for name in ("seal", "unseal", "expunge", "corrected", "disclosures", "disputes"):
        before = AccessEntry.objects.count()
        assert client.get(reverse(f"records:{name}", args=[of.pk])).status_code == 200
        assert AccessEntry.objects.count() == before + 1, name
        newest = AccessEntry.objects.latest("at")
        assert (newest.record_ids, newest.outcome, newest.person) == ([of.pk], "shown", sharing.custodian.person)
        assert newest.action == ("view" if name == "disputes" else BY_OFFICE)


def test_what_is_done_by_office_opens_ones_own_sets_alone(sharing: Sharing) -> None:
    of = record(sharing.records)
    viewer = type(sharing.viewer())(sharing.clerk.pk, BY_OFFICE, "C")
    with seen_by(viewer) as decision:
        assert decision.sets == {}
        assert not Record.objects.filter(pk=of.pk).exists()
        see_as(sharing.viewer())
        assert Record.objects.filter(pk=of.pk).exists()
