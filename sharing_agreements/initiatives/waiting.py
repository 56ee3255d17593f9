"""What of an initiative is done, what waits for what, and what comes next. Reads only."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from agencies.models import Membership, User
from privacy.law.models import LawChange

from .models import Block, Initiative, Milestone

UNREAD = "a change in law that your agency does not read"


def read(person: User, model: Any, pk: UUID) -> Any:
    """The thing of a model with `visible_to`, if the person reads it by a membership that they act under; else None."""
    here: list[Membership | None] = list(Membership.objects.acted_under(person))
    for membership in here or [None]:
        if found := model.objects.visible_to(person, membership).filter(pk=pk).first():
            return found
    return None


@dataclass(frozen=True)
class Wait:
    """One thing that a milestone waits for: whether it still holds it up, on whom that lies, and in words."""

    block: Block
    holds: bool
    whom: str
    said: str


@dataclass(frozen=True)
class Step:
    """A milestone as it stands."""

    milestone: Milestone
    waits: list[Wait]
    today: date

    @property
    def held_by(self) -> list[Wait]:
        return [] if self.milestone.done_on else [each for each in self.waits if each.holds]

    @property
    def state(self) -> str:
        """done, overdue, blocked, or planned; late and blocked is overdue."""
        if self.milestone.done_on is not None:
            return "done"
        if self.milestone.due_on < self.today:
            return "overdue"
        return "blocked" if self.held_by else "planned"


def _law(change: LawChange, read: Collection[UUID], today: date) -> tuple[bool, str, str]:
    holds = change.effective_on is None or change.effective_on > today
    if change.pk not in read:
        return holds, "the law", UNREAD
    stands = change.stands or change.get_status_display().lower()
    return holds, "the law", f"{change.title} ({stands})"


def _wait(block: Block, read: Collection[UUID], today: date) -> Wait:
    if block.by_milestone is not None:
        other = block.by_milestone
        return Wait(block, other.done_on is None, str(other.agency), f"milestone {other}")
    if block.by_agency is not None:
        return Wait(block, block.lifted_on is None, str(block.by_agency), f"{block.by_agency}: {block.what}")
    assert block.by_change is not None  # noqa: S101  (a constraint of the table)
    return Wait(block, *_law(block.by_change, read, today))


WITH = ("blocks__by_milestone__agency", "blocks__by_agency", "blocks__by_change")


def blocks_of(milestone: Milestone, person: User) -> list[Wait]:
    """What one milestone waits for, in words for a person."""
    found = list(milestone.blocks.select_related("by_milestone__agency", "by_agency", "by_change"))
    changes = [each.by_change_id for each in found if each.by_change_id]
    known = {key for key in changes if read(person, LawChange, key) is not None}
    return [_wait(each, known, timezone.localdate()) for each in found]


def steps_of(initiative: Initiative, read: Collection[UUID]) -> list[Step]:
    """The milestones in the order of their days. `read`: the changes in law that the reader reads."""
    today = timezone.localdate()
    found = initiative.milestones.select_related("agency", "person").prefetch_related(*WITH)
    return [Step(each, [_wait(one, read, today) for one in each.blocks.all()], today) for each in found]


def read_by(person: User, membership: Membership | None, initiative: Initiative) -> set[UUID]:
    """Changes in law for which milestones wait and that the person reads."""
    seen = LawChange.objects.visible_to(person, membership)
    return set(seen.filter(blocking__milestone__initiative=initiative).values_list("pk", flat=True))


def next_of(steps: list[Step]) -> list[Step]:
    """What can be done now, the most urgent first."""
    return [step for step in steps if step.state in {"planned", "overdue"} and not step.held_by]
