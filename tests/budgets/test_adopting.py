"""A board adopts a version of a budget; invoices follow it, and it stays as it was."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.utils.timezone import localdate

from portal.kernel.errors import Refused
from portal.notices.models import Notice
from sharing_agreements.boards import commands as boards
from sharing_agreements.boards.models import Motion
from sharing_agreements.budgets import commands, frozen, tasks
from sharing_agreements.budgets.models import BudgetAdoption, BudgetVersion, Invoice
from sharing_agreements.budgets.sharing import compare, in_force, plan_of
from tests import make

from .conftest import OwnerSql, Scene

pytestmark = pytest.mark.django_db

FIRST = 2027


def moved(scene: Scene, version: BudgetVersion) -> Motion:
    return boards.move_motion(actor=scene.chair, board_id=scene.board.pk, kind="budget", budget_version_id=version.pk)


def test_a_version_keeps_the_budget_as_it_stood(scene: Scene) -> None:
    version = make.budget_version(scene.budget)
    commands.save_line(
        actor=scene.keeper,
        budget_id=scene.budget.pk,
        name="More",
        recurrence="one_time",
        year=FIRST,
        planned=Decimal(1),
    )
    stands = BudgetVersion.objects.get(pk=version.pk)
    assert frozen.is_whole(stands)
    assert len(stands.content["lines"]) == 6
    assert sum(stands.content["shares"][str(FIRST)].values()) == 400000
    assert make.budget_version(scene.budget).number == 2


def test_the_same_is_not_put_before_the_board_twice(scene: Scene) -> None:
    make.budget_version(scene.budget)
    with pytest.raises(Refused, match="exactly this already"):
        make.budget_version(scene.budget)


def test_a_formula_that_cannot_be_is_not_put_before_the_board(scene: Scene) -> None:
    make.formula(scene.budget, "By officers", basis="officers")
    with pytest.raises(ValidationError, match="no figures for sworn officers"):
        make.budget_version(scene.budget, "By officers")


def test_the_board_adopts_by_a_motion_and_the_comparison_then_stands_against_it(scene: Scene) -> None:
    version = make.budget_adopted(make.budget_version(scene.budget))
    assert in_force(scene.budget) == version
    assert BudgetAdoption.objects.get().motion == Motion.objects.get().number
    assert [row.today for row in compare(plan_of(scene.budget), [FIRST]).rows] == [
        Decimal("1333.34"), Decimal("1333.33"), Decimal("1333.33"),
    ]  # fmt: skip
    with pytest.raises(Refused, match="adopted already"):
        moved(scene, version)


def test_only_the_newest_version_is_moved_and_only_before_its_board(scene: Scene) -> None:
    first = make.budget_version(scene.budget)
    make.formula(scene.budget, "Other", floor=Decimal(1))
    second = make.budget_version(scene.budget, "Other")
    with pytest.raises(Refused, match="newer version"):
        moved(scene, first)
    elsewhere = make.board()
    with pytest.raises(ValidationError, match="put before this board"):
        boards.move_motion(
            actor=make.chair_of(elsewhere), board_id=elsewhere.pk, kind="budget", budget_version_id=second.pk
        )
    moved(scene, second)


def test_a_ballot_on_a_version_that_was_overtaken_is_not_opened(scene: Scene) -> None:
    motion = moved(scene, make.budget_version(scene.budget))
    make.formula(scene.budget, "Other", floor=Decimal(1))
    make.budget_version(scene.budget, "Other")
    with pytest.raises(Refused, match="newer version"):
        boards.open_ballot(actor=scene.chair, motion_id=motion.pk)


def test_the_database_takes_no_adoption_without_a_decision_and_no_other_version(scene: Scene) -> None:
    version = make.budget_version(scene.budget)
    motion = moved(scene, version)
    with pytest.raises(IntegrityError, match="by a motion that carried"), transaction.atomic():
        BudgetAdoption.objects.create(version=version, motion=motion.number)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        BudgetVersion.objects.filter(pk=version.pk)._raw_delete("default")
    motion.budget_version = make.budget_version(make.budget(scene.board, scene.court, title="Another"))
    with pytest.raises(IntegrityError, match="in the words in which it was made"), transaction.atomic():
        motion.save()


def test_every_party_gets_one_invoice_for_its_share(scene: Scene) -> None:
    version = make.budget_adopted(make.budget_version(scene.budget))
    mine = make.invoice(version, scene.police)
    assert (mine.number, mine.amount) == ("INV-2027-002", Decimal("1333.33"))
    assert sum(version.invoices.values_list("amount", flat=True)) == Decimal("4000.00")
    with pytest.raises(Refused, match="has its invoice"):
        make.invoice(version, scene.police)
    commands.cancel_invoice(actor=scene.keeper, invoice_id=mine.pk, reason="The address was wrong.")
    assert make.invoice(version, scene.court).number == "INV-2027-001"
    assert version.invoices.get(agency=scene.police, cancelled_at=None).number == "INV-2027-004"


def test_invoices_follow_the_version_in_force_alone(scene: Scene) -> None:
    first = make.budget_version(scene.budget)
    with pytest.raises(Refused, match="adopted last"):
        make.invoice(first, scene.police)
    make.budget_adopted(first)
    make.formula(scene.budget, "Other", floor=Decimal(1))
    make.budget_adopted(make.budget_version(scene.budget, "Other"))
    with pytest.raises(Refused, match="adopted last"):
        make.invoice(first, scene.police)


def test_that_an_earlier_version_was_billed_with_another_sum_is_said(scene: Scene) -> None:
    make.invoice(make.budget_adopted(make.budget_version(scene.budget)), scene.police)
    make.formula(scene.budget, "Other", floor=Decimal(1), bounds={scene.police.pk: (None, Decimal("1000.00"))})
    newer = make.budget_adopted(make.budget_version(scene.budget, "Other"))
    with pytest.raises(Refused, match="3 parties are billed for FY 2027 by an earlier version"):
        make.invoice(newer, scene.police)


def test_an_invoice_is_of_its_version_and_stays_as_it_was_sent(scene: Scene) -> None:
    version = make.budget_adopted(make.budget_version(scene.budget))
    mine = make.invoice(version, scene.police)
    mine.amount = Decimal("1.00")
    with pytest.raises(IntegrityError, match="stays as it was sent"), transaction.atomic():
        mine.save()
    other = Invoice(
        budget=scene.budget, version=version, number="INV-2028-001", agency=scene.police, year=2028,
        amount=Decimal("9.00"), issued_on=localdate(), due_on=localdate(),
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="of a share in a version"), transaction.atomic():
        other.save()


def test_a_payment_is_recorded_once_by_who_keeps_the_budget(scene: Scene) -> None:
    mine = make.invoice(make.budget_adopted(make.budget_version(scene.budget)), scene.police)
    with pytest.raises(PermissionDenied):
        commands.pay_invoice(
            actor=make.someone(scene.police, "agency_administrator"), invoice_id=mine.pk, paid_on=localdate()
        )
    with pytest.raises(ValidationError, match="still to come"):
        commands.pay_invoice(actor=scene.keeper, invoice_id=mine.pk, paid_on=localdate() + timedelta(days=1))
    commands.pay_invoice(actor=scene.keeper, invoice_id=mine.pk, paid_on=localdate(), reference="Check 12")
    with pytest.raises(Refused, match="is paid"):
        commands.cancel_invoice(actor=scene.keeper, invoice_id=mine.pk, reason="No.")


def told(kind: str) -> set[str]:
    rows = Notice.objects.filter(event__kind=f"budget.{kind}", channel="portal")
    return {str(row.recipient) for row in rows.select_related("recipient")}


def test_the_party_is_reminded_and_the_owner_hears_what_is_overdue(scene: Scene, owner_sql: OwnerSql) -> None:
    payer = make.someone(scene.police, "agency_administrator")
    mine = make.invoice(make.budget_adopted(make.budget_version(scene.budget)), scene.police)
    assert str(payer) in told("invoiced")
    owner_sql(
        "ALTER TABLE budgets_invoice DISABLE TRIGGER invoice_is_sent",
        f"UPDATE budgets_invoice SET issued_on = '{localdate() - timedelta(days=40)}', "
        f"due_on = '{localdate() - timedelta(days=1)}' WHERE id = '{mine.pk}'",
        "ALTER TABLE budgets_invoice ENABLE TRIGGER invoice_is_sent",
    )
    for _ in range(2):
        tasks.remind_of_invoices()
    assert mine.reminders.get().step == "overdue"
    assert {str(payer), str(scene.keeper)} <= told("invoice_overdue")


def test_a_share_is_billed_in_parts_that_sum_to_it(scene: Scene) -> None:
    version = make.budget_adopted(make.budget_version(scene.budget))
    sent = commands.issue_invoices(
        actor=scene.keeper, version_id=version.pk, year=FIRST, due_on=date(2027, 8, 31), instalments=4
    )
    mine = [each for each in sent if each.agency_id == scene.police.pk]
    assert [each.amount for each in mine] == [
        Decimal("333.34"), Decimal("333.33"), Decimal("333.33"), Decimal("333.33"),
    ]  # fmt: skip
    assert [each.due_on for each in mine] == [
        date(2027, 8, 31), date(2027, 11, 30), date(2028, 2, 29), date(2028, 5, 31),
    ]  # fmt: skip
    assert mine[1].year_label == "FY 2027, 2 of 4"
    with pytest.raises(Refused, match="is billed in 4 parts"):
        make.invoice(version, scene.police)
    commands.cancel_invoice(actor=scene.keeper, invoice_id=mine[1].pk, reason="The address was wrong.")
    again = commands.issue_invoices(
        actor=scene.keeper, version_id=version.pk, year=FIRST, due_on=date(2027, 8, 31), instalments=4
    )
    assert [(each.agency, each.instalment, each.due_on) for each in again] == [(scene.police, 2, date(2027, 11, 30))]


def test_the_database_takes_no_part_of_another_size(scene: Scene) -> None:
    version = make.budget_adopted(make.budget_version(scene.budget))
    part: dict[str, Any] = {
        "budget": scene.budget, "version": version, "agency": scene.police, "year": FIRST, "number": "INV-2027-001",
        "issued_on": localdate(), "due_on": localdate(), "instalments": 2,
    }  # fmt: skip
    with pytest.raises(IntegrityError, match="or of a part of it"), transaction.atomic():
        Invoice.objects.create(**part, instalment=2, amount=Decimal("666.67"))
    Invoice.objects.create(**part, instalment=1, amount=Decimal("666.67"))
    other = {**part, "number": "INV-2027-002", "instalments": 4, "instalment": 2}
    with pytest.raises(IntegrityError, match="in parts of one size"), transaction.atomic():
        Invoice.objects.create(**other, amount=Decimal("333.33"))
