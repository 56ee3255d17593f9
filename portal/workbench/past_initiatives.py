"""The change history of an initiative: its events, and what changed in its partners, milestones, links and offers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any
from uuid import UUID

from agencies.models import Agency, User
from portal.audit.models import Event
from privacy.law.models import LawChange
from sharing_agreements.budgets.models import Budget
from sharing_agreements.funding.models import Application
from sharing_agreements.initiatives import models as initiatives
from sharing_agreements.models import Agreement

from .past import Entry, Past

ROWS_TELL = frozenset(
    f"initiative.{step}"
    for step in (
        *("changed", "partner_added", "partner_removed", "linked", "unlinked", "investment_taken_back"),
        *("milestone_added", "milestone_changed", "milestone_assigned", "milestone_removed", "milestone_reopened"),
        *("blocked", "block_lifted", "block_removed", "investments_offered", "owner_named"),
    )
)
"""Events of which the rows that they wrote tell more."""

THINGS = ("agreement", "budget", "application", "change")


class InitiativePast(Past):
    """Everything that happened to one initiative, newest first, for one reader: of what is linked, the name stands
    where they read it."""

    unshown = Past.unshown - {"agreement"} | {"initiative", "milestone", "opened_at"}
    decides = votes = ""

    def __init__(self, initiative: initiatives.Initiative, reader: User) -> None:
        self.initiative, self.reader, self.unread = initiative, reader, frozenset()

    @cached_property
    def events(self) -> list[Event]:
        mine = Event.objects.filter(subject_label=initiatives.Initiative._meta.label, subject_id=self.initiative.pk)
        return list(mine.exclude(kind__in=ROWS_TELL).select_related("actor"))

    def _rows(self) -> Iterator[Entry]:
        mine = {"initiative": self.initiative.pk}
        yield from self._changes(initiatives.Initiative, {"id": self.initiative.pk})
        for model in (initiatives.InitiativePartner, initiatives.Milestone, initiatives.Link, initiatives.Offer):
            yield from self._changes(model, mine)
        yield from self._changes(initiatives.Block, {"milestone__in": list(self._milestones)})

    @cached_property
    def _milestones(self) -> dict[UUID, str]:
        rows = initiatives.Milestone.history.filter(initiative=self.initiative.pk).order_by("history_date")
        return {row.id: f"{row.number}. {row.title}" for row in rows}

    def _which(self, row: Any) -> str:
        model = row.instance_type
        if model is initiatives.Milestone:
            return f": {row.number}. {row.title}"
        if model is initiatives.Link:
            kind = next(each for each in THINGS if getattr(row, f"{each}_id"))
            return f": {self.names.get(getattr(row, f'{kind}_id')) or UNREAD[kind]}"
        if model is initiatives.Offer:
            return f": {self._actions.get(row.action_id, '')}"
        if model is initiatives.Block:
            by = row.by_agency_id or row.by_change_id
            name = self._milestones.get(row.by_milestone_id) or self.names.get(by) or "a change in law"
            return f": {self._milestones.get(row.milestone_id, '')} waits for {name}"
        return super()._which(row)

    @cached_property
    def _actions(self) -> dict[UUID, str]:
        """What was offered was shown to whoever reads the initiative."""
        rows = initiatives.Offer.history.filter(initiative=self.initiative.pk).select_related("action__agency")
        return {row.action_id: f"{row.action.action}, {row.action.agency}" for row in rows}

    def _who(self, event: Event) -> str:
        by_board = event.kind in {"initiative.approved", "initiative.declined"}
        return "the board" if by_board else str(event.actor or "")

    def _who_changed(self, row: Any) -> str:
        return str(row.history_user or "")

    @cached_property
    def names(self) -> dict[UUID | None, str]:
        """Names of what the rows point at, and of what is linked as far as the reader reads it."""
        pk = self.initiative.pk
        parts = initiatives.InitiativePartner.history.filter(initiative=pk).values("agency")
        found: dict[UUID | None, str] = {each.pk: each.name for each in Agency.objects.filter(pk__in=parts)}
        owners = initiatives.Initiative.history.filter(id=pk).values("owner")
        named = initiatives.Milestone.history.filter(initiative=pk).values("person")
        people = User.objects.filter(pk__in=owners) | User.objects.filter(pk__in=named)
        found |= {each.pk: str(each) for each in people.distinct()}
        links = initiatives.Link.history.filter(initiative=pk)
        seen: tuple[tuple[str, Any], ...] = (
            ("agreement", Agreement.objects.visible_to(self.reader, None)),
            ("budget", Budget.objects.visible_to(self.reader, None)),
            ("application", Application.objects.visible_to(self.reader, None)),
            ("change", LawChange.objects.visible_to(self.reader, None)),
        )
        for kind, read in seen:
            found |= {each.pk: str(each) for each in read.filter(pk__in=links.values(kind))}
        blocks = initiatives.Block.history.filter(milestone__in=list(self._milestones)).values("by_change")
        changes = LawChange.objects.visible_to(self.reader, None).filter(pk__in=blocks)
        return found | {each.pk: str(each) for each in changes}


UNREAD = {
    "agreement": "an agreement",
    "budget": "a budget",
    "application": "an application",
    "change": "a change in law",
}
"""What stands for a thing that the reader does not read."""
