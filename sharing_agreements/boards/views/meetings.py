"""Meetings: their notice and agenda, who is there, the votes taken there, and their end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencies.forms.zones import ZONES
from agencies.models import User
from agencies.views.shared import person_of, posted, pressed, tried
from portal.kernel.access import members
from portal.kernel.parts import Part, part
from portal.kernel.policy import allows
from sharing_agreements.boards import commands, meeting_policy, policy
from sharing_agreements.boards.attendance import Stay, may_sit, presence, stays
from sharing_agreements.boards.ical import calendar, with_changes
from sharing_agreements.boards.meeting_forms import ConveneForm, DiscussionForm, ItemForm, ReasonForm
from sharing_agreements.boards.models import AgendaItem, Ballot, Decision, Meeting, Minutes, Motion, Seat
from sharing_agreements.boards.opening import short_of_quorum
from sharing_agreements.boards.wording import clock

from .shared import crumbs, find_board, when

POST_TOO = ["GET", "POST"]
M = Meeting.Status


# --- Finding --------------------------------------------------------------------------------------------------------


def find_meeting(request: HttpRequest, pk: UUID) -> Meeting:
    """A meeting of a board that the person reads, or the 404 of one that never existed."""
    return get_object_or_404(Meeting.objects.visible_to(person_of(request)).select_related("board"), pk=pk)


def find_item(request: HttpRequest, pk: UUID) -> AgendaItem:
    """An item of such a meeting."""
    seen = AgendaItem.objects.filter(meeting__in=Meeting.objects.visible_to(person_of(request)))
    return get_object_or_404(seen.select_related("meeting__board", "motion", "minutes"), pk=pk)


def is_inside(person: User, meeting: Meeting) -> bool:
    """Whether the person may read of closed sessions: members of the board and their alternates."""
    return Seat.objects.of(person).filter(board=meeting.board_id).exists()


def trail(request: HttpRequest, meeting: Meeting, *here: str) -> list[dict[str, str]]:
    """The board, the meeting, and this page."""
    found = crumbs(request, meeting.board)
    at = clock(meeting.starts_at, ZoneInfo(meeting.time_zone))
    if not here:
        return [*found, {"label": f"Meeting of {at}"}]
    page = {"label": f"Meeting of {at}", "href": reverse("boards:meeting", args=[meeting.pk])}
    return [*found, page, *({"label": label} for label in here)]


# --- The page of a meeting ------------------------------------------------------------------------------------------


@members
@require_GET
def meeting(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Notice, agenda, attendance, quorum; for whoever presides what they do next."""
    found, person = find_meeting(request, pk), person_of(request)
    charter = policy.charter_of(found.board)
    presides = allows(policy.may_preside, person, found.board, found)
    inside, there = is_inside(person, found), stays(found)
    minutes = Minutes.objects.filter(meeting=found).first()
    in_session, is_called = found.status == M.OPEN, found.status == M.CALLED
    acts = in_session and allows(policy.its_time_has_come, found)
    chairs = policy.presiding(found) if found.opened_at else None
    context: dict[str, Any] = {
        "meeting": found,
        "crumbs": trail(request, found),
        "eyebrow": f"{'Special' if found.is_special else 'Regular'} meeting",
        "facts": [part("state", status=found.status), when(found), found.place],
        "inside": inside,
        "items": _agenda(found, inside=inside, acts=acts and presides),
        "presides": presides,
        "in_session": in_session,
        "is_called": is_called,
        "acts": acts,
        "may_open": is_called and allows(meeting_policy.may_call_to_order, person, found),
        "may_take_chair": chairs is None and in_session and allows(meeting_policy.may_take_chair, person, found),
        "alerts": _alerts(found, chairs, acts=acts) if in_session else [],
        "may_draft": allows(meeting_policy.may_draft_minutes, person, found),
        "may_note": presides and bool(found.opened_at) and minutes is None,
        "takes_items": presides and found.status in {M.CALLED, M.OPEN},
        "seats": _seats(found, charter, there) if found.opened_at else [],
        "presence": presence(found, charter) if in_session else None,
        "minutes": minutes,
        "early": int(meeting_policy.EARLY.total_seconds() // 60),
        "grace": int(meeting_policy.GRACE.total_seconds() // 60),
        "notice": [*_notice(found), *_chair(chairs)],
    }
    return render(request, "boards/meeting_detail.html", context)


def _notice(meeting: Meeting) -> list[tuple[str, Any]]:
    zone = ZoneInfo(meeting.time_zone)
    pairs: list[tuple[str, Any]] = [
        ("Time zone", dict(ZONES).get(meeting.time_zone, meeting.time_zone)),
        ("Notice given", clock(meeting.noticed_at, zone)),
        ("Notice asked for", f"{meeting.notice_hours} hours ahead" if meeting.notice_hours else "None"),
    ]
    if meeting.opened_at:
        pairs.append(("Called to order", clock(meeting.opened_at, zone)))
    if meeting.adjourned_at:
        pairs.append(("Adjourned", clock(meeting.adjourned_at, zone)))
    return pairs


def _alerts(meeting: Meeting, chairs: Stay | None, *, acts: bool) -> list[dict[str, str]]:
    """What is out of the ordinary of a meeting in session."""
    found = []
    if not acts:
        at = clock(meeting.starts_at, ZoneInfo(meeting.time_zone))
        text = f"It is noticed for {at}. Until then no vote is taken, no minutes are approved, and it is not adjourned."
        found.append({"kind": "info", "heading": "The meeting began before its time", "text": text})
    if chairs is None:
        text = "Whoever presided has left. The chair, or a member who holds a voting seat, can take the chair."
        found.append({"kind": "warning", "heading": "Nobody presides", "text": text})
    elif chairs.took_chair:
        text = (
            f"Seat {chairs.seat.number} presides since neither the chair nor the chair's alternate is here. A vote "
            "opens once a quorum is recorded; when the chair comes, the chair presides."
        )
        found.append({"kind": "info", "heading": f"{chairs.person} is chair pro tem", "text": text})
    return found


def _chair(stay: Stay | None) -> list[tuple[str, str]]:
    """Who presides, or did at the end."""
    if stay is None:
        return []
    how = ", chair pro tem" if stay.took_chair else "" if stay.person.pk == stay.seat.holder_id else ", alternate"
    return [("In the chair", f"{stay.person}, seat {stay.seat.number}{how}")]


def _agenda(meeting: Meeting, *, inside: bool, acts: bool) -> list[dict[str, Any]]:
    """The items, each with whether it was noticed in time, and with what can be done on it now."""
    rows = meeting.agenda.select_related("motion", "minutes").order_by("number")
    ballots: dict[UUID, list[Ballot]] = {}
    for ballot in Ballot.objects.filter(meeting=meeting).select_related("decision").order_by("opened_at"):
        ballots.setdefault(ballot.motion_id, []).append(ballot)
    found = []
    for item in rows:
        item.meeting = meeting
        held = ballots.get(item.motion_id, []) if item.motion_id else []
        noticed = policy.noticed_in_time(item)
        votable = noticed and item.motion is not None and item.motion.status == Motion.Status.PENDING
        found.append(
            {
                "it": item,
                "shown": inside or not item.closed_ground,
                "noticed": noticed,
                "decisions": [_outcome(ballot) for ballot in held],
                "open": next((ballot for ballot in held if not hasattr(ballot, "decision")), None),
                "votable": votable,
                "short": short_of_quorum(item.motion, meeting) if acts and votable and item.motion else "",
                "approvable": noticed and item.minutes is not None and item.minutes.approved_at is None,
            }
        )
    return found


def _outcome(ballot: Ballot) -> Part:
    if not hasattr(ballot, "decision"):
        return part("chip", tone="plain", icon="clock", text="Vote open")
    decision: Decision = ballot.decision
    tone = {"carried": "good", "lost": "stop"}.get(decision.outcome, "warn")
    icon = {"carried": "good", "lost": "cross"}.get(decision.outcome, "none")
    return part("chip", tone=tone, icon=icon, text=decision.get_outcome_display())


def _seats(meeting: Meeting, charter: Any, there: list[Stay]) -> list[dict[str, Any]]:
    """Each seat held, who sits there now or sat there last, and who may take it."""
    newest = {stay.seat.pk: stay for stay in there}
    sitting = {stay.person.pk for stay in there if stay.until is None}
    seats = Seat.objects.held().filter(board=meeting.board_id).select_related("agency", "holder", "alternate")
    found = []
    for seat in seats.order_by("number"):
        stay = newest.get(seat.pk)
        takes = [who for who in may_sit(seat, charter) if who.pk not in sitting]
        found.append(
            {
                "it": seat,
                "stay": stay,
                "here": stay is not None and stay.until is None,
                "by_alternate": stay is not None and stay.person.pk != seat.holder_id,
                "takes": [{"person": who, "alternate": who.pk != seat.holder_id} for who in takes],
            }
        )
    return found


@members
@require_GET
def ics(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The meeting as a file for a calendar."""
    found = find_meeting(request, pk)
    content = calendar(with_changes(Meeting.objects.filter(pk=pk)), str(found.board))
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="meeting-{found.starts_at:%Y-%m-%d}.ics"'
    return answer


# --- Notice and agenda ----------------------------------------------------------------------------------------------


@members
@require_http_methods(POST_TOO)
def convene(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Call a meeting, in the time of the board."""
    board, person = find_board(request, pk), person_of(request)
    meeting_policy.may_convene(person, board)
    charter = policy.charter_of(board)
    form = ConveneForm(posted(request), board=board, hours=(charter.notice_hours, charter.special_notice_hours))
    with timezone.override(ZoneInfo(board.time_zone)):
        is_valid = form.is_valid()
    if is_valid:
        made = tried(form, lambda: commands.convene(actor=person, board_id=pk, **form.values()))
        if made:
            messages.success(request, "The meeting is called, and every member and alternate is told.")
            return redirect("boards:meeting", made.pk)
    context = {
        "board": board,
        "crumbs": crumbs(request, board, "Call a meeting"),
        "form": form,
        "title": "Call a meeting",
        "lead": "Every member and alternate gets notice of time, place and business. Minutes that await approval "
        "stand first on the agenda; more can be added until the notice is due.",
        "submit": "Call the meeting",
    }
    return render(request, "boards/form.html", context)


def _form_page(request: HttpRequest, meeting: Meeting, form: Any, **words: Any) -> HttpResponse:
    context = {"meeting": meeting, "crumbs": trail(request, meeting, words["title"]), "form": form, **words}
    return render(request, "boards/meeting_form.html", context)


@members
@require_http_methods(POST_TOO)
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Call the meeting off."""
    found, person = find_meeting(request, pk), person_of(request)
    policy.may_preside(person, found.board, found)
    form = ReasonForm(posted(request))
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        if tried(form, lambda: commands.cancel_meeting(actor=person, meeting_id=pk, reason=reason)):
            messages.success(request, "The meeting is cancelled, and every member and alternate is told.")
            return redirect("boards:meeting", pk)
    lead = "It does not take place. What stood on its agenda awaits another meeting."
    return _form_page(
        request, found, form, title="Cancel the meeting", lead=lead, submit="Cancel the meeting", stop=True
    )


@members
@require_http_methods(POST_TOO)
def add_item(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put business on the agenda."""
    found, person = find_meeting(request, pk), person_of(request)
    policy.may_preside(person, found.board, found)
    form = ItemForm(posted(request), meeting=found)
    if form.is_valid():
        made = tried(form, lambda: commands.add_item(actor=person, meeting_id=pk, **form.values()))
        if made:
            messages.success(request, f"Item {made.number} is on the agenda, and the members are told again.")
            return redirect("boards:meeting", pk)
    due = clock(found.starts_at - timedelta(hours=found.notice_hours), ZoneInfo(found.time_zone))
    lead = f"The notice of this meeting is due {due}. What is put on later may be discussed, and not acted upon."
    return _form_page(request, found, form, title="Add to the agenda", lead=lead, submit="Put it on the agenda")


@members
@require_POST
def drop_item(request: HttpRequest, pk: UUID) -> HttpResponse:
    item = find_item(request, pk)
    return pressed(
        request,
        lambda: commands.drop_item(actor=person_of(request), item_id=pk),
        "The item is off the agenda, and the members are told again.",
        "boards:meeting",
        item.meeting_id,
    )


@members
@require_POST
def move_item_up(request: HttpRequest, pk: UUID) -> HttpResponse:
    item = find_item(request, pk)
    return pressed(
        request,
        lambda: commands.move_item_up(actor=person_of(request), item_id=pk),
        f"“{item.title}” is taken up earlier.",
        "boards:meeting",
        item.meeting_id,
    )


@members
@require_http_methods(POST_TOO)
def discuss(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What was said on an item, for the minutes."""
    item, person = find_item(request, pk), person_of(request)
    policy.may_preside(person, item.meeting.board, item.meeting)
    form = DiscussionForm(posted(request), item=item)
    if form.is_valid():
        said = form.cleaned_data["discussion"]
        if tried(form, lambda: commands.note_discussion(actor=person, item_id=pk, discussion=said)):
            messages.success(request, f"Noted on item {item.number}.")
            return redirect("boards:meeting", item.meeting_id)
    lead = f"Item {item.number}: {item.title}. The minutes are drafted with these words."
    return _form_page(request, item.meeting, form, title="Note the discussion", lead=lead, submit="Note it")
