"""Public pages: what is published, to everybody, and nothing else."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localdate

from agencies.models import Agency
from portal.resources import published
from portal.resources.policy_pdf import document_of
from privacy import commands as privacy
from privacy.rules import sentence
from sharing_agreements.boards.models import Board
from tests import kept, make
from tests.boards.test_decisions import flat, text_of

from .scene import Public, sharing

pytestmark = pytest.mark.django_db


@kept.fixture
def scene() -> Public:
    return sharing()


def get(name: str, *args: Any, **query: str) -> Any:
    return Client().get(reverse(f"public:{name}", args=args), query)


def read(name: str, *args: Any, **query: str) -> str:
    answer = get(name, *args, **query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def rows(answer: Any) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_days_are_those_of_the_agency_that_published(db: None) -> None:
    """Of two zones far apart one has another day than UTC at any moment."""
    zone = next(
        z for z in ("Pacific/Kiritimati", "Pacific/Pago_Pago") if localdate(timezone=ZoneInfo(z)) != localdate()
    )
    scene = sharing(effective_on=localdate() - timedelta(days=9))
    for agency in (scene.court, scene.police):
        QuerySet(Agency).filter(pk=agency.pk).update(time_zone=zone)
    QuerySet(Board).update(time_zone=zone)
    here, elsewhere = (date_format(day, "M j, Y") for day in (localdate(timezone=ZoneInfo(zone)), localdate()))
    for page in (
        read("home"),
        read("policies"),
        read("policy", scene.policy.policy_id),
        read("agreements"),
        read("agreement", scene.agreement.pk),
    ):
        assert here in page
        assert elsewhere not in page


# --- Home -----------------------------------------------------------------------------------------------------------


def test_home_shows_who_shares_what(scene: Public) -> None:
    page = read("home")
    assert "Cedar County Superior Court to Marlow Police Department: 1 record set" in page
    assert scene.agreement.number in page


def test_home_without_any_agreement_says_what_would_be_there(db: None) -> None:
    assert "Nothing is shared yet" in read("home")


def test_one_agency_on_home_shows_what_it_gives_and_receives(scene: Public) -> None:
    given = read("home", agency=str(scene.court.pk))
    assert "Cedar County Superior Court gives" in given
    assert "Criminal cases" in given
    received = get("home", agency=str(scene.police.pk)).context
    assert (received["given"]["rows"], len(received["received"]["rows"])) == ([], 1)
    assert get("home", agency="nonsense").status_code == 200


def test_who_has_signed_in_goes_on_to_their_own_page(scene: Public) -> None:
    client = Client()
    clerk = make.person(scene.police).person
    client.force_login(clerk, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.get(reverse("public:home"))
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("workbench:home"))
    assert "no-store" in answer.headers["Cache-Control"]


# --- Policies -------------------------------------------------------------------------------------------------------


def test_policies_in_force_are_listed_and_found_by_agency(scene: Public) -> None:
    make.policy(make.agency("Tolland County Sheriff"))
    make.policy_draft(make.agency("Quiet Draft Agency"))
    page = read("policies")
    assert "Cedar County Superior Court" in page
    assert "Tolland County Sheriff" in page
    assert "Quiet Draft Agency" not in page
    found = read("policies", q="superior cedar")
    assert "Cedar County Superior Court" in found
    assert "Tolland" not in found
    assert "No agency by that name" in read("policies", q="nowhere")


def test_a_policy_is_kept_as_a_pdf_that_says_what_its_page_says(scene: Public) -> None:
    version = scene.policy
    answer = Client().get(reverse("public:policy_pdf", args=[version.pk]))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    foot = (document_of(version).footer, settings.PORTAL_NAME)
    said = re.sub(r"Page\d+of\d+", "", flat(text_of(answer.content)))
    for each in foot:  # stands between the words of a provision that goes on over the page
        said = said.replace(flat(each), "")
    words = [version.policy.title, version.officer_name, version.officer_email]
    words += [sentence(rule) for rule in version.rules.all()]
    words += [part for each in version.provisions.all() for part in (each.heading, each.text)]
    words += [agreement.number for agreement in published.agreements_in_force()]
    assert len(words) > 80
    assert [each for each in words if flat(each) not in said] == []
    following = privacy.start_new_version(
        actor=make.privacy_officer(version.policy.agency), policy_id=version.policy_id
    )
    assert Client().get(reverse("public:policy_pdf", args=[following.pk])).status_code == 404
    make.published(following, by=make.privacy_officer(version.policy.agency))
    earlier = text_of(Client().get(reverse("public:policy_pdf", args=[version.pk])).content)
    assert "In force from" in earlier
    assert "Agreements in force" not in earlier


def test_a_policy_is_read_with_its_rules_contact_and_agreements(scene: Public) -> None:
    page = read("policy", scene.policy.policy_id)
    for words in (
        "Privacy policy of Cedar County Superior Court",
        "You may ask what we hold about you",
        "Victims and witnesses",
        "Every agency sees a label in place of names and aliases of victims.",
        scene.policy.officer_email,
        scene.policy.officer_phone,
        scene.agreement.number,
        "Criminal cases to Marlow Police Department, purpose C",
    ):
        assert words in page


def test_a_draft_is_nowhere(scene: Public) -> None:
    officer = make.privacy_officer(scene.court)
    draft = privacy.start_new_version(actor=officer, policy_id=scene.policy.policy_id)
    privacy.edit_version(
        actor=officer,
        version_id=draft.pk,
        summary="UNPUBLISHED WORDS",
        officer_name="Hidden Person",
        officer_email="hidden@court.example",
    )
    unborn = make.policy_draft(make.agency())
    assert get("policy_version", draft.pk).status_code == 404
    assert get("policy", unborn.policy_id).status_code == 404
    assert get("policy_version", unborn.pk).content == get("policy_version", scene.court.pk).content
    everything = read("policy", scene.policy.policy_id) + read("policies") + read("home")
    assert "UNPUBLISHED" not in everything
    assert "hidden" not in everything.lower().replace("aria-hidden", "").replace('type="hidden"', "")
    assert "version 2" not in everything.lower()


def test_an_earlier_version_stays_readable_as_such(scene: Public) -> None:
    officer = make.privacy_officer(scene.court)
    second = privacy.start_new_version(actor=officer, policy_id=scene.policy.policy_id)
    privacy.remove_rule(actor=officer, rule_id=second.rules.get(code="R50").pk)
    make.published(second, by=officer)
    old = read("policy_version", scene.policy.pk)
    assert "This is an earlier version" in old
    assert f"All {scene.policy.rules.count()} rules" in old
    assert f"All {second.rules.count()} rules" in read("policy", scene.policy.policy_id)
    answer = get("policy_version", second.pk)
    assert answer.headers["Location"] == reverse("public:policy", args=[scene.policy.policy_id])


# --- Agreements -----------------------------------------------------------------------------------------------------


def test_agreements_in_force_are_listed_filtered_and_exported(scene: Public) -> None:
    other = make.agreement_in_force(
        scene.court,
        make.agency("Cedar County Jail", kind="jail"),
        make.record_set(scene.court, "Warrants"),
        on=scene.board,
        purposes=["D"],
        ends_on=localdate() + timedelta(days=30),
    )
    page = read("agreements")
    assert scene.agreement.number in page
    assert "Warrants to Cedar County Jail, purpose D" in page
    assert "Expiring" in page
    by_words, by_purpose = read("agreements", q="marlow"), read("agreements", purpose="D")
    assert other.number not in by_words
    assert scene.agreement.number in by_words
    assert other.number in by_purpose
    assert scene.agreement.number not in by_purpose
    assert other.number not in read("agreements", agency=str(scene.police.pk))
    assert "No agreement in force fits" in read("agreements", q="nowhere")
    assert "No agreement in force fits" in read("agreements", purpose="R")
    assert "No agreement in force fits" in read("agreements", agency="nonsense")
    sheet = rows(get("agreements_csv", purpose="D"))
    assert (len(sheet), sheet[1][0], sheet[1][7], sheet[1][9]) == (2, other.number, "Warrants", "Cedar County Jail")


def test_an_agreement_is_read_in_full_without_what_led_to_it(scene: Public) -> None:
    page = read("agreement", scene.agreement.pk)
    version = scene.agreement.current_version
    assert version is not None
    for words in (
        scene.agreement.title,
        "Marlow Police Department",
        "Criminal cases",
        "Search, view, print and export",
        "C, criminal justice",
        "Everybody on the record",
        version.clauses.get(number="3.1").heading,
        version.sha256[:8],
    ):
        assert words in page
    signatory = version.parties.first().signature.signatory  # type: ignore[union-attr]
    for inside in (str(scene.agreement.author), str(signatory), "seat", "motion", "ballot"):
        assert inside not in page


ENDINGS: dict[str, Callable[[], Any]] = {
    "a draft": lambda: _apart(make.draft),
    "submitted": lambda: _apart(make.submitted),
    "in signing": lambda: _apart(make.in_signing),
    "not begun": lambda: _apart(make.agreement_in_force, effective_on=localdate() + timedelta(days=9)),
}


def _apart(reach: Callable[..., Any], **more: Any) -> Any:
    owner, recipient = make.agency("Owner of a secret plan"), make.agency("Recipient of a secret plan")
    return reach(owner, recipient, make.record_set(owner, "Secret plan"), **more)


@pytest.mark.parametrize("state", ENDINGS)
def test_an_agreement_that_shares_nothing_now_is_nowhere(state: str, db: None) -> None:
    agreement = ENDINGS[state]()
    nothing = get("agreement", agreement.lead_agency_id)
    answer = get("agreement", agreement.pk)
    assert (answer.status_code, answer.content) == (404, nothing.content)
    everything = read("home") + read("agreements") + read("policies")
    assert agreement.number not in everything
    assert "secret plan" not in everything.lower()
    assert len(rows(get("agreements_csv"))) == 1


def test_a_suspended_agreement_leaves_the_list_and_the_map_says_that_something_is(scene: Public) -> None:
    make.suspended(scene.agreement, scene.board)
    assert get("agreement", scene.agreement.pk).status_code == 404
    assert scene.agreement.number not in read("agreements") + read("policy", scene.policy.policy_id) + read("home")
    assert "Cedar County Superior Court to Marlow Police Department: suspended" in read("home")
    assert len(rows(get("agreements_csv"))) == 1


# --- Manners --------------------------------------------------------------------------------------------------------


def test_caches_keep_what_is_for_strangers_alone(scene: Public) -> None:
    client = Client()
    member = make.person(scene.police).person
    client.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")
    for name, args, age in (
        ("policies", [], 300),
        ("policy", [scene.policy.policy_id], 300),
        ("agreements", [], 0),
        ("agreement", [scene.agreement.pk], 0),
    ):
        stranger, known = get(name, *args), client.get(reverse(f"public:{name}", args=args))
        assert f"max-age={age}" in stranger.headers["Cache-Control"]
        assert "public" in stranger.headers["Cache-Control"]
        assert "Cookie" in stranger.headers["Vary"]
        assert "sessionid" not in stranger.cookies
        assert "no-store" in known.headers["Cache-Control"]
        assert "public" not in known.headers["Cache-Control"]
    assert "max-age=0" in get("home").headers["Cache-Control"]


@pytest.mark.parametrize("name", ["home", "policies", "agreements", "agreements_csv"])
def test_nothing_is_sent_to_public_pages(name: str, db: None) -> None:
    assert Client().post(reverse(f"public:{name}")).status_code == 405
    assert Client().head(reverse(f"public:{name}")).status_code == 200


def test_what_an_agency_writes_is_escaped(db: None) -> None:
    court = make.agency('<script>alert("x")</script> Court', kind="court")
    police = make.agency("<b>Police</b>")
    make.policy(court)
    make.agreement_in_force(court, police, make.record_set(court, "<i>Cases</i>"))
    policy = court.privacy_policy
    pages = [read("home"), read("home", agency=str(court.pk)), read("policies"), read("agreements")]
    for page in (*pages, read("policy", policy.pk)):
        assert "<script>alert" not in page
        assert "<b>Police" not in page
        assert "<i>Cases" not in page


def test_the_number_of_queries_does_not_grow_with_the_lists(scene: Public, django_assert_max_num_queries: Any) -> None:
    for number in range(4):
        police = make.agency(f"Police {number}")
        make.policy(police)
        make.agreement_in_force(scene.court, police, scene.records, on=scene.board)
    for name, args, most in (
        ("home", [], 10),
        ("policies", [], 4),
        ("agreements", [], 9),
        ("policy", [scene.policy.policy_id], 20),
    ):
        with django_assert_max_num_queries(most):
            get(name, *args)
