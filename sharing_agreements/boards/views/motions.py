"""A motion and its ballot: the text, the rule, the positions, the vote, the decision."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from agencies.models import User
from agencies.views.shared import person_of, pressed, tried
from portal.kernel.access import members
from portal.kernel.errors import Refused
from portal.kernel.parts import part
from portal.kernel.policy import allows
from sharing_agreements.boards import commands, pictures, policy
from sharing_agreements.boards.counting import electors, newest_votes, positions
from sharing_agreements.boards.forms import OpenForm, VoteForm
from sharing_agreements.boards.models import Ballot, Decision, Elector, Motion, Vote
from sharing_agreements.boards.rule import Rule
from sharing_agreements.boards.steps import text_sha256
from sharing_agreements.boards.tally import tally
from sharing_agreements.boards.wording import about, effect, heading, is_overdue

from .shared import columns, crumbs, find_motion, motion_state


@members
@require_GET
def motion(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _page(request, find_motion(request, pk))


def _page(
    request: HttpRequest, motion: Motion, *, vote: VoteForm | None = None, opening: OpenForm | None = None
) -> HttpResponse:
    """The page of a motion; the forms come back here with what they got wrong."""
    person = person_of(request)
    ballot = newest_ballot(motion)
    context: dict[str, Any] = {
        "motion": motion,
        "title": heading(motion),
        "crumbs": crumbs(request, motion.board, f"Motion {motion.number}"),
        "eyebrow": f"Motion {motion.number}, moved by seat {motion.mover.number}, {motion.mover.agency}",
        "facts": _facts(motion, ballot),
        "about": _about(motion),
        "sha256": ballot.sha256 if ballot else text_sha256(motion),
        "holds": _holds(motion, ballot),
        "effect": effect(motion),
        "ballot": ballot,
    }
    if ballot is None or motion.status == Motion.Status.PENDING:
        context |= _pending(motion, person, opening)
    else:
        ballot.motion = motion
        context |= _balloting(ballot, person, vote)
    return render(request, "boards/motion_detail.html", context)


def newest_ballot(motion: Motion) -> Ballot | None:
    return Ballot.objects.filter(motion=motion).order_by("-opened_at").first()


def _facts(motion: Motion, ballot: Ballot | None) -> list[Any]:
    found: list[Any] = [motion_state(motion), about(motion)]
    if ballot and motion.status == Motion.Status.VOTING:
        found.insert(1, ballot.closes_at)
    return found


def _about(motion: Motion) -> list[tuple[str, Any]]:
    """The exact text on which the board decides."""
    if motion.version is None or motion.agreement is None:
        return []
    text = f"{reverse('agreements:text', args=[motion.agreement_id])}?version={motion.version.number}"
    agreement = reverse("agreements:detail", args=[motion.agreement_id])
    pairs: list[tuple[str, Any]] = [
        ("Agreement", part("link", text=str(motion.agreement), href=agreement)),
        ("Exact text", part("link", text=f"Version {motion.version.number}, every clause and term", href=text)),
    ]
    if motion.version.number > 1:
        redline = reverse("agreements:redline", args=[motion.agreement_id])
        pairs.append(("Redline", part("link", text="What changed since the version before", href=redline)))
    return pairs


def _holds(motion: Motion, ballot: Ballot | None) -> str:
    """Whether the text is the one on which the ballot opened; asked anew each time."""
    if ballot is None:
        return "The ballot will be held on this text and no other."
    if ballot.sha256 != text_sha256(motion):
        return "The text no longer has it: this ballot decides nothing."
    return "The text still has it. Any change would void this ballot."


# --- Before the ballot ----------------------------------------------------------------------------------------------


def _pending(motion: Motion, person: User, form: OpenForm | None) -> dict[str, Any]:
    """Who would vote, and for the chair the form that opens the ballot."""
    charter = motion.board.charters.order_by("-number").first()
    seats = list(motion.board.seats.in_office().select_related("agency", "holder"))
    conflicts = [policy.conflict_of(seat.holder, seat, motion) for seat in seats if seat.holder is not None]
    rule = Rule.under(charter, motion.kind) if charter else None
    found: dict[str, Any] = {
        "rule": rule.in_words(len(seats)) if rule else "The board has no charter yet, so it cannot vote.",
        "charter": charter.number if charter else None,
        "columns": columns("Seat", "Agency", "Holder", "Vote", head=1),
        "positions": [
            [
                seat.number,
                seat.agency.name,
                str(seat.holder),
                part("state", status="recused", detail=conflict) if conflict else "May vote",
            ]
            for seat, conflict in zip(seats, conflicts, strict=True)
        ],
    }
    if charter and allows(policy.may_open_ballot, person, motion):
        closes = timezone.localtime() + timedelta(days=charter.ballot_days)
        found["opening"] = form or OpenForm(closes_at=closes)
        found["zone"] = person.time_zone
    return found


@members
@require_POST
def open_ballot(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Freeze rule, electorate, conflicts and text, and let members vote."""
    motion = find_motion(request, pk)
    form = OpenForm(request.POST, closes_at=timezone.localtime())
    person = person_of(request)

    def open_it() -> Ballot:
        return commands.open_ballot(actor=person, motion_id=pk, closes_at=form.cleaned_data["closes_at"])

    if not form.is_valid() or not tried(form, open_it):
        if motion.status == Motion.Status.PENDING and allows(policy.may_open_ballot, person, motion):
            return _page(request, motion, opening=form)
        messages.error(request, " ".join(map(str, form.non_field_errors())) or "The ballot was not opened.")
    else:
        messages.success(request, "The ballot is open, and everybody who may vote is told.")
    return redirect("boards:motion", pk)


