"""Programs and their terms, an application's life, and what an award asks for."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate
from hypothesis import given
from hypothesis import strategies as st

from agencies.models import Agency, User
from portal.kernel.errors import Refused
from portal.notices.models import Notice
from sharing_agreements.budgets import commands as budgets
from sharing_agreements.budgets.pictures import by_year
from sharing_agreements.budgets.sharing import plan_of
from sharing_agreements.funding import commands, tasks
from sharing_agreements.funding.lifecycle import MOVES, move
from sharing_agreements.funding.models import Application, Drawdown, Program
from sharing_agreements.funding.terms import match_needed
from tests import kept, make
from tests.sharing_agreements.conftest import OwnerSql, owner_sql

__all__ = ["owner_sql"]

S = Application.Status
MONEY = st.decimals("0", "1e9", places=2)

pytestmark = pytest.mark.django_db


@kept.fixture
def court() -> Agency:
    return make.agency("A Court", kind="court", state="CA")


@given(MONEY, st.decimals("0", "99.99", places=2))
def test_the_match_is_at_least_its_percentage_of_the_whole_and_no_cent_more(asked: Decimal, percent: Decimal) -> None:
    needed = match_needed(Program(match_percent=percent), asked)
    assert needed * 100 >= percent * (asked + needed)
    less = needed - Decimal("0.01")
    assert needed == 0 or less * 100 < percent * (asked + less)


@pytest.mark.parametrize("now", list(S))
def test_an_application_moves_by_the_table_alone(now: Any) -> None:
    for to in S:
        application = Application(status=now)
        if to in MOVES[now]:
            move(application, to)
            assert application.status == to
        else:
            with pytest.raises(Refused, match="cannot become"):
                move(application, to)


def test_a_draft_goes_out_when_its_tasks_are_done(court: Agency) -> None:
    draft = make.application(court)
    task = commands.add_task(actor=make.funder(court), application_id=draft.pk, text="Letter", due_on=localdate())
    with pytest.raises(Refused, match="1 task is not done yet"):
        make.sent(draft)
    commands.finish_task(actor=make.funder(court), task_id=task.pk)
    assert make.sent(draft).status == S.SUBMITTED
    with pytest.raises(Refused, match="stays as it is"):
        commands.remove_task(actor=make.funder(court), task_id=task.pk)


@pytest.mark.parametrize(
    ("kind", "cash", "in_kind", "refused"),
    [
        ("any", 3000, 1000, False),
        ("any", 3000, 999, True),
        ("cash", 3000, 1000, True),
        ("cash", 4000, 0, False),
        ("in_kind", 4000, 3999, True),
    ],
)
def test_the_match_that_a_program_asks_for_is_there(
    court: Agency, kind: str, cash: int, in_kind: int, refused: bool
) -> None:
    to = make.program(court, match_percent=Decimal(25), match_kind=kind)
    draft = make.application(court, to, match_cash=Decimal(cash), match_in_kind=Decimal(in_kind))
    if refused:
        with pytest.raises(Refused, match=r"25 % of the whole cost .*: \$4,000\.00"):
            make.sent(draft)
    else:
        make.sent(draft)


def test_that_nothing_is_supplanted_is_declared_by_a_person(court: Agency) -> None:
    draft = make.application(court, make.program(court, no_supplanting=True))
    with pytest.raises(ValidationError, match="asks for this declaration"):
        make.sent(draft, declared=False)
    assert make.sent(draft).declared_by == make.funder(court)


def test_after_the_deadline_nobody_applies(court: Agency, owner_sql: OwnerSql) -> None:
    draft = make.application(court)
    owner_sql(f"UPDATE funding_program SET deadline_on = '{localdate() - timedelta(days=1)}'")
    with pytest.raises(Refused, match="deadline"):
        make.sent(draft)
    with pytest.raises(Refused, match="deadline"):
        make.application(make.agency(), draft.program)


def test_a_program_that_takes_one_a_state_takes_no_second(court: Agency) -> None:
    to = make.program(court, one_a_state=True)
    here, there = make.agency(state="CA"), make.agency(state="OR")
    drafts = [make.application(agency, to) for agency in (court, here, there)]
    make.sent(drafts[0])
    with pytest.raises(Refused, match="one application from each state"):
        make.sent(drafts[1])
    make.sent(drafts[2])


def test_an_agency_has_one_open_application_to_a_program(court: Agency) -> None:
    draft = make.application(court)
    with pytest.raises(ValidationError, match="application to this program already"):
        make.application(court, draft.program)
    commands.withdraw(actor=make.funder(court), application_id=draft.pk, reason="Too much work.")
    make.application(court, draft.program)


def test_nobody_else_sees_or_touches_an_application(court: Agency) -> None:
    draft = make.application(court)
    stranger = make.funder(make.agency())
    for person in (stranger, make.person(court).person):
        with pytest.raises(PermissionDenied):
            commands.withdraw(actor=person, application_id=draft.pk, reason="Mine.")
    assert client_of(stranger).get(at("application", draft.pk)).status_code == 404
    for reader in (make.auditor(court), make.auditor(), make.person(court).person):
        assert client_of(reader).get(at("application", draft.pk)).status_code == 200


def test_no_more_is_drawn_than_was_awarded(court: Agency) -> None:
    award, keeper = make.award(court), make.funder(court)
    drawn: dict[str, Any] = {"actor": keeper, "award_id": award.pk, "drawn_on": localdate(), "reference": "ACH 1"}
    commands.draw(amount=Decimal("7000.00"), **drawn)
    with pytest.raises(ValidationError, match=r"\$5,000\.00 of the award is left"):
        commands.draw(amount=Decimal("5000.01"), **drawn)
    with pytest.raises(ValidationError, match="no more than that can be set off"):
        commands.draw(amount=Decimal("-7000.01"), **drawn)
    commands.draw(amount=Decimal("-1000.00"), **drawn)
    with pytest.raises(Refused, match="is recorded"):
        commands.draw(amount=Decimal("-1000.00"), **{**drawn, "reference": " ACH  1 "})
    with pytest.raises(IntegrityError, match="No more is drawn"), transaction.atomic():
        Drawdown.objects.create(award=award, amount=Decimal(6001), drawn_on=localdate(), reference="x", by=keeper)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        Drawdown.objects.filter(award=award)._raw_delete("default")
    with pytest.raises(ValidationError, match="not one to come"):
        commands.draw(amount=Decimal(1), **{**drawn, "drawn_on": localdate() + timedelta(days=1)})


def told(kind: str) -> list[str]:
    rows = Notice.objects.filter(event__kind=f"application.{kind}", channel="portal")
    return [str(row.recipient) for row in rows.select_related("recipient")]


def test_deadlines_and_reports_are_brought_to_mind_once(court: Agency, owner_sql: OwnerSql) -> None:
    make.application(court, make.program(court, deadline_on=localdate() + timedelta(days=9)))
    award, keeper = make.award(court), make.funder(court)
    due_on = {"due_on": localdate() + timedelta(days=5)}
    report = commands.expect_report(actor=keeper, award_id=award.pk, what="First quarter", **due_on)
    for _ in range(2):
        tasks.remind_of_funding()
    assert told("deadline_near") == told("report_due") == [str(keeper)]
    owner_sql(f"UPDATE funding_report SET due_on = '{localdate() - timedelta(days=1)}'")
    tasks.remind_of_funding()
    assert told("report_late") == [str(keeper)]
    commands.send_report(actor=keeper, report_id=report.pk)
    with pytest.raises(Refused, match="sent already"):
        commands.send_report(actor=keeper, report_id=report.pk)


def test_a_grants_money_in_a_budget_ends_with_the_grant(court: Agency) -> None:
    board, award = make.board(), make.award(court)
    budget = make.budget(board, court)
    given: dict[str, Any] = {"actor": make.funder(court), "budget_id": budget.pk, "name": "Federal"}
    given["award_id"] = award.pk
    for year in (2027, 2028):
        budgets.save_source(year=year, planned=Decimal("3000.00"), **given)
    assert "$9,000 less: Federal ended" in by_year(plan_of(budget))
    with pytest.raises(ValidationError, match="does not run in this year"):
        budgets.save_source(year=2029, planned=Decimal(1), **given)
    with pytest.raises(ValidationError, match=r"\$6,000\.00 of .* is not in a budget yet"):
        budgets.save_source(year=2028, planned=Decimal("6000.01"), **{**given, "name": "Again"})
    with pytest.raises(PermissionDenied):
        budgets.save_source(year=2028, planned=Decimal(1), **{**given, "actor": make.chair_of(board), "name": "Again"})
    elsewhere = make.award(make.agency())
    with pytest.raises((ValidationError, PermissionDenied)):
        budgets.save_source(year=2028, planned=Decimal(1), **{**given, "award_id": elsewhere.pk, "name": "Again"})


# --- Pages ----------------------------------------------------------------------------------------------------------


def at(name: str, *args: object) -> str:
    return reverse(f"funding:{name}", args=args)


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(client: Client, address: str, **asked: str) -> str:
    answer = client.get(address, asked)
    assert answer.status_code == 200, answer.status_code
    body: Any = answer.getvalue() if answer.streaming else answer.content
    return str(body.decode())


def test_from_a_program_to_a_report_by_forms(court: Agency) -> None:
    client = client_of(make.funder(court))
    terms = {
        "name": "Byrne JAG", "funder": "Bureau of Justice Assistance", "kind": "federal", "eligibility": "States.",
        "match_percent": "0", "match_kind": "any", "first_on": "2026-10-01", "last_on": "2028-09-30",
    }  # fmt: skip
    wrong = client.post(at("new"), {**terms, "last_on": "2026-09-30"})
    assert "ends before it begins" in wrong.content.decode()
    client.post(at("new"), terms)
    program = Program.objects.get()
    assert "Byrne JAG" in page(client, at("list"), kind="federal", takes="open")
    assert page(client, at("csv"), q="byrne").splitlines()[1].startswith("Byrne JAG,Bureau")
    client.post(at("apply", program.pk), {"purpose": "An exchange.", "requested": "12000"})
    mine = Application.objects.get()
    make.document(mine)
    client.post(at("task_new", mine.pk), {"text": "Letter of support", "due_on": localdate().isoformat()})
    client.post(at("task_done", mine.tasks.get().pk))
    client.post(at("submit", mine.pk))
    client.post(at("award", mine.pk), {
        "number": "15PBJA-26", "amount": "11000", "first_on": "2026-10-01", "last_on": "2028-09-30",
    })  # fmt: skip
    award = Application.objects.get().award
    client.post(
        at("draw", award.pk), {"amount": "500", "drawn_on": f"{localdate() - timedelta(days=1)}", "reference": "ACH 7"}
    )
    client.post(at("report_new", award.pk), {"what": "First quarter", "due_on": "2030-01-30"})
    found = page(client, at("application", mine.pk))
    for words in ("15PBJA-26", "$10,500.00", "First quarter", "letter.txt", "Mark as sent"):
        assert words in found, words
    client.post(at("report_sent", award.reports.get().pk))
    assert "Sent" in page(client, at("application", mine.pk))
    sheet = page(client, at("applications_csv"), status="awarded")
    assert sheet.splitlines()[1].endswith("11000.00,2026-10-01,2028-09-30,500.00")


def test_an_auditor_reads_the_history_of_an_application(court: Agency) -> None:
    award, keeper = make.award(court), make.funder(court)
    drawn: dict[str, Any] = {"drawn_on": localdate(), "reference": "ACH 9", "amount": Decimal("250.00")}
    commands.draw(actor=keeper, award_id=award.pk, **drawn)
    address = reverse("workbench:application_history", args=[award.application_id])
    assert client_of(make.auditor(make.agency())).get(address).status_code == 404
    found = page(client_of(make.auditor(court)), address)
    for words in ("Award added: G-1", "$250.00, ACH 9", "Submitted", str(keeper)):
        assert words in found, words


def test_a_document_is_a_download_and_goes_from_a_draft_alone(court: Agency) -> None:
    draft = make.application(court)
    document = make.document(draft)
    client = client_of(make.funder(court))
    answer: Any = client.get(at("document", document.pk))
    assert answer["Content-Disposition"] == 'attachment; filename="letter.txt"'
    assert answer.getvalue() == b"Letter of support"
    make.sent(draft)
    answer = client.post(at("document_remove", document.pk), {"reason": "Wrong"}, follow=True)
    assert "stays as it is" in answer.content.decode()
    assert draft.documents.filter(removed_at=None).exists()
