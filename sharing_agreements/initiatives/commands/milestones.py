"""Milestones, and what they wait for."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from agencies.models import User
from agencies.policy import works_at
from portal.kernel import history
from portal.kernel.errors import Refused
from privacy.law.models import LawChange
from sharing_agreements.initiatives import policy, waiting
from sharing_agreements.initiatives.models import Block, Initiative, Milestone
from sharing_agreements.initiatives.steps import leads_back, locked_milestone, note, partner


@transaction.atomic(durable=True)
def save_milestone(
    *,
    actor: User,
    initiative_id: UUID,
    milestone_id: UUID | None = None,
    title: str,
    agency_id: UUID,
    due_on: date,
) -> Milestone:
    """Add a milestone, or change one that is not done. Whom a partner named for it stays while it is that partner's."""
    initiative = Initiative.objects.for_update(initiative_id)
    policy.may_change(actor, initiative)
    if milestone_id is None:
        last = initiative.milestones.aggregate(last=Max("number"))["last"] or 0
        milestone = Milestone(initiative=initiative, number=last + 1)
    else:
        milestone = initiative.milestones.get(pk=milestone_id)
        if milestone.done_on is not None:
            raise Refused(f"Milestone {milestone} is done. Open it again to change it.", code="done", repeated=True)
    milestone.title, milestone.due_on = " ".join(title.split()), due_on
    if milestone.agency_id != agency_id:
        milestone.agency, milestone.person = partner(initiative, agency_id), None
    milestone.full_clean()
    history.save(milestone, actor=actor, reason="Changed" if milestone_id else "Added")
    _note("milestone_changed" if milestone_id else "milestone_added", milestone, actor)
    return milestone


@transaction.atomic(durable=True)
def assign(*, actor: User, milestone_id: UUID, person_id: UUID | None) -> Milestone:
    """Name somebody of one's own agency who sees to a milestone; None: whoever drafts and administers there."""
    milestone = locked_milestone(milestone_id)
    policy.may_assign(actor, milestone)
    if person_id is not None and not works_at(User(pk=person_id), milestone.agency_id):
        raise ValidationError({"person": "Choose somebody who works at the agency that sees to it."})
    milestone.person_id = person_id
    history.save(milestone, actor=actor, reason="Assigned")
    _note("milestone_assigned", milestone, actor, told=person_id is not None)
    return milestone


@transaction.atomic(durable=True)
def remove_milestone(*, actor: User, milestone_id: UUID, reason: str) -> None:
    """Take a milestone out of the plan, with what waits for it; that it was there stays in the history."""
    milestone = locked_milestone(milestone_id)
    policy.may_change(actor, milestone.initiative)
    if not reason.strip():
        raise ValidationError({"reason": "Say why it is taken out of the plan."})
    if milestone.done_on is not None:
        raise Refused(f"Milestone {milestone} is done, and stays.", code="done", repeated=True)
    if milestone.reminders.exists():
        raise Refused("Its partner was reminded of it already. Move its day, or record it as done.", code="reminded")
    for gone in (*milestone.blocks.all(), *milestone.blocking.all(), milestone):
        history.delete(gone, actor=actor, reason=reason.strip())
    note("milestone_removed", milestone.initiative, actor=actor, number=milestone.number, reason=reason.strip()[:300])


@transaction.atomic(durable=True)
def milestone_done(*, actor: User, milestone_id: UUID, done_on: date) -> Milestone:
    """Record that a milestone is met; what waited for it can go on, and is told so."""
    milestone = locked_milestone(milestone_id)
    policy.may_settle(actor, milestone)
    if milestone.done_on is not None:
        raise Refused(f"Milestone {milestone} is done already.", code="done", repeated=True)
    if done_on > timezone.localdate():
        raise ValidationError({"done_on": "This day is still to come. Record it when it is done."})
    if held := [each for each in waiting.blocks_of(milestone, actor) if each.holds]:
        raise Refused(f"It waits still: {held[0].said}. See to that first, or take that off the plan.", code="blocked")
    milestone.done_on = done_on
    milestone.full_clean()
    history.save(milestone, actor=actor, reason="Done")
    _note("milestone_done", milestone, actor, told=True)
    return milestone


