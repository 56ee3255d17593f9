"""Legal authorities, the law that provisions rest on, and the register of gaps: who writes, who reads, what stays."""

from __future__ import annotations

import csv
import html
import io
from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from agencies.models import Agency, Role, User
from portal.kernel.errors import Refused
from portal.records import links
from portal.records.decision import Ruling
from privacy import commands as privacy
from privacy.law import commands
from privacy.law.models import LawGap, LegalAuthority, ProvisionAuthority
from privacy.models import DisclosureRule, PolicyVersion
from privacy.rules import sentence
from tests import make
from tests.sharing_agreements.test_views import client_of, read

pytestmark = pytest.mark.django_db


def at(name: str, *args: object) -> str:
    return reverse(f"privacy:law:{name}", args=args)


def enter(by: User, agency: Agency, citation: str = "28 CFR 20.21", **values: Any) -> LegalAuthority:
    given = {"title": "Criminal history record information", "kind": "regulation", "jurisdiction": "US", "link": ""}
    return commands.enter_authority(actor=by, agency_id=agency.pk, citation=citation, **{**given, **values})


def gap(by: User, agency: Agency, **values: Any) -> LawGap:
    given: dict[str, Any] = {
        "title": "Addresses of jurors",
        "authority": None,
        "gap": "No law keeps the addresses of jurors out of shared dockets.",
        "harmed": ["courts", "public"],
        "safeguard": "Clerks leave them out.",
        "change": "",
        "proposal": "",
        "owner": by,
        "is_public": False,
    }
    return commands.open_gap(actor=by, agency_id=agency.pk, **{**given, **values})


def again(of: LawGap, by: User, **values: Any) -> LawGap:
    names = ("title", "authority", "gap", "harmed", "safeguard", "change", "proposal", "owner", "is_public", "status")
    return commands.change_gap(actor=by, gap_id=of.pk, **{**{name: getattr(of, name) for name in names}, **values})


# --- Authorities ----------------------------------------------------------------------------------------------------


def test_a_privacy_officer_enters_law_for_everybody(court: Agency, officer: User) -> None:
    made = enter(officer, court, "  28  CFR 20.21 ")
    assert made.citation == "28 CFR 20.21"
    other = make.privacy_officer(make.agency("Cedar Police"))
    assert "28 CFR 20.21" in read(client_of(other).get(at("authorities")))
    with pytest.raises(ValidationError, match="is entered already"):
        enter(other, other.memberships.get().agency)
    with pytest.raises(PermissionDenied):
        enter(make.someone(court, Role.CLERK), court, "18 USC 2265")
    with pytest.raises(PermissionDenied):
        commands.correct_authority(actor=other, authority_id=made.pk, title="Mine")
    for by in (officer, make.portal_administrator()):
        commands.correct_authority(actor=by, authority_id=made.pk, title="Dissemination")


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://law.example", "law.example/20"])
def test_a_link_leads_to_a_page_of_the_web(court: Agency, officer: User, link: str) -> None:
    with pytest.raises(ValidationError):
        enter(officer, court, link=link)


def test_provisions_rest_on_law_that_stays_when_published(court: Agency, officer: User, draft: PolicyVersion) -> None:
    first, second = enter(officer, court), enter(officer, court, "18 USC 2265", title="Protection orders")
    provision = draft.provisions.get(number="10.1")
    commands.cite(actor=officer, provision_id=provision.pk, authority_ids=[first.pk, second.pk])
    commands.cite(actor=officer, provision_id=provision.pk, authority_ids=[first.pk])
    commands.retire_authority(actor=officer, authority_id=first.pk)
    with pytest.raises(Refused):
        commands.retire_authority(actor=officer, authority_id=first.pk)
    make.published(draft, by=officer)
    shown = read(client_of(officer).get(reverse("public:policy", args=[draft.policy_id])))
    assert "Rests on 28 CFR 20.21" in shown
    with pytest.raises(Refused, match="its text is final"):
        commands.cite(actor=officer, provision_id=provision.pk, authority_ids=[])
    following = privacy.start_new_version(actor=officer, policy_id=draft.policy_id)
    carried = ProvisionAuthority.objects.get(provision__version=following)
    assert (carried.provision.number, carried.authority) == ("10.1", first)
    commands.cite(actor=officer, provision_id=carried.provision_id, authority_ids=[first.pk, second.pk])
    other = following.provisions.get(number="10.2")
    with pytest.raises(ValidationError, match="retired meanwhile"):
        commands.cite(actor=officer, provision_id=other.pk, authority_ids=[first.pk])


