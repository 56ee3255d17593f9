"""The record page over HTTP: who gets it, who gets the 404, what the log says of either."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agencies.models import Membership
from portal.kernel.viewing import as_job
from portal.records import commands
from portal.records.models import AccessEntry, Charge, Inquiry, Record
from tests import kept, make
from tests.make import accepted, policy, portal_administrator, record, record_set
from tests.records.rows import grant_row
from tests.records.scene import Sharing, as_owner, force, signed_in

pytestmark = pytest.mark.django_db


def address(of: Record | uuid.UUID, name: str = "detail") -> str:
    return reverse(f"records:{name}", kwargs={"pk": getattr(of, "pk", of)})


@kept.fixture
def case(sharing: Sharing) -> Record:
    return record(
        sharing.records,
        title="State v. Halvorsen, on the complaint of Ann Zeigler",
        participants=[
            ("defendant", "Dane Halvorsen"),
            ("victim", "Ann Zeigler", {"contact": "12 Birch Road"}),
            ("judge", "P. Lindqvist"),
        ],
        entries=["Ann Zeigler testified"],
        charges=["Assault in the second degree"],
    )


def body(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_recipients_clerk_opens_the_record(sharing: Sharing, case: Record) -> None:
    answer = signed_in(sharing.clerk).get(address(case))
    text = body(answer)
    assert answer.status_code == 200
    assert "Dane Halvorsen" in text
    assert "Assault in the second degree" in text
    assert '<span class="p-alias">Victim A</span>' in text
    assert "<strong>Withheld</strong>" in text
    assert "Zeigler" not in text
    assert "Birch" not in text
    assert sharing.grant.version.agreement.number in text
    assert "clause 3.1" in text
    assert "Explain each condition (12 of 12 pass)" in text
    assert "<title>" + case.docket_number in text, "browsers keep titles, so the title names nobody"
    assert "no-store" in answer["Cache-Control"]


def test_the_view_is_logged_with_its_permission(sharing: Sharing, case: Record) -> None:
    answer = signed_in(sharing.clerk, REMOTE_ADDR="10.1.2.3").get(address(case))
    (entry,) = AccessEntry.objects.filter(action="view")
    assert (entry.person, entry.agency, entry.outcome) == (sharing.clerk.person, sharing.recipient, "shown")
    assert (entry.record_ids, entry.record_sets, entry.grants) == ([case.pk], [sharing.records.pk], [sharing.grant.pk])
    assert entry.agreements == [sharing.grant.version.agreement.number]
    assert (entry.purpose, entry.source_address) == ("C", "10.1.2.3")
    assert entry.inquiry is not None
    assert entry.withheld == answer.context["case"].withheld == 4, "name, contact, title, entry"
    assert entry.inquiry.number in body(answer)


def test_the_owners_people_see_it_whole_and_without_an_inquiry(sharing: Sharing, case: Record) -> None:
    text = body(signed_in(sharing.owners_clerk, inquiry=False).get(address(case)))
    assert "on the complaint of Ann Zeigler" in text
    assert "Ann Zeigler testified" in text
    assert "12 Birch Road" in text
    assert "owns this record" in text
    assert "Withheld here" not in text


def refusals(client: Client, *asked: uuid.UUID) -> list[tuple[int, bytes, int]]:
    """Status, body and number of statements of each answer, after one that warms caches up."""
    client.get(address(uuid.uuid4()))
    found = []
    for key in asked:
        with CaptureQueriesContext(connection) as statements:
            answer = client.get(address(key))
        found.append((answer.status_code, answer.content, len(statements)))
    return found


def test_absent_and_forbidden_are_one_answer_at_one_cost(sharing: Sharing, case: Record) -> None:
    sealed = record(sharing.records, sealed=True)
    unshared = record(record_set(sharing.owner))
    absent = uuid.uuid4()
    for client in (
        signed_in(sharing.outsider),
        signed_in(sharing.outsider, inquiry=False),
        signed_in(sharing.clerk, inquiry=False),
    ):
        answers = refusals(client, absent, case.pk, sealed.pk, unshared.pk)
        assert len(set(answers)) == 1, [(status, len(page), number) for status, page, number in answers]
        assert answers[0][0] == 404
    for who in (sharing.clerk, sharing.owners_clerk):
        answers = refusals(signed_in(who), absent, sealed.pk)
        assert len(set(answers)) == 1
        assert answers[0][0] == 404


def test_a_prepared_statement_is_counted_like_any_other(sharing: Sharing, case: Record) -> None:
    """What counts statements must see those that row for row make the page, else their number says nothing."""
    with CaptureQueriesContext(connection) as statements:
        signed_in(sharing.clerk).get(address(case))
    assert [each for each in statements.captured_queries if "records_participant" in each["sql"]]


def test_a_refusal_is_logged_with_the_id_alone(sharing: Sharing, case: Record) -> None:
    absent = uuid.uuid4()
    client = signed_in(sharing.outsider)
    for key in (case.pk, absent):
        assert client.get(address(key)).status_code == 404
    refused, other = AccessEntry.objects.filter(outcome="refused").order_by("at", "pk")
    assert (refused.record_ids, other.record_ids) == ([case.pk], [absent])
    assert (refused.record_sets, other.record_sets) == ([sharing.records.pk], []), "for the owner's auditor"
    for entry in (refused, other):
        assert (entry.action, entry.person, entry.agency) == ("view", sharing.outsider.person, sharing.third)
        assert (entry.grants, entry.agreements, entry.found) == ([], [], None)


def test_a_portal_administrator_gets_the_404_of_everybody_else(sharing: Sharing, case: Record) -> None:
    client = Client()
    client.force_login(portal_administrator())
    assert client.get(address(case)).status_code == 404
    (entry,) = AccessEntry.objects.filter(outcome="refused")
    assert entry.agency is None


def test_sealing_makes_the_address_that_of_nothing(sharing: Sharing, case: Record) -> None:
    clerk = signed_in(sharing.clerk)
    assert clerk.get(address(case)).status_code == 200
    keeper = sharing.custodian
    commands.seal_record(actor=keeper.person, membership_id=keeper.pk, record_id=case.pk, **make.order("26-SO-114"))
    gone, absent = refusals(clerk, case.pk, uuid.uuid4())
    assert gone == absent
    assert "Sealed" in body(signed_in(keeper, inquiry=False).get(address(case)))


def test_what_may_not_be_printed_offers_no_print(sharing: Sharing, case: Record) -> None:
    assert "Print as a release" in body(signed_in(sharing.clerk).get(address(case)))
    force(sharing.grant, actions=["search", "view"])
    text = body(signed_in(sharing.clerk).get(address(case)))
    assert "Print as a release" not in text
    assert "In no term that opens this record" in text


def test_an_inquiry_does_not_go_along_to_another_membership(sharing: Sharing, case: Record) -> None:
    """A person of two agencies: the purpose stated for one is none for the other, nor does switching back revive it."""
    policy(sharing.recipient)
    accepted(sharing.clerk)
    both = Membership(person=sharing.clerk.person, agency=sharing.third, roles=["clerk"])
    both.save()
    grant_row(sharing.records, sharing.third)
    client = signed_in(sharing.clerk)
    assert client.get(address(case)).status_code == 200
    for chosen, status in ((both, 404), (sharing.clerk, 404)):
        session = client.session
        session["membership"] = str(chosen.pk)
        session.save()
        assert client.get(address(case)).status_code == status


def test_the_inquiry_ends_by_the_clock(sharing: Sharing, case: Record) -> None:
    client = signed_in(sharing.clerk)
    assert client.get(address(case)).status_code == 200
    with as_owner():
        Inquiry.objects.update(open_until=timezone.now())
    assert client.get(address(case)).status_code == 404


def test_whom_to_ask_for_what_is_withheld_stands_beside_it(sharing: Sharing, case: Record) -> None:
    contact = f"mailto:{sharing.custodian.person.email}"
    assert contact in body(signed_in(sharing.clerk).get(address(case)))
    open_to_all = record(sharing.records)
    assert contact not in body(signed_in(sharing.clerk).get(address(open_to_all))), "nothing is withheld there"
    force(sharing.custodian, ended_at=timezone.now())
    assert contact not in body(signed_in(sharing.clerk).get(address(case)))


def test_the_way_back_leads_to_what_was_found(sharing: Sharing, case: Record) -> None:
    client = signed_in(sharing.clerk)
    found = client.post(reverse("records:search"), {"q": "halvorsen"}, follow=True)
    (hit,) = found.context["hits"]
    text = body(client.get(hit["href"]))
    assert "“halvorsen”" in text
    assert found.redirect_chain[0][0].replace("&", "&amp;") in text


def test_a_long_docket_is_paged(sharing: Sharing) -> None:
    of = record(sharing.records, entries=[f"Entry number {n}." for n in range(1, 121)])
    client = signed_in(sharing.clerk)
    first = client.get(address(of))
    assert "Docket, 120 entries" in body(first)
    assert "Entry number 50." in body(first)
    assert "Entry number 51." not in body(first)
    second = client.get(first.context["entries_next"])
    assert "Entry number 51." in body(second)
    third = client.get(second.context["entries_next"])
    assert "Entry number 120." in body(third)
    assert third.context["entries_next"] == ""
    assert "Entry number 51." in body(client.get(third.context["entries_previous"]))
    for tail in ("?entries=x", "?entries=-1", "?entries=999999999999", "?entries=%00"):
        assert client.get(address(of) + tail).status_code == 200


def test_markup_of_a_source_stays_text(sharing: Sharing) -> None:
    of = record(
        sharing.records,
        title="<script>alert(1)</script>",
        participants=[("defendant", "<b>Dane</b> {{ 1 }}", {"contact": "<i>\n'\""})],
        entries=["<script>alert(2)</script>\nsecond line"],
        charges=["<img src=x onerror=alert(3)>"],
    )
    for who in (sharing.clerk, sharing.owners_clerk):
        text = body(signed_in(who).get(address(of)))
        for markup in ("<script>alert", "<b>Dane", "<i>", "<img"):
            assert markup not in text


def test_only_reading_is_answered(sharing: Sharing, case: Record) -> None:
    client = signed_in(sharing.clerk)
    assert client.post(address(case)).status_code == 405
    assert client.head(address(case)).status_code == 405, "which would be a look in the log that showed nothing"


def test_a_person_of_the_third_agency_gets_in_once_an_agreement_says_so(sharing: Sharing, case: Record) -> None:
    client = signed_in(sharing.outsider)
    assert client.get(address(case)).status_code == 404
    grant_row(sharing.records, sharing.third)
    accepted(sharing.outsider)
    assert client.get(address(case)).status_code == 200


def test_entries_withheld_alike_are_one_row_with_their_number(sharing: Sharing) -> None:
    """And a page printed from the browser says that it is no release; the inquiry's end names its day unless today."""
    of = record(sharing.records, participants=[("victim", "Ann Zeigler")], entries=[f"Order {n}" for n in range(1, 46)])
    client = signed_in(sharing.clerk)
    answer = client.get(address(of))
    (row,) = answer.context["docket"]
    assert (row["entry"].position, row["last"].position, row["count"]) == (1, 45, 45)
    text = body(answer)
    assert "1 to 45" in text
    assert "45 entries" in text
    assert "Not a numbered release" in text
    assert "no-store" in answer["Cache-Control"]
    own = signed_in(sharing.owners_clerk, inquiry=False).get(address(of))
    assert [each["count"] for each in own.context["docket"]] == [1] * 45
    home = client.get("/")
    assert {"private", "no-store"} <= set(home["Cache-Control"].split(", "))
    assert "Not a numbered release" not in home.content.decode()