@transaction.atomic(durable=True)
def milestone_not_done(*, actor: User, milestone_id: UUID, reason: str) -> Milestone:
    """Open a milestone again that was not met after all."""
    milestone = locked_milestone(milestone_id)
    policy.may_settle(actor, milestone)
    if not reason.strip():
        raise ValidationError({"reason": "Say what is left to do."})
    if milestone.done_on is None:
        raise Refused(f"Milestone {milestone} is open already.", code="open", repeated=True)
    milestone.done_on = None
    history.save(milestone, actor=actor, reason=reason.strip())
    _note("milestone_reopened", milestone, actor)
    return milestone


@transaction.atomic(durable=True)
def block(
    *,
    actor: User,
    milestone_id: UUID,
    by_milestone_id: UUID | None = None,
    by_agency_id: UUID | None = None,
    by_change_id: UUID | None = None,
    what: str = "",
) -> Block:
    """Say what a milestone waits for: one of another milestone, a partner with `what` is needed of it, or a change in
    law that the person reads."""
    milestone = locked_milestone(milestone_id)
    policy.may_change(actor, milestone.initiative)
    if milestone.done_on is not None:
        raise Refused(f"Milestone {milestone} is done, and waits for nothing.", code="done")
    made = Block(milestone=milestone, what=" ".join(what.split()))
    if by_milestone_id is not None:
        made.by_milestone = _other(milestone, by_milestone_id)
    elif by_agency_id is not None:
        made.by_agency = partner(milestone.initiative, by_agency_id, "by_agency")
        if not made.what:
            raise ValidationError({"what": "Say what is needed of the partner; it reads that."})
    elif by_change_id is not None:
        made.by_change = _read(actor, by_change_id)
    else:
        raise ValidationError("Choose what it waits for.")
    made.full_clean()
    history.save(made, actor=actor, reason="Waits for it")
    _note("blocked", milestone, actor, told=made.by_agency is not None, agency=str(made.by_agency_id or ""))
    return made


def _other(milestone: Milestone, by_id: UUID) -> Milestone:
    by = milestone.initiative.milestones.filter(pk=by_id).first()
    if by is None:
        raise ValidationError({"by_milestone": "Choose another milestone of this initiative."})
    if leads_back(milestone, by):
        raise ValidationError({"by_milestone": f"{by} waits for this one, so that neither could ever begin."})
    return by


def _read(actor: User, change_id: UUID) -> LawChange:
    found: LawChange | None = waiting.read(actor, LawChange, change_id)
    if found is None:
        raise ValidationError({"by_change": "Choose a change in law that you may read."})
    if found.effective_on is not None and found.effective_on <= timezone.localdate():
        raise ValidationError({"by_change": "This change is in effect, so that nothing has to wait for it."})
    return found


@transaction.atomic(durable=True)
def lift_block(*, actor: User, block_id: UUID) -> Block:
    """Say that a partner gave what was needed of it."""
    milestone = locked_milestone(Block.objects.get(pk=block_id).milestone_id)
    found = Block.objects.select_related("by_agency").get(pk=block_id)
    found.milestone = milestone
    policy.may_lift(actor, found)
    if found.lifted_on is not None:
        raise Refused("It was given already.", code="lifted", repeated=True)
    found.lifted_on = timezone.localdate()
    history.save(found, actor=actor, reason="Given")
    _note("block_lifted", milestone, actor, told=True)
    return found


@transaction.atomic(durable=True)
def remove_block(*, actor: User, block_id: UUID) -> None:
    """Say that a milestone need not wait for something."""
    milestone = locked_milestone(Block.objects.get(pk=block_id).milestone_id)
    policy.may_change(actor, milestone.initiative)
    history.delete(Block.objects.get(pk=block_id), actor=actor, reason="Need not wait")
    _note("block_removed", milestone, actor)


def _note(kind: str, milestone: Milestone, actor: User, *, told: bool = False, **detail: Any) -> None:
    said = {"milestone": str(milestone.pk), "number": milestone.number, **detail}
    note(kind, milestone.initiative, actor=actor, told=told, **said)
