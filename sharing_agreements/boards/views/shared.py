"""What the pages of boards have in common."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html

from agencies.views.shared import person_of
from portal.kernel.parts import Part, part
from portal.kernel.policy import allows
from sharing_agreements.boards import policy
from sharing_agreements.boards.models import Ballot, Board, Charter, Meeting, Motion, Seat
from sharing_agreements.boards.wording import both_clocks, charter_in_words, decided_elsewhere, is_overdue, left


def find_board(request: HttpRequest, pk: UUID) -> Board:
    """A board that the person reads or sets up, or the 404 of one that never existed."""
    person = person_of(request)
    seen = Board.objects.all() if sets_up(request) else Board.objects.visible_to(person)
    return get_object_or_404(seen, pk=pk)


def find_motion(request: HttpRequest, pk: UUID) -> Motion:
    """A motion that the person reads, or the 404 of one that never existed."""
    seen = Motion.objects.visible_to(person_of(request)).select_related(
        "board",
        "agreement__current_version",
        "agreement__lead_agency",
        "version",
        "policy_version__policy",
        "budget_version__budget",
        "initiative_proposal",
        "law_change__agency",
        "agency",
        "mover__agency",
        "seconder__agency",
    )
    motion = get_object_or_404(seen, pk=pk)
    if motion.version is not None and motion.agreement is not None:
        motion.version.agreement = motion.agreement
    return motion


def sets_up(request: HttpRequest) -> bool:
    """Whether the person sets up boards."""
    return allows(policy.may_establish, person_of(request))


def crumbs(request: HttpRequest, board: Board | None, *here: str) -> list[dict[str, str]]:
    """The docket (for others than members the list of boards), the board, and this page; for who reads no more of the
    board than what ended an agreement of theirs, the agreements."""
    person = person_of(request)
    seated = Seat.objects.of(person).exists()
    if not seated and board is not None and not Board.objects.visible_to(person).filter(pk=board.pk).exists():
        agreements = {"label": "Agreements", "href": reverse("agreements:list")}
        return [agreements, {"label": board.name}, *({"label": label} for label in here)]
    label, name = ("Board docket", "boards:docket") if seated else ("Boards", "boards:list")
    found = [{"label": label, "href": reverse(name)}]
    if board is not None:
        found.append({"label": board.name, "href": reverse("boards:detail", args=[board.pk])})
    return [*found, *({"label": label} for label in here)]


def when(meeting: Meeting) -> Part | str:
    """When a meeting is, on its own clock, and below on the reader's where that says another time."""
    noticed, own = both_clocks(meeting)
    return part("lines", text=noticed, under=own) if own else noticed


def charter_sentences(request: HttpRequest, charter: Charter) -> list[str]:
    """The charter in force in plain words; also where another board decides first, linked where the person reads it."""
    words = charter_in_words(charter, charter.board.seats.in_office().count())
    elsewhere = []
    for other, kinds, states in policy.deciding_before(charter):
        before, after = decided_elsewhere(other, kinds, states)
        elsewhere.append(format_html("{} {} {}", before, _board_link(request, other.board), after))
    return [words[0], *elsewhere, *words[1:]]


def _board_link(request: HttpRequest, board: Board) -> str:
    reads = sets_up(request) or Board.objects.visible_to(person_of(request)).filter(pk=board.pk).exists()
    if not reads:
        return board.name
    return format_html('<a href="{}">{}</a>', reverse("boards:detail", args=[board.pk]), board.name)


def motion_state(motion: Motion) -> Part:
    """Where a motion stands: `Closes in 6 hours`, `Carried`."""
    ballot = Ballot.objects.undecided().filter(motion=motion).first() if motion.status == Motion.Status.VOTING else None
    if ballot is None:
        if motion.status == Motion.Status.VOTING:  # decided since it was read
            motion.refresh_from_db(fields=["status"])
        return part("state", status=motion.status)
    ballot.motion = motion
    if is_overdue(ballot):
        return part("chip", tone="warn", icon="clock", text="Past its deadline")
    return part("state", status="closes", detail=left(ballot.closes_at))
