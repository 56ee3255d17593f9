"""What members are told of motions and ballots, with times of their own clock. The link leads to the motion."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as spell

from agencies.models import Membership, Role, User
from portal.audit.models import Event
from portal.notices import kinds
from portal.notices.groups import Group
from sharing_agreements.notices import ACCESS
from sharing_agreements.wording import listed, lower

from .models import Ballot, ChairSuspension, Decision, Elector, Motion, MotionKind, Sanction, Seat, Vote
from .notice_groups import BOARDS
from .wording import ended, heading

Words = Callable[[Event], str]
People = Callable[[Event], QuerySet[User]]


def _motion(event: Event) -> Motion:
    about = (
        *("agreement", "version", "agency", "policy_version__policy", "budget_version__budget", "board"),
        *("initiative_proposal", "law_change__agency"),
    )
    return Motion.objects.select_related(*about).get(pk=event.detail["motion_id"])


def clock(stamp: str) -> str:
    """A moment of the event on the clock of whoever reads it."""
    return spell(timezone.localtime(datetime.fromisoformat(stamp)), "M j, Y, g:i a T")


def _filled(text: str) -> Words:
    """`{n}` the motion's number, `{what}` what it asks, `{board}`, `{closes}` when its ballot closes."""

    def filled(event: Event) -> str:
        motion, closes = _motion(event), event.detail.get("closes_at")
        return text.format(
            n=motion.number, what=lower(heading(motion)), board=motion.board, closes=clock(closes) if closes else ""
        )

    return filled


def _page(event: Event) -> str:
    return reverse("boards:motion", args=[event.detail["motion_id"]])


# --- Who ------------------------------------------------------------------------------------------------------------


def _sitting(event: Event) -> QuerySet[User]:
    """Who sits on the board, with a vote or without."""
    return User.objects.filter(seats__in=Seat.objects.held().filter(board=event.detail["board"])).distinct()


def _chair(event: Event) -> QuerySet[User]:
    return User.objects.filter(seats__in=Seat.objects.held().filter(board=event.detail["board"], is_chair=True))


def _waiting(event: Event) -> QuerySet[Elector]:
    """Electors of the ballot whose seat may vote and has not, while it can."""
    running = Ballot.objects.undecided().filter(motion__status=Motion.Status.VOTING, closes_at__gt=Now())
    return Elector.objects.filter(
        ballot__in=running.filter(pk=event.detail["ballot"]).values("pk"), conflict="", votes=None
    ).exclude(present=False)


def _electors(event: Event) -> QuerySet[User]:
    """Who may vote on the ballot."""
    mine = Elector.objects.filter(ballot=event.detail["ballot"], conflict="").exclude(present=False)
    return User.objects.filter(pk__in=mine.values("person"), is_active=True)


def _alternates(event: Event) -> QuerySet[User]:
    """Who stands by for somebody who may vote on the ballot."""
    theirs = Elector.objects.filter(ballot=event.detail["ballot"], conflict="")
    return User.objects.filter(pk__in=theirs.values("alternate"), is_active=True)


def _silent(event: Event) -> QuerySet[User]:
    return User.objects.filter(pk__in=_waiting(event).values("person"), is_active=True)


def _standing_by(event: Event) -> QuerySet[User]:
    """The alternates of those who have not voted."""
    return User.objects.filter(pk__in=_waiting(event).values("alternate"), is_active=True)


def _sitting_or_voted(event: Event) -> QuerySet[User]:
    """The board, and whoever voted on a ballot that ended with the motion and left since."""
    votes = Vote.objects.filter(elector__ballot__in=event.detail.get("ballots", []))
    return _sitting(event) | User.objects.filter(pk__in=votes.values("by"), is_active=True).distinct()


def _of_agency(event: Event) -> QuerySet[User]:
    """Who answers for the agency that a sanction is about."""
    answer = Membership.objects.current().with_role(Role.ADMINISTRATOR, Role.SIGNATORY, Role.PRIVACY_OFFICER)
    return User.objects.filter(memberships__in=answer.filter(agency=event.detail["agency"])).distinct()


# --- Whether it is still to be said ---------------------------------------------------------------------------------


def _has_not_voted(event: Event, person: User) -> bool:
    return _waiting(event).filter(person=person).exists()


def _may_stand_in(event: Event, person: User) -> bool:
    return _waiting(event).filter(alternate=person).exists()


def _votes_missing(event: Event, person: User) -> bool:
    return _waiting(event).exists()


def _undecided(event: Event, person: User) -> bool:
    return ChairSuspension.objects.unratified().filter(pk=event.detail["suspension"]).exists()


# --- What -----------------------------------------------------------------------------------------------------------


def _kind(
    name: str,
    subject: Words,
    body: Words,
    audience: People = _sitting,
    *,
    reads: People | None = None,
    link: Words = _page,
    due: Callable[[Event, User], bool] = kinds.always,
    group: Group = BOARDS,
    asks: str = "",
) -> kinds.Kind:
    """`reads`: whom it still concerns once they have done what it asks for; without it, whom it told."""

    def concerns(event: Event, person: User) -> bool:
        return (reads or audience)(event).filter(pk=person.pk).exists()

    return kinds.Kind(name, subject, body, link, audience, concerns, group, asks, still_due=due)


def _about_motions(
    name: str,
    subject: str | Words,
    body: str | Words,
    audience: People = _sitting,
    due: Callable[[Event, User], bool] = kinds.always,
    reads: People | None = None,
    asks: str = "",
) -> Iterable[kinds.Kind]:
    """The same for motions on agreements and for others."""
    said = _filled(subject) if isinstance(subject, str) else subject
    told = _filled(body) if isinstance(body, str) else body
    for subject_of in ("agreement", "board"):
        yield _kind(f"{subject_of}.{name}", said, told, audience, reads=reads, due=due, asks=asks)


