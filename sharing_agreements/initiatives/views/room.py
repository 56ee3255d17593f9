"""The page of an initiative: what is done, what blocks whom, what comes next, what it costs whom; and as one page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from agencies.views.shared import membership_of
from portal.kernel.access import members
from portal.kernel.parts import Part, part
from sharing_agreements.budgets import pictures as money
from sharing_agreements.budgets.wording import dollars
from sharing_agreements.initiatives import one_page, pictures
from sharing_agreements.initiatives.models import Initiative
from sharing_agreements.initiatives.standing import Room
from sharing_agreements.initiatives.waiting import Step

from .shared import S, find, head, room_of

NEXT = 5


@members
@require_GET
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Where the initiative stands, at a glance and then in full."""
    initiative = find(request, pk)
    room = room_of(request, initiative)
    shown = head(request, initiative, "detail")
    context = {
        **shown,
        "actions": _actions(room, shown["leads"]),
        "others": _others(room, shown["leads"], shown["changes"]),
        "tally": _tally(room),
        "next": [_next(step) for step in room.next[:NEXT]],
        "held": [_held(step) for step in room.held],
        "keys": [(tone, label) for tone, label in pictures.STATES.values()],
        "plan": pictures.plan(room) if room.steps else "",
        "plan_table": pictures.plan_table(room),
        "partners": pictures.partners(room),
        "partner_rows": _partners(request, room),
        "partner_columns": _partner_columns(room),
        "costs": room.cost,
        "cost_picture": money.by_year(room.cost.plan) if room.cost else "",
        "cost_table": money.table(room.cost.plan) if room.cost else None,
        "bars": [*money.BARS, money.MISSING],
        "cliffs": room.cost.cliffs if room.cost else [],
        "budget": room.budget,
        "no_cost": _no_cost(room),
        "pairs": _pairs(initiative),
        "proposals": initiative.proposals.select_related("approval").order_by("-number"),
        "meets": _meets(room),
    }
    return render(request, "initiatives/initiative_detail.html", context)


def _actions(room: Room, leads: bool) -> list[dict[str, object]]:
    initiative = room.initiative
    found: list[dict[str, object]] = [
        {"label": "One page (PDF)", "href": reverse("initiatives:pdf", args=[initiative.pk]), "icon": "download"}
    ]
    verbs = {
        S.IDEA: ("Put it before the board", "propose"),
        S.APPROVED: ("Set out", "begin"),
        S.RUNNING: ("Complete it", "complete"),
    }
    is_ready = initiative.status != S.RUNNING or room.done == len(room.steps)
    if leads and is_ready and (verb := verbs.get(S(initiative.status))):
        found.append({"label": verb[0], "href": reverse(f"initiatives:{verb[1]}", args=[initiative.pk]), "main": True})
    return found


def _others(room: Room, leads: bool, changes: bool) -> list[tuple[str, str]]:
    initiative = room.initiative
    names: list[tuple[str, str]] = []
    if changes:
        names += [("Change title and purpose", "change")] if initiative.status == S.IDEA else []
        names += [("Name another owner", "owner"), ("Add a partner", "partner_new")]
        names += [("Let a partner go", "partner_remove")] if initiative.partners.count() > 1 else []
    if leads and initiative.status == S.BEFORE_BOARD:
        names.append(("Take it back from the board", "take_back"))
    if leads and initiative.status in {S.IDEA, S.APPROVED, S.RUNNING}:
        names.append(("End it", "end"))
    return [(label, reverse(f"initiatives:{name}", args=[initiative.pk])) for label, name in names]


def _meets(room: Room) -> list[Part]:
    """What meets here, a line each with how it stands; of what the person does not read nothing is said."""

    def line(page: str, thing: Any, text: str, under: str) -> Part:
        return part("lines", text=part("link", text=text, href=reverse(page, args=[thing.pk])), under=under)

    found = [
        line("agreements:detail", each, f"{each.number} {each.title}", each.get_status_display())
        for each in room.agreements
    ]
    if room.budget is not None:
        stands = f"version {room.cost.version.number} adopted" if room.cost else "not adopted yet"
        found.append(line("budgets:detail", room.budget, room.budget.title, f"Budget, {stands}"))
    found += [
        line("funding:application", each, str(each.program), f"{each.agency}, {each.get_status_display().lower()}")
        for each in room.applications
    ]
    return found + [
        line("workbench:law_change", each, each.title, " ".join([each.get_status_display(), each.stands]).strip())
        for each in room.changes
    ]