def test_the_database_keeps_what_a_published_version_rests_on(
    court: Agency, officer: User, draft: PolicyVersion
) -> None:
    authority, provision = enter(officer, court), draft.provisions.get(number="10.1")
    commands.cite(actor=officer, provision_id=provision.pk, authority_ids=[authority.pk])
    make.published(draft, by=officer)
    for sql, match in (
        ("DELETE FROM law_provisionauthority", "published policy version cannot change"),
        ("UPDATE law_provisionauthority SET id = id", "permission denied"),
        ("DELETE FROM law_legalauthority", "permission denied"),
        ("DELETE FROM law_lawgap", "permission denied"),
        ("DELETE FROM law_historicallawgap", "permission denied"),
    ):
        with pytest.raises(DatabaseError, match=match), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    with pytest.raises(DatabaseError, match="cannot change"), transaction.atomic():
        ProvisionAuthority(provision=draft.provisions.get(number="10.2"), authority=authority).save_base(
            raw=True, force_insert=True
        )


def test_a_draft_that_cites_can_be_discarded(court: Agency, officer: User, draft: PolicyVersion) -> None:
    provision = draft.provisions.get(number="10.1")
    commands.cite(actor=officer, provision_id=provision.pk, authority_ids=[enter(officer, court).pk])
    privacy.discard_draft(actor=officer, version_id=draft.pk)
    assert not ProvisionAuthority.objects.exists()


# --- What rests on it -----------------------------------------------------------------------------------------------


@pytest.fixture
def resting(court: Agency, officer: User, draft: PolicyVersion) -> tuple[LegalAuthority, DisclosureRule]:
    """An authority, and a rule whose provision rests on it; another provision rests on other law."""
    rule = draft.rules.select_related("provision").get(code="R1")
    first, second = enter(officer, court, link="https://law.example/20"), enter(officer, court, "18 USC 2265")
    commands.cite(actor=officer, provision_id=rule.provision_id, authority_ids=[first.pk])
    other = draft.provisions.exclude(pk=rule.provision_id).filter(rules=None)[0]
    commands.cite(actor=officer, provision_id=other.pk, authority_ids=[second.pk])
    return first, rule


def test_a_rule_shows_the_law_of_its_provision(
    officer: User, draft: PolicyVersion, resting: tuple[LegalAuthority, DisclosureRule]
) -> None:
    authority, rule = resting
    page = read(client_of(officer).get(reverse("privacy:version", args=[draft.pk])))
    row = page.partition(f'<tr id="{rule.code}">')[2].partition("</tr>")[0]
    assert f'Rests on <a href="{reverse("workbench:authority", args=[authority.pk])}">28 CFR 20.21</a>' in row
    make.published(draft, by=officer)
    public = read(Client().get(reverse("public:policy", args=[draft.policy_id])))
    row = public.partition(f'<li id="{rule.code}">')[2].partition("</li>")[0]
    assert 'Rests on <a href="https://law.example/20" rel="external">28 CFR 20.21</a></p>' in row
    assert "18 USC 2265" not in row
    commands.retire_authority(actor=officer, authority_id=authority.pk)
    cache.clear()
    assert "28 CFR 20.21</a>, retired" in read(Client().get(reverse("public:policy", args=[draft.policy_id])))


def test_an_authority_says_which_provisions_and_rules_of_policies_in_force_rest_on_it(
    officer: User, draft: PolicyVersion, resting: tuple[LegalAuthority, DisclosureRule]
) -> None:
    authority, rule = resting
    address = reverse("workbench:authority", args=[authority.pk])
    stranger = client_of(make.person(make.agency("Other")).person)
    assert "No disclosure rule in force rests on it" in read(stranger.get(address)), "a draft is no law yet"
    make.published(draft, by=officer)
    page, policy = read(stranger.get(address)), reverse("public:policy", args=[draft.policy_id])
    assert f'href="{policy}#c{rule.provision.number.replace(".", "-")}">{rule.provision}</a>' in page
    assert f'href="{policy}#{rule.code}">{rule.code}</a>' in page
    assert sentence(rule) in html.unescape(page)
    ours = DisclosureRule.objects.filter(provision=rule.provision).count()
    assert page.count(f'href="{policy}#R') == ours
    assert page.count(f'href="{policy}#c') == 1
    assert "Correct the entry" not in page
    assert "Correct the entry" in read(client_of(officer).get(address))


