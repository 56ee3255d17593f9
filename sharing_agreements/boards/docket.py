"""What awaits a member of a board, by when, and what waits for others."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as spell
from django.utils.http import urlencode

from agencies.models import User
from portal.kernel.parts import Part, part
from portal.kernel.policy import allows
from portal.kernel.templatetags.portal import in_days
from sharing_agreements import reviewing
from sharing_agreements.models import Agreement
from sharing_agreements.wording import lower

from .chair_policy import may_approve_alone
from .meeting_policy import EARLY, LATE, may_call_to_order
from .models import AgendaItem, Ballot, Board, ChairSuspension, Elector, Meeting, Minutes, Motion, MotionKind, Seat
from .policy import may_preside, responsibility
from .reminding import escalates_at
from .wording import about, heading, left, when_in_words

S, M = Agreement.Status, Meeting.Status
SUBJECT = (
    "agreement",
    "version",
    "agency",
    "policy_version__policy",
    "budget_version__budget",
    "initiative_proposal",
    "law_change__agency",
)
"""What the words of a motion are taken from."""

AWAITS_YOU = part("state", status="awaits_you")


@dataclass(frozen=True)
class Item:
    """One thing to do: by when, what, and one action."""

    title: str
    href: str
    text: str
    action: str
    due: datetime | None = None
    state: Part = AWAITS_YOU
    note: str = ""
    main: bool = False

    @property
    def as_action(self) -> dict[str, Any]:
        """The one action, as the component takes it; a title that begins with the word of the button names it."""
        name = self.title if self.title.startswith(self.action) else f"{self.action}: {self.title}"
        return {"label": self.action, "href": self.href, "main": self.main, "name": name}


def awaiting(person: User) -> list[Item]:
    """What the person is to do as a member, the earliest due first, what has no date last.

    An alternate is asked once the ballot is nearly over and the holder of the seat has not voted.
    """
    mine = list(Seat.objects.of(person).select_related("board"))
    seats = [seat for seat in mine if seat.holder_id == person.pk and seat.is_voting]
    found = [*_votes(person), *_past_deadline({seat.board_id for seat in seats}), *_to_second(seats)]
    for seat in mine:
        found += _meetings(person, seat)
    for seat in seats:
        found += [*_suspensions(seat), *_to_open(seat), *_submitted(seat)]
    return sorted(found, key=lambda item: (item.due is None, item.due.timestamp() if item.due else 0.0))


def _votes(person: User) -> Iterator[Item]:
    running = Ballot.objects.undecided().filter(motion__status=Motion.Status.VOTING, closes_at__gt=timezone.now())
    waiting = _mine(person).filter(ballot__in=running.values("pk"))
    mine = list(waiting.select_related("person", *(f"ballot__motion__{name}" for name in SUBJECT)))
    counts = _counts([elector.ballot_id for elector in mine])
    for elector in mine:
        ballot, own = elector.ballot, elector.person_id == person.pk
        if not own and timezone.now() < escalates_at(ballot):
            continue
        yield Item(
            title=f"Vote: {lower(heading(ballot.motion))}",
            href=reverse("boards:motion", args=[ballot.motion_id]),
            text=about(ballot.motion) if own else f"{elector.person}, for whom you stand by, has not voted.",
            action="Vote",
            due=ballot.closes_at,
            state=part("state", status="closes", detail=left(ballot.closes_at)),
            note="Motion {}. {} of {} have voted.".format(ballot.motion.number, *counts[ballot.pk]),
            main=True,
        )


def _mine(person: User) -> QuerySet[Elector]:
    """Seats on ballots for which the person may vote and nobody has."""
    waiting = Elector.objects.filter(conflict="", votes=None).exclude(present=False)
    return waiting.filter(Q(person=person) | Q(alternate=person))


def _counts(ballots: list[UUID]) -> dict[UUID, tuple[int, int]]:
    """Ballot -> how many of those who may vote have, and how many may."""
    may = Elector.objects.filter(ballot__in=ballots, conflict="").exclude(present=False)
    voted = Count("pk", filter=Q(votes__isnull=False), distinct=True)
    rows = may.values("ballot").annotate(voted=voted, may=Count("pk", distinct=True))
    return {row["ballot"]: (row["voted"], row["may"]) for row in rows}


def _past_deadline(boards: Collection[UUID]) -> Iterator[Item]:
    late = Ballot.objects.undecided().filter(
        motion__board__in=boards, motion__status=Motion.Status.VOTING, closes_at__lte=timezone.now()
    )
    for ballot in late.select_related(*(f"motion__{name}" for name in SUBJECT)):
        motion = ballot.motion
        yield Item(
            title=f"Write down the result: {lower(heading(motion))}",
            href=reverse("boards:motion", args=[motion.pk]),
            text="The ballot has closed; its result stands and takes effect once it is written down.",
            action="Close the ballot",
            due=ballot.closes_at,
            state=part("chip", tone="warn", icon="clock", text="Past its deadline"),
            note=f"Motion {motion.number}.",
        )


def _to_second(seats: list[Seat]) -> Iterator[Item]:
    """Motions of other members that await a second."""
    moved = Motion.objects.filter(status=Motion.Status.MOVED, board__in=[seat.board_id for seat in seats])
    others = moved.exclude(mover__in=seats).select_related(*SUBJECT, "mover__agency")
    for motion in others.order_by("made_at"):
        yield Item(
            title=f"Second, if you support a vote: {lower(heading(motion))}",
            href=reverse("boards:motion", args=[motion.pk]),
            text=about(motion),
            action="Read and second",
            state=part("state", status=motion.status),
            note=f"Motion {motion.number}, moved by {motion.mover.agency}.",
        )


def _suspensions(seat: Seat) -> Iterator[Item]:
    mine = ChairSuspension.objects.unratified().filter(board=seat.board_id).select_related("agreement", "chair")
    for suspension in mine:
        agreement = suspension.agreement
        if agreement.motions.open().exists():
            continue
        late = suspension.ratify_by <= timezone.now()
        yield Item(
            title=f"Ratify or end the chair's suspension of {agreement.number}",
            href=_move(seat, Motion.Kind.RATIFY, agreement),
            text=f"{agreement.title}. Reason: “{suspension.reason}”",
            action="Make the motion",
            due=suspension.ratify_by,
            state=part("chip", tone="stop", icon="clock", text="Overdue") if late else AWAITS_YOU,
            note="It stays suspended until the board decides.",
        )


def _to_open(seat: Seat) -> Iterator[Item]:
    """For the chair: motions that await a ballot in writing. Without those, they go on an agenda; see `_meetings`."""
    charter = seat.board.charters.order_by("-number").first() if seat.is_chair else None
    if charter is None or not charter.written_ballots:
        return
    pending = Motion.objects.filter(board=seat.board_id, status=Motion.Status.PENDING)
    for motion in pending.exclude(agenda_items__meeting__in=_coming()).select_related(*SUBJECT):
        yield Item(
            title=f"Open the ballot: {lower(heading(motion))}",
            href=reverse("boards:motion", args=[motion.pk]),
            text=about(motion),
            action="Open the ballot",
            note=f"Motion {motion.number}. You are the chair.",
        )


def _coming() -> QuerySet[Meeting]:
    return Meeting.objects.filter(status__in=[Meeting.Status.CALLED, Meeting.Status.OPEN])


def _submitted(seat: Seat) -> Iterator[Item]:
    before = Agreement.objects.filter(responsibility([seat.board_id]), status__in=[S.IN_REVIEW, S.BEFORE_BOARD])
    before = before.exclude(reviewing.under_way()).exclude(
        pk__in=Motion.objects.open().filter(board=seat.board_id, agreement__isnull=False).values("agreement")
    )
    for agreement in before.select_related("lead_agency", "current_version").order_by("number"):
        version = agreement.current_version
        frozen = version.frozen_at if version else None
        if seat.is_chair and allows(may_approve_alone, seat.holder, seat.board, agreement):
            yield Item(
                title=f"Approve {agreement.number} alone, or take it up",
                href=reverse("boards:approve_alone", args=[seat.board_id, agreement.pk]),
                text=f"{agreement.title}: an administrative amendment, submitted by {agreement.lead_agency}.",
                action="Read what changes",
            )
        yield Item(
            title=f"Take up {agreement.number}, {agreement.title}",
            href=_move(seat, Motion.Kind.APPROVE, agreement),
            text=f"Submitted by {agreement.lead_agency}.",
            action="Make the motion",
            note=f"Since {timezone.localtime(frozen):%b %d, %Y}" if frozen else "",
        )


def _move(seat: Seat, kind: MotionKind, agreement: Agreement) -> str:
    asked = urlencode({"matter": f"{kind}:{agreement.pk}"})
    return f"{reverse('boards:move', args=[seat.board_id])}?{asked}"


# --- Meetings -------------------------------------------------------------------------------------------------------


def _meetings(person: User, seat: Seat) -> Iterator[Item]:
    """What whoever presides does next: call to order, adjourn, draft, put on an agenda.

    A member with a vote is asked where the chair has not called a meeting to order, and while they preside pro tem.
    """
    if not seat.is_chair and not (seat.is_voting and seat.holder_id == person.pk):
        return
    board, now, holds = seat.board, timezone.now(), seat.is_chair and seat.holder_id == person.pk
    near = board.meetings.filter(Q(status__in=[M.OPEN, M.CALLED]) | Q(status=M.ADJOURNED, minutes=None))
    called = []
    for meeting in near.order_by("starts_at"):
        meeting.board = board
        if meeting.status == M.CALLED:
            called.append(meeting)
            if not meeting.starts_at - EARLY <= now <= meeting.starts_at + LATE:
                continue
            if seat.is_chair:
                yield _of_meeting(meeting, "Call to order", meeting.place, "Call to order")
            elif meeting.starts_at <= now and allows(may_call_to_order, person, meeting):
                yield _of_meeting(meeting, "Call to order", NOT_CALLED, "Call to order", note="As chair pro tem.")
        elif not holds and not allows(may_preside, person, board, meeting):
            continue
        elif meeting.status == M.OPEN:
            yield _of_meeting(meeting, "In session", "Take the votes, and adjourn when the business is done.", "Go on")
        else:
            yield _of_meeting(meeting, "Draft the minutes", "What was recorded at the meeting awaits you.", "Draft")
    if holds:
        yield from _without_agenda(board, called)


NOT_CALLED = "The chair has not called it to order. If neither the chair nor the chair's alternate is there, you can."


def _of_meeting(meeting: Meeting, what: str, text: str, action: str, note: str = "You preside.") -> Item:
    return Item(
        title=f"{what}: meeting of {meeting.board}",
        href=reverse("boards:meeting", args=[meeting.pk]),
        text=text,
        action=action,
        due=meeting.starts_at,
        note=note,
        main=meeting.status == M.OPEN,
    )


def _without_agenda(board: Board, called: list[Meeting]) -> Iterator[Item]:
    """Minutes that stand on no agenda, and motions too where the board does not vote in writing."""
    coming = [meeting for meeting in called if meeting.starts_at > timezone.now()]
    on = AgendaItem.objects.filter(meeting__in=coming)
    waiting = [
        (f"Put the minutes of {minutes.meeting.day} on an agenda", f"{board} approves them.")
        for minutes in Minutes.objects.filter(meeting__board=board, approved_at=None)
        .exclude(pk__in=on.filter(minutes__isnull=False).values("minutes"))
        .exclude(agenda_items__meeting__status=M.OPEN)
        .select_related("meeting")
    ]
    charter = board.charters.order_by("-number").first()
    if charter is not None and not charter.written_ballots:
        motions = board.motions.filter(status=Motion.Status.PENDING)
        motions = motions.exclude(pk__in=on.filter(motion__isnull=False).values("motion"))
        motions = motions.exclude(agenda_items__meeting__status=M.OPEN)
        waiting += [
            (f"Put motion {motion.number} on an agenda", heading(motion)) for motion in motions.select_related(*SUBJECT)
        ]
    for title, text in waiting:
        if coming:
            yield Item(title, reverse("boards:item_add", args=[coming[0].pk]), text, "Add to the agenda")
        else:
            yield Item(title, reverse("boards:convene", args=[board.pk]), text, "Call a meeting")


# --- With others ----------------------------------------------------------------------------------------------------


def with_others(person: User) -> list[list[Any]]:
    """Matters of the person's boards that wait for somebody else: what, for whom, state."""
    boards = list(Seat.objects.of(person).values_list("board", flat=True))
    rows = [*_open_motions(person, boards)]
    mine = Agreement.objects.filter(responsibility(boards)).select_related("current_version", "lead_agency")
    for agreement in mine.filter(reviewing.under_way()).order_by("number"):
        rows.append(_row(agreement, "; ".join(reviewing.outstanding(agreement)), part("state", status="in_review")))
    for agreement in mine.filter(status=S.SIGNING).order_by("number"):
        rows.append(_row(agreement, f"Signature of {_unsigned(agreement)}", part("state", status="signing")))
    undecided = ChairSuspension.objects.unratified().values("agreement")
    for agreement in mine.filter(status=S.SUSPENDED).exclude(pk__in=undecided).order_by("number"):
        rows.append(_row(agreement, "A motion to resume", part("state", status="suspended")))
    for agreement in mine.standing_as("expiring").order_by("number"):
        left_of_it = in_days(agreement.days_left or 0)
        rows.append(_row(agreement, "Renewal, or its end", part("state", status="expiring", detail=left_of_it)))
    return rows


