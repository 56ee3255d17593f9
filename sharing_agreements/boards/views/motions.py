"""The page of a motion: the text, the rule, the discussion, the positions, the vote, the decision."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from agencies.models import User
from agencies.views.shared import columns, person_of
from portal.kernel.access import members
from portal.kernel.parts import Part, part
from portal.kernel.policy import allows
from privacy.models import PolicyVersion
from sharing_agreements.boards import charters, pictures, policy, sanctions
from sharing_agreements.boards.counting import electors, newest_votes, position, positions
from sharing_agreements.boards.grounds import because
from sharing_agreements.boards.models import AgendaItem, Ballot, Decision, Elector, Meeting, Motion, Vote
from sharing_agreements.boards.motion_forms import OpenForm, ReasonForm, RemarkForm, VoteForm
from sharing_agreements.boards.opening import short_of_quorum
from sharing_agreements.boards.rule import Rule
from sharing_agreements.boards.steps import text_sha256
from sharing_agreements.boards.tally import tally
from sharing_agreements.boards.wording import (
    about,
    both_clocks,
    charter_changed,
    covered,
    effect,
    ended,
    heading,
    is_overdue,
)

from .shared import crumbs, find_motion, motion_state
from .texts import changed_text

S = Motion.Status
ENDED_WITHOUT = (S.MOOT, S.WITHDRAWN)
"""Statuses of motions that ended without a decision."""
Forms = Mapping[str, Form]
NO_FORMS: Forms = {}


@members
@require_GET
def motion(request: HttpRequest, pk: UUID) -> HttpResponse:
    return page(request, find_motion(request, pk))


def page(request: HttpRequest, motion: Motion, forms: Forms = NO_FORMS) -> HttpResponse:
    """The page of a motion; a form that was sent comes back here, by name, with what it got wrong."""
    person = person_of(request)
    ballots = list(Ballot.objects.filter(motion=motion).select_related("decision", "meeting").order_by("-opened_at"))
    shown = ballots[0] if ballots and motion.status not in {S.MOVED, S.PENDING, S.WITHDRAWN} else None
    context: dict[str, Any] = {
        "motion": motion,
        "title": heading(motion),
        "crumbs": crumbs(request, motion.board, f"Motion {motion.number}"),
        "eyebrow": _eyebrow(motion),
        "facts": _facts(motion, shown),
        "about": _about(motion),
        "redline": changed_text(motion),
        "changes": charters.proposed_changes(motion),
        "change_columns": columns("Rule", "Before", "As proposed"),
        "charter_changes": part("redline", pieces=changes) if (changes := charter_changed(motion)) else None,
        "sha256": shown.sha256 if shown else text_sha256(motion),
        "covers": covered(motion),
        "holds": _holds(motion, shown),
        "effect": effect(motion),
        "ballot": shown,
        "forms": list(forms.values()),
        "remarks": motion.remarks.select_related("seat__agency", "person"),
        "actions": _records(ballots),
        "former_columns": columns("Ballot", "Closed", "Outcome", "Votes", "Quorum"),
        "former": [_former(ballot) for ballot in ballots if shown is None or ballot.pk != shown.pk],
        **_own(motion, person, forms),
    }
    if shown is not None:
        shown.motion = motion
        context |= _balloting(shown, person, forms)
    elif motion.status in {S.MOVED, S.PENDING}:
        context |= _before(motion, person, forms)
    return render(request, "boards/motion_detail.html", context)


def _records(ballots: list[Ballot]) -> list[dict[str, Any]]:
    """The way to the record of the newest ballot that ended."""
    ended_ones = [ballot.decision.pk for ballot in ballots if hasattr(ballot, "decision")]
    if not ended_ones:
        return []
    return [{"label": "Decision record", "href": reverse("boards:decision", args=[ended_ones[0]])}]


def newest_ballot(motion: Motion) -> Ballot | None:
    return Ballot.objects.filter(motion=motion).order_by("-opened_at").first()


def _eyebrow(motion: Motion) -> str:
    second = f", seconded by seat {motion.seconder.number}, {motion.seconder.agency}" if motion.seconder else ""
    return f"Motion {motion.number}, moved by seat {motion.mover.number}, {motion.mover.agency}{second}"


def _facts(motion: Motion, ballot: Ballot | None) -> list[Any]:
    found: list[Any] = [motion_state(motion)]
    if ballot and motion.status == S.VOTING:
        found.append(ballot.closes_at)
    return [*found, about(motion)] if motion.agreement else found


def _about(motion: Motion) -> list[tuple[str, Any]]:
    """What the board decides on, each with its page."""
    pairs = _agreement(motion)
    if motion.policy_version is not None:
        pairs.append(("Policy", _policy(motion, motion.policy_version)))
    if motion.budget_version is not None:
        page = reverse("budgets:version", args=[motion.budget_version_id])
        pairs.append(("Budget", part("link", text=f"{motion.budget_version}, every line and share", href=page)))
    if motion.initiative_proposal is not None:
        page = reverse("initiatives:proposal", args=[motion.initiative_proposal_id])
        pairs.append(("Initiative", part("link", text=f"{motion.initiative_proposal}, as noticed", href=page)))
    if motion.law_change is not None:
        page = reverse("workbench:law_change", args=[motion.law_change_id])
        pairs.append(("Change in law", part("link", text=str(motion.law_change), href=page)))
    if motion.agency is not None:
        agency = reverse("agencies:detail", args=[motion.agency_id])
        pairs.append(("Agency", part("link", text=motion.agency.name, href=agency)))
    if motion.ground:
        pairs.append(("Ground", because(motion)))
    if motion.measure:
        pairs.append(("Measure", motion.get_measure_display()))
        pairs.append(("Takes effect", motion.effective_on or "When the board decides"))
    if motion.measure == Motion.Measure.SUSPENSION and motion.kind == Motion.Kind.SANCTION:
        numbers = sanctions.reach(motion).values_list("number", flat=True)
        pairs.append(("Closes to the agency", ", ".join(numbers) or "Nothing: no agreement of yours shares with it"))
    if motion.status in ENDED_WITHOUT:
        pairs.append(("Ended because", motion.history.latest().history_change_reason))
    return pairs


def _agreement(motion: Motion) -> list[tuple[str, Any]]:
    """The agreement and its exact text, and why the chair suspended it."""
    pairs: list[tuple[str, Any]] = []
    if motion.version is not None and motion.agreement is not None:
        text = f"{reverse('agreements:text', args=[motion.agreement_id])}?version={motion.version.number}"
        agreement = reverse("agreements:detail", args=[motion.agreement_id])
        pairs = [
            ("Agreement", part("link", text=str(motion.agreement), href=agreement)),
            ("Exact text", part("link", text=f"Version {motion.version.number}, every clause and term", href=text)),
        ]
        if motion.version.number > 1:
            changes = f"{reverse('agreements:redline', args=[motion.agreement_id])}?to={motion.version.number}"
            pairs.append(("Redline", part("link", text="What changed since the version before", href=changes)))
    if motion.agreement is not None and motion.kind == Motion.Kind.RATIFY:
        for suspension in motion.agreement.chair_suspensions.order_by("-at")[:1]:
            pairs.append(("Suspended by the chair", part("lines", text=suspension.at, under=suspension.reason)))
    return pairs


def _policy(motion: Motion, version: PolicyVersion) -> Part | str:
    """A link to what is adopted: a draft stands on a page of the board while it has it, others read no drafts."""
    page = reverse("privacy:version", args=[version.pk])
    if version.status == PolicyVersion.Status.DRAFT:
        if not version.board_referrals.standing().filter(board=motion.board_id).exists():
            return str(version)
        page = reverse("boards:policy_draft", args=[motion.board_id, version.pk])
    return part("link", text=str(version), href=page)


def _holds(motion: Motion, ballot: Ballot | None) -> str:
    """Whether the text is the one on which the ballot opened; asked anew each time."""
    if motion.status in ENDED_WITHOUT:
        return "No ballot is held on it any more."
    if ballot is None:
        return "The ballot will be held on this text and no other."
    if ballot.sha256 != text_sha256(motion):
        return "The text no longer has it: this ballot decides nothing."
    return "The text still has it. Any change would void this ballot."


def _own(motion: Motion, person: User, forms: Forms) -> dict[str, Any]:
    """What this person may do with the motion itself."""
    return {
        "may_second": motion.status == S.MOVED and allows(policy.may_second, person, motion),
        "remarking": (forms.get("remark") or RemarkForm()) if allows(policy.may_remark, person, motion) else None,
        "withdrawing": (forms.get("withdraw") or ReasonForm(prefix="withdraw"))
        if motion.status in {S.MOVED, S.PENDING} and allows(policy.may_withdraw, person, motion)
        else None,
    }


def _former(ballot: Ballot) -> list[Any]:
    """A ballot that gave no decision, as it was counted."""
    counted = tally(Rule.of(ballot.rule), positions(ballot))
    quorum = f"{counted.took_part} of {counted.in_office} took part, {counted.quorum_needed} needed"
    votes = f"{counted.yes} approve, {counted.no} disapprove, {counted.abstained} abstained"
    decision = getattr(ballot, "decision", None)
    if decision is None:
        return [ballot.opened_at, None, part("chip", tone="gone", icon="none", text="None"), votes, quorum]
    state = part("state", status=decision.outcome)
    outcome = part("lines", text=state, under=decision.reason) if decision.reason else state
    record = part("link", text=ballot.opened_at, href=reverse("boards:decision", args=[decision.pk]))
    return [record, decision.at, outcome, votes, quorum]


# --- Before the ballot ----------------------------------------------------------------------------------------------


def _before(motion: Motion, person: User, forms: Forms) -> dict[str, Any]:
    """Who would vote, how it comes to a vote, and for the chair the form that opens the ballot."""
    charter = motion.board.charters.order_by("-number").first()
    seats = list(motion.board.seats.in_office().select_related("agency", "holder", "alternate"))
    conflicts = [policy.conflict_of(seat.holder, seat, motion) for seat in seats if seat.holder is not None]
    rule = Rule.under(charter, motion.kind) if charter else None
    found: dict[str, Any] = {
        "rule": rule.in_words(len(seats)) if rule else "The board has no charter yet, so it cannot vote.",
        "charter": charter.number if charter else None,
        "in_writing": bool(charter and charter.written_ballots),
        "agenda": _agenda(motion),
        "columns": columns("Seat", "Agency", "Holder", "Vote", head=1),
        "positions": [
            [
                seat.number,
                seat.agency.name,
                _names(str(seat.holder), str(seat.alternate or "") if charter and charter.alternates else ""),
                part("state", status="recused", detail=conflict) if conflict else "May vote",
            ]
            for seat, conflict in zip(seats, conflicts, strict=True)
        ],
    }
    if charter and allows(policy.may_open_ballot, person, motion):
        closes = timezone.localtime() + timedelta(days=charter.ballot_days)
        found["opening"] = forms.get("open") or OpenForm(closes_at=closes)
        found["zone"] = person.time_zone
        found["short"] = short_of_quorum(motion)
    return found


def _agenda(motion: Motion) -> list[tuple[AgendaItem, str, str]]:
    """Where it stands on the agenda of a meeting to come, with the time of that on both clocks."""
    coming = [Meeting.Status.CALLED, Meeting.Status.OPEN]
    items = AgendaItem.objects.filter(motion=motion, meeting__status__in=coming).select_related("meeting")
    return [(item, *both_clocks(item.meeting)) for item in items.order_by("meeting__starts_at")]


def _names(holder: str, alternate: str) -> Any:
    return part("lines", text=holder, under=f"Alternate: {alternate}") if alternate else holder


# --- The ballot -----------------------------------------------------------------------------------------------------


def _balloting(ballot: Ballot, person: User, forms: Forms) -> dict[str, Any]:
    """Positions, rule, tally, and for an elector the form to vote."""
    rule, frozen, newest = Rule.of(ballot.rule), electors(ballot), newest_votes(ballot)
    now = tally(rule, [position(each, newest[each.pk].position if each.pk in newest else "") for each in frozen])
    decision: Decision | None = getattr(ballot, "decision", None)
    overdue = is_overdue(ballot)
    is_open = ballot.motion.status == S.VOTING and not overdue
    outcome = Decision.Outcome(decision.outcome if decision else now.outcome)
    may = [each for each in frozen if not each.conflict and each.present is not False]
    return {
        "rule": rule.in_words(len(frozen)),
        "charter": rule.charter,
        "decision": decision,
        "is_open": is_open,
        "overdue": overdue,
        "may_settle": (overdue or bool(ballot.meeting_id)) and allows(policy.may_settle, person, ballot),
        "cancelling": (forms.get("cancel") or ReasonForm(prefix="cancel"))
        if is_open and allows(policy.may_cancel_ballot, person, ballot)
        else None,
        "verdict": outcome.label.lower(),
        "ended": ended(outcome),
        "bar": pictures.bar(rule, now),
        "steps": decision.steps if decision else now.steps,
        "columns": columns("Seat", "Agency", "Holder", "Position", "Cast", head=1),
        "positions": [_position(each, newest.get(each.pk), person, is_open=is_open) for each in frozen],
        "voted": sum(each.pk in newest for each in may),
        "may_vote": len(may),
        "statements": [(each, newest[each.pk]) for each in frozen if each.pk in newest and newest[each.pk].statement],
        "conflicts": [each for each in frozen if each.conflict],
        "electors": len(frozen),
        **_mine(ballot, rule, frozen, newest, person, forms, is_open=is_open),
    }


def _mine(
    ballot: Ballot,
    rule: Rule,
    frozen: list[Elector],
    newest: dict[UUID, Vote],
    person: User,
    forms: Forms,
    *,
    is_open: bool,
) -> dict[str, Any]:
    """The person's own seat on this ballot, or the one for which they stand by, and the form to vote."""
    own = [each for each in frozen if each.person_id == person.pk]
    mine = next(iter(own or [each for each in frozen if each.alternate_id == person.pk]), None)
    if mine is None:
        return {"mine": None}
    stands_by, vote = not own, newest.get(mine.pk)
    holder_voted = stands_by and vote is not None and vote.by_id == mine.person_id
    may = is_open and not mine.conflict and mine.present is not False and not holder_voted
    return {
        "mine": mine,
        "stands_by": stands_by,
        "holder_voted": holder_voted,
        "my_vote": vote,
        "own_vote": vote if vote and vote.by_id == person.pk else None,
        "chair_note": rule.chair_vote if mine.is_chair and rule.chair_vote != "always" else "",
        "vote": (forms.get("vote") or VoteForm(ballot=ballot)) if may else None,
    }


def _position(elector: Elector, vote: Vote | None, person: User, *, is_open: bool) -> list[Any]:
    own = person.pk in {elector.person_id, elector.alternate_id}
    if elector.conflict:
        state = part("state", status="recused", detail=elector.conflict)
    elif vote is not None:
        by = "" if vote.by_id == elector.person_id else f"by the alternate, {elector.alternate}"
        state = part("state", status=vote.position, detail=by)
    elif elector.present is False:
        state = part("chip", tone="gone", icon="none", text="Was not present")
    elif is_open:
        state = part("state", status="awaits_you" if own else "not_voted")
    else:
        state = part("chip", tone="gone", icon="none", text="Did not vote")
    name = _names(str(elector.person), str(elector.alternate or ""))
    return [elector.seat.number, elector.agency.name, name, state, vote.at if vote else None]
