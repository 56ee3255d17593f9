"""Reminding of milestones, once each step for each day on which they are due. Asked for by beat."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from sharing_agreements.initiatives import reminding
from sharing_agreements.initiatives.models import MilestoneReminder
from sharing_agreements.initiatives.steps import locked_milestone, note

KIND = {MilestoneReminder.Step.SOON: "milestone_due", MilestoneReminder.Step.LATE: "milestone_overdue"}


@transaction.atomic(durable=True)
def remind_of_milestone(*, milestone_id: UUID) -> MilestoneReminder | None:
    """Remind of a milestone that is due soon, or say that it is overdue."""
    milestone = locked_milestone(milestone_id)
    step = reminding.due(milestone, timezone.localdate())
    if step is None or milestone.reminders.filter(step=step, due_on=milestone.due_on).exists():
        return None
    said = {"milestone": str(milestone.pk), "number": milestone.number, "due_on": milestone.due_on.isoformat()}
    note(KIND[step], milestone.initiative, actor=None, told=True, **said)
    return MilestoneReminder.objects.create(milestone=milestone, due_on=milestone.due_on, step=step)
