"""Milestones of an initiative: the plan as a table, and what can be done with one of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencies.views.shared import columns, membership_of, person_of, posted, pressed
from portal.kernel.access import members
from portal.kernel.parts import part
from portal.kernel.sheets import csv_answer
from privacy.law.models import LawChange
from sharing_agreements.initiatives import commands, pictures, policy
from sharing_agreements.initiatives.forms import (
    AssignForm,
    DoneForm,
    MilestoneFilter,
    MilestoneForm,
    WaitForm,
    WhyForm,
)
from sharing_agreements.initiatives.models import Initiative, Milestone
from sharing_agreements.initiatives.standing import Room
from sharing_agreements.initiatives.waiting import Step, Wait

from .shared import POST_TOO, asked_form, crumbs, find, find_block, find_milestone, head, may, room_of

CSV = ("Number", "Milestone", "Who", "Person", "Due on", "Done on", "State", "Waits for", "Lies with")


def _asked(request: HttpRequest, room: Room) -> tuple[MilestoneFilter, list[Step]]:
    agencies = [(str(each.agency_id), str(each)) for each in room.initiative.partners.select_related("agency")]
    form = MilestoneFilter(request.GET, agencies=agencies)
    if not form.is_valid():
        return form, []
    state, agency = form.cleaned_data["state"], form.cleaned_data["agency"]
    found = [
        step
        for step in room.steps
        if (not state or step.state == state or (state == "blocked" and step.held_by))
        and (not agency or str(step.milestone.agency_id) == agency)
    ]
    return form, found


@members
@require_GET
def milestones(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The plan: every milestone, who sees to it, and what it waits for."""
    initiative = find(request, pk)
    room = room_of(request, initiative)
    form, found = _asked(request, room)
    asked = {name: value for name in form.fields if (value := request.GET.get(name))}
    context = {
        **head(request, initiative, "milestones"),
        "form": form,
        "filtered": bool(asked),
        "steps": room.steps,
        "columns": columns("Milestone", "Who", "Due", "State", "Waits for"),
        "rows": [_row(step) for step in found],
        "csv": f"{reverse('initiatives:milestones_csv', args=[pk])}?{urlencode(asked)}",
    }
    return render(request, "initiatives/milestones.html", context)


def _row(step: Step) -> list[Any]:
    milestone = step.milestone
    link = part("link", text=str(milestone), href=reverse("initiatives:milestone", args=[milestone.pk]))
    done = part("lines", text=pictures.state_of(step), under=milestone.done_on or "")
    return [
        link,
        part("lines", text=str(milestone.agency), under=str(milestone.person or "")),
        milestone.due_on,
        done if milestone.done_on else pictures.state_of(step),
        "; ".join(wait.said for wait in step.held_by) or "nothing",
    ]


@members
@require_GET
def milestones_csv(request: HttpRequest, pk: UUID) -> StreamingHttpResponse:
    """The same as CSV."""
    return csv_answer("milestones", CSV, _lines(_asked(request, room_of(request, find(request, pk)))[1]))


def _lines(steps: list[Step]) -> Iterator[tuple[object, ...]]:
    for step in steps:
        milestone = step.milestone
        yield (
            *(milestone.number, milestone.title, milestone.agency, milestone.person or "", milestone.due_on),
            *(milestone.done_on, pictures.STATES[step.state][1]),
            "; ".join(wait.said for wait in step.held_by),
            "; ".join(sorted({wait.whom for wait in step.held_by})),
        )


@members
@require_http_methods(POST_TOO)
def milestone_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add a milestone."""
    initiative = find(request, pk)
    return _milestone_form(request, initiative, None)


@members
@require_http_methods(POST_TOO)
def milestone_change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a milestone."""
    found = find_milestone(request, pk)
    return _milestone_form(request, found.initiative, found)


def _milestone_form(request: HttpRequest, initiative: Initiative, found: Milestone | None) -> HttpResponse:
    form = MilestoneForm(posted(request), initiative=initiative, milestone=found)
    mine = found.pk if found else None

    def command() -> object:
        return commands.save_milestone(
            actor=person_of(request), initiative_id=initiative.pk, milestone_id=mine, **form.values()
        )

    return asked_form(
        request,
        form,
        (policy.may_change, initiative),
        command,
        initiative,
        done="The milestone is saved.",
        title=str(found) if found else "Add a milestone",
        submit="Save",
        page="milestones",
    )


