"""What a board's members are told."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from agencies.models import User
from portal.audit.models import Event
from portal.notices import kinds
from sharing_agreements import end_notices
from sharing_agreements.models import Agreement
from sharing_agreements.notices import how_it_begins

from . import meeting_notices, motion_notices, seat_notices
from .models import Board, PolicyReferral, Seat
from .notice_groups import BOARDS
from .policy import responsible_board


def _members(board_id: UUID | None) -> QuerySet[User]:
    return User.objects.filter(seats__in=Seat.objects.held().filter(board=board_id)).distinct()


def _board_of(event: Event) -> UUID | None:
    if event.subject_label == Board._meta.label:
        return event.subject_id
    if "board" in event.detail:
        return UUID(event.detail["board"])
    agreement = Agreement.objects.select_related("lead_agency").get(pk=event.subject_id)
    if not agreement.versions.filter(frozen_at__isnull=False).exists():
        return None  # of a draft that was never submitted no board knows
    board = responsible_board(agreement)
    return board.pk if board else None


def _kind(name: str, subject: str, body: str, link: Callable[[Event], str]) -> kinds.Kind:
    def fill(text: str) -> Callable[[Event], str]:
        def filled(event: Event) -> str:
            about = Agreement.objects.filter(pk=event.subject_id).first() or Board.objects.get(pk=event.subject_id)
            return text.format(a=about, d=event.detail)

        return filled

    def audience(event: Event) -> QuerySet[User]:
        return _members(_board_of(event))

    def concerns(event: Event, person: User) -> bool:
        return audience(event).filter(pk=person.pk).exists()

    return kinds.Kind(name, fill(subject), fill(body), link, audience, concerns, BOARDS)


def _board(event: Event) -> str:
    return reverse("boards:detail", args=[event.subject_id])


def _docket(event: Event) -> str:
    return reverse("boards:docket")


def _suspended(event: Event) -> str:
    """What the charter says of a suspension by the chair goes with it."""
    title = Agreement.objects.get(pk=event.subject_id).title
    if event.detail.get("by") != "chair":
        return f"{title} is suspended."
    by = motion_notices.clock(event.detail["ratify_by"])
    return (
        f"The chair suspended {title}. The board decides by {by} whether that stands; until it has decided, "
        "the agreement stays suspended."
    )


def _of_policy(name: str, subject: str, body: str, link: Callable[[Event], str], *, standing: bool) -> kinds.Kind:
    """To the members of a board, of the draft of a policy that it was given and has (`standing`), or no longer has."""

    def told(event: Event) -> QuerySet[User]:
        return _members(UUID(event.detail["board"]))

    def concerns(event: Event, person: User) -> bool:
        before = {"board": event.detail["board"], "version": event.detail["version_id"]}
        has = PolicyReferral.objects.standing().filter(**before).exists()
        return has == standing and told(event).filter(pk=person.pk).exists()

    return kinds.Kind(
        name,
        subject=lambda event: subject.format(**event.detail),
        body=lambda event: body.format(**event.detail),
        link=link,
        audience=told,
        concerns=concerns,
        group=BOARDS,
    )


def _policies() -> tuple[kinds.Kind, kinds.Kind]:
    return (
        _of_policy(
            "policy.referred",
            "For the board to adopt: {policy}",
            "Version {version} is a draft that its agency gave your board. Read it.",
            lambda event: reverse("boards:policy_draft", args=[event.detail["board"], event.detail["version_id"]]),
            standing=True,
        ),
        _of_policy(
            "policy.referral_taken_back",
            "No longer before the board: {policy}",
            "Its agency took the draft of version {version} back.",
            lambda event: reverse("boards:detail", args=[event.detail["board"]]),
            standing=False,
        ),
    )


def register() -> None:
    """Called once when the app is ready."""
    for kind in (
        _kind("board.seat_filled", "{a}: seat {d[seat]} is filled", "The board has a new member.", _board),
        _kind("board.seat_vacated", "{a}: seat {d[seat]} is vacant", "A member left the board.", _board),
        _kind(
            "board.seat_corrected",
            "{a}: the entry of seat {d[seat]} is corrected",
            "Its number or title was entered wrong. The history of the board says what stood there.",
            _board,
        ),
        _kind("agreement.submitted", "For the board: {a.number}", "{a.title} was submitted to your board.", _docket),
        _kind("agreement.taken_back", "{a.number} left your docket", "{a.title} is a draft again.", _docket),
        _kind("agreement.withdrawn", "{a.number} was withdrawn", "{a.title} is no longer before you.", _docket),
        replace(
            _kind("agreement.in_force", "", "Every party signed {a.title}.", _docket),
            subject=lambda event: f"{kinds.subject(event).number} {how_it_begins(event)}",
        ),
        _kind("agreement.party_ended", "{a.number}: {d[party]} has ended", "A party of {a.title} has ended.", _docket),
        replace(
            _kind("agreement.suspended", "{a.number} is suspended", "", _docket),
            body=_suspended,
        ),
        replace(
            _kind(end_notices.NAME, "", "", _docket),
            subject=end_notices.subject,
            body=lambda event: f"{end_notices.left(event)} A renewal comes before your board like any agreement.",
            still_due=end_notices.still_open,
        ),
        _kind("agreement.resumed", "{a.number} is in force again", "{a.title} is in force again.", _docket),
    ):
        kinds.register(kind)
    for kind in _policies():
        kinds.register(kind)
    motion_notices.register()
    meeting_notices.register()
    seat_notices.register()
