"""What commands on initiatives share, and what a board does to one: plain functions within the caller's transaction."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone

from agencies.models import Agency, User
from agencies.policy import works_at
from portal.audit.models import Event
from portal.audit.record import record
from portal.kernel import history
from portal.notices.tell import tell

from .lifecycle import S, move
from .models import Approval, Block, Initiative, Milestone, Proposal


def note(kind: str, initiative: Initiative, *, actor: User | None, told: bool = False, **detail: Any) -> Event:
    """Record what happened, and owe the notices of it if there are any."""
    event = record(f"initiative.{kind}", initiative, actor=actor, **detail)
    return tell(event) if told else event


def check_owner(initiative: Initiative, owner_id: UUID) -> None:
    """Somebody who works at the lead agency answers for it."""
    if not works_at(User(pk=owner_id), initiative.lead_id):
        raise ValidationError({"owner": "Choose somebody who works at the lead agency."})


def partner(initiative: Initiative, agency_id: UUID, named: str = "agency") -> Agency:
    """The agency, if it takes part."""
    found = Agency.objects.filter(pk=agency_id, initiative_parts__initiative=initiative).first()
    if found is None:
        raise ValidationError({named: "Choose an agency that takes part. Add it as a partner first."})
    return found


def locked_milestone(milestone_id: UUID) -> Milestone:
    """The milestone, its initiative locked."""
    initiative = Initiative.objects.for_update(Milestone.objects.get(pk=milestone_id).initiative_id)
    milestone = Milestone.objects.select_related("agency").get(pk=milestone_id)
    milestone.initiative = initiative
    return milestone


def leads_back(milestone: Milestone, by: Milestone) -> bool:
    """Whether `by` waits for `milestone`, directly or through others: then this one cannot wait for it."""
    waits: dict[UUID, set[UUID]] = {}
    found = Block.objects.filter(milestone__initiative=milestone.initiative_id, by_milestone__isnull=False)
    for of, on in found.values_list("milestone", "by_milestone"):
        waits.setdefault(of, set()).add(on)
    ahead, seen = {by.pk}, set[UUID]()
    while ahead:
        here = ahead.pop()
        if here == milestone.pk:
            return True
        seen.add(here)
        ahead |= waits.get(here, set()) - seen
    return False


def end(initiative: Initiative, to: S, outcome: str, actor: User) -> None:
    """Complete or end it, with what came of it."""
    if not outcome.strip():
        raise ValidationError({"outcome": "Say what came of it, or why it ends; its readers see it."})
    move(initiative, to)
    initiative.outcome, initiative.ended_on = outcome.strip(), timezone.localdate()
    initiative.full_clean()
    history.save(initiative, actor=actor, reason=initiative.get_status_display())


def approve(proposal: Proposal, *, motion: str, actor: User | None) -> None:
    """The board approved a proposal. The caller is its decision, which holds the motion's lock."""
    initiative = Initiative.objects.for_update(proposal.initiative_id)
    Approval.objects.create(proposal=proposal, motion=motion)
    move(initiative, S.APPROVED)
    history.save(initiative, actor=actor, reason=f"Motion {motion} carried")
    note("approved", initiative, actor=actor, told=True, motion=motion, proposal=proposal.number)


def decline(proposal: Proposal, *, motion: str, actor: User | None) -> None:
    """The board did not approve it: it is an idea again, and can be put before the board anew."""
    initiative = Initiative.objects.for_update(proposal.initiative_id)
    move(initiative, S.IDEA)
    history.save(initiative, actor=actor, reason=f"Motion {motion} was lost")
    note("declined", initiative, actor=actor, told=True, motion=motion, proposal=proposal.number)