@members
@require_GET
def milestone(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One milestone: what it waits for, what waits for it, and what can be done."""
    found = find_milestone(request, pk)
    room = room_of(request, found.initiative)
    step = next(each for each in room.steps if each.milestone.pk == pk)
    waiting = [each for each in room.steps if any(wait.block.by_milestone_id == pk for wait in each.waits)]
    changes = may(request, policy.may_change, found.initiative)
    context = {
        "initiative": found.initiative,
        "milestone": found,
        "crumbs": [
            *crumbs(found.initiative),
            {"label": "Milestones", "href": reverse("initiatives:milestones", args=[found.initiative.pk])},
            {"label": str(found)},
        ],
        "facts": [pictures.state_of(step), f"By {pictures.day(found.due_on)}", pictures.who(step)],
        "actions": _actions(request, step),
        "waits": [_wait(request, each, changes) for each in step.waits],
        "waiting": [
            part("link", text=str(each.milestone), href=reverse("initiatives:milestone", args=[each.milestone.pk]))
            for each in waiting
        ],
        "changes": changes,
        "is_open": found.done_on is None,
        "assigns": may(request, policy.may_assign, found),
        "settles": may(request, policy.may_settle, found),
        "done_on": found.done_on,
    }
    return render(request, "initiatives/milestone_detail.html", context)


def _actions(request: HttpRequest, step: Step) -> list[dict[str, object]]:
    found = step.milestone
    if found.done_on is not None or step.held_by or not may(request, policy.may_settle, found):
        return []
    return [{"label": "Record it as done", "href": reverse("initiatives:done", args=[found.pk]), "main": True}]


def _wait(request: HttpRequest, wait: Wait, changes: bool) -> dict[str, Any]:
    block = wait.block
    lifts = block.by_agency is not None and wait.holds and may(request, policy.may_lift, block)
    return {
        "mark": "now" if wait.holds else "ok",
        "said": wait.said,
        "lift": reverse("initiatives:lift", args=[block.pk]) if lifts else "",
        "remove": reverse("initiatives:wait_remove", args=[block.pk]) if changes else "",
    }


@members
@require_http_methods(POST_TOO)
def milestone_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a milestone out of the plan."""
    found = find_milestone(request, pk)
    form = WhyForm(posted(request))

    def command() -> object:
        commands.remove_milestone(actor=person_of(request), milestone_id=pk, **form.cleaned_data)
        return True

    return asked_form(
        request,
        form,
        (policy.may_change, found.initiative),
        command,
        found.initiative,
        done="The milestone is out of the plan.",
        title=f"Take milestone {found} out of the plan",
        submit="Take it out",
        page="milestones",
        stop=True,
    )


@members
@require_http_methods(POST_TOO)
def assign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Name somebody of one's own agency for a milestone."""
    found = find_milestone(request, pk)
    policy.may_assign(person_of(request), found)
    form = AssignForm(posted(request), milestone=found)

    def command() -> object:
        named = form.cleaned_data["person"]
        return commands.assign(actor=person_of(request), milestone_id=pk, person_id=named.pk if named else None)

    return asked_form(
        request,
        form,
        (policy.may_assign, found),
        command,
        found.initiative,
        done="Saved.",
        title=f"Who sees to milestone {found}",
        submit="Save",
        page="milestones",
    )


@members
@require_http_methods(POST_TOO)
def done(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record that a milestone is met."""
    found = find_milestone(request, pk)
    form = DoneForm(posted(request), initial={"done_on": timezone.localdate()})

    def command() -> object:
        return commands.milestone_done(actor=person_of(request), milestone_id=pk, **form.cleaned_data)

    return asked_form(
        request,
        form,
        (policy.may_settle, found),
        command,
        found.initiative,
        done="The milestone is done; whoever waited for it is told.",
        title=f"Milestone {found} is done",
        submit="Record it",
        page="milestones",
    )


@members
@require_http_methods(POST_TOO)
def not_done(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Open a milestone again."""
    found = find_milestone(request, pk)
    form = WhyForm(posted(request))

    def command() -> object:
        return commands.milestone_not_done(actor=person_of(request), milestone_id=pk, **form.cleaned_data)

    return asked_form(
        request,
        form,
        (policy.may_settle, found),
        command,
        found.initiative,
        done="The milestone is open again.",
        title=f"Open milestone {found} again",
        submit="Open it again",
        page="milestones",
    )


@members
@require_http_methods(POST_TOO)
def wait(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say what a milestone waits for."""
    found = find_milestone(request, pk)
    seen = LawChange.objects.visible_to(person_of(request), membership_of(request))
    to_come = seen.exclude(status=LawChange.Status.REJECTED).exclude(effective_on__lte=timezone.localdate())
    form = WaitForm(posted(request), milestone=found, changes=to_come)

    def command() -> object:
        return commands.block(actor=person_of(request), milestone_id=pk, **form.values())

    return asked_form(
        request,
        form,
        (policy.may_change, found.initiative),
        command,
        found.initiative,
        done="Saved: it waits for that.",
        title=f"What milestone {found} waits for",
        submit="Save",
        page="milestones",
        lead="It lifts by itself when a milestone is done or a change in law is in effect; of a partner, when the "
        "partner says so.",
    )


@members
@require_POST
def lift(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A partner gave what was needed."""
    found = find_block(request, pk)
    return pressed(
        request,
        lambda: commands.lift_block(actor=person_of(request), block_id=pk),
        "The milestone need not wait for that any more.",
        "initiatives:milestone",
        found.milestone_id,
    )


@members
@require_POST
def wait_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A milestone need not wait for something."""
    found = find_block(request, pk)
    return pressed(
        request,
        lambda: commands.remove_block(actor=person_of(request), block_id=pk),
        "It is taken off the plan.",
        "initiatives:milestone",
        found.milestone_id,
    )
