"""Investments of readiness plans on their way into the budget: offered by a partner, taken in by the keeper."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from agencies.models import User
from agencies.readiness import investments as plans
from agencies.readiness import policy as readiness
from agencies.views.shared import columns, membership_of, person_of, posted
from portal.kernel.access import members
from portal.kernel.parts import part
from portal.kernel.policy import allows
from sharing_agreements.budgets import policy as budgets
from sharing_agreements.budgets.forms import SureForm
from sharing_agreements.budgets.wording import dollars
from sharing_agreements.initiatives import commands, policy
from sharing_agreements.initiatives.forms import OfferForm, TakeForm
from sharing_agreements.initiatives.models import Initiative, Offer

from .shared import POST_TOO, asked_form, find, find_offer, head, room_of


def _own(request: HttpRequest, initiative: Initiative) -> list[plans.Investment]:
    """What the agency for which the person plans would invest and has offered to nobody."""
    membership = membership_of(request)
    if membership is None or not allows(readiness.may_write, person_of(request), membership.agency_id):
        return []
    if not initiative.partners.filter(agency=membership.agency_id).exists():
        return []
    offered = set(Offer.objects.filter(action__agency=membership.agency_id).values_list("action", flat=True))
    return [each for each in plans.of_agencies([membership.agency_id]) if each.action_id not in offered]


def _words(each: plans.Investment) -> str:
    often = "each year from" if each.is_yearly else "once, in"
    return f"{each.what}, {dollars(each.amount)} {often} FY {each.first_fiscal_year}"


def _offered(initiative: Initiative) -> list[Offer]:
    found = initiative.offers.select_related("action__agency").prefetch_related("action__budget_lines__budget")
    return sorted(found, key=lambda each: (str(each.action.agency), each.action.number))


@members
@require_GET
def investments(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What partners offer, what of it is in the budget, and what one's own agency could offer."""
    initiative = find(request, pk)
    room, shown = room_of(request, initiative), head(request, initiative, "investments")
    offers = _offered(initiative)
    waiting = [each for each in offers if not each.action.budget_lines.all()]
    context = {
        **shown,
        "columns": [
            *columns("Investment", "Partner"),
            {"label": "Cost"},
            {"label": "In the budget"},
            {"label": "Take back", "hidden": True},
        ],
        "rows": [_row(request, each) for each in offers],
        "takes": bool(waiting)
        and room.budget is not None
        and allows(budgets.may_keep, person_of(request), room.budget),
        "own": [_words(each) for each in _own(request, initiative)] if shown["links"] else [],
        "budget": room.budget,
    }
    return render(request, "initiatives/investments.html", context)


def _row(request: HttpRequest, offer: Offer) -> list[Any]:
    action = offer.action
    lines = list(action.budget_lines.all())
    taken = ", ".join(f"FY {line.year}" for line in sorted(lines, key=lambda line: line.year))
    back = not lines and allows(readiness.may_write, person_of(request), action.agency_id)
    return [
        action.action,
        action.agency,
        action.investment,
        part("chip", tone="good", icon="check", text=f"In it: {taken}") if lines else "Not yet",
        part("link", text="Take back", href=reverse("initiatives:offer_remove", args=[offer.pk]), more=str(action))
        if back
        else "",
    ]


@members
@require_http_methods(POST_TOO)
def offer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Offer what one's own agency plans to invest."""
    initiative = find(request, pk)
    choices = [(str(each.action_id), _words(each)) for each in _own(request, initiative)]
    form = OfferForm(posted(request), actions=choices)

    def command() -> object:
        chosen = [UUID(each) for each in form.cleaned_data["actions"]]
        return commands.offer_investments(actor=person_of(request), initiative_id=pk, action_ids=chosen)

    return asked_form(
        request,
        form,
        (policy.may_link, initiative),
        command,
        initiative,
        done="They are offered. Whoever keeps the budget takes them in.",
        title="Offer investments to the budget",
        submit="Offer them",
        page="investments",
        lead="Whoever reads the initiative sees what you offer: the action, what it costs and from when on. The rest "
        "of the plan stays your agency's own.",
    )


@members
@require_http_methods(POST_TOO)
def take_in(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make lines of the budget's draft of what is offered."""
    initiative = find(request, pk)
    room = room_of(request, initiative)
    if room.budget is None:
        policy.may_link(person_of(request), initiative)
        messages.error(request, "Link a budget that you keep first.")
        return redirect("initiatives:things", pk)
    waiting = [each for each in _offered(initiative) if not each.action.budget_lines.all()]
    form = TakeForm(posted(request), offers=waiting)

    def command() -> object:
        chosen = [UUID(each) for each in form.cleaned_data["offers"]]
        return commands.take_in(actor=person_of(request), initiative_id=pk, offer_ids=chosen)

    return asked_form(
        request,
        form,
        (budgets.may_keep, room.budget),
        command,
        initiative,
        done="They are lines of the budget's draft now. The board adopts the next version.",
        title=f"Take investments into {room.budget}",
        submit="Take them in",
        page="investments",
        lead="Each becomes a line of the draft that the parties share: in its year, or in each year from then on.",
    )


@members
@require_http_methods(POST_TOO)
def offer_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take back what one's agency offered."""
    found = find_offer(request, pk)
    form = SureForm(posted(request))

    def command() -> object:
        commands.take_offer_back(actor=person_of(request), offer_id=pk)
        return True

    return asked_form(
        request,
        form,
        (_may_take_back, found),
        command,
        found.initiative,
        done="It is taken back.",
        title=f"Take back: {found.action.action}",
        submit="Take it back",
        page="investments",
    )


def _may_take_back(person: User, offer: Offer) -> None:
    readiness.may_write(person, offer.action.agency_id)
