"""What meets in an initiative: links that open nothing, investments that come into the budget once, its costs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from agencies.models import Role, User
from agencies.readiness.models import PlanAction
from portal.kernel.errors import Refused
from sharing_agreements.budgets.models import Budget, BudgetLine
from sharing_agreements.initiatives import commands
from sharing_agreements.initiatives.models import Initiative, Link, Offer
from sharing_agreements.initiatives.standing import Room
from tests import make

from .conftest import Scene

pytestmark = pytest.mark.django_db


def room(scene: Scene, reader: User | None = None) -> Room:
    person = reader or scene.lead
    return Room(Initiative.objects.get(pk=scene.initiative.pk), person, person.memberships.get())


def linked(scene: Scene, kind: str, thing: Any, actor: User | None = None) -> Link:
    return commands.link(actor=actor or scene.lead, initiative_id=scene.initiative.pk, kind=kind, thing_id=thing.pk)


def budget(scene: Scene, *others: Any) -> Budget:
    return make.budget(scene.board, scene.court, scene.police, *others)


def action(scene: Scene, agency: Any = None, **more: Any) -> PlanAction:
    cost: dict[str, Any] = {"amount": Decimal("1200.00"), "recurs": "once", "first_fiscal_year": 2028, **more}
    return make.plan_action(agency or scene.police, **cost)


def offered(scene: Scene, *actions: PlanAction) -> list[Offer]:
    return commands.offer_investments(
        actor=scene.officer, initiative_id=scene.initiative.pk, action_ids=[each.pk for each in actions]
    )


def test_partners_bring_in_what_they_read_and_a_link_opens_nothing(scene: Scene) -> None:
    draft = make.draft(scene.court, scene.police, make.record_set(scene.court))
    with pytest.raises(ValidationError, match="that you may read"):
        linked(scene, "agreement", draft, scene.officer)
    with pytest.raises(PermissionDenied):
        linked(scene, "agreement", draft, make.person(scene.court).person)
    link = linked(scene, "agreement", draft)
    with pytest.raises(PermissionDenied, match="owner of the initiative"):
        commands.unlink(actor=scene.officer, link_id=link.pk)
    with pytest.raises(Refused, match="linked already"):
        linked(scene, "agreement", draft)
    assert room(scene).agreements == [draft]
    assert room(scene, scene.officer).agreements == []


def test_funding_is_linked_by_its_agency_and_stays_that_agencys_own(scene: Scene) -> None:
    asked = make.application(scene.police)
    with pytest.raises(ValidationError, match="that you may read"):
        linked(scene, "application", asked)
    linked(scene, "application", asked, scene.officer)
    assert room(scene).applications == []
    assert room(scene, scene.officer).applications == [asked]


def test_the_budget_is_one_of_the_sponsoring_board(scene: Scene) -> None:
    elsewhere = make.board()
    other = make.budget(elsewhere, scene.court, title="Other")
    with pytest.raises(ValidationError, match="which sponsors"):
        linked(scene, "budget", other)
    linked(scene, "budget", budget(scene))
    with pytest.raises(Refused, match="Take that out first"):
        linked(scene, "budget", make.budget(scene.board, scene.court, title="Second"))


def test_it_costs_whom_what_the_board_adopted(scene: Scene) -> None:
    made = budget(scene)
    linked(scene, "budget", made)
    assert room(scene).cost is None
    make.budget_adopted(make.budget_version(made))
    cost = room(scene).cost
    assert cost is not None
    assert [cost.total(key) for key, _ in cost.parties] == [Decimal("9000.00"), Decimal("9000.00")]
    assert [each.total for each in room(scene).partners] == [Decimal(9000), Decimal(9000), Decimal(0)]
    assert cost.cliffs == ["FY 2029: $6,000.00 less from other sources than the year before: State grant ends."]
    assert room(scene, make.someone(scene.sheriff, Role.ADMINISTRATOR)).cost is None


def test_readiness_is_a_score_and_the_answers_are_their_agencys(scene: Scene) -> None:
    make.assessed_readiness(scene.police)
    police = room(scene).partners[1]
    assert police.assessment is not None
    assert not police.reads_answers
    assert room(scene, scene.officer).partners[1].reads_answers
    assert room(scene).partners[2].assessment is None


def test_an_agency_offers_its_own_investments_and_nobody_else_does(scene: Scene) -> None:
    plan = action(scene)
    with pytest.raises(PermissionDenied, match="assesses its readiness"):
        commands.offer_investments(actor=scene.lead, initiative_id=scene.initiative.pk, action_ids=[plan.pk])
    offered(scene, plan)
    with pytest.raises(Refused, match="offered already"):
        offered(scene, plan)
    with pytest.raises(ValidationError, match="not given up"):
        offered(scene, make.plan_action(scene.police))


def test_investments_become_lines_that_remember_them_and_come_in_once(scene: Scene) -> None:
    made = budget(scene)
    once, yearly = offered(scene, action(scene), action(scene, recurs="yearly", action="Pay two testers"))
    taken: dict[str, Any] = {"initiative_id": scene.initiative.pk, "offer_ids": [once.pk, yearly.pk]}
    with pytest.raises(Refused, match="no budget yet"):
        commands.take_in(actor=scene.lead, **taken)
    linked(scene, "budget", made)
    with pytest.raises(PermissionDenied):
        commands.take_in(actor=scene.officer, **taken)
    lines = commands.take_in(actor=scene.lead, **taken)
    assert [(line.year, line.recurrence, line.investment_id) for line in lines] == [
        (2028, "one_time", once.action_id),
        (2028, "recurring", yearly.action_id),
        (2029, "recurring", yearly.action_id),
    ]
    assert lines[0].name == "B Police: Write a charter with the partners"
    assert lines[0].planned == Decimal("1200.00")
    with pytest.raises(Refused, match="in Shared costs already"):
        commands.take_in(actor=scene.lead, **taken)
    with pytest.raises(Refused, match="in the budget"):
        commands.take_offer_back(actor=scene.officer, offer_id=once.pk)
    with pytest.raises(IntegrityError, match="budget_line_investment_once"), transaction.atomic():
        BudgetLine.objects.create(
            budget=made, year=2028, name="Twice", planned=Decimal(1), investment_id=once.action_id
        )


def test_investments_of_other_years_are_refused_with_the_reason(scene: Scene) -> None:
    linked(scene, "budget", budget(scene))
    found = offered(scene, action(scene, first_fiscal_year=2035))
    with pytest.raises(ValidationError, match="covers other years"):
        commands.take_in(actor=scene.lead, initiative_id=scene.initiative.pk, offer_ids=[found[0].pk])


def test_two_investments_of_one_name_are_two_lines(scene: Scene) -> None:
    linked(scene, "budget", budget(scene))
    found = offered(scene, action(scene, action="x" * 300), action(scene, action="x" * 300))
    lines = commands.take_in(actor=scene.lead, initiative_id=scene.initiative.pk, offer_ids=[each.pk for each in found])
    assert len({line.name for line in lines}) == 2
    assert max(len(line.name) for line in lines) == 160


def test_an_offer_is_taken_back_before_it_is_in_a_budget(scene: Scene) -> None:
    found = offered(scene, action(scene))[0]
    with pytest.raises(PermissionDenied):
        commands.take_offer_back(actor=scene.lead, offer_id=found.pk)
    commands.take_offer_back(actor=scene.officer, offer_id=found.pk)
    assert not Offer.objects.exists()


def test_what_is_linked_is_taken_out_and_stays_what_it_is(scene: Scene) -> None:
    made = budget(scene)
    link = linked(scene, "budget", made)
    found = offered(scene, action(scene))
    commands.take_in(actor=scene.lead, initiative_id=scene.initiative.pk, offer_ids=[found[0].pk])
    with pytest.raises(Refused, match="Remove those lines first"):
        commands.unlink(actor=scene.lead, link_id=link.pk)
    made.lines.get(investment__isnull=False).delete()
    commands.unlink(actor=scene.lead, link_id=link.pk)
    assert not Link.objects.exists()
    assert Budget.objects.filter(pk=made.pk).exists()
