"""Minutes as they are drafted from what was recorded. People stand in them by seat and agency, never by name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils.dateformat import format as spell

from sharing_agreements.wording import lower

from .attendance import Stay, stays
from .counting import electors, newest_votes
from .models import AgendaItem, Ballot, Charter, Decision, Elector, Meeting, Motion, Seat, Vote
from .policy import charter_of, noticed_in_time
from .rule import Rule
from .wording import clock, heading


def draft(meeting: Meeting) -> tuple[str, str]:
    """The public text, in which closed sessions show their legal ground alone, and the text of those sessions."""
    public, closed = list(_opening(meeting)), []
    agenda = meeting.agenda.select_related(
        "motion__mover__agency",
        "motion__seconder__agency",
        "motion__agreement",
        "motion__version",
        "motion__policy_version",
        "motion__budget_version__budget",
        "motion__initiative_proposal",
        "motion__law_change__agency",
        "motion__agency",
        "minutes__meeting",
    )
    for item in agenda.order_by("number"):
        item.meeting = meeting
        paragraph = "\n".join(_item(item))
        if item.closed_ground:
            public.append(f"{item.number}. Closed session\nLegal ground: {item.closed_ground}")
            closed.append(f"{paragraph}\nLegal ground: {item.closed_ground}")
        else:
            public.append(paragraph)
    if meeting.adjourned_at:
        public.append(f"Adjourned at {_time(meeting, meeting.adjourned_at)}.")
    return "\n\n".join(public), "\n\n".join(closed)


def _time(meeting: Meeting, at: datetime) -> str:
    return spell(at.astimezone(ZoneInfo(meeting.time_zone)), "g:i a T")


def _opening(meeting: Meeting) -> Iterator[str]:
    zone, kind = ZoneInfo(meeting.time_zone), "Special" if meeting.is_special else "Regular"
    yield (
        f"{meeting.board}\n{kind} meeting, noticed for {clock(meeting.starts_at, zone)}\nPlace: {meeting.place}\n"
        f"Notice was given {clock(meeting.noticed_at, zone)}; the charter asked for {meeting.notice_hours} hours."
    )
    there = stays(meeting)
    if meeting.opened_at:
        by = f" by {named(there[0].seat)}" if there else ""
        yield f"Called to order at {_time(meeting, meeting.opened_at)}{by}."
        yield from _pro_tem(meeting, there)
    yield "\n".join(["Attendance", *(_stay(meeting, stay) for stay in there), *_absent(meeting, there)])
    in_office = _seats(meeting).filter(is_voting=True).count()
    needed = Rule.under(_charter(meeting)).needed_for_quorum(in_office)
    yield f"A quorum was {needed} of the {in_office} voting members in office."


def _seats(meeting: Meeting) -> QuerySet[Seat]:
    """The seats of the board as they were held when the meeting began; the roster may have changed since."""
    at = meeting.opened_at
    held = Q(ended_at=None) | Q(ended_at__gt=at), Q(term_ends_at=None) | Q(term_ends_at__gt=at)
    return Seat.objects.filter(*held, board=meeting.board_id, started_at__lte=at).select_related("agency")


def _charter(meeting: Meeting) -> Charter:
    """The charter in force when it began; one that was adopted at the meeting counts from the next ballot on."""
    then = Charter.history.filter(board=meeting.board_id, history_date__lte=meeting.opened_at)
    newest = then.order_by("-number").first()
    return newest.instance if newest else charter_of(meeting.board)


def _pro_tem(meeting: Meeting, there: list[Stay]) -> Iterator[str]:
    """Who took the chair in the chair's absence, and when the chair came after all."""
    took = [(stay.took_chair, stay) for stay in there if stay.took_chair is not None]
    for at, stay in took:
        yield (
            f"From {_time(meeting, at)} {named(stay.seat)} presided as chair pro tem: neither the chair nor the "
            "chair's alternate was there."
        )
    for stay in there:
        if stay.seat.is_chair and any(at < stay.since for at, _ in took):
            yield f"From {_time(meeting, stay.since)} {named(stay.seat)} presided."


def named(seat: Seat) -> str:
    """A seat by its number, title and agency; who holds it is left out."""
    return f"seat {seat.number}, {seat.title} ({seat.agency})"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _stay(meeting: Meeting, stay: Stay) -> str:
    who = "" if stay.person.pk == stay.seat.holder_id else ", by the alternate"
    end = f"to {_time(meeting, stay.until)}" if stay.until else "to the end"
    return f"{_capital(named(stay.seat))}{who}: from {_time(meeting, stay.since)} {end}"


def _absent(meeting: Meeting, there: list[Stay]) -> Iterator[str]:
    came = {stay.seat.pk for stay in there}
    for seat in _seats(meeting).exclude(pk__in=came):
        yield f"{_capital(named(seat))}: not present"


def _item(item: AgendaItem) -> Iterator[str]:
    yield f"{item.number}. {item.title}"
    if not noticed_in_time(item):
        yield "This was not on the agenda when notice was due; the board took no final action on it."
    if item.discussion:
        yield item.discussion
    if item.minutes is not None:
        approved = item.minutes.approved_in_id == item.meeting_id
        yield "The minutes were approved." if approved else "The minutes were not approved."
    if item.motion is not None:
        yield from _motion(item.meeting, item.motion)


def _motion(meeting: Meeting, motion: Motion) -> Iterator[str]:
    yield f"Motion {motion.number}, {lower(heading(motion))}: “{motion.text}”"
    seconded = f"; seconded by {named(motion.seconder)}" if motion.seconder else ""
    yield f"Moved by {named(motion.mover)}{seconded}."
    ballots = Ballot.objects.filter(meeting=meeting, motion=motion).select_related("decision").order_by("opened_at")
    if not ballots:
        yield "No vote was taken."
    for ballot in ballots:
        yield from _vote(meeting, ballot)


def _vote(meeting: Meeting, ballot: Ballot) -> Iterator[str]:
    yield f"A vote was opened at {_time(meeting, ballot.opened_at)}."
    newest = newest_votes(ballot)
    for elector in electors(ballot):
        yield f"{_capital(named(elector.seat))}: {_position(elector, newest.get(elector.pk))}"
    decision = Decision.objects.filter(ballot=ballot).first()
    if decision is None:
        return
    for what, so in decision.steps:
        yield f"{what}. {so}"
    reason = f": {decision.reason}" if decision.reason else ""
    yield f"{decision.get_outcome_display()} at {_time(meeting, decision.at)}{reason}."


def _position(elector: Elector, vote: Vote | None) -> str:
    if elector.conflict:
        return "recused"
    if vote is not None:
        return lower(vote.get_position_display())
    return "present, took no position" if elector.present else "absent"
