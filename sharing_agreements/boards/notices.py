"""What a board's members are told."""

from collections.abc import Callable
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from agencies.models import User
from portal.audit.models import Event
from portal.notices import kinds
from sharing_agreements.models import Agreement

from . import meeting_notices
from .models import Board, Elector, Motion, Seat
from .policy import responsible_board


def _members(board_id: UUID | None) -> QuerySet[User]:
    return User.objects.filter(seats__in=Seat.objects.in_office().filter(board=board_id)).distinct()


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


def _kind(name: str, subject: str, body: str, link: Callable[[Event], str], *, voters: bool = False) -> kinds.Kind:
    def fill(text: str) -> Callable[[Event], str]:
        def filled(event: Event) -> str:
            about = Agreement.objects.filter(pk=event.subject_id).first() or Board.objects.get(pk=event.subject_id)
            return text.format(a=about, d=event.detail)

        return filled

    def audience(event: Event) -> QuerySet[User]:
        if voters:
            return User.objects.filter(
                pk__in=Elector.objects.filter(ballot=event.detail["ballot"], conflict="").values("person")
            )
        return _members(_board_of(event))

    def concerns(event: Event, person: User) -> bool:
        return audience(event).filter(pk=person.pk).exists()

    due = _awaits_vote if voters else kinds.always
    return kinds.Kind(name, fill(subject), fill(body), link, audience, concerns, still_due=due)


def _awaits_vote(event: Event, person: User) -> bool:
    """Whether the ballot is open and the person has taken no position yet."""
    mine = Elector.objects.filter(ballot=event.detail["ballot"], person=person, conflict="", votes=None)
    return mine.filter(ballot__motion__status=Motion.Status.VOTING, ballot__decision=None).exists()


def _docket(event: Event) -> str:
    return reverse("boards:docket")


def _motion(event: Event) -> str:
    return reverse("boards:motion", args=[event.detail["motion_id"]])


def register() -> None:
    """Called once when the app is ready."""
    for kind in (
        _kind("agreement.submitted", "For the board: {a.number}", "{a.title} was submitted to your board.", _docket),
        _kind("agreement.motion_made", "Motion {d[motion]} on {a.number}", "A motion was made on {a.title}.", _motion),
        _kind(
            "agreement.ballot_opened",
            "Your vote is asked for: motion {d[motion]}",
            "The ballot on {a.title} is open.",
            _motion,
            voters=True,
        ),
        _kind("agreement.decided", "Motion {d[motion]} is decided", "The board decided on {a.title}.", _motion),
        _kind("agreement.taken_back", "{a.number} left your docket", "{a.title} is a draft again.", _docket),
        _kind("agreement.withdrawn", "{a.number} was withdrawn", "{a.title} is no longer before you.", _docket),
        _kind("agreement.in_force", "{a.number} is in force", "Every party signed {a.title}.", _docket),
        _kind("agreement.party_ended", "{a.number}: {d[party]} has ended", "A party of {a.title} has ended.", _docket),
        _kind("agreement.suspended", "{a.number} is suspended", "{a.title} is suspended.", _docket),
        _kind("agreement.resumed", "{a.number} is in force again", "{a.title} is in force again.", _docket),
    ):
        kinds.register(kind)
    meeting_notices.register()
