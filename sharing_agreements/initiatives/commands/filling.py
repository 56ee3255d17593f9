"""What meets in an initiative: links to agreements, money and law, and investments on their way into the budget."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from agencies.models import User
from agencies.readiness import policy as readiness
from agencies.readiness.models import PlanAction
from portal.kernel import history
from portal.kernel.errors import Refused
from privacy.law.models import LawChange
from sharing_agreements.budgets import steps as budgets
from sharing_agreements.budgets.models import Budget, BudgetLine
from sharing_agreements.budgets.policy import may_keep
from sharing_agreements.funding.models import Application
from sharing_agreements.initiatives import policy, waiting
from sharing_agreements.initiatives.models import Initiative, Link, Offer
from sharing_agreements.initiatives.steps import note
from sharing_agreements.models import Agreement

KINDS: dict[str, Any] = {"agreement": Agreement, "budget": Budget, "application": Application, "change": LawChange}


@transaction.atomic(durable=True)
def link(*, actor: User, initiative_id: UUID, kind: str, thing_id: UUID) -> Link:
    """Bring an agreement, the budget, an application for funding or a change in law into the room. Whoever brings it
    reads it; others read of it what they may anyway."""
    initiative = Initiative.objects.for_update(initiative_id)
    policy.may_link(actor, initiative)
    thing = waiting.read(actor, KINDS[kind], thing_id)
    if thing is None:
        raise ValidationError({"thing": "Choose something that you may read."})
    if kind == "budget":
        _check_budget(initiative, thing)
    made = Link(initiative=initiative, **{kind: thing})
    if initiative.links.filter(**{kind: thing}).exists():
        raise Refused(f"{thing} is linked already.", code="linked", repeated=True)
    made.full_clean()
    history.save(made, actor=actor, reason="Linked")
    note("linked", initiative, actor=actor, linked=kind, thing=str(thing_id))
    return made


def _check_budget(initiative: Initiative, budget: Budget) -> None:
    if budget.board_id != initiative.board_id:
        raise ValidationError({"thing": f"Choose a budget of {initiative.board}, which sponsors the initiative."})
    there = initiative.links.filter(budget__isnull=False).exclude(budget=budget).first()
    if there is not None:
        raise Refused(f"Its budget is {there.budget}. Take that out first.", code="one_budget")


@transaction.atomic(durable=True)
def unlink(*, actor: User, link_id: UUID) -> None:
    """Take something out of the room. It stays what it is. What a partner does not read, the lead alone takes out."""
    initiative = Initiative.objects.for_update(Link.objects.get(pk=link_id).initiative_id)
    policy.may_link(actor, initiative)
    found = Link.objects.get(pk=link_id)
    if found.budget is not None and initiative.offers.filter(action__budget_lines__budget=found.budget).exists():
        raise Refused("Investments that were offered are lines of this budget. Remove those lines first.", code="lines")
    kind = next(name for name in KINDS if getattr(found, f"{name}_id"))
    thing_id = getattr(found, f"{kind}_id")
    if waiting.read(actor, KINDS[kind], thing_id) is None:
        policy.may_lead(actor, initiative)
    history.delete(found, actor=actor, reason="Taken out")
    note("unlinked", initiative, actor=actor, linked=kind, thing=str(thing_id))


# --- Investments ----------------------------------------------------------------------------------------------------


@transaction.atomic(durable=True)
def offer_investments(*, actor: User, initiative_id: UUID, action_ids: Collection[UUID]) -> list[Offer]:
    """Offer what one's own agency plans to invest to the initiative's budget; whoever reads the initiative sees it."""
    initiative = Initiative.objects.for_update(initiative_id)
    policy.may_link(actor, initiative)
    partners = initiative.partners.values("agency")
    costing = PlanAction.objects.filter(pk__in=action_ids, agency__in=partners, amount__isnull=False)
    found = list(costing.exclude(status=PlanAction.Status.GIVEN_UP))
    if len(found) < len(set(action_ids)) or not found:
        raise ValidationError("Choose investments of a partner's plan that are not given up.")
    for action in found:
        readiness.may_write(actor, action.agency_id)
        if Offer.objects.filter(action=action).exists():
            raise Refused(f"{action} is offered already.", code="offered", repeated=True)
    made = [Offer(initiative=initiative, action=action) for action in found]
    for each in made:
        history.save(each, actor=actor, reason="Offered")
    note("investments_offered", initiative, actor=actor, told=True, actions=[str(each.pk) for each in found])
    return made


@transaction.atomic(durable=True)
def take_offer_back(*, actor: User, offer_id: UUID) -> None:
    """Take back what is in no budget yet."""
    initiative = Initiative.objects.for_update(Offer.objects.get(pk=offer_id).initiative_id)
    found = Offer.objects.select_related("action").get(pk=offer_id)
    readiness.may_write(actor, found.action.agency_id)
    if found.action.budget_lines.exists():
        raise Refused(f"{found.action} is in the budget. Its keeper removes the line first.", code="in_budget")
    history.delete(found, actor=actor, reason="Taken back")
    note("investment_taken_back", initiative, actor=actor, actions=[str(found.action_id)])


@transaction.atomic(durable=True)
def take_in(*, actor: User, initiative_id: UUID, offer_ids: Collection[UUID]) -> list[BudgetLine]:
    """Make lines of the budget's draft of investments that were offered: one in the year in which it is made, or one
    for each year from then on. Each line remembers its investment, and no investment comes in twice."""
    initiative = Initiative.objects.for_update(initiative_id)
    found = initiative.links.filter(budget__isnull=False).first()
    if found is None or found.budget_id is None:
        raise Refused("The initiative has no budget yet. Link one first.", code="no_budget")
    budget = Budget.objects.for_update(found.budget_id)
    may_keep(actor, budget)
    offers = initiative.offers.filter(pk__in=offer_ids).select_related("action__agency")
    if len(offers) < len(set(offer_ids)) or not offers:
        raise ValidationError("Choose investments that are offered.")
    return budgets.take_in(budget, [offer.action for offer in offers], actor=actor)
