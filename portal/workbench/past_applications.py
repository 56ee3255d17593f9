"""The change history of an application for funding: its events, tasks, documents, award and reports."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any
from uuid import UUID

from agencies.models import User
from portal.audit.models import Event
from sharing_agreements.funding import models as funding

from .past import Entry, Past

ROWS_TELL = frozenset(
    f"application.{step}"
    for step in (
        *("begun", "changed", "task_added", "task_done", "task_removed"),
        *("document_attached", "document_removed", "report_expected", "report_sent", "drawn"),
    )
)
"""Events of which the rows that they wrote tell more."""


class ApplicationPast(Past):
    """Everything that happened to one application and its award, newest first."""

    unshown = Past.unshown | {"application", "award", "program", "agency", "file"}
    decides = votes = ""

    def __init__(self, application: funding.Application) -> None:
        self.application, self.unread = application, frozenset()

    @cached_property
    def events(self) -> list[Event]:
        mine = Event.objects.filter(subject_label=funding.Application._meta.label, subject_id=self.application.pk)
        return list(mine.exclude(kind__in=ROWS_TELL).select_related("actor"))

    def _rows(self) -> Iterator[Entry]:
        mine = {"application": self.application.pk}
        yield from self._changes(funding.Application, {"id": self.application.pk})
        for model in (funding.Task, funding.Document, funding.Award):
            yield from self._changes(model, mine)
        award = funding.Award.objects.filter(application=self.application).first()
        if award is None:
            return
        yield from self._changes(funding.Report, {"award": award.pk})
        for drawn in award.drawdowns.select_related("by"):
            title = f"Drawn on {drawn.drawn_on}: ${drawn.amount:,.2f}, {drawn.reference}"
            yield Entry(drawn.at, "drawdown added", title, drawn.by_id, str(drawn.by), "", "")

    def _which(self, row: Any) -> str:
        for name in ("text", "what", "file_name", "number"):
            if hasattr(row, name):
                return f": {getattr(row, name)}"
        return ""

    def _who(self, event: Event) -> str:
        return str(event.actor or "")

    def _who_changed(self, row: Any) -> str:
        return str(row.history_user or "")

    @cached_property
    def names(self) -> dict[UUID | None, str]:
        """Names of what the rows point at."""
        agency, who = self.application.agency, self.application.declared_by_id
        declared = User.objects.filter(pk__in=[who] if who else [])
        return {agency.pk: agency.name, **{each.pk: str(each) for each in declared}}
