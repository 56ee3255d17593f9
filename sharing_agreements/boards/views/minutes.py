"""Minutes: the draft, its words, and their approval."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencies.views.shared import person_of, posted, pressed, tried
from portal.kernel.access import members
from portal.kernel.parts import part
from portal.kernel.policy import allows
from sharing_agreements.boards import commands, meeting_policy, policy
from sharing_agreements.boards.meeting_forms import MinutesForm
from sharing_agreements.boards.models import Meeting, Minutes
from sharing_agreements.boards.wording import blocks

from .meetings import find_item, find_meeting, is_inside, trail
from .shared import when


def find_minutes(meeting: Meeting) -> Minutes:
    """The minutes of a meeting that the person reads; none of one whose minutes are not drafted."""
    seen = Minutes.objects.select_related("meeting__board", "approved_in", "drafted_by")
    return get_object_or_404(seen, meeting=meeting)


@members
@require_GET
def minutes(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Both versions for members; an auditor reads the public one."""
    meeting, person = find_meeting(request, pk), person_of(request)
    found = find_minutes(meeting)
    state = (
        part("state", status="approved", detail="final")
        if found.approved_at
        else part("state", status="draft", detail="approved at a later meeting")
    )
    actions: list[dict[str, Any]] = []
    if allows(meeting_policy.may_edit_minutes, person, found):
        edit = reverse("boards:minutes_edit", args=[pk])
        actions.append({"label": "Edit", "href": edit, "icon": "pen", "main": True})
    context = {
        "meeting": meeting,
        "minutes": found,
        "crumbs": trail(request, meeting, "Minutes"),
        "facts": [state, when(meeting)],
        "actions": actions,
        "public": blocks(found.public_text),
        "closed": blocks(found.closed_text) if is_inside(person, meeting) else [],
    }
    return render(request, "boards/minutes_detail.html", context)


@members
@require_POST
def draft(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write them from what was recorded; who presses twice comes to the draft that is there."""
    find_meeting(request, pk)
    person = person_of(request)
    answer = pressed(
        request,
        lambda: commands.draft_minutes(actor=person, meeting_id=pk),
        "The minutes are drafted from what was recorded, and the members are asked to read them.",
        "boards:minutes",
        pk,
    )
    return answer if Minutes.objects.filter(meeting=pk).exists() else redirect("boards:meeting", pk)


@members
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Correct the words until they are approved."""
    meeting, person = find_meeting(request, pk), person_of(request)
    found = find_minutes(meeting)
    policy.may_preside(person, meeting.board, meeting)
    form = MinutesForm(posted(request), minutes=found)
    if form.is_valid():
        given = form.cleaned_data
        if tried(form, lambda: commands.edit_minutes(actor=person, minutes_id=found.pk, **given)):
            messages.success(request, "The minutes are saved; every earlier wording stays in the history.")
            return redirect("boards:minutes", pk)
    context = {
        "meeting": meeting,
        "crumbs": trail(request, meeting, "Edit the minutes"),
        "form": form,
        "title": "Edit the minutes",
        "lead": "What was recorded stands here already. Name seats, not people: the public version is for everybody.",
        "submit": "Save the minutes",
        "back": reverse("boards:minutes", args=[pk]),
    }
    return render(request, "boards/meeting_form.html", context)


@members
@require_POST
def approve(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record at a later meeting that the board approved them."""
    item = find_item(request, pk)
    return pressed(
        request,
        lambda: commands.approve_minutes(actor=person_of(request), item_id=pk, sha256=request.POST.get("sha256", "")),
        "The minutes are approved, and change no more.",
        "boards:meeting",
        item.meeting_id,
    )