def _open_motions(person: User, boards: list[Any]) -> Iterator[list[Any]]:
    """Motions that the person need do nothing about now, and whom each waits for."""
    found = Motion.objects.open().filter(board__in=boards).select_related(*SUBJECT, "mover")
    waiting = _mine(person).filter(person=person).values("ballot")
    closes = dict(Ballot.objects.undecided().filter(motion__in=found).values_list("motion", "closes_at"))
    noticed = {
        item.motion_id: when_in_words(item.meeting)
        for item in AgendaItem.objects.filter(motion__in=found, meeting__in=_coming()).select_related("meeting")
    }
    seats = list(Seat.objects.in_office().filter(holder=person))
    voting_on = {seat.board_id: seat.pk for seat in seats}
    chaired = {seat.board_id for seat in seats if seat.is_chair}
    for motion in found.exclude(ballots__in=waiting).order_by("number"):
        if motion.status == Motion.Status.MOVED:
            if voting_on.get(motion.board_id, motion.mover_id) != motion.mover_id:
                continue  # it awaits this person's second
            waits = "A second"
        elif motion.status == Motion.Status.PENDING:
            meets = noticed.get(motion.pk)
            if motion.board_id in chaired and meets is None:
                continue  # it awaits this chair
            waits = f"The meeting of {meets}" if meets else "The chair, who opens the ballot"
        else:
            waits = f"Votes until {_moment(closes[motion.pk])}"
        link = part("link", text=f"Motion {motion.number}", href=reverse("boards:motion", args=[motion.pk]))
        yield [part("lines", text=link, under=heading(motion)), waits, part("state", status=motion.status)]


def _moment(at: datetime) -> str:
    return spell(timezone.localtime(at), "M j, Y, g:i a T")


def _unsigned(agreement: Agreement) -> str:
    assert agreement.current_version is not None  # noqa: S101  (it is being signed)
    return ", ".join(agreement.current_version.parties.to_answer().values_list("name", flat=True))


def _row(agreement: Agreement, waits: str, state: Part) -> list[Any]:
    link = part("link", text=agreement.number, href=reverse("agreements:detail", args=[agreement.pk]), mono=True)
    return [part("lines", text=link, under=agreement.title), waits, state]
