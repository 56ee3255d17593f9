"""The search page: what may be typed, what comes back, and where what was typed does not go."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agencies.models import Role, Training
from portal.records import listing
from portal.records.models import AccessEntry
from portal.records.searching import KEPT
from tests.make import person, portal_administrator, record, record_set
from tests.records.rows import grant_row
from tests.records.scene import Sharing, force, signed_in

pytestmark = pytest.mark.django_db

SEARCH = "records:search"


def search(client: Client, q: str = "", **more: str) -> Any:
    """Type something, press the button, follow where it leads."""
    return client.post(reverse(SEARCH), {"q": q, **more}, follow=True)


def numbers(answer: Any) -> list[str]:
    return [hit["number"] for hit in answer.context["hits"]]


def test_a_clerk_finds_by_name_and_by_number_in_any_common_writing(sharing: Sharing) -> None:
    made = record(sharing.records, docket_number="3:15-cr-00331", participants=[("defendant", "José García-López")])
    client = signed_in(sharing.clerk)
    for typed in ("garcia", "Lopez jose", "GARCÍA", "josé lóp", "3:15-cr-00331", "15-cr-331", "15cr331", "CR 15-331"):
        answer = search(client, typed)
        assert numbers(answer) == [made.docket_number], typed
        assert "1 record for" in answer.content.decode()
    assert numbers(search(client, "garcia maria")) == []


def test_what_was_typed_stands_in_no_address_and_in_no_log(sharing: Sharing, caplog: pytest.LogCaptureFixture) -> None:
    made = record(sharing.records)
    answer = search(signed_in(sharing.clerk), "Halvorsen")
    ((address, status),) = answer.redirect_chain
    assert status == 302
    assert "alvorsen" not in address
    links = [part.split('"')[0] for part in answer.content.decode().split('href="')[1:]]
    assert not [link for link in links if "alvorsen" in link]
    assert "alvorsen" not in caplog.text
    assert "alvorsen" not in answer.content.decode().split("</title>")[0]
    (entry,) = AccessEntry.objects.filter(action="search")
    assert (entry.searched_by, entry.found, entry.record_ids) == (["name"], 1, [made.pk])
    assert (entry.outcome, entry.purpose, entry.agreements) == ("shown", "C", [sharing.grant.version.agreement.number])
    assert entry.grants == [sharing.grant.pk]
    assert entry.inquiry is not None
    assert "alvorsen" not in repr(entry.__dict__).lower()


TYPED = [
    "'", "''", '"', "\\", "\\'", "%", "_", "!", "& | ! <-> :*", "a' & 'b", "halvorsen:*", "'halvorsen'", "halvorsen\\",
    "halv\x00orsen", "\x00", "\ud800", "‮abc", "☃", "王小明", "王", "مريم", "Ωμέγα", "ꭰꮃ", "\u0131", "ß", "İ", "ﬁ", "½",
    "(", "--", "; DROP TABLE records_record", "{{ 7|add:7 }}", "<script>alert(1)</script>", "a", "a b", "-", "0", "1",
    "x" * 61, "x" * 200, "x" * 10_000, "a " * 5_000, "12e5", "1:2:3:4", "9" * 200, "c'est l'été", "O'Brien", "null",
]  # fmt: skip


def test_whatever_is_typed_gets_an_answer_and_is_not_lost(sharing: Sharing) -> None:
    record(sharing.records)
    client = signed_in(sharing.clerk)
    for typed in TYPED:
        answer = search(client, typed.encode("utf-8", "replace").decode())
        assert answer.status_code == 200, typed
        body = answer.content.decode()
        assert "<script>alert" not in body
        assert answer.context["form"]["q"].value().strip("\x00 ") in ("", *_kept_forms(typed))
        if not answer.redirect_chain:
            assert "usa-alert--error" in body, typed


def _kept_forms(typed: str) -> tuple[str, ...]:
    plain = typed.encode("utf-8", "replace").decode()
    return plain, plain.strip(), plain.strip("\u202e"), " ".join(plain.replace("\x00", " ").split())


MESSAGES = [
    ("", "Type a name or a number, or choose a day of filing."),
    ("a", "Type at least two letters of a name, or a docket number."),
    ("' & |", "Type letters or digits: a name, or a docket number."),
    ("x" * 201, "Type a name or a number, at most 200 characters."),
    ("a b c d e f g h i", "Type fewer words"),
]


def test_what_cannot_be_searched_is_said_in_words(sharing: Sharing) -> None:
    client = signed_in(sharing.clerk)
    for typed, message in MESSAGES:
        assert message in search(client, typed).content.decode()
    assert not AccessEntry.objects.filter(action="search").exists()


def test_names_of_other_scripts_and_signs_are_found(sharing: Sharing) -> None:
    for name in ("王小明", "Ωμέγα Παππά", "O'Brien, Séan", "Straße, Jörg", "ꭰꮃ ꮎ"):
        record(sharing.records, participants=[("defendant", name)])
    client = signed_in(sharing.clerk)
    for typed in ("王", "小明 王", "ωμεγα", "ΠΑΠΠΑ", "o'brien", "obrien", "strasse", "STRAẞE", "ꭰꮃ"):
        assert len(numbers(search(client, typed))) == (0 if typed in ("小明 王", "obrien") else 1), typed


def test_a_name_with_a_digit_is_found_where_no_number_is(sharing: Sharing) -> None:
    made = record(sharing.records, participants=[("defendant", "3M Company")])
    client = signed_in(sharing.clerk)
    answer = search(client, "3M comp")
    assert numbers(answer) == [made.docket_number]
    assert "by=name" in answer.context["facets"][0]["options"][0]["href"]
    numbered = record(sharing.records, docket_number="3M-7")
    assert numbers(search(client, "3M-7")) == [numbered.docket_number]


def test_without_an_inquiry_only_the_agencys_own_records_are_searched(sharing: Sharing) -> None:
    record(sharing.records, docket_number="26-CR-00001")
    own = record_set(sharing.recipient)
    record(own, docket_number="26-CR-00002")
    client = signed_in(sharing.clerk, inquiry=False)
    answer = search(client, "halvorsen")
    assert numbers(answer) == ["26-CR-00002"]
    assert "You search your agency\u2019s own records only" in answer.content.decode()
    back = answer.context["inquiry_form"]["next"].value()
    opened = client.post(
        reverse("records:inquiry"), {"purpose": "C", "case_number": "MPD-1", "next": back}, follow=True
    )
    assert sorted(numbers(opened)) == ["26-CR-00001", "26-CR-00002"], "what was typed goes on under the inquiry"
    assert opened.context["form"]["q"].value() == "halvorsen"


def test_counts_cover_what_the_viewer_may_see(sharing: Sharing) -> None:
    own = record_set(sharing.recipient)
    for closed in (None, date(2026, 5, 1), date(2026, 6, 1)):
        record(sharing.records, terminated_on=closed)
    record(sharing.records, sealed=True)
    record(sharing.records, juvenile=True)
    record(record_set(sharing.owner))
    record(own)
    client = signed_in(sharing.clerk)
    answer = search(client, "halvorsen")
    assert answer.context["heading"] == "4 records for “halvorsen”"
    held, standing = answer.context["facets"]
    assert [(o["label"], o["count"]) for o in held["options"]] == [
        ("All", "4"),
        ("Cedar County Superior Court", "3"),
        ("Marlow Police Department", "1"),
    ]
    assert [(o["label"], o["count"]) for o in standing["options"]] == [("All", "4"), ("Open", "2"), ("Closed", "2")]
    narrowed = client.get(held["options"][1]["href"])
    assert narrowed.context["heading"].startswith("3 records")
    assert [o["count"] for o in narrowed.context["facets"][1]["options"]] == ["3", "1", "2"]
    closed_only = client.get(narrowed.context["facets"][1]["options"][2]["href"])
    assert closed_only.context["heading"].startswith("2 records")
    assert [o["count"] for o in closed_only.context["facets"][0]["options"]] == ["2", "2"]


def test_results_are_paged_by_key_both_ways(sharing: Sharing) -> None:
    for n in range(60):
        record(sharing.records, docket_number=f"N{n:02}", filed_on=date(2026, 1, 1) + timedelta(days=n // 3))
    record(sharing.records, docket_number="undated", filed_on=None)
    client = signed_in(sharing.clerk)
    pages = [search(client, "halvorsen")]
    while pages[-1].context["next"]:
        pages.append(client.get(pages[-1].context["next"]))
    listed = [number for each in pages for number in numbers(each)]
    assert [len(numbers(each)) for each in pages] == [25, 25, 11]
    assert len(set(listed)) == 61
    assert listed[-1] == "undated"
    back = client.get(pages[2].context["previous"])
    assert numbers(back) == numbers(pages[1])
    first = client.get(back.context["previous"])
    assert (numbers(first), first.context["previous"]) == (numbers(pages[0]), "")


def test_dates_narrow_and_are_checked(sharing: Sharing) -> None:
    record(sharing.records, docket_number="A-1", filed_on=date(2026, 1, 31))
    record(sharing.records, docket_number="A-2", filed_on=date(2026, 2, 1))
    client = signed_in(sharing.clerk)
    assert numbers(search(client, since="2026-02-01")) == ["A-2"]
    assert numbers(search(client, "halvorsen", until="2026-01-31")) == ["A-1"]
    backwards = search(client, "halvorsen", since="2026-02-01", until="2026-01-01")
    assert "Choose a day on or after the first one." in backwards.content.decode()
    assert backwards.context["form"]["q"].value() == "halvorsen"
    assert search(client, since="tomorrow").status_code == 200


def test_an_address_that_was_tampered_with_does_no_harm(sharing: Sharing) -> None:
    record(sharing.records)
    client = signed_in(sharing.clerk)
    for tail in ("?s=nothing", "?s=", "?after=1&before=2", "?owner=x&standing=y", "?s=%00", "?by=name", "?after=x_y"):
        assert client.get(reverse(SEARCH) + tail).status_code == 200
    ((address, _),) = search(client, "halvorsen").redirect_chain
    for more in ("&after=9999-12-31_", "&owner=00000000-0000-0000-0000-000000000000", "&before=x", "&standing=sealed"):
        assert client.get(address + more).status_code == 200


def test_a_search_that_is_no_longer_kept_says_so(sharing: Sharing) -> None:
    client = signed_in(sharing.clerk)
    ((address, _),) = search(client, "halvorsen").redirect_chain
    for _ in range(KEPT):
        search(client, "ortiz")
    assert "This search is no longer kept" in client.get(address).content.decode()
    assert len(client.session["searches"]) == KEPT


def test_one_persons_searches_are_not_anothers(sharing: Sharing) -> None:
    ((address, _),) = search(signed_in(sharing.clerk), "halvorsen").redirect_chain
    answer = signed_in(sharing.owners_clerk).get(address)
    assert "alvorsen" not in answer.content.decode()


def test_what_may_be_found_and_not_viewed_is_not_linked(sharing: Sharing) -> None:
    force(sharing.grant, actions=["search"])
    made = record(sharing.records)
    answer = search(signed_in(sharing.clerk), "halvorsen")
    assert [hit["href"] for hit in answer.context["hits"]] == [""]
    assert str(made.pk) not in answer.content.decode()
    assert answer.context["export"] == ""


def test_marks_of_classes_show_to_those_alone_who_see_the_record(sharing: Sharing) -> None:
    record(sharing.records, sealed=True)
    custodian = search(signed_in(sharing.custodian, inquiry=False), "halvorsen").content.decode()
    assert "Sealed" in custodian
    for other in (sharing.owners_clerk, sharing.clerk):
        assert "ealed" not in search(signed_in(other), "halvorsen").content.decode()


@pytest.mark.parametrize("roles", [(Role.SIGNATORY,), (Role.ADMINISTRATOR, Role.DRAFTER)])
def test_roles_that_look_at_no_records_may_not_search(sharing: Sharing, roles: tuple[Role, ...]) -> None:
    client = signed_in(person(sharing.recipient, roles=roles), inquiry=False)
    assert client.get(reverse(SEARCH)).status_code == 403
    assert client.post(reverse(SEARCH), {"q": "halvorsen"}).status_code == 403
    refusals = AccessEntry.objects.filter(outcome="refused", action="search")
    assert refusals.count() == 2


def test_a_portal_administrator_may_not_search(sharing: Sharing) -> None:
    client = Client()
    client.force_login(portal_administrator())
    assert client.get(reverse(SEARCH)).status_code == 403


def test_who_is_not_signed_in_is_sent_to_sign_in() -> None:
    assert Client().get(reverse(SEARCH)).status_code == 302
    assert "/login" in Client().get(reverse(SEARCH))["Location"]


def test_expired_training_is_said_in_words(sharing: Sharing) -> None:
    client = signed_in(sharing.clerk)
    for training in Training.objects.filter(person=sharing.clerk.person):
        force(training, completed_on="2020-01-01", expires_on="2021-01-01")
    answer = search(client, "halvorsen")
    assert "No training of yours is current" in answer.content.decode()


def test_nothing_of_a_search_is_kept_by_caches(sharing: Sharing) -> None:
    answer = search(signed_in(sharing.clerk), "halvorsen")
    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]


def test_more_than_can_be_counted_is_said_so(sharing: Sharing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MOST_COUNTED", 3)
    for n in range(6):
        record(sharing.records, terminated_on=date(2026, 5, 1) if n < 2 else None)
    client = signed_in(sharing.clerk)
    answer = search(client, since="2000-01-01")
    assert answer.context["heading"] == "3+ records"
    assert beside(answer, "Standing") == {"All": "3+", "Open": "3+", "Closed": "2"}
    closed = client.get(answer.context["facets"][-1]["options"][2]["href"])
    assert closed.context["heading"] == "2 records"
    assert beside(closed, "Held by") == {"All": "2", "Cedar County Superior Court": "2"}
    named = search(client, "halvorsen")
    assert named.context["heading"] == "6 records for “halvorsen”", "who bears a name is counted to the last"
    assert beside(named, "Standing") == {"All": "6", "Open": "4", "Closed": "2"}


def test_where_many_sets_are_open_no_choice_is_counted(sharing: Sharing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "FEW_SETS", 0)
    for _ in range(4):
        record(sharing.records)
    client = signed_in(sharing.clerk)
    usual = beside(search(client, since="2000-01-01"), "Standing")
    assert usual == {"All": "4", "Open": "4", "Closed": "0"}
    monkeypatch.setattr(listing, "MOST_COUNTED", 3)
    answer = search(client, since="2000-01-01")
    assert answer.context["heading"] == "3+ records"
    assert set(beside(answer, "Standing").values()) == {None}
    assert "Numbers beside each choice show once" in answer.content.decode()


def beside(answer: Any, facet: str) -> dict[str, str | None]:
    """The number that stands beside each choice."""
    options = next(each["options"] for each in answer.context["facets"] if each["name"] == facet)
    return {each["label"]: each["count"] for each in options}


def test_both_ways_of_listing_give_the_same_pages(sharing: Sharing, monkeypatch: pytest.MonkeyPatch) -> None:
    """Above FEW_SETS the newest entries are probed first; the answer may not depend on it."""
    for n in range(3):
        shared = record_set(sharing.owner, f"Set {n}")
        grant_row(shared, sharing.recipient)
        for _ in range(5):
            record(shared)
            record(record_set(sharing.third, f"Third {n}") if n == 0 and _ == 0 else sharing.records)
    client = signed_in(sharing.clerk)
    usual = numbers(search(client, since="2000-01-01"))
    assert usual
    monkeypatch.setattr(listing, "FEW_SETS", 0)
    for probe in (2, 10, 100):
        monkeypatch.setattr(listing, "PROBE", probe)
        assert numbers(search(client, since="2000-01-01")) == usual


def test_who_is_shown_under_another_name_is_found_by_it_too(sharing: Sharing) -> None:
    remarks = "also known as\nPercy the Fox\nTERMINATED: 08/24/2015"
    known = record(sharing.records, participants=[("defendant", "Dane Halvorsen", {"aliases": remarks})])
    hidden = record(sharing.records, participants=[("victim", "Ann Zelig", {"aliases": remarks})])
    client = signed_in(sharing.clerk)
    for typed in ("Percy Fox", "fox", "halvorsen percy"):
        answer = search(client, typed)
        assert numbers(answer) == [known.docket_number], typed
        assert answer.context["tally"].total == 1
        assert "Defendant, also known as Percy the Fox" in answer.content.decode()
    by_name = search(client, "halvorsen")
    assert "Percy" not in by_name.content.decode()
    assert numbers(search(client, "terminated")) == [], "a source's remark is no name"
    assert ">Defendant<" in by_name.content.decode()
    own = search(signed_in(sharing.owners_clerk, inquiry=False), "percy fox")
    assert sorted(numbers(own)) == sorted([known.docket_number, hidden.docket_number])


def test_a_docket_number_is_found_in_any_common_writing(sharing: Sharing) -> None:
    """With and without the letters of its court, and with any zeros; what is typed with a court finds that court's."""
    record(sharing.records, docket_number="CC-24-CR-0101")
    record(sharing.records, docket_number="3:24-cr-00101")
    record(sharing.records, docket_number="XX-24-CR-0101")
    record(sharing.records, docket_number="CC-24-CV-0101")
    client = signed_in(sharing.clerk)
    for typed in ("24-cr-101", "24-CR-0101", "24cr101", "cr 24-101", "3:24-cr-101"):
        assert sorted(numbers(search(client, typed))) == ["3:24-cr-00101", "CC-24-CR-0101", "XX-24-CR-0101"], typed
    for typed in ("CC-24-CR-0101", "cc-24-cr-101", "cc24cr0101", "No. CC 24 CR 101"):
        assert numbers(search(client, typed)) == ["CC-24-CR-0101"], typed
    for typed in ("24-cr-102", "25-cr-101", "24-mj-101", "cr-101"):
        assert numbers(search(client, typed)) == [], typed