def test_a_record_leads_to_its_rule_on_the_page_of_the_policy(
    officer: User, draft: PolicyVersion, resting: tuple[LegalAuthority, DisclosureRule]
) -> None:
    make.published(draft, by=officer)
    _, rule = resting
    page, _, place = links.to_rule(Ruling("shown", "", rule.code, policy=str(draft.policy_id))).partition("#")
    assert f'id="{place}"' in read(Client().get(page))


# --- Gaps -----------------------------------------------------------------------------------------------------------


def test_who_reads_a_gap(court: Agency, officer: User, draft: PolicyVersion) -> None:
    make.published(draft, by=officer)
    found = gap(officer, court)
    public = reverse("public:policy", args=[draft.policy_id])
    clerk, stranger = make.someone(court, Role.CLERK), make.person(make.agency("Other")).person
    readers = (officer, clerk, make.auditor(), make.auditor(court))
    for reader in readers:
        assert "Addresses of jurors" in read(client_of(reader).get(at("gap", found.pk)))
    for other in (stranger, make.auditor(make.agency("Third"))):
        assert client_of(other).get(at("gap", found.pk)).status_code == 404
        assert "Addresses of jurors" not in read(client_of(other).get(at("gaps")))
    assert "Addresses of jurors" not in read(client_of(stranger).get(public))
    again(found, officer, is_public=True)
    shown = read(client_of(stranger).get(at("gap", found.pk)))
    assert "Addresses of jurors" in shown
    assert str(officer) not in shown
    cache.clear()  # public pages are kept for minutes
    page = read(client_of(stranger).get(public))
    assert "Addresses of jurors" in page
    assert "Clerks leave them out." in page


def test_only_the_privacy_officer_keeps_the_register(court: Agency, officer: User) -> None:
    found = gap(officer, court)
    for other in (
        make.someone(court, Role.CLERK),
        make.privacy_officer(make.agency("Other")),
        make.portal_administrator(),
    ):
        with pytest.raises(PermissionDenied):
            again(found, other, title="Mine")
        with pytest.raises(PermissionDenied):
            commands.close_gap(actor=other, gap_id=found.pk, reason="Mine")
        with pytest.raises(PermissionDenied):
            gap(other, court, title="Mine")


def test_a_gap_says_whom_it_harms_and_what_would_close_it(court: Agency, officer: User) -> None:
    found = gap(officer, court)
    for wrong, field in (
        ({"harmed": []}, "harmed"),
        ({"harmed": ["everybody"]}, "harmed"),
        ({"change": "statute"}, "proposal"),
        ({"proposal": "Say so."}, "change"),
        ({"status": "proposed"}, "change"),
        ({"status": "closed"}, "status"),
        ({"safeguard": " "}, "safeguard"),
        ({"owner": make.person(make.agency("Other")).person}, "owner"),
    ):
        with pytest.raises(ValidationError) as no:
            again(LawGap.objects.get(pk=found.pk), officer, **wrong)
        assert field in no.value.message_dict, wrong
    again(found, officer, change="statute", proposal="Keep them out.", status="proposed")
    with pytest.raises(Refused, match="has this title already"):
        gap(officer, court)
    assert gap(officer, court, title="Another").number == 2


def test_a_closed_gap_stays_and_can_be_opened_again(court: Agency, officer: User) -> None:
    found = gap(officer, court)
    with pytest.raises(ValidationError, match="what closed it"):
        commands.close_gap(actor=officer, gap_id=found.pk, reason=" ")
    commands.close_gap(actor=officer, gap_id=found.pk, reason="Chapter 12 of this year.")
    with pytest.raises(Refused, match="is closed"):
        again(LawGap.objects.get(pk=found.pk), officer, title="More")
    commands.reopen_gap(actor=officer, gap_id=found.pk)
    with pytest.raises(Refused, match="open already"):
        commands.reopen_gap(actor=officer, gap_id=found.pk)


