"""What an auditor checks: a ballot recomputed, and how a board came to its charter and its seats."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from agencies.models import User
from agencies.views.shared import columns, person_of
from portal.audit.models import Event
from portal.kernel.access import members
from portal.kernel.parts import part
from sharing_agreements.boards.models import Ballot, Board, Elector, Motion, Vote
from sharing_agreements.boards.replay import replay, said
from sharing_agreements.boards.rule import Rule
from sharing_agreements.boards.wording import heading
from sharing_agreements.wording import lower

from .shared import crumbs, find_board

ENTRIES = 200


@members
@require_GET
def recompute(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Run the replay that `manage.py replay_ballot` runs, and show what it finds."""
    seen = Motion.objects.visible_to(person_of(request)).values("pk")
    ballots = Ballot.objects.select_related(
        "motion__board",
        "motion__version",
        "motion__agreement",
        "motion__policy_version__policy",
        "motion__budget_version__budget",
        "motion__initiative_proposal",
        "motion__law_change__agency",
        "motion__agency",
    )
    ballot = get_object_or_404(ballots.filter(motion__in=seen), pk=pk)
    found = replay(ballot)
    motion = ballot.motion
    context = {
        "ballot": ballot,
        "found": found,
        "title": heading(motion),
        "crumbs": [
            *crumbs(request, motion.board),
            {"label": f"Motion {motion.number}", "href": reverse("boards:motion", args=[motion.pk])},
            {"label": "Recomputed"},
        ],
        "rule": Rule.of(ballot.rule).in_words(found.tally.in_office),
        "columns": columns("Seat", "Member", "Positions, in the order in which they were taken", head=1),
        "rows": [[elector.seat.number, str(elector.person), _stood(elector, cast)] for elector, cast in found.taken],
    }
    return render(request, "boards/replay.html", context)


def _stood(elector: Elector, cast: list[Vote]) -> str:
    if elector.conflict:
        return f"Barred: {elector.conflict}"
    silent = "Away from the meeting" if elector.present is False else "None"
    return said(cast).capitalize() if cast else silent


TITLES = {
    "board.established": "The board was entered",
    "board.charter_adopted": "Charter {charter} was adopted",
    "board.seat_filled": "Seat {seat} was filled",
    "board.seat_vacated": "Seat {seat} was vacated",
    "board.alternate_changed": "The alternate for seat {seat} was changed",
    "board.seat_corrected": "The entry of seat {seat} was corrected",
}


@members
@require_GET
def history(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Charters and seats of a board, from its recorded events, newest first."""
    board = find_board(request, pk)
    events = Event.objects.filter(subject_label=Board._meta.label, subject_id=board.pk, kind__in=TITLES)
    entries = list(events.select_related("actor").order_by("-sequence")[:ENTRIES])
    named = {entry.detail.get(key) for entry in entries for key in ("holder", "alternate", "former")} - {None, ""}
    people = {str(person.pk): person for person in User.objects.filter(pk__in=named)}
    context = {
        "board": board,
        "crumbs": crumbs(request, board, "History"),
        "items": [_entry(board, event, people) for event in entries],
    }
    return render(request, "boards/history.html", context)


def _what(detail: dict[str, Any], people: dict[str, User]) -> str:
    """Who took a seat, who stands by and did before, or what stood there."""
    if "alternate" in detail:
        now, before = (str(people.get(detail[key], "nobody")) for key in ("alternate", "former"))
        return f"Now {now}, before {before}"
    if "before" in detail:
        return f"It was {lower(detail['before'])}"
    return str(people.get(detail.get("holder", ""), ""))


def _entry(board: Board, event: Event, people: dict[str, User]) -> dict[str, Any]:
    detail = event.detail
    by = f"By motion {detail['motion']}" if "motion" in detail else f"By {event.actor}"
    under = ". ".join(words for words in (_what(detail, people), detail.get("reason", ""), by) if words)
    title = TITLES[event.kind].format(**detail)
    if event.kind != "board.charter_adopted":
        return {"title": title, "at": event.at, "text": under}
    link = part("link", text=under, href=reverse("boards:charter_read", args=[board.pk, detail["charter"]]))
    return {"title": title, "at": event.at, "text": link}
