"""The pages of redress: asking without an account, coming back with a code, and the agency's desk."""

from __future__ import annotations

import csv
import html
import io
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.models import Agency, Role
from portal.workbench import awaiting
from privacy.redress import codes, commands, forms
from privacy.redress.models import RedressRequest
from privacy.redress.views import answering
from tests import make
from tests.sharing_agreements.test_views import client_of, read

from .test_redress import SECRET, court, officers

__all__ = ["court"]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests type faster than people, and all from one network."""
    monkeypatch.setattr(forms, "QUICKEST", 0)
    cache.clear()


def form_of(client: Client, agency: Agency, **values: str) -> dict[str, str]:
    page = client.get(reverse("ask:ask", args=[agency.pk]))
    return {"kind": "access", **make.ABOUT, "key": page.context["form"]["key"].value(), "website": "", **values}


def sent(client: Client, agency: Agency, **values: str) -> Any:
    return client.post(reverse("ask:ask", args=[agency.pk]), form_of(client, agency, **values))


def test_from_the_policy_to_an_answer_and_an_appeal(court: Agency) -> None:
    public = Client()
    policy = read(public.get(reverse("public:policy", args=[court.privacy_policy.pk])))
    assert reverse("ask:ask", args=[court.pk]) in policy
    receipt = sent(public, court)
    asked = RedressRequest.objects.get()
    code = codes.code_of(asked.pk)
    assert code in read(receipt)
    assert receipt.headers["Cache-Control"].count("no-store")
    keys = {"number": asked.number, "code": code}
    assert "Received" in read(public.post(reverse("ask:status"), keys))
    desk = client_of(officers(court)[0])
    assert "Quilla Marchetti" in read(desk.get(reverse("redress:list")))
    assert "19-cr-77" in read(desk.get(reverse("redress:detail", args=[asked.pk])))
    desk.post(reverse("redress:take", args=[asked.pk]))
    answer = reverse("redress:answer", args=[asked.pk])
    refused = desk.post(answer, {"outcome": "granted", "answer": "Come by."})
    assert "Record first how it was shown who asks" in read(refused)
    assert desk.post(reverse("redress:prove", args=[asked.pk]), {"proof": "in_person"}).status_code == 302
    no_ground = desk.post(answer, {"outcome": "partly", "answer": "Come by for the rest."})
    assert "Choose the ground" in read(no_ground)
    assert "Come by for the rest." in read(no_ground)
    desk.post(answer, {"outcome": "partly", "answer": "Come by for the rest.", "ground": "others"})
    page = read(public.post(reverse("ask:status"), keys))
    assert "Come by for the rest." in page
    assert "somebody else" in page
    after = read(public.post(reverse("ask:appeal"), {**keys, "reason": "The rest is about me, too."}))
    assert "The rest is about me, too." in after
    other = client_of(officers(court)[1])
    decide = reverse("redress:decide_appeal", args=[asked.pk])
    assert desk.get(decide).status_code == 302
    assert other.post(decide, {"outcome": "upheld", "answer": "It stands."}).status_code == 302
    assert "The answer stands" in read(public.post(reverse("ask:status"), keys))


def test_the_form_keeps_what_was_typed_and_says_what_is_missing(court: Agency) -> None:
    page = read(sent(Client(), court, about="", email="", name="Quilla"))
    assert "Give an email or a postal address" in page
    assert 'value="Quilla"' in page
    assert not RedressRequest.objects.exists()


def test_a_program_is_turned_away(court: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client()
    for values in ({"website": "https://x.example"}, {"key": "made up"}):
        assert sent(client, court, **values).status_code == 200
    monkeypatch.setattr(forms, "QUICKEST", 60)
    sent(client, court)
    other = make.agency()
    make.policy(other)
    monkeypatch.setattr(forms, "QUICKEST", 0)
    client.post(reverse("ask:ask", args=[other.pk]), form_of(client, court))
    assert not RedressRequest.objects.exists()


def test_a_form_that_was_open_too_long_gets_a_new_key_and_goes_through(
    court: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client()
    typed = form_of(client, court)
    with monkeypatch.context() as patch:
        patch.setattr(forms, "SLOWEST", -1)
        page = client.post(reverse("ask:ask", args=[court.pk]), typed)
    assert "open too long" in read(page)
    again = {**typed, "key": page.context["form"]["key"].value()}
    assert again["key"] != typed["key"]
    assert "Your request is received" in read(client.post(reverse("ask:ask", args=[court.pk]), again))


def test_a_form_sent_twice_shows_the_same_receipt(court: Agency) -> None:
    client = Client()
    typed = form_of(client, court)
    first, second = (read(client.post(reverse("ask:ask", args=[court.pk]), typed)) for _ in range(2))
    asked = RedressRequest.objects.get()
    assert codes.code_of(asked.pk) in first
    assert codes.code_of(asked.pk) in second


def test_too_many_from_one_network_wait(court: Agency) -> None:
    client = Client()
    for _ in range(5):
        assert "Your request is received" in read(sent(client, court))
    assert "Too much came from your network" in read(sent(client, court))
    assert RedressRequest.objects.count() == 5
    wrong = {"number": "ASK-26-0000000000", "code": "AAAA-AAAA-AAAA-AAAA"}
    said = [read(client.post(reverse("ask:status"), wrong)) for _ in range(21)]
    assert "No request has this number and this code" in said[19]
    assert "Too much came from your network" in said[20]


def test_a_wrong_code_reads_as_no_such_request(court: Agency) -> None:
    asked = make.asked(court)
    wrong = {"number": asked.number, "code": codes.code_of(codes.NOBODY)}
    absent = {"number": "ASK-26-0000000000", "code": codes.code_of(codes.NOBODY)}

    def page(at: str, keys: dict[str, str]) -> str:
        client = Client()
        client.cookies["csrftoken"] = "x" * 32
        found = client.post(reverse(at), {**keys, "reason": "X"})
        return found.content.decode().replace(keys["number"], "").replace(_token(found), "")

    for at in ("ask:status", "ask:appeal"):
        assert page(at, wrong) == page(at, absent)


def test_an_appeal_says_what_is_wrong_with_it_and_comes_once(court: Agency) -> None:
    asked = make.refused_request(make.asked(court))
    keys = {"number": asked.number, "code": codes.code_of(asked.pk)}
    at = reverse("ask:appeal")
    wrong = read(Client().post(at, {**keys, "code": "AAAA-AAAA-AAAA-AAAA", "reason": "X"}))
    assert "No request has this number and this code" in wrong
    assert "What is wrong with the answer?" in read(Client().post(at, {**keys, "reason": " "}))
    first, second = (read(Client().post(at, {**keys, "reason": "It is about me."})) for _ in range(2))
    for page in (first, second):
        assert "It is about me." in page
        assert "Somebody else than who answered decides" in page


def _token(page: Any) -> str:
    return html.unescape(str(page.context["csrf_token"]))


def test_an_agency_without_a_policy_in_force_has_no_page(court: Agency) -> None:
    other = make.agency()
    make.policy_draft(other)
    assert Client().get(reverse("ask:ask", args=[other.pk])).status_code == 404
    index = read(Client().get(reverse("ask:index")))
    assert "Cedar Court" in index
    assert str(other) not in index
    assert "No agency by that name" in read(Client().get(reverse("ask:index"), {"q": "Nowhere"}))
    assert "Cedar Court" in read(Client().get(reverse("ask:index"), {"q": "ced\x00ar"}))


def test_the_desk_is_for_the_office_and_the_file_names_nobody(court: Agency) -> None:
    asked = make.asked(court)
    clerk, keeper = make.person(court).person, make.administrator_of(court)
    assert keeper
    for person in (clerk, make.person(roles=(Role.PRIVACY_OFFICER,)).person, keeper):
        assert client_of(person).get(reverse("redress:detail", args=[asked.pk])).status_code == 404
    assert client_of(clerk).get(reverse("redress:list")).status_code == 404
    make.appealed(asked)
    assert client_of(keeper).get(reverse("redress:detail", args=[asked.pk])).status_code == 200
    sheet = client_of(officers(court)[0]).get(reverse("redress:csv"), {"state": "all"})
    text = b"".join(sheet).decode()
    [row] = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert (row["Number"], row["Outcome"], row["Appeal"]) == (asked.number, "Refused", "Undecided")
    assert not [word for word in SECRET if word in text]


def test_who_was_slower_reads_so(court: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = make.refused_request(make.asked(court))
    assert asked.handler
    monkeypatch.setattr(answering, "refused", lambda *args: False)  # both were asked before either was done
    desk = client_of(asked.handler)
    for name, values in (
        ("answer", {"outcome": "refused", "ground": "law", "answer": "No."}),
        ("prove", {"proof": "notary"}),
    ):
        page = desk.post(reverse(f"redress:{name}", args=[asked.pk]), values, follow=True)
        assert f"{asked.number} is answered." in read(page)


def test_who_decides_reads_what_it_is_about(court: Agency) -> None:
    asked = make.asked(court)
    make.appealed(asked)
    page = read(client_of(officers(court)[1]).get(reverse("redress:decide_appeal", args=[asked.pk])))
    for words in ("An arrest in 2019", "Not now.", "It is about me."):
        assert words in page


def test_today_asks_no_more_of_the_database_where_more_is_asked(court: Agency, django_assert_num_queries: Any) -> None:
    member = court.memberships.current().select_related("person", "agency").get(person=officers(court)[0])
    for _ in range(2):
        make.asked(court)
    with CaptureQueriesContext(connection) as few:
        assert len(list(awaiting.of(member.person, member))) >= 2
    for _ in range(4):
        make.asked(court)
    with django_assert_num_queries(len(few)):
        awaiting.of(member.person, member)


def test_today_asks_whoever_can_do_something(court: Agency) -> None:
    one, two = officers(court)
    asked = make.asked(court)

    def today(person: Any) -> str:
        return read(client_of(person).get(reverse("workbench:home")))

    assert f"Take {asked.number} in hand" in today(two)
    make.in_hand(asked, one)
    assert asked.number not in today(two)
    assert f"Answer {asked.number}" in today(one)
    commands.answer(actor=one, request_id=asked.pk, outcome="refused", ground="law", answer="No.")
    commands.appeal(request_id=asked.pk, reason="It is about me.")
    assert f"Decide on the appeal in {asked.number}" in today(two)
    assert f"Decide on the appeal in {asked.number}" not in today(one)


def test_the_register_shows_what_is_asked_for(court: Agency) -> None:
    asked, done = make.asked(court), make.refused_request(make.asked(court, kind="complaint"), "unfounded")
    desk = client_of(officers(court)[0])

    def shown(**query: str) -> set[str]:
        page = read(desk.get(reverse("redress:list"), query))
        return {each.number for each in (asked, done) if each.number in page}

    assert shown() == {asked.number}
    assert shown(state="all") == {asked.number, done.number}
    assert shown(state="answered") == {done.number}
    assert shown(state="late") == set()
    assert shown(kind="complaint") == set()
    assert shown(state="all", kind="complaint") == {done.number}
    assert shown(state="nonsense") == set()
