"""Pages of agencies and people: who gets which answer, and what the buttons do."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from agencies import commands, links, register
from agencies.models import Agency, Auditor, Invitation, Membership, User
from tests import kept, make

from .signing_in import fail, sign_in

pytestmark = pytest.mark.django_db


def of(person: User | None) -> Client:
    client = Client()
    if person:
        client.force_login(person)
    return client


@kept.fixture
def cast() -> dict[str, Any]:
    """One of each, around one agency."""
    administrator = make.person(roles=("agency_administrator",))
    agency = administrator.agency
    clerk = make.person(agency)
    invited = commands.invite(actor=administrator.person, agency_id=agency.pk, email="n@a.example", roles=["clerk"])
    return {
        "agency": agency,
        "listed": make.agency(active=False),
        "member": clerk,
        "invitation": invited,
        "public": None,
        "administrator": administrator.person,
        "clerk": clerk.person,
        "custodian": make.person(agency, ("records_custodian",)).person,
        "stranger": make.person(roles=("agency_administrator",)).person,
        "auditor": make.auditor(agency),
        "portal": make.portal_administrator(),
    }


WHO = ("portal", "administrator", "custodian", "clerk", "auditor", "stranger", "public")
ANSWERS = [
    # page                    subject       portal admin custod clerk audit stranger public
    ("list",                  None,         200,   200,  200,   200,  200,  200,     302),
    ("detail",                "agency",     200,   200,  200,   200,  200,  200,     302),
    ("record_sets",           "agency",     200,   200,  200,   200,  200,  200,     302),
    ("people",                "agency",     200,   200,  200,   200,  200,  403,     302),
    ("invitations",           "agency",     200,   200,  404,   404,  404,  404,     302),
    ("invite",                "agency",     302,   200,  403,   403,  403,  403,     302),
    ("open_record_set",       "agency",     403,   200,  200,   403,  403,  403,     302),
    ("register",              None,         200,   403,  403,   403,  403,  403,     302),
    ("activate",              "listed",     200,   403,  403,   403,  403,  403,     302),
    ("correct",               "agency",     200,   403,  403,   403,  403,  403,     302),
    ("end",                   "agency",     200,   403,  403,   403,  403,  403,     302),
    ("people_list",           None,         200,   404,  404,   404,  404,  404,     302),
    ("auditors",              None,         200,   404,  404,   404,  404,  404,     302),
    ("appoint_auditor",       None,         200,   403,  403,   403,  403,  403,     302),
    ("appoint_agency_auditor", "agency",    200,   403,  403,   403,  403,  403,     302),
    ("locked",                None,         200,   200,  404,   404,  404,  200,     302),
    ("person",                "person",     200,   200,  404,   404,  404,  404,     302),
    ("membership",            "member",     403,   200,  404,   404,  404,  404,     302),
    ("end_membership",        "member",     403,   200,  404,   404,  404,  404,     302),
    ("record_training",       "person",     403,   200,  404,   404,  404,  404,     302),
    ("deactivate",            "person",     200,   200,  404,   404,  404,  404,     302),
    ("profile",               None,         200,   200,  200,   200,  200,  200,     302),
]  # fmt: skip


def test_who_gets_which_page(cast: dict[str, Any]) -> None:
    things = {"agency": cast["agency"], "listed": cast["listed"], "member": cast["member"], "person": cast["clerk"]}
    clients = {who: of(cast[who]) for who in WHO}
    for name, subject, *expected in ANSWERS:
        address = reverse(f"agencies:{name}", args=[things[subject].pk] if subject else [])
        found = [clients[who].get(address).status_code for who in WHO]
        assert (name, *found) == (name, *expected)


def test_buttons_of_others_do_not_exist(cast: dict[str, Any]) -> None:
    invitation, appointment = cast["invitation"], Auditor.objects.get(person=cast["auditor"])
    for name, thing in [
        ("reactivate", cast["clerk"]),
        ("release", cast["clerk"]),
        ("send_again", invitation),
        ("withdraw_invitation", invitation),
        ("end_auditor", appointment),
    ]:
        address = reverse(f"agencies:{name}", args=[thing.pk])
        for who in ("custodian", "clerk", "auditor", "stranger"):
            assert of(cast[who]).post(address).status_code == 404, (name, who)
        assert of(cast["portal"]).get(address).status_code == 405, name
        assert of(cast["portal"]).post(address).status_code == 302, name


def test_absent_and_forbidden_answer_alike(cast: dict[str, Any]) -> None:
    stranger = of(cast["stranger"])
    for name, thing in [
        ("person", cast["clerk"]),
        ("membership", cast["member"]),
        ("end_membership", cast["member"]),
        ("record_training", cast["clerk"]),
        ("deactivate", cast["clerk"]),
    ]:
        forbidden, absent = (stranger.get(reverse(f"agencies:{name}", args=[pk])) for pk in (thing.pk, uuid4()))
        assert (forbidden.status_code, forbidden.content) == (404, absent.content), name


# --- The register ---------------------------------------------------------------------------------------------------


def names(answer: Any) -> list[str]:
    return [row[0].parameters["text"] for row in answer.context["rows"]]


def test_the_register_is_searched_by_name_ori_and_state() -> None:
    make.agency(name="Marlow Police Department", ori="CA0371100", state="CA")
    make.agency(name="Marlow County Court", kind="court", court_id="marlowct", state="NV")
    client = of(make.portal_administrator())
    for query, expected in [
        ("q=marlow", ["Marlow County Court", "Marlow Police Department"]),
        ("q=police+MARLOW", ["Marlow Police Department"]),
        ("q=ca0371", ["Marlow Police Department"]),
        ("q=marlowct", ["Marlow County Court"]),
        ("q=marlow+nv", ["Marlow County Court"]),
        ("q=marlow&state=CA", ["Marlow Police Department"]),
        ("q=marlow&kind=court", ["Marlow County Court"]),
        ("q=marlow&status=ended", []),
        ("q=%25", []),
    ]:
        assert names(client.get(f"{reverse('agencies:list')}?{query}")) == expected, query


def test_the_register_is_paged_without_loss_or_repetition(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "PAGE", 3)
    for name in ("Same", "Same", "Same", "Same", "Aldo", "Zeno", "Mira"):
        make.agency(name=name, active=False)
    client = of(make.portal_administrator())
    here = reverse("agencies:list")
    seen: list[list[str]] = []
    back: list[list[str]] = []
    answer = client.get(here)
    while True:
        seen.append([row[0].parameters["href"] for row in answer.context["rows"]])
        if not answer.context["next"]:
            break
        answer = client.get(here + answer.context["next"])
    while True:
        back.insert(0, [row[0].parameters["href"] for row in answer.context["rows"]])
        if not answer.context["previous"]:
            break
        answer = client.get(here + answer.context["previous"])
    assert seen == back
    flat = [href for page in seen for href in page]
    assert len(flat) == len(set(flat)) == Agency.objects.count()


def test_a_key_that_is_gone_gives_the_first_page() -> None:
    make.agency(name="Aldo")
    client = of(make.portal_administrator())
    for key in (f"after={uuid4()}", f"before={uuid4()}", "after=nonsense"):
        assert names(client.get(f"{reverse('agencies:list')}?{key}")) == ["Aldo"]


def downloaded(client: Client, address: str) -> str:
    answer: Any = client.get(address)
    assert answer["Content-Type"].startswith("text/csv")
    return b"".join(answer.streaming_content).decode()


def test_lists_leave_as_csv_without_formulas() -> None:
    clerk = make.person(first_name="=HYPERLINK(1)", last_name="X")
    colleague, keeper = of(make.person(clerk.agency).person), of(make.administrator_of(clerk.agency))
    place = reverse("agencies:people", args=[clerk.agency_id]) + "?format=csv"
    for client, knows in ((colleague, False), (keeper, True)):
        lines = downloaded(client, place)
        assert "'=HYPERLINK" in lines
        assert ("Training until" in lines) == knows
    assert clerk.agency.name in downloaded(of(clerk.person), reverse("agencies:list") + "?format=csv")
    everybody = downloaded(of(make.portal_administrator()), reverse("agencies:people_list") + "?format=csv")
    assert clerk.person.email in everybody
    assert f"Clerk, {clerk.agency}" in everybody


def test_the_list_of_people_names_every_role_and_place() -> None:
    keeper, clerk = make.portal_administrator(), make.person(roles=("clerk", "drafter"))
    second = make.person(make.agency("Second Court"), roles=("agency_administrator",))
    invited = commands.invite(
        actor=second.person, agency_id=second.agency_id, email=clerk.person.email, roles=["signatory"]
    )
    commands.accept_invitation(actor=clerk.person, token=make.token(invited))
    overseer, auditor = make.auditor(), make.auditor(clerk.agency)
    rows = of(keeper).get(reverse("agencies:people_list")).context["rows"]
    said = {row[1]: str(row[2]).removeprefix("<span>").removesuffix("</span>") for row in rows}
    assert said[keeper.email] == "Portal administrator"
    assert said[clerk.person.email] == f"Clerk, Agreement drafter, {clerk.agency}<br>Signatory, Second Court"
    assert said[overseer.email] == "Auditor, the whole portal"
    assert said[auditor.email] == f"Auditor, {clerk.agency}"


def test_a_refusal_sends_nobody_to_an_administrator_whom_they_do_not_have(cast: dict[str, Any]) -> None:
    words = {
        "clerk": "administrator if you need this for your work",
        "auditor": "An auditor reads what happened and changes nothing",
        "portal": "You keep agencies and accounts",
    }
    pages = {"clerk": "register", "auditor": "register", "portal": "open_record_set"}
    for who, page in pages.items():
        answer = of(cast[who]).get(reverse(f"agencies:{page}", args=[cast["agency"].pk] if who == "portal" else []))
        assert answer.status_code == 403
        assert [each for each in words.values() if each in answer.content.decode()] == [words[who]]


def test_colleagues_see_names_and_roles_but_neither_training_nor_accounts() -> None:
    clerk = make.person()
    labels = [
        [
            column["label"]
            for column in of(who).get(reverse("agencies:people", args=[clerk.agency_id])).context["columns"]
        ]
        for who in (clerk.person, make.administrator_of(clerk.agency))
    ]
    assert labels == [["Name", "Title", "Roles"], ["Name", "Title", "Roles", "Training", "Account"]]


def test_an_agency_is_registered_by_its_form() -> None:
    given = {
        "name": "Marlow Police Department",
        "kind": "law_enforcement",
        "state": "CA",
        "ori": "CA0371100",
        "time_zone": "America/Los_Angeles",
        "administrator_email": "chief@marlow.example",
    }
    client = of(make.portal_administrator())
    assert client.post(reverse("agencies:register"), given).status_code == 302
    again = client.post(reverse("agencies:register"), given)
    assert "is on the register" in str(again.context["form"].non_field_errors())
    assert Agency.objects.get().status == Agency.Status.ACTIVE


def test_a_listed_agency_is_activated_in_its_states_zone() -> None:
    listed = make.agency(active=False, state="HI")
    client = of(make.portal_administrator())
    page = client.get(reverse("agencies:activate", args=[listed.pk]))
    assert page.context["form"]["time_zone"].value() == "Pacific/Honolulu"
    given = {"time_zone": "Pacific/Honolulu", "administrator_email": "a@b.example"}
    assert client.post(reverse("agencies:activate", args=[listed.pk]), given).status_code == 302
    assert client.get(reverse("agencies:activate", args=[listed.pk])).status_code == 302


# --- People ---------------------------------------------------------------------------------------------------------


def test_an_administrator_runs_the_agencys_people(cast: dict[str, Any]) -> None:
    client, agency, member = of(cast["administrator"]), cast["agency"], cast["member"]
    invited = client.post(reverse("agencies:invite", args=[agency.pk]), {"email": "x@y.example", "roles": ["clerk"]})
    assert invited.status_code == 302
    client.post(reverse("agencies:withdraw_invitation", args=[cast["invitation"].pk]))
    client.post(reverse("agencies:membership", args=[member.pk]), {"roles": ["signatory"], "title": "Judge"})
    client.post(
        reverse("agencies:record_training", args=[member.person_id]),
        {"kind": "awareness", "title": "T", "completed_on": "2026-01-02"},
    )
    member.refresh_from_db()
    assert (member.roles, member.title) == (["signatory"], "Judge")
    assert member.person.trainings.filter(title="T", expires_on="2027-01-02").exists()
    assert Invitation.objects.get(pk=cast["invitation"].pk).status == "withdrawn"
    client.post(reverse("agencies:end_membership", args=[member.pk]), {"reason": "Retired"})
    assert not Membership.objects.current().filter(pk=member.pk).exists()


def test_what_a_command_refuses_stands_on_the_form(cast: dict[str, Any]) -> None:
    client = of(cast["administrator"])
    mine = Membership.objects.get(person=cast["administrator"])
    answer = client.post(reverse("agencies:membership", args=[mine.pk]), {"roles": ["clerk"]})
    assert "last administrator" in str(answer.context["form"].non_field_errors())
    late = {"title": "T", "completed_on": "2099-01-01"}
    answer = client.post(reverse("agencies:record_training", args=[cast["clerk"].pk]), late)
    assert "completed_on" in answer.context["form"].errors


def test_a_locked_account_is_listed_and_opened(cast: dict[str, Any]) -> None:
    for _ in range(5):
        fail(Client(), cast["clerk"].email)
    client = of(cast["administrator"])
    assert [each["it"] for each in client.get(reverse("agencies:locked")).context["people"]] == [cast["clerk"]]
    assert list(of(cast["stranger"]).get(reverse("agencies:locked")).context["people"]) == []
    client.post(reverse("agencies:release", args=[cast["clerk"].pk]))
    assert sign_in(Client(), cast["clerk"].email).status_code == 302


# --- Taking up an invitation ----------------------------------------------------------------------------------------


def link(invited: Invitation) -> str:
    return links.link_of(invited).removeprefix("http://localhost")


JOIN = {"first_name": "Nora", "last_name": "New", "password": make.PASSWORD, "again": make.PASSWORD, "time_zone": "UTC"}


def test_a_link_makes_an_account_that_signs_in(cast: dict[str, Any]) -> None:
    client = Client()
    address = link(cast["invitation"])
    assert client.get(address).status_code == 200
    wrong = client.post(address, {**JOIN, "again": "another one"})
    assert "again" in wrong.context["form"].errors
    weak = client.post(address, {**JOIN, "password": "12345678", "again": "12345678"})
    assert "password" in weak.context["form"].errors
    assert client.post(address, JOIN)["Location"] == reverse("account_login")
    assert sign_in(client, "n@a.example").status_code == 302
    closed = Client().get(address)
    assert closed.status_code == 410
    assert b"accepted already" in closed.content


def test_an_unknown_key_is_the_404_of_nothing() -> None:
    for address in ("/agencies/invitation/", "/agencies/invitation/?key=guess"):
        assert Client().get(address).status_code == 404


def test_an_account_signs_in_and_accepts(cast: dict[str, Any]) -> None:
    clerk = make.person().person
    invited = commands.invite(
        actor=cast["administrator"], agency_id=cast["agency"].pk, email=clerk.email, roles=["signatory"]
    )
    client = Client()
    page = client.get(link(invited))
    assert b"This address has an account" in page.content
    sign_in(client, clerk.email)
    assert client.get(link(invited)).status_code == 200
    assert client.post(link(invited)).status_code == 302
    assert Membership.objects.current().filter(person=clerk, agency=cast["agency"]).exists()


def test_somebody_else_who_is_signed_in_is_told_so(cast: dict[str, Any]) -> None:
    client = of(cast["stranger"])
    for answer in (client.get(link(cast["invitation"])), client.post(link(cast["invitation"]))):
        assert answer.status_code == 409
        assert b"for another address" in answer.content


# --- One's own ------------------------------------------------------------------------------------------------------


def test_a_person_of_two_agencies_switches_visibly() -> None:
    clerk = make.person()
    other = make.person(roles=("agency_administrator",))
    invited = commands.invite(actor=other.person, agency_id=other.agency_id, email=clerk.person.email, roles=["clerk"])
    second = commands.accept_invitation(actor=clerk.person, token=make.token(invited))
    client = of(clerk.person)
    assert client.get(reverse("agencies:profile")).context["membership"] == clerk
    answer = client.post(
        reverse("agencies:switch"), {"membership": str(second.pk), "next": reverse("agencies:profile")}, follow=True
    )
    assert answer.context["membership"] == second
    assert f"You act for {other.agency} now." in answer.content.decode()
    commands.end_membership(actor=other.person, membership_id=second.pk)
    assert client.get(reverse("agencies:profile")).context["membership"] == clerk


def test_nobody_acts_under_what_is_not_theirs_or_is_over() -> None:
    clerk, stranger = make.person(), make.person()
    administrator = make.administrator_of(clerk.agency)
    assert administrator
    client = of(clerk.person)
    for value in (str(stranger.pk), str(uuid4()), "nonsense", ""):
        assert client.post(reverse("agencies:switch"), {"membership": value}).status_code == 404
    commands.end_membership(actor=administrator, membership_id=clerk.pk)
    assert client.post(reverse("agencies:switch"), {"membership": str(clerk.pk)}).status_code == 404
    assert client.get(reverse("agencies:profile")).context["membership"] is None


def test_switching_leads_nowhere_else() -> None:
    clerk = make.person()
    answer = of(clerk.person).post(
        reverse("agencies:switch"), {"membership": str(clerk.pk), "next": "https://evil.example/"}
    )
    assert answer["Location"] == reverse("workbench:home")


def test_ones_own_page_is_saved_and_times_follow_its_zone() -> None:
    clerk = make.person()
    client = of(clerk.person)
    given = {"first_name": "Kim", "last_name": "Lee", "time_zone": "Pacific/Honolulu"}
    assert client.post(reverse("agencies:profile"), given).status_code == 302
    assert b"Kim Lee" in client.get(reverse("agencies:profile")).content
