"""The pages of budgets: what each reader sees, and what the forms do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from agencies.models import User
from sharing_agreements.budgets.models import Budget
from tests import make

from .conftest import Scene

pytestmark = pytest.mark.django_db

FIRST = 2027


def at(name: str, *args: object) -> str:
    return reverse(f"budgets:{name}", args=args)


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(client: Client, address: str, **asked: str) -> str:
    answer = client.get(address, asked)
    assert answer.status_code == 200, answer.status_code
    body: Any = answer.getvalue() if answer.streaming else answer.content
    return str(body.decode())


def test_the_plan_shows_the_cliff_and_filters_its_lines(scene: Scene) -> None:
    client = client_of(make.person(scene.police).person)
    whole = page(client, at("detail", scene.budget.pk))
    assert "$6,000 less: State grant ended" in whole
    assert "Add a line" not in whole
    assert page(client, at("detail", scene.budget.pk), kind="in_kind").count("Rooms") == 3
    sheet = page(client, at("lines_csv", scene.budget.pk), year="2028")
    assert sheet.splitlines()[1:] == ["Hosting,Recurring,2028,10000.00,,", "Rooms,Recurring,2028,500.00,,A Court"]


def test_a_withdrawal_is_simulated_on_the_page_of_shares(scene: Scene) -> None:
    client = client_of(make.person(scene.sheriff).person)
    found = page(client, at("shares", scene.budget.pk), year="2029", without=str(scene.police.pk))
    assert "If B Police withdrew" in found
    assert "$1,666.67 more" in found
    assert page(client, at("shares", scene.budget.pk), year="2029").count("$333.33 more") == 2
    sheet = page(client, at("shares_csv", scene.budget.pk), year="2029", without=str(scene.police.pk))
    assert sheet.splitlines()[1] == "A Court,3000.00,500.00,5000.00"


def test_the_register_lists_what_one_reads(scene: Scene) -> None:
    make.budget(make.board(), make.agency(), title="Elsewhere")
    client = client_of(make.person(scene.police).person)
    assert "Elsewhere" not in page(client, at("list"))
    assert "Shared costs" in page(client, at("list"), state="open")
    assert "No budget fits" in page(client, at("list"), state="adopted")
    sheet = page(client, at("csv"), q="shared")
    assert sheet.splitlines()[1].endswith("Not adopted yet,3,30000.00,12000.00,18000.00")


def test_a_chair_opens_a_budget_and_shares_it_by_a_formula_with_own_bounds(scene: Scene) -> None:
    client = client_of(scene.chair)
    given = {
        "title": "Another",
        "board": scene.board.pk,
        "owner": scene.court.pk,
        "first_year": 2027,
        "last_year": 2040,
    }
    refused = client.post(at("new"), {**given, "begins_month": 7})
    assert "within 10 years" in refused.content.decode()
    answer = client.post(at("new"), {**given, "last_year": 2027, "begins_month": 7})
    made = Budget.objects.get(title="Another")
    assert answer["Location"] == at("detail", made.pk)
    client.post(at("party_new", made.pk), {"agency": scene.police.pk, "pays_today": ""})
    bound = f"cap_{scene.police.pk}"
    client.post(at("formula_new", made.pk), {"name": "Capped", "basis": "", bound: "12.50"})
    assert "B Police: at most $12.50" in page(client, at("shares", made.pk))
    wrong = client.post(at("formula_new", made.pk), {"name": "Odd", "basis": "", "floor": "2", "cap": "1"})
    assert "The floor is above the cap" in wrong.content.decode()


def test_a_party_reads_its_invoice_alone_and_keeps_it_as_pdf(scene: Scene) -> None:
    with timezone.override(scene.keeper.time_zone):
        mine, today = make.invoice(make.budget_adopted(make.budget_version(scene.budget)), scene.police), localdate()
    other = scene.budget.invoices.get(agency=scene.sheriff)
    client = client_of(make.person(scene.police).person)
    listed = page(client, at("invoices", scene.budget.pk))
    assert (mine.number in listed, other.number in listed) == (True, False)
    assert client.get(at("invoice", other.pk)).status_code == 404
    answer = client.get(at("invoice_pdf", mine.pk))
    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    kept = client_of(scene.keeper)
    assert len(page(kept, at("invoices_csv", scene.budget.pk), state="open").splitlines()) == 4
    kept.post(at("pay", mine.pk), {"paid_on": today.isoformat(), "reference": "Check 12"})
    assert "Check 12" in page(client, at("invoice", mine.pk))
    assert "No invoice fits" in page(client, at("invoices", scene.budget.pk), state="overdue")


def test_invoices_are_sent_from_the_page_of_the_version_in_force(scene: Scene) -> None:
    version = make.budget_version(scene.budget)
    client = client_of(scene.keeper)
    answer = client.get(at("issue", version.pk), follow=True)
    assert "that the board adopted last" in answer.content.decode()
    make.budget_adopted(version)
    due_on = (localdate() + timedelta(days=20)).isoformat()
    client.post(at("issue", version.pk), {"year": FIRST, "due_on": due_on, "instalments": 1})
    assert version.invoices.count() == 3


def test_an_auditor_reads_the_history_of_a_budget(scene: Scene) -> None:
    version = make.budget_adopted(make.budget_version(scene.budget))
    make.invoice(version, scene.police)
    mine, elsewhere = make.auditor(scene.police), make.auditor(make.agency())
    address = reverse("workbench:budget_history", args=[scene.budget.pk])
    assert client_of(elsewhere).get(address).status_code == 404
    found = page(client_of(mine), address)
    for words in ("Hosting, FY 2028", "Equal shares", "INV-2027-002", "the board", version.sha256):
        assert words in found, words