def _made(event: Event) -> str:
    waits = " It awaits a second." if _motion(event).status == Motion.Status.MOVED else ""
    return f"{_filled('A motion was made before {board}: {what}.')(event)}{waits} You can speak to it before the vote."


def _dropped(event: Event) -> str:
    taken = _motion(event).kind == MotionKind.POLICY
    why = "Its agency took the draft back" if taken else "Its subject moved on"
    ended = " The ballot ended with it; no vote counts." if event.detail.get("ballots", []) else ""
    return f"{why} before a decision: {_filled('{what}.')(event)}{ended}"


def _outcome(event: Event) -> str:
    return _filled(f"Motion {{n}}: {Decision.Outcome(event.detail['outcome']).label.lower()}")(event)


def _decided(event: Event) -> str:
    outcome = Decision.Outcome(event.detail["outcome"])
    voted = f"{event.detail['yes']} of {event.detail['cast']} votes cast approve."
    return " ".join(filter(None, [_filled("The ballot is closed: {what}.")(event), voted, ended(outcome)]))


def _missing(event: Event) -> str:
    """Which seats have not voted now."""
    seats = [f"seat {number}" for number in _waiting(event).values_list("seat__number", flat=True).order_by("seat")]
    votes = f"No vote yet from {listed(seats)}." if seats else "Every vote is in."
    return _filled(f"The ballot closes {{closes}}. {votes}")(event)


def _motions() -> Iterable[kinds.Kind]:
    yield from _about_motions("motion_made", "Motion {n}: {what}", _made)
    yield from _about_motions("motion_seconded", "Motion {n} is seconded", "It awaits its ballot: {what}.")
    yield from _about_motions(
        "motion_withdrawn", "Motion {n} was withdrawn", "Its mover took it back: {what}. The reason is in the file."
    )
    yield from _about_motions("motion_dropped", "Motion {n} has no object any more", _dropped, _sitting_or_voted)
    yield from _about_motions(
        "ballot_opened",
        "Your vote is asked for: motion {n}",
        "The ballot is open: {what}. It closes {closes}.",
        _electors,
        _has_not_voted,
        asks="your vote",
    )
    yield from _about_motions(
        "ballot_reminded",
        "Your vote is missing: motion {n}",
        "You have not voted yet: {what}. The ballot closes {closes}.",
        _silent,
        _has_not_voted,
        _electors,
        asks="your vote",
    )
    yield from _about_motions(
        "ballot_escalated",
        "Your vote as alternate is asked for: motion {n}",
        "The member for whom you stand by has not voted: {what}. The ballot closes {closes}.",
        _standing_by,
        _may_stand_in,
        _alternates,
        asks="your vote as an alternate",
    )
    yield from _about_motions(
        "ballot_escalated",
        "Votes are missing: motion {n}",
        _missing,
        _chair,
        _votes_missing,
        asks="votes that are missing shortly before the close, if you are the chair",
    )
    yield from _about_motions(
        "ballot_cancelled",
        "The ballot on motion {n} is cancelled",
        "Nothing is decided: {what}. The motion awaits another ballot; the reason is in the file.",
    )
    yield from _about_motions("decided", _outcome, _decided)


def _suspension_overdue() -> kinds.Kind:
    def subject(event: Event) -> str:
        suspension = ChairSuspension.objects.select_related("agreement").get(pk=event.detail["suspension"])
        return f"Overdue: the board has not decided on the suspension of {suspension.agreement.number}"

    def body(event: Event) -> str:
        by = clock(event.detail["ratify_by"])
        return f"The board was to decide by {by}. Until it has decided, the agreement stays suspended."

    return _kind(
        "agreement.suspension_overdue",
        subject,
        body,
        link=lambda event: reverse("boards:docket"),
        due=_undecided,
        asks="a suspension on which the board has not decided in time",
    )


def _sanctions() -> Iterable[kinds.Kind]:
    for name, done in (("sanction_imposed", "was imposed"), ("sanction_lifted", "was lifted")):
        yield _sanction(f"board.{name}", done, _of_agency, ACCESS, "a sanction on your agency")
        yield _sanction(f"board.{name}", done, _of_board, BOARDS)


def _sanction(name: str, done: str, audience: People, group: Group, asks: str = "") -> kinds.Kind:
    """Told to those who answer for the agency, and to the board."""

    def body(event: Event) -> str:
        sanction = Sanction.objects.select_related("agency", "motion__board").get(pk=event.detail["sanction"])
        board = sanction.motion.board
        return f"{sanction.get_measure_display()}, {sanction.agency}: {done} by {board}."

    return _kind(
        name,
        lambda event: f"A sanction {done}",
        body,
        audience,
        link=lambda event: reverse("agencies:detail", args=[event.detail["agency"]]),
        group=group,
        asks=asks,
    )


def _of_board(event: Event) -> QuerySet[User]:
    """Who sits on the board that the event is about."""
    return User.objects.filter(seats__in=Seat.objects.held().filter(board=event.subject_id)).distinct()


def _charter() -> kinds.Kind:
    return _kind(
        "board.charter_adopted",
        lambda event: f"Charter {event.detail['charter']} is in force",
        lambda event: "The rules of your board are new. Ballots that were open before keep theirs.",
        _of_board,
        link=lambda event: reverse("boards:detail", args=[event.subject_id]),
    )


def register() -> None:
    """Called once when the app is ready."""
    for kind in (*_motions(), _suspension_overdue(), *_sanctions(), _charter()):
        kinds.register(kind)