def test_other_words_keep_what_the_search_is_narrowed_to(sharing: Sharing) -> None:
    own = record_set(sharing.recipient)
    record(own, docket_number="26-CR-00001", terminated_on=date(2026, 5, 1))
    record(own, docket_number="26-CR-00002", participants=[("defendant", "Ana Ortiz")])
    record(own, docket_number="26-CR-00003", participants=[("defendant", "Ana Ortiz")], terminated_on=date(2026, 5, 1))
    record(sharing.records, participants=[("defendant", "Ana Ortiz")], terminated_on=date(2026, 5, 1))
    client = signed_in(sharing.clerk)
    first = search(client, "halvorsen", since="2020-01-01")
    closed = client.get(first.context["facets"][1]["options"][2]["href"])
    there = closed.context["facets"][0]["options"]
    narrowed = client.get(next(o["href"] for o in there if o["label"] == sharing.recipient.name))
    assert numbers(narrowed) == ["26-CR-00001"]
    typed = {"q": "ortiz", "since": "2020-01-01", "under": narrowed.context["under"]}
    again = client.post(narrowed.context["asked"].afresh, typed, follow=True)
    assert numbers(again) == ["26-CR-00003"]
    chips = again.context["narrowed_to"]
    assert [each["label"] for each in chips] == [sharing.recipient.name, "Closed"]
    assert sorted(numbers(client.get(chips[1]["href"]))) == ["26-CR-00002", "26-CR-00003"]
    assert len(numbers(client.get(again.context["asked"].first_page))) == 3
    assert f'action="{again.context["asked"].afresh.replace("&", "&amp;")}"' in again.content.decode()


