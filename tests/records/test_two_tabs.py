"""Two tabs: a page carries the inquiry under which it was made, and what it asks for under another is asked first."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone

from agencies import commands as inviting
from agencies.models import Membership, Role
from portal.kernel.ids import uuid7
from portal.records import commands
from portal.records.forms import ExpungeForm
from portal.records.models import AccessEntry, Inquiry, InquiryApproval, Record, Release, SavedSearch
from tests.make import record, record_set
from tests.make import watch as made_watch
from tests.make.people import someone, token
from tests.records.scene import Sharing, an_inquiry, force, signed_in
from tests.records.test_search import search

pytestmark = pytest.mark.django_db

ASKED = "Under which inquiry do you look?"
OTHER = {"purpose": "C", "case_number": "MPD-26-2000"}
TO = {"recipient": "Lt. A. Moss", "reason": "Court asked"}


def changed(client: Client, **stated: str) -> Inquiry:
    """What the second tab does: it reads the form anew and states something else."""
    now = client.get(reverse("records:search")).context["under"]
    client.post(reverse("records:inquiry_change"), {**OTHER, **stated, "under": now})
    return Inquiry.objects.open().latest("opened_at")


def first_hit(answer: Any) -> str:
    return str(answer.context["hits"][0]["href"])


def is_asked(answer: Any) -> bool:
    return answer.status_code == 409 and ASKED in answer.content.decode()


def go_back(client: Client, answer: Any) -> Any:
    """Press the button that goes back to what the page was opened under."""
    made, asked = answer.context["made"], answer.context
    stated = {"purpose": made.purpose, "case_number": made.case_number, "key": asked["key"], "under": asked["under"]}
    return client.post(reverse("records:inquiry"), {**stated, "next": asked["address"]}, follow=True)


@pytest.fixture
def made(sharing: Sharing) -> Record:
    return record(sharing.records, docket_number="26-CR-00417")


@pytest.fixture
def client(sharing: Sharing, made: Record) -> Client:
    return signed_in(sharing.clerk)


def test_a_record_opened_from_a_page_of_another_inquiry_is_asked_about_first(client: Client, made: Record) -> None:
    page = search(client, "halvorsen")
    now = changed(client)
    before = AccessEntry.objects.count()
    answer = client.get(first_hit(page))
    assert is_asked(answer)
    body = answer.content.decode()
    assert page.context["inquiry"].number in body
    assert "MPD-26-1044" in body
    assert f"Go on under {now.number}" in body
    assert "Halvorsen" not in body
    assert made.docket_number not in body
    assert "no-store" in answer["Cache-Control"]
    assert AccessEntry.objects.count() == before, "nothing was shown, so nothing is logged"
    assert client.get(answer.context["address"]).status_code == 200
    assert AccessEntry.objects.filter(action="view").latest("at").inquiry == now


def test_going_back_states_the_same_again_and_asks_no_more(client: Client) -> None:
    page = search(client, "halvorsen")
    second = changed(client)
    opened = go_back(client, client.get(first_hit(page)))
    assert opened.status_code == 200
    entry = AccessEntry.objects.filter(action="view").latest("at")
    assert entry.inquiry is not None
    assert (entry.inquiry.case_number, entry.inquiry.ended_at) == ("MPD-26-1044", None)
    assert entry.inquiry != page.context["inquiry"], "an inquiry that is over stays as it was"
    assert Inquiry.objects.open().filter(pk=second.pk).count() == 0
    assert client.get(first_hit(page)).status_code == 200, "the page says what the log says"


def test_a_search_from_a_page_of_another_inquiry_is_asked_about_first(client: Client) -> None:
    shown = client.get(reverse("records:search")).context["under"]
    now = changed(client)
    before = AccessEntry.objects.filter(action="search").count()
    answer = search(client, "halvorsen", under=shown)
    assert is_asked(answer)
    assert AccessEntry.objects.filter(action="search").count() == before
    found = client.get(answer.context["address"])
    assert len(found.context["hits"]) == 1, "what was typed is not lost"
    assert AccessEntry.objects.filter(action="search").latest("at").inquiry == now
    assert is_asked(search(client, "a", under=shown)), "nor is the page shown that says what is wrong with it"


@pytest.mark.parametrize("name", ["next", "narrowed", "back from the record", "print", "saved"])
def test_what_a_page_leads_to_carries_its_inquiry(client: Client, sharing: Sharing, made: Record, name: str) -> None:
    for _ in range(30):
        record(sharing.records)
    page = search(client, "halvorsen")
    opened = client.get(first_hit(page))
    addresses = {
        "next": page.context["next"],
        "narrowed": page.context["facets"][0]["options"][0]["href"],
        "back from the record": opened.content.decode().split("“halvorsen”")[0].split('href="')[-1].split('"')[0],
        "print": next(each["href"] for each in opened.context["actions"] if "Print" in each["label"]),
    }
    if name == "saved":
        there = urlsplit(page.redirect_chain[-1][0]).query
        saved = client.post(f"{reverse('records:saved_save')}?{there}", {"name": "Mine"}, follow=True)
        addresses[name] = saved.context["saved"]["chips"][0]["href"]
    changed(client)
    assert is_asked(client.get(addresses[name].replace("&amp;", "&"), follow=True))


def test_a_print_is_no_release_before_it_is_known_under_what(client: Client, made: Record) -> None:
    there = reverse("records:print", args=[made.pk])
    shown = client.get(there).context["under"]
    now = changed(client)
    answer = client.post(there, {**TO, "key": str(uuid7()), "under": shown})
    assert is_asked(answer)
    assert not Release.objects.exists()
    again = dict(answer.context["posted"])
    assert TO.items() <= again.items(), "what was typed is not lost"
    printed = client.post(answer.context["address"], {**again, "under": answer.context["under"]})
    assert printed.status_code == 200
    assert Release.objects.get().inquiry == now


def test_nor_is_an_export(client: Client) -> None:
    there = search(client, "halvorsen").context["export"]
    shown = client.get(there).context["under"]
    now = changed(client)
    assert is_asked(client.get(there))
    answer = client.post(there, {**TO, "key": str(uuid7()), "under": shown})
    assert is_asked(answer)
    assert not Release.objects.exists()
    sent = client.post(answer.context["address"], {**dict(answer.context["posted"]), "under": answer.context["under"]})
    assert sent["Content-Type"].startswith("text/csv")
    list(sent)
    assert Release.objects.get().inquiry == now


def test_nor_is_what_was_told(client: Client, made: Record) -> None:
    there = reverse("records:told", args=[made.pk])
    shown = client.get(there).context["under"]
    changed(client)
    assert is_asked(client.post(there, {**TO, "told": ["record"], "key": str(uuid7()), "under": shown}))
    assert not Release.objects.exists()


def test_no_password_is_checked_before_it_is_known_under_what_nor_sent_back(
    sharing: Sharing, made: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(sharing.custodian)
    there = reverse("records:expunge", args=[made.pk])
    under = client.get(there).context["under"]
    changed(client)
    monkeypatch.setattr(ExpungeForm, "is_valid", lambda form: pytest.fail("The form was read."))
    answer = client.post(there, {"ground": "court_order", "password": "What I typed", "under": under})
    assert is_asked(answer)
    assert dict(answer.context["posted"]) == {"ground": "court_order"}
    assert "What I typed" not in answer.content.decode()


def test_who_acts_for_nobody_any_more_is_refused_and_that_is_logged(client: Client, sharing: Sharing) -> None:
    page = search(client, "halvorsen")
    force(sharing.clerk, ended_at=timezone.now())
    assert client.get(first_hit(page)).status_code == 404
    assert AccessEntry.objects.filter(outcome="refused", action="view").count() == 1


def test_there_is_no_way_back_to_a_membership_that_ended(sharing: Sharing, client: Client) -> None:
    page = search(client, "halvorsen")
    act_for_the_owner(client, sharing)
    force(sharing.clerk, ended_at=timezone.now())
    body = client.get(first_hit(page)).content.decode()
    assert f"Your membership of {sharing.recipient} has ended" in body
    assert "switch to" not in body


def test_head_is_no_look(client: Client, made: Record) -> None:
    page = search(client, "halvorsen")
    before = AccessEntry.objects.count()
    for address in (first_hit(page), page.redirect_chain[-1][0], reverse("records:print", args=[made.pk])):
        assert client.head(address).status_code == 405
    assert AccessEntry.objects.count() == before


def test_a_page_whose_inquiry_is_over_is_asked_about_too(client: Client, sharing: Sharing) -> None:
    page = search(client, "halvorsen")
    commands.end_inquiry(actor=sharing.clerk.person, inquiry_id=page.context["inquiry"].pk)
    answer = client.get(first_hit(page))
    assert is_asked(answer)
    assert "Go on without an inquiry" in answer.content.decode()
    assert client.get(answer.context["address"]).status_code == 404, "shared records are closed without one"
    assert go_back(client, answer).status_code == 200


def test_a_page_made_without_an_inquiry_asks_before_it_looks_under_one(sharing: Sharing) -> None:
    record(sharing.records)
    client = signed_in(sharing.clerk, inquiry=False)
    page = search(client, "halvorsen")
    there = page.redirect_chain[-1][0]
    client.post(reverse("records:inquiry"), {**OTHER, "under": "none"})
    assert is_asked(client.get(there))
    assert "No inquiry: your agency" in client.get(there).content.decode()


def test_an_inquiry_that_is_opened_on_a_page_is_the_page_s(sharing: Sharing) -> None:
    record(sharing.records)
    client = signed_in(sharing.clerk, inquiry=False)
    page = search(client, "halvorsen")
    stated = {**OTHER, "under": "none", "next": page.context["inquiry_form"]["next"].value()}
    opened = client.post(reverse("records:inquiry"), stated, follow=True)
    assert len(opened.context["hits"]) == 1


def test_addresses_without_a_mark_or_with_another_persons_open_as_any(client: Client, sharing: Sharing) -> None:
    page = search(client, "halvorsen")
    there = first_hit(page)
    assert client.get(there.partition("?")[0]).status_code == 200
    theirs = (str(an_inquiry(sharing.outsider).pk), f"none.{sharing.outsider.pk}")
    for wrong in ("x", "None", str(uuid7()), *theirs):
        assert client.get(f"{there.partition('?')[0]}?under={wrong}").status_code == 200, wrong
    assert signed_in(sharing.outsider).get(there).status_code == 404, "passed on, it says no more than any"


def test_what_is_carried_tells_nothing(client: Client) -> None:
    page = search(client, "halvorsen")
    changed(client)
    answer = client.get(first_hit(page))
    for address in (first_hit(page), answer.context["address"]):
        assert set(parse_qs(urlsplit(address).query)) == {"s", "under"}
        assert not {"alvorsen", "1044", "2000"} & {each for each in ("alvorsen", "1044", "2000") if each in address}


def test_the_end_of_one_inquiry_is_not_the_end_of_another(client: Client) -> None:
    shown = client.get(reverse("records:search")).context["under"]
    now = changed(client)
    answer = client.post(reverse("records:inquiry_end"), {"under": shown}, follow=True)
    assert f"Inquiry {now.number} stays open" in answer.content.decode()
    assert Inquiry.objects.open().filter(pk=now.pk).exists()
    client.post(reverse("records:inquiry_end"), {"under": answer.context["under"]})
    assert not Inquiry.objects.open().filter(pk=now.pk).exists()


def test_a_form_that_changes_an_inquiry_changes_that_one(client: Client) -> None:
    shown = client.get(reverse("records:inquiry_change")).context["under"]
    now = changed(client)
    third = {"purpose": "D", "case_number": "MPD-26-3000"}
    answer = client.post(reverse("records:inquiry_change"), {**third, "under": shown})
    assert f"Inquiry {now.number} was opened since this page was made" in answer.content.decode()
    assert answer.context["form"]["case_number"].value() == "MPD-26-3000", "what was typed is not lost"
    client.post(reverse("records:inquiry_change"), {**third, "under": answer.context["under"]})
    assert Inquiry.objects.open().get(membership=now.membership).case_number == "MPD-26-3000"


def test_the_same_form_twice_is_the_same_inquiry_still(sharing: Sharing) -> None:
    client = signed_in(sharing.clerk, inquiry=False)
    form = {**OTHER, "under": "none", "key": str(uuid7())}
    for _ in range(2):
        assert client.post(reverse("records:inquiry"), form).status_code == 302
    assert Inquiry.objects.filter(membership=sharing.clerk).count() == 1


def test_after_another_membership_is_chosen_there_is_no_way_back(sharing: Sharing, client: Client) -> None:
    page = search(client, "halvorsen")
    act_for_the_owner(client, sharing)
    answer = client.get(first_hit(page))
    assert is_asked(answer)
    assert answer.context["switched"]
    assert "Go back" not in answer.content.decode()


def act_for_the_owner(client: Client, sharing: Sharing) -> Membership:
    """The clerk works for the owner too, and chooses that in another tab."""
    who = sharing.clerk.person
    invited = inviting.invite(
        actor=someone(sharing.owner, Role.ADMINISTRATOR),
        agency_id=sharing.owner.pk,
        email=who.email,
        roles=(Role.CLERK,),
    )
    inviting.accept_invitation(actor=who, token=token(invited))
    session = client.session
    session["membership"] = str(Membership.objects.get(person=who, agency=sharing.owner).pk)
    session.save()
    return Membership.objects.get(person=who, agency=sharing.owner)


def test_a_page_without_an_inquiry_says_for_whom_one_acted(sharing: Sharing) -> None:
    client = signed_in(sharing.clerk, inquiry=False)
    page = search(client, "halvorsen")
    before = AccessEntry.objects.count()
    elsewhere = act_for_the_owner(client, sharing)
    answer = client.get(page.redirect_chain[-1][0])
    assert is_asked(answer)
    assert f"You acted for {sharing.recipient} when this page was made" in answer.content.decode()
    assert AccessEntry.objects.count() == before
    stated = {**OTHER, "under": page.context["under"]}
    refused = client.post(reverse("records:inquiry"), stated)
    assert f"You act for {sharing.owner} now" in refused.content.decode()
    assert not Inquiry.objects.exists()
    client.post(reverse("records:inquiry"), {**OTHER, "under": refused.context["under"]})
    assert Inquiry.objects.get().membership == elsewhere


def test_an_approval_is_asked_for_the_inquiry_of_its_page(client: Client) -> None:
    there = reverse("records:ask_approval")
    shown = client.get(there).context["under"]
    changed(client)
    assert is_asked(client.post(there, {"reason": "For the matter of 1044", "under": shown}))
    assert not InquiryApproval.objects.exists()


LOOKS = {
    "ask_approval", "clearing", "corrected", "detail", "dispute_end", "disclosures", "disclosures_csv", "disputes",
    "entry_clear", "entry_withdraw", "export", "expunge", "keeping", "order_document", "print", "review", "saved_open",
    "seal", "told", "unseal", "watch",
}  # fmt: skip


def test_every_link_to_a_look_carries_the_inquiry_of_its_page(sharing: Sharing) -> None:
    held = record(sharing.records, entries=["Order", "Letter"], docket_number="26-CR-00001")
    record(sharing.records, docket_number="26-CR-00002", entries=["Order"])
    record(record_set(sharing.owner, "Arrests", record_class="arrest"))
    commands.dispute(
        actor=sharing.custodian.person,
        membership_id=sharing.custodian.pk,
        record_id=held.pk,
        field="record",
        of=None,
        note="It is not his.",
        words_of="subject",
    )
    signed_in(sharing.clerk).get(reverse("records:detail", args=[held.pk]))
    client = signed_in(sharing.custodian)
    there = urlsplit(search(client, "halvorsen").redirect_chain[-1][0]).query
    client.post(f"{reverse('records:saved_save')}?{there}", {"name": "Mine"})
    saved = SavedSearch.objects.get()
    made_watch(sharing.custodian, held)
    pages = [reverse(f"records:{name}") for name in ("clearing", "keeping", "watches")]
    pages += [reverse("records:saved_edit", args=[saved.pk]), f"/records/?{there}"]
    pages += [
        reverse(f"records:{name}", args=[held.pk]) for name in ("detail", "disputes", "disclosures", "seal", "expunge")
    ]
    pages.append(f"{reverse('records:watch_new')}?saved={saved.pk}")
    seen, bare = set(), set()
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        body = answer.content.decode()
        for address in re.findall(r'href="(/records/[^"]*)"', body[body.index("<main") : body.index("</main>")]):
            name = resolve(urlsplit(address).path).url_name
            if name in LOOKS:
                seen.add(name)
                bare |= set() if "under=" in address else {(page, address)}
    assert seen >= {"detail", "disclosures", "disclosures_csv", "disputes", "entry_clear", "expunge", "keeping"}
    assert seen >= {"saved_open", "seal", "print", "watch"}
    assert not bare
