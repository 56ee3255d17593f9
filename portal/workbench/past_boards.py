"""The change history of a board: its events, and what changed in its charters, seats, meetings, motions and sanctions.

What was said in closed session stays with the members: the discussion of agenda items and the text of minutes are no
part of this history. Votes on agreements are events of the agreements.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Q

from agencies.models import Agency, User
from portal.audit.models import Event
from privacy.models import PolicyVersion
from sharing_agreements.boards import models as boards
from sharing_agreements.budgets.models import BudgetVersion
from sharing_agreements.models import Agreement

from .past import Entry, Past

FOR_MEMBERS = frozenset({"public_text", "closed_text", "discussion"})

IN_ATTENDANCE = frozenset({"board.member_arrived", "board.member_left", "board.chair_taken"})
"""Events that the rows of attendance tell with more: who it was."""

BY_THE_BOARD = frozenset({"board.decided", "board.charter_adopted", "board.sanction_imposed", "board.sanction_lifted"})
"""What is the board's act when a motion led to it; whose vote happened to decide stands beside it."""


class BoardPast(Past):
    """Everything that happened to one board, as far as this person reads its motions; newest first."""

    unshown = Past.unshown | FOR_MEMBERS
    decides = "board.decided"
    votes = "board.vote_cast"

    def __init__(self, board: boards.Board, reader: User) -> None:
        self.board, self.unread = board, frozenset()
        seen = boards.Motion.objects.visible_to(reader).filter(board=board)
        self.motions = list(seen.values_list("pk", flat=True))

    @cached_property
    def events(self) -> list[Event]:
        """What happened to the board: the steps of motions on no agreement among it."""
        mine = Event.objects.filter(subject_label=boards.Board._meta.label, subject_id=self.board.pk)
        return list(mine.exclude(kind__in=IN_ATTENDANCE).select_related("actor"))

    def _attendance(self) -> Iterator[Entry]:
        """Who came to a meeting, took the chair, and left, as it was recorded."""
        rows = boards.Attendance.objects.filter(meeting__board=self.board)
        for row in rows.select_related("seat__agency", "person", "recorded_by"):
            who = str(row.person) if row.person_id == row.seat.holder_id else f"{row.person}, alternate"
            title = f"{row.get_move_display()}: {who}, {row.seat}, {self.names[row.meeting_id]}"
            yield Entry(row.at, "event", title, row.recorded_by_id, str(row.recorded_by), "", "")

    def _rows(self) -> Iterator[Entry]:
        yield from self._attendance()
        yield from self._changes(boards.Board, {"id": self.board.pk})
        yield from self._charters()
        for model in (boards.Seat, boards.Meeting):
            yield from self._changes(model, {"board": self.board.pk})
        meetings = list(self.board.meetings.values_list("pk", flat=True))
        shown = Q(motion=None) | Q(motion__in=self.motions)
        yield from self._changes(boards.AgendaItem, {"meeting__in": meetings}, shown)
        yield from self._changes(boards.Minutes, {"meeting__in": meetings})
        yield from self._changes(boards.Motion, {"id__in": self.motions})
        on = boards.Motion.objects.filter(pk__in=self.motions, agreement__isnull=False)
        agreements = {"agreement__in": list(on.values_list("agreement", flat=True))}
        yield from self._changes(boards.ChairSuspension, {"board": self.board.pk, **agreements})
        yield from self._changes(boards.Sanction, {"motion__in": self.motions})

    def _charters(self) -> Iterator[Entry]:
        """Each charter is a row of its own, so what it changed is its difference from the one before."""
        fields = [f for f in boards.Charter._meta.concrete_fields if f.name not in self.unshown]
        before = None
        for row in boards.Charter.history.filter(board=self.board.pk).select_related("history_user").order_by("number"):
            entry = self._change(boards.Charter, fields, row, None)
            yield replace(entry, differences=tuple(self._differences(fields, row, before)) if before else ())
            before = row

    def _which(self, row: Any) -> str:
        """What of a meeting a row is; the business of closed sessions stays with the members."""
        if row.instance_type is boards.AgendaItem:
            title = "Closed session" if row.closed_ground else row.title
            return f": {row.number}. {title}, {self.names[row.meeting_id]}"
        if row.instance_type is boards.Meeting:
            return f": {self.names[row.id]}"
        if row.instance_type is boards.Minutes:
            return f": {self.names[row.meeting_id]}"
        return super()._which(row)

    def _who(self, event: Event) -> str:
        if event.kind in BY_THE_BOARD and "motion" in event.detail:
            decided = self._decision_at(event.at, event.actor_id)
            return self._board(decided) if decided else "the board"
        return str(event.actor or "")

    @cached_property
    def names(self) -> dict[UUID | None, str]:
        """Names of what the rows point at."""
        motions = boards.Motion.objects.filter(pk__in=self.motions)
        seats = self.board.seats.select_related("agency")
        seated = boards.Seat.history.filter(board=self.board.pk)
        people = User.objects.filter(
            Q(pk__in=seated.values("holder"))
            | Q(pk__in=seated.values("alternate"))
            | Q(pk__in=self.board.meetings.values("called_by"))
        )
        acting = Q(pk__in={event.acting_agency_id for event in self.events})
        agencies = Agency.objects.filter(acting | Q(pk__in=seats.values("agency")) | Q(pk__in=motions.values("agency")))
        found: dict[UUID | None, str] = {each.pk: str(each) for each in [*seats, *people, *agencies]}
        found |= {each.pk: each.number for each in Agreement.objects.filter(motions__in=motions)}
        found |= {each.pk: str(each) for each in PolicyVersion.objects.filter(motions__in=motions)}
        asked = BudgetVersion.objects.filter(motions__in=motions).select_related("budget")
        found |= {each.pk: str(each) for each in asked}
        found |= {each.pk: f"Motion {each.number}" for each in motions}
        return found | {each.pk: f"meeting of {each.day}" for each in self.board.meetings.all()}