def test_who_holds_nothing_that_is_open_is_not_named(sharing: Sharing) -> None:
    record_set(sharing.third)
    answer = signed_in(sharing.clerk).get(f"{reverse(SEARCH)}?owner={sharing.third.pk}")
    assert [each["label"] for each in answer.context["narrowed_to"]] == ["One agency"]


def test_a_hit_says_in_which_role_somebody_fits_of_those_alone_whom_the_viewer_sees(sharing: Sharing) -> None:
    people: list[Any] = [
        ("defendant", "Dane Quill"),
        ("judge", "Ada Quill"),
        ("victim", "Vera Quill", {"aliases": "aka Vera Zelig"}),
        ("informant", "Ines Quill"),
        ("defense_attorney", "Olga Quill"),
    ]
    made = record(sharing.records, participants=people)
    shared = search(signed_in(sharing.clerk), "quill")
    said = ["Defendant", "Ada Quill, judge", "Olga Quill, defense attorney"]
    assert shared.context["hits"][0]["facts"][:3] == said
    assert not {"Vera", "Zelig", "Ines"} & set(shared.content.decode().replace(",", " ").split())
    assert not AccessEntry.objects.filter(action="search").latest("at").protected_ids
    own = search(signed_in(sharing.owners_clerk, inquiry=False), "quill")
    facts = own.context["hits"][0]["facts"]
    assert facts[:4] == [*said[:2], "Vera Quill, victim", "and 1 more of such names"]
    assert "Ines" not in own.content.decode()
    entry = AccessEntry.objects.filter(action="search").latest("at")
    assert entry.protected_ids == [made.pk], "a victim was named"
    zelig = search(signed_in(sharing.owners_clerk, inquiry=False), "zelig")
    assert zelig.context["hits"][0]["facts"][0] == "Vera Quill, victim, also known as Vera Zelig"