def _tally(room: Room) -> list[tuple[object, str]]:
    """The state of things in four figures."""
    found: list[tuple[object, str]] = [
        (f"{room.done} of {len(room.steps)}", "milestones done"),
        (len(room.held), "held up"),
        (len(room.overdue), "overdue"),
    ]
    if room.cost and room.year:
        found.append((f"${room.cost.plan.sums[room.year].to_share:,.0f}", f"shared in FY {room.year}"))
    return found


def _next(step: Step) -> dict[str, Any]:
    milestone = step.milestone
    return {
        "due": milestone.due_on,
        "title": str(milestone),
        "href": reverse("initiatives:milestone", args=[milestone.pk]),
        "text": pictures.who(step),
        "state": pictures.state_of(step) if step.state == "overdue" else None,
    }


def _held(step: Step) -> dict[str, Any]:
    whom = sorted({wait.whom for wait in step.held_by})
    return {
        "title": str(step.milestone),
        "href": reverse("initiatives:milestone", args=[step.milestone.pk]),
        "whom": " and ".join(whom),
        "said": "; ".join(wait.said for wait in step.held_by),
        "who": pictures.who(step),
    }


def _partner_columns(room: Room) -> list[dict[str, object]]:
    money_columns = [{"label": f"Pays, FY {room.year}", "num": True}, {"label": "In all", "num": True}]
    return [
        {"label": "Partner", "head": True},
        {"label": "Readiness"},
        *(money_columns if room.cost else []),
        {"label": "Has to do"},
    ]


def _partners(request: HttpRequest, room: Room) -> list[list[Any]]:
    own = membership_of(request)
    return [
        [
            part("lines", text=str(each.agency), under="leads" if each.agency.pk == room.initiative.lead_id else ""),
            _readiness(each, own_agency=own is not None and own.agency_id == each.agency.pk),
            *([dollars(each.now), dollars(each.total)] if room.cost else []),
            pictures.has_to_do(each),
        ]
        for each in room.partners
    ]


def _readiness(each: Any, *, own_agency: bool) -> Part | str:
    """The score; the way to the answers where the agency shares them."""
    if each.assessment is None:
        return (
            part("link", text="Not assessed", href=reverse("readiness:agency", args=[each.agency.pk]))
            if own_agency
            else "Not assessed"
        )
    score = f"{each.assessment.score} of 4"
    if each.reads_answers:
        href = reverse("readiness:detail", args=[each.assessment.pk])
        return part("lines", text=score, under=part("link", text="Answers", href=href, more=f"of {each.agency}"))
    return part("lines", text=score, under="answers kept to the agency")


def _no_cost(room: Room) -> str:
    """Why no cost is shown."""
    if not room.has_budget:
        return "No budget is linked yet."
    if room.budget is None:
        return "Your agency does not read the budget."
    return "The board has adopted no version of the budget yet, so nobody owes a share."


def _pairs(initiative: Initiative) -> list[tuple[str, object]]:
    pairs: list[tuple[str, object]] = [("Owner", f"{initiative.owner}, {initiative.lead}"), ("Board", initiative.board)]
    approval = getattr(initiative.proposals.filter(approval__isnull=False).first(), "approval", None)
    if approval is not None:
        pairs.append(("Approved", part("lines", text=approval.at, under=f"by motion {approval.motion}")))
    if initiative.ended_on:
        pairs.append((initiative.get_status_display(), initiative.ended_on))
    return pairs


@members
@require_GET
def pdf_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The initiative on one page, for a legislature or a county board."""
    initiative = find(request, pk)
    return one_page.answer(room_of(request, initiative), name=f"initiative-{slugify(initiative.title)[:60]}")