# --- By forms -------------------------------------------------------------------------------------------------------


def test_the_register_by_forms_filters_and_csv(court: Agency, officer: User) -> None:
    client = client_of(officer)
    entered = {"citation": "Penal Code 13300", "title": "Local records", "kind": "statute", "jurisdiction": "CA"}
    assert "It is entered" in read(client.post(at("enter"), entered, follow=True))
    assert "is entered already" in read(client.post(at("enter"), entered))
    authority = LegalAuthority.objects.get()
    values = {
        "title": "Names of sources",
        "authority": authority.pk,
        "gap": "=HYPERLINK of a source",
        "harmed": ["sources"],
        "safeguard": "None are entered.",
        "owner": officer.pk,
        "is_public": "on",
    }
    assert "The gap is entered" in read(client.post(at("open_gap"), values, follow=True))
    found = LawGap.objects.get()
    assert "This field is required" in read(client.post(at("change_gap", found.pk), {**values, "harmed": []}))
    changed = {**values, "status": "under_way", "change": "rule", "proposal": "Amend rule 2.5."}
    assert "Change under way" in read(client.post(at("change_gap", found.pk), changed, follow=True))
    assert "Names of sources" in read(client.get(at("gaps"), {"harmed": "sources", "status": "under_way"}))
    assert "No gap fits" in read(client.get(at("gaps"), {"harmed": "victims"}))
    answer = client.get(at("gaps_csv"))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["Law"], row["Gap"]) == ("Penal Code 13300", "'=HYPERLINK of a source")
    client.post(at("close_gap", found.pk), {"reason": "Rule amended."})
    assert "Rule amended." in read(client.get(at("gap", found.pk)))
    assert "Open it again" in read(client.get(at("change_gap", found.pk), follow=True))
    client.post(at("reopen_gap", found.pk))
    assert LawGap.objects.get().status == "open"
    assert "nothing brings it back" in read(client.get(at("retire", authority.pk)))
    assert LegalAuthority.objects.in_use().count() == 1
    client.post(at("retire", authority.pk))
    assert LegalAuthority.objects.in_use().count() == 0


def test_who_looks_for_a_law_keeps_what_is_ticked(court: Agency, officer: User, draft: PolicyVersion) -> None:
    first, second = enter(officer, court), enter(officer, court, "18 USC 2265", title="Protection orders")
    third = enter(officer, court, "Penal Code 13300", title="Local summaries", jurisdiction="CA")
    client, page = client_of(officer), at("cite", draft.provisions.get(number="10.1").pk)

    def offered(**asked: Any) -> list[LegalAuthority]:
        text = read(client.get(page, asked))
        return [each for each in (first, second, third) if f'value="{each.pk}"' in text]

    assert offered() == [first, second, third]
    assert offered(q="protection") == [second]
    assert offered(q="", jurisdiction="CA") == [third]
    assert offered(q="protection", authorities=[str(third.pk), "nonsense"]) == [second, third]
    assert "No authority fits" in read(client.get(page, {"q": "nothing of the kind"}))
    client.post(page, {"authorities": [second.pk, third.pk]})
    assert offered(q="20.21", authorities=[]) == [first], "what was unticked stays so"
    assert offered() == [first, second, third]


def test_a_provision_is_given_its_law_by_form(court: Agency, officer: User, draft: PolicyVersion) -> None:
    authority, provision = enter(officer, court, link="https://law.example/20"), draft.provisions.get(number="10.1")
    client = client_of(officer)
    assert "28 CFR 20.21" in read(client.get(at("cite", provision.pk)))
    done = read(client.post(at("cite", provision.pk), {"authorities": [authority.pk]}, follow=True))
    page = reverse("workbench:authority", args=[authority.pk])
    assert f'Rests on <a href="{page}">28 CFR 20.21</a> (Criminal history record information)' in done
    assert 'href="https://law.example/20"' in read(client.get(page))
    assert client_of(make.privacy_officer(make.agency("Other"))).get(at("cite", provision.pk)).status_code == 404
    assert read(client.get(at("authorities"), {"q": "20.21", "jurisdiction": "US"})).count("28 CFR 20.21") >= 1
    assert "No authority fits" in read(client.get(at("authorities"), {"jurisdiction": "CA"}))