PENDING: dict[str, Any] = {"description": "Assault", "standing": "pending"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"sentenced_on": date(2026, 3, 1)}, 'Sentenced <time datetime="2026-03-01">Mar 1, 2026</time>'),
        ({"sentence": "12 months", "outcome": "convicted"}, "Sentenced"),
        ({"fine": "250.00"}, "Sentenced"),
        (
            {"outcome": "dismissed", "disposed_on": date(2026, 3, 1)},
            'Dismissed <time datetime="2026-03-01">Mar 1, 2026</time>',
        ),
        ({"disposed_on": date(2026, 3, 1)}, 'Disposed of <time datetime="2026-03-01">Mar 1, 2026</time>'),
        ({"disposition": "Transferred to another court"}, "Disposed of"),
    ],
)
def test_a_count_that_ended_does_not_stand_as_pending(sharing: Sharing, given: dict[str, Any], expected: str) -> None:
    """The stored word stays, and is said as that of the source."""
    of = record(sharing.records, charges=[PENDING | given])
    text = body(signed_in(sharing.clerk).get(address(of)))
    assert f'<span>{expected}<br><span class="p-meta"><span>the source still says pending</span></span></span>' in text
    with as_job("custody", of.record_set_id):
        assert Charge.objects.get(record=of).standing == "pending"


@pytest.mark.parametrize(
    "given", [{}, {"disposition": "Pending"}, {"plea": "Not guilty"}, {"filed_on": date(2026, 3, 1)}]
)
def test_a_count_that_did_not_end_stands_as_its_source_says(sharing: Sharing, given: dict[str, Any]) -> None:
    text = body(signed_in(sharing.clerk).get(address(record(sharing.records, charges=[PENDING | given]))))
    assert "<span>Pending" in text
    assert "still says" not in text


def test_nothing_follows_from_a_disposition_that_is_withheld(sharing: Sharing) -> None:
    people = [("defendant", "Dane Halvorsen"), ("victim", "Ann Zeigler")]
    of = record(sharing.records, participants=people, charges=[PENDING | {"disposition": "Restitution to Ann Zeigler"}])
    assert "still says" not in body(signed_in(sharing.clerk).get(address(of)))
    assert "still says pending" in body(signed_in(sharing.owners_clerk).get(address(of)))
