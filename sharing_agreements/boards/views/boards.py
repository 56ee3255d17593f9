"""The docket, the boards, and the page of one board."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from agencies.views.shared import columns, person_of
from portal.kernel.access import members
from portal.kernel.parts import part
from portal.kernel.policy import allows
from privacy.models import PolicyVersion
from sharing_agreements.boards import policy
from sharing_agreements.boards.answering import answered_for, drafts_before
from sharing_agreements.boards.docket import awaiting, with_others
from sharing_agreements.boards.models import Board, Meeting, Motion, Seat
from sharing_agreements.boards.wording import about, both_clocks, heading

from .shared import charter_sentences, crumbs, find_board, motion_state, sets_up, when


@members
@require_GET
def docket(request: HttpRequest) -> HttpResponse:
    """What awaits a member, by when."""
    person = person_of(request)
    seats = list(Seat.objects.of(person).select_related("board", "agency", "holder").order_by("board__name"))
    if not seats:
        raise Http404
    boards = [seat.board_id for seat in seats]
    decided = Motion.objects.filter(board__in=boards, status__in=[Motion.Status.CARRIED, Motion.Status.LOST])
    items = awaiting(person)
    context = {
        "seats": [{"it": seat, "stands_by": seat.holder_id != person.pk} for seat in seats],
        "items": items,
        "others": with_others(person),
        "other_columns": columns("Matter", "Waits for", "State"),
        "meetings": [
            (meeting, when(meeting))
            for meeting in Meeting.objects.coming().filter(board__in=boards).order_by("starts_at")[:5]
        ],
        "decided": [
            {
                "mark": "ok" if motion.status == Motion.Status.CARRIED else "fail",
                "text": part("link", text=_short(motion), href=reverse("boards:motion", args=[motion.pk])),
                "link": motion.get_status_display(),
            }
            for motion in decided.select_related(
                "agreement",
                "version",
                "agency",
                "policy_version",
                "budget_version__budget",
                "initiative_proposal",
                "law_change__agency",
            )
            .annotate(decided_at=Max("ballots__decision__at"))
            .order_by("-decided_at")[:5]
        ],
    }
    return render(request, "boards/docket.html", context)


def _short(motion: Motion) -> str:
    label = Motion.Kind(motion.kind).label
    return f"{label} {motion.agreement.number}" if motion.agreement else f"{label}, {motion.number}"


@members
@require_GET
def board_list(request: HttpRequest) -> HttpResponse:
    """The boards that this person sits on, audits or sets up."""
    admin = sets_up(request)
    seen = Board.objects.all() if admin else Board.objects.visible_to(person_of(request))
    boards = list(seen.order_by("name"))
    if not boards and not admin:
        raise Http404
    rows = [
        [
            part("link", text=board.name, href=reverse("boards:detail", args=[board.pk])),
            board.short_name,
            board.get_kind_display(),
            board.seats.in_office().count(),
            board.created_by_act,
        ]
        for board in boards
    ]
    context = {
        "rows": rows,
        "columns": columns("Board", "Short name", "Kind", "Members in office", "Created by"),
        "admin": admin,
    }
    return render(request, "boards/board_list.html", context)


@members
@require_GET
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One board: its charter in plain words, seats, meetings, motions. Who only sets it up sees no motions."""
    board, person = find_board(request, pk), person_of(request)
    charter = board.charters.order_by("-number").first()
    in_office = board.seats.in_office().count()
    reads = Board.objects.visible_to(person).filter(pk=pk).exists()
    context: dict[str, Any] = {
        "board": board,
        "crumbs": crumbs(request, board),
        "charter": charter,
        "rules": charter_sentences(request, charter) if charter else [],
        "in_office": in_office,
        "seats": _seats(board),
        "admin": sets_up(request),
        "reads": reads,
        "policy_columns": columns("Agency", "Policy", "In force since"),
        "policies": [_policy_row(version) for version in answered_for(board)],
        "actions": _actions(request, board),
    }
    if reads:
        motions = (
            Motion.objects.visible_to(person)
            .filter(board=board)
            .select_related(
                "agreement",
                "version",
                "agency",
                "policy_version",
                "budget_version__budget",
                "initiative_proposal",
                "law_change__agency",
            )
        )
        context |= {
            "drafts": [
                (str(each), reverse("boards:policy_draft", args=[pk, each.pk])) for each in drafts_before(board)
            ],
            "decisions": f"{reverse('boards:decisions')}?{urlencode({'board': board.pk})}",
            "meetings": [(meeting, *both_clocks(meeting)) for meeting in board.meetings.order_by("-starts_at")[:20]],
            "motion_columns": columns("Motion", "About", "State", "Moved", head=0),
            "motions": [_motion_row(motion) for motion in motions.order_by("-made_at")[:100]],
        }
    return render(request, "boards/board_detail.html", context)


def _seats(board: Board) -> list[dict[str, Any]]:
    """Seats by number, with who holds them now; one whose last term has ended is vacant."""
    rows = board.seats.select_related("agency", "holder", "alternate").order_by("number", "-started_at")
    held = set(board.seats.held().values_list("pk", flat=True))
    newest: dict[int, Seat] = {}
    for seat in rows:
        newest.setdefault(seat.number, seat)
    return [{"it": seat, "held": seat.pk in held} for seat in newest.values()]


def _policy_row(version: PolicyVersion) -> list[Any]:
    link = part("link", text=version.policy.title, href=reverse("public:policy", args=[version.policy_id]))
    return [
        version.policy.agency.name,
        part("lines", text=link, under=f"Version {version.number}"),
        version.published_at,
    ]


def _motion_row(motion: Motion) -> list[Any]:
    link = part("link", text=heading(motion), href=reverse("boards:motion", args=[motion.pk]))
    return [
        part("lines", text=link, under=f"Motion {motion.number}"),
        about(motion),
        motion_state(motion),
        motion.made_at,
    ]


def _actions(request: HttpRequest, board: Board) -> list[dict[str, Any]]:
    """What this person can start here; making a motion is what boards are for."""
    person = person_of(request)
    found: list[dict[str, Any]] = []
    if allows(policy.may_preside, person, board):
        found.append({"label": "Call a meeting", "href": reverse("boards:convene", args=[board.pk])})
        charter = board.charters.order_by("-number").first()
        if charter and charter.chair_may_suspend:
            found.append({"label": "Suspend an agreement", "href": reverse("boards:suspend", args=[board.pk])})
    if Seat.objects.in_office().filter(board=board, holder=person).exists():
        found.append({"label": "Make a motion", "href": reverse("boards:move", args=[board.pk]), "main": True})
    return found