# --- The ballot -----------------------------------------------------------------------------------------------------


def _balloting(ballot: Ballot, person: User, form: VoteForm | None) -> dict[str, Any]:
    """Positions, rule, tally, and for an elector the form to vote."""
    rule, frozen, newest = Rule.of(ballot.rule), electors(ballot), newest_votes(ballot)
    now = tally(rule, positions(ballot))
    decision = Decision.objects.filter(ballot=ballot).first()
    mine = next((elector for elector in frozen if person.pk in {elector.person_id, elector.alternate_id}), None)
    is_open = ballot.motion.status == Motion.Status.VOTING and not is_overdue(ballot)
    return {
        "rule": rule.in_words(len(frozen)),
        "charter": rule.charter,
        "decision": decision,
        "is_open": is_open,
        "overdue": is_overdue(ballot),
        "may_settle": allows(policy.may_settle, person, ballot),
        "verdict": Decision.Outcome(decision.outcome if decision else now.outcome).label.lower(),
        "bar": pictures.bar(rule, now),
        "steps": decision.steps if decision else now.steps,
        "columns": columns("Seat", "Agency", "Holder", "Position", "Cast", head=1),
        "positions": [_position(elector, newest.get(elector.pk), mine, is_open=is_open) for elector in frozen],
        "statements": [(elector, newest[elector.pk]) for elector in frozen if _stated(newest.get(elector.pk))],
        "conflicts": [elector for elector in frozen if elector.conflict],
        "electors": len(frozen),
        "mine": mine,
        "my_vote": newest.get(mine.pk) if mine else None,
        "vote": (form or VoteForm()) if mine and not mine.conflict and is_open else None,
    }


def _stated(vote: Vote | None) -> bool:
    return vote is not None and bool(vote.statement)


def _position(elector: Elector, vote: Vote | None, mine: Elector | None, *, is_open: bool) -> list[Any]:
    if elector.conflict:
        state = part("state", status="recused", detail=elector.conflict)
    elif vote is not None:
        state = part("state", status=vote.position)
    elif is_open and mine is not None and elector.pk == mine.pk:
        state = part("state", status="awaits_you")
    elif is_open:
        state = part("state", status="not_voted")
    else:
        state = part("chip", tone="gone", icon="none", text="Did not vote")
    return [elector.seat.number, elector.agency.name, str(elector.person), state, vote.at if vote else None]


@members
@require_POST
def vote(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a position. The newest before the close counts."""
    motion, person = find_motion(request, pk), person_of(request)
    ballot = newest_ballot(motion)
    if ballot is None:
        raise Http404
    ballot.motion = motion
    form = VoteForm(request.POST)
    try:
        policy.may_vote(person, ballot)
        if form.is_valid():
            commands.cast_vote(actor=person, ballot_id=ballot.pk, **form.cleaned_data)
            messages.success(request, "Your position is recorded. The newest before the close counts.")
            return redirect("boards:motion", pk)
    except Refused as why:
        messages.info(request, str(why))
        return redirect("boards:motion", pk)
    except ValidationError as wrong:
        form.add_error(None, wrong)
    return _page(request, motion, vote=form)


@members
@require_POST
def settle(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write down the result of a ballot whose deadline has passed."""
    motion = find_motion(request, pk)
    ballot = newest_ballot(motion)
    if ballot is None:
        raise Http404
    key = ballot.pk
    return pressed(
        request,
        lambda: commands.settle(ballot_id=key, actor=person_of(request)),
        "The result is written down, and everybody concerned is told.",
        "boards:motion",
        pk,
    )
