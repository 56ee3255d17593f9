"""All of an initiative as one person reads it: steps, what meets in it, what it costs, how ready its partners are.

A link shows nothing by itself: of what is linked the person sees what they read anyway. Reads only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from django.utils import timezone

from agencies.models import Agency, Membership, User
from agencies.readiness.models import Assessment
from privacy.law.models import LawChange
from sharing_agreements.budgets import years
from sharing_agreements.budgets.models import Budget
from sharing_agreements.funding.models import Application
from sharing_agreements.models import Agreement

from . import costs
from .costs import Cost
from .models import Initiative, Link
from .waiting import Step, next_of, read_by, steps_of


@dataclass(frozen=True)
class Partner:
    """An agency that takes part, as it stands."""

    agency: Agency
    assessment: Assessment | None
    reads_answers: bool
    open: int
    holds: list[str]
    """Milestones that wait for it, by number."""
    now: Decimal | None
    """What it pays in the present fiscal year, or the first that the budget covers."""
    total: Decimal | None


@dataclass(frozen=True)
class Room:
    """An initiative for one reader."""

    initiative: Initiative
    person: User
    membership: Membership | None

    @cached_property
    def steps(self) -> list[Step]:
        read = read_by(self.person, self.membership, self.initiative)
        return steps_of(self.initiative, read)

    @cached_property
    def next(self) -> list[Step]:
        return next_of(self.steps)

    @property
    def done(self) -> int:
        return sum(step.state == "done" for step in self.steps)

    @property
    def held(self) -> list[Step]:
        return [step for step in self.steps if step.held_by]

    @property
    def overdue(self) -> list[Step]:
        return [step for step in self.steps if step.state == "overdue"]

    @cached_property
    def links(self) -> list[Link]:
        return list(self.initiative.links.all())

    def _ids(self, kind: str) -> list[UUID]:
        return [key for link in self.links if (key := getattr(link, f"{kind}_id"))]

    @cached_property
    def agreements(self) -> list[Agreement]:
        if not (ids := self._ids("agreement")):
            return []
        seen = Agreement.objects.visible_to(self.person, self.membership).filter(pk__in=ids)
        return list(seen.select_related("current_version", "lead_agency").order_by("number"))

    @cached_property
    def applications(self) -> list[Application]:
        if not (ids := self._ids("application")):
            return []
        seen = Application.objects.visible_to(self.person, self.membership).filter(pk__in=ids)
        return list(seen.select_related("program", "agency", "award").order_by("program__name"))

    @cached_property
    def changes(self) -> list[LawChange]:
        if not (ids := self._ids("change")):
            return []
        seen = LawChange.objects.visible_to(self.person, self.membership).filter(pk__in=ids)
        return list(seen.select_related("agency"))

    @cached_property
    def budget(self) -> Budget | None:
        """The budget, if there is one and the person reads it."""
        if not (ids := self._ids("budget")):
            return None
        seen = Budget.objects.visible_to(self.person, self.membership).filter(pk__in=ids)
        return seen.select_related("board", "owner").first()

    @property
    def has_budget(self) -> bool:
        return bool(self._ids("budget"))

    @cached_property
    def cost(self) -> Cost | None:
        return costs.of_budget(self.budget) if self.budget is not None else None

    @property
    def year(self) -> int | None:
        """The fiscal year of which the shares are shown first."""
        if self.cost is None:
            return None
        now = years.of_day(timezone.localdate(), self.cost.plan.budget.begins_month)
        return min(max(now, self.cost.years[0]), self.cost.years[-1])

    @cached_property
    def partners(self) -> list[Partner]:
        agencies = [each.agency for each in self.initiative.partners.select_related("agency")]
        scored = Assessment.objects.scored_for(self.person, self.membership).filter(agency__in=agencies)
        newest = {each.agency_id: each for each in scored.newest()}
        seen = Assessment.objects.visible_to(self.person, self.membership)
        read = set(seen.filter(pk__in=[each.pk for each in newest.values()]).values_list("pk", flat=True))
        return [self._partner(agency, newest.get(agency.pk), read) for agency in agencies]

    def _partner(self, agency: Agency, assessment: Assessment | None, read: set[UUID]) -> Partner:
        open_ones = [step for step in self.steps if step.state != "done" and step.milestone.agency_id == agency.pk]
        holds = [
            str(step.milestone.number)
            for step in self.steps
            if any(
                wait.block.by_agency_id == agency.pk or _of(wait.block.by_milestone) == agency.pk
                for wait in step.held_by
            )
        ]
        cost, year = self.cost, self.year
        return Partner(
            agency,
            assessment,
            assessment is not None and assessment.pk in read,
            len(open_ones),
            holds,
            cost.share(agency.pk, year) if cost and year else None,
            cost.total(agency.pk) if cost else None,
        )

    @property
    def first_day(self) -> date:
        days = [timezone.localdate(self.initiative.opened_at), *(step.milestone.due_on for step in self.steps)]
        return min([*days, *(step.milestone.done_on for step in self.steps if step.milestone.done_on)])

    @property
    def last_day(self) -> date:
        days: Sequence[date] = [step.milestone.due_on for step in self.steps]
        return max([*days, *(step.milestone.done_on for step in self.steps if step.milestone.done_on), self.first_day])


def _of(milestone: object) -> UUID | None:
    return getattr(milestone, "agency_id", None)