def test_who_is_named_alike_is_said_with_their_role(sharing: Sharing) -> None:
    remarks = {"aliases": "aka Percy the Fox"}
    record(sharing.records, participants=[("defendant", "Ann Ortiz"), ("judge", "Dane Halverson", remarks)])
    near = search(signed_in(sharing.clerk), "halvorsen").context["near"]
    assert near["hits"][0]["facts"][0] == "Dane Halverson, judge, also known as Percy the Fox"
    every = signed_in(sharing.clerk)
    alike = every.get(search(every, "halvorsen").context["asked"].address(alike="1"))
    assert alike.context["hits"][0]["facts"][0].startswith("Dane Halverson, judge")


@pytest.mark.parametrize(
    "words",
    [
        "The People v. Halvorsen",
        "people vs halvorsen",
        "Mr. Halvorsen",
        "Halvorsen Jr.",
        "HALVORSEN, DANE",
        "State versus Dane Halvorsen",
    ],
)
def test_a_name_is_found_as_papers_write_it(sharing: Sharing, words: str) -> None:
    made = record(sharing.records)
    record(sharing.records, participants=[("defendant", "Maria Ortiz")])
    assert numbers(search(signed_in(sharing.clerk), words)) == [made.docket_number]


def test_an_initial_that_no_name_has_leaves_the_name_among_those_alike(sharing: Sharing) -> None:
    made, full = record(sharing.records), record(sharing.records, participants=[("defendant", "Dane Amos Halvorsen")])
    found = search(signed_in(sharing.clerk), "Halvorsen, Dane A.")
    assert numbers(found) == [full.docket_number]
    assert [hit["number"] for hit in found.context["near"]["hits"]] == [made.docket_number]
    assert numbers(search(signed_in(sharing.clerk), "Maria V. Halvorsen")) == [], "which is no versus"
