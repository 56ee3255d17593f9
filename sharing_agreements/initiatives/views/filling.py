"""What meets in an initiative: agreements, its budget, funding, changes in law; linked and taken out by partners."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from agencies.views.shared import columns, membership_of, person_of, posted
from portal.kernel.access import members
from portal.kernel.parts import Part, part
from privacy.law.models import LawChange
from sharing_agreements.budgets.forms import SureForm
from sharing_agreements.budgets.models import Budget
from sharing_agreements.budgets.sharing import in_force
from sharing_agreements.budgets.views.shared import state as budget_state
from sharing_agreements.budgets.wording import dollars
from sharing_agreements.funding.models import Application
from sharing_agreements.initiatives import commands, policy
from sharing_agreements.initiatives.forms import LinkForm
from sharing_agreements.initiatives.models import Initiative
from sharing_agreements.initiatives.standing import Room
from sharing_agreements.models import Agreement
from sharing_agreements.views.shared import state as agreement_state

from .shared import POST_TOO, asked_form, find, find_link, head, room_of

LABELS = {
    "agreement": "Agreement",
    "budget": "Budget of the board",
    "application": "Application for funding",
    "change": "Change in law or practice",
}


@members
@require_GET
def things(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything that meets here, as far as this person reads it, each as it stands now."""
    initiative = find(request, pk)
    room, shown = room_of(request, initiative), head(request, initiative, "things")
    parts: list[tuple[str, str, tuple[str, ...], list[tuple[UUID, list[Any]]]]] = [
        ("agreement", "Agreements", ("Agreement", "State", "Led by"), _agreements(room)),
        ("budget", "Budget", ("Budget", "State", "Kept by"), _budget(room)),
        ("application", "Funding", ("Application", "State", "Money"), _applications(room)),
        ("change", "Changes in law and practice", ("Change", "State", "Agency"), _changes(room)),
    ]
    context = {
        **shown,
        "parts": [
            {
                "kind": kind,
                "heading": heading,
                "columns": [*columns(*labels), *([{"label": "Take out", "hidden": True}] if shown["links"] else [])],
                "rows": [row + ([_taken_out(room, kind, key)] if shown["links"] else []) for key, row in rows],
                "link": reverse("initiatives:link", args=[pk, kind]) if shown["links"] else "",
            }
            for kind, heading, labels, rows in parts
        ],
        "waits": sorted(
            {
                (wait.said, str(step.milestone))
                for step in room.steps
                for wait in step.held_by
                if wait.block.by_change_id is not None
            }
        ),
    }
    return render(request, "initiatives/things.html", context)


def _taken_out(room: Room, kind: str, key: UUID) -> Part:
    link = next(each for each in room.links if getattr(each, f"{kind}_id") == key)
    found = [*room.agreements, *([room.budget] if room.budget else []), *room.applications, *room.changes]
    named = next(str(each) for each in found if each.pk == key)
    return part("link", text="Take out", href=reverse("initiatives:unlink", args=[link.pk]), more=named)


def _agreements(room: Room) -> list[tuple[UUID, list[Any]]]:
    def named(each: Agreement) -> Part:
        link = part("link", text=each.number, href=reverse("agreements:detail", args=[each.pk]), mono=True)
        return part("lines", text=link, under=each.title)

    return [(each.pk, [named(each), agreement_state(each), each.lead_agency]) for each in room.agreements]


def _budget(room: Room) -> list[tuple[UUID, list[Any]]]:
    budget = room.budget
    if budget is None:
        return []
    version = in_force(budget)
    link = part("link", text=budget.title, href=reverse("budgets:detail", args=[budget.pk]))
    return [(budget.pk, [link, budget_state(version.number if version else None), budget.owner])]


def _applications(room: Room) -> list[tuple[UUID, list[Any]]]:
    def money(each: Application) -> Part | str:
        award = getattr(each, "award", None)
        if award is None:
            return part("lines", text=dollars(each.requested), under="asked for")
        return part("lines", text=dollars(award.amount), under=f"awarded, until {award.last_on:%b %-d, %Y}")

    def named(each: Application) -> Part:
        link = part("link", text=str(each.program), href=reverse("funding:application", args=[each.pk]))
        return part("lines", text=link, under=str(each.agency))

    return [(each.pk, [named(each), part("state", status=each.status), money(each)]) for each in room.applications]


def _changes(room: Room) -> list[tuple[UUID, list[Any]]]:
    def named(each: LawChange) -> Part:
        return part("link", text=each.title, href=reverse("workbench:law_change", args=[each.pk]))

    return [
        (each.pk, [named(each), part("state", status=each.status, detail=each.stands), each.agency])
        for each in room.changes
    ]


def _found(request: HttpRequest, kind: str, initiative: Initiative) -> QuerySet[Any]:
    """What the person could link: what they read, and what is not there yet."""
    person, membership = person_of(request), membership_of(request)
    there = initiative.links.filter(**{f"{kind}__isnull": False}).values(kind)
    if kind == "agreement":
        return Agreement.objects.visible_to(person, membership).exclude(pk__in=there).order_by("number")
    if kind == "budget":
        mine = Budget.objects.visible_to(person, membership).filter(board=initiative.board_id)
        return mine.exclude(pk__in=there).order_by("title")
    if kind == "application":
        seen = Application.objects.visible_to(person, membership).exclude(pk__in=there)
        return seen.select_related("program", "agency").order_by("program__name")
    return LawChange.objects.visible_to(person, membership).exclude(pk__in=there)


@members
@require_http_methods(POST_TOO)
def link(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    """Bring something into the room."""
    initiative = find(request, pk)
    if kind not in LABELS:
        raise Http404
    form = LinkForm(posted(request), found=_found(request, kind, initiative), label=LABELS[kind])

    def command() -> object:
        thing_id = form.cleaned_data["thing"].pk
        return commands.link(actor=person_of(request), initiative_id=pk, kind=kind, thing_id=thing_id)

    return asked_form(
        request,
        form,
        (policy.may_link, initiative),
        command,
        initiative,
        done="It is linked.",
        title=f"Link: {LABELS[kind].lower()}",
        submit="Link it",
        page="things",
        lead="Whoever reads the initiative reads of it what they may read anyway; a link opens nothing.",
    )


@members
@require_http_methods(POST_TOO)
def unlink(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take something out of the room."""
    found = find_link(request, pk)
    form = SureForm(posted(request))

    def command() -> object:
        commands.unlink(actor=person_of(request), link_id=pk)
        return True

    return asked_form(
        request,
        form,
        (policy.may_link, found.initiative),
        command,
        found.initiative,
        done="It is taken out.",
        title="Take this out of the initiative",
        submit="Take it out",
        page="things",
        lead="It stays what it is; it is shown here no more.",
        stop=True,
    )
