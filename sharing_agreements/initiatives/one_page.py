"""An initiative on one page, for a legislature: what it is for, how far it is, what holds it up, what it costs whom.

It is exactly one page. What does not fit is cut, with a word that says so and where the rest is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone

from portal.kernel import pdf
from portal.kernel.documents import Document, Section
from sharing_agreements.budgets import years
from sharing_agreements.budgets.wording import dollars

from .pictures import STATES, cut, day
from .standing import Room
from .waiting import Step

REST = "the rest is on the initiative's page in the portal"


@dataclass(frozen=True)
class Measure:
    """How much of each part stands on the page: entries of lists and tables, letters of what people wrote, and letters
    of an entry."""

    rows: int
    letters: int
    entry: int = 240

    def text(self, words: str) -> str:
        if len(words) <= self.letters:
            return words
        return f"{words[: self.letters].rsplit(' ', 1)[0].rstrip(' .,;:')} … (cut: {REST})"

    def listed(self, found: Sequence[str]) -> list[str]:
        shown = [cut(each, self.entry) for each in found[: self.rows]]
        return [*shown, f"And {self.left_out(found)}"] if len(found) > self.rows else shown

    def left_out(self, found: Sequence[object]) -> str:
        return f"{len(found) - self.rows} more: {REST}." if len(found) > self.rows else ""


MEASURES = (
    *(Measure(rows, letters) for rows in (14, 10, 8, 7, 6, 5, 4) for letters in (1200, 600, 300)),
    *(Measure(rows, letters, 120) for rows in (5, 4, 3, 2) for letters in (300, 150)),
    Measure(1, 80, 60),
)
"""From the fullest page to the barest, which fits whatever was entered."""


def document_of(room: Room) -> Document:
    """The fullest description that is one page."""
    return next(made for each in MEASURES if pdf.pages(made := _document(room, each)) == 1)


def answer(room: Room, *, name: str) -> HttpResponse:
    return pdf.answer(document_of(room), name=name)


def _document(room: Room, measure: Measure) -> Document:
    initiative = room.initiative
    today = day(timezone.localdate())
    return Document(
        title=cut(initiative.title, 110),
        eyebrow=cut(str(initiative.board), 100),
        subject="Initiative",
        dated=f"{initiative.get_status_display()}. As of {today}. Led by {cut(str(initiative.lead), 80)}.",
        footer=cut(f"{settings.PORTAL_NAME}: {initiative.title}, {today}", 110),
        sections=[each for each in _sections(room, measure) if each is not None],
    )


def _sections(room: Room, measure: Measure) -> list[Section | None]:
    initiative = room.initiative
    return [
        Section("purpose", "What it is for", text=measure.text(initiative.purpose)),
        Section("outcome", "What came of it", text=measure.text(initiative.outcome)) if initiative.outcome else None,
        _plan(room, measure),
        _partners(room, measure),
        _money(room, measure),
        _law(room, measure),
    ]


def _plan(room: Room, measure: Measure) -> Section:
    """What is not done, by its days, with what holds it up: that is asked about."""
    found = [_step(step) for step in room.steps if step.state != "done"]
    said = f"{room.done} of {len(room.steps)} milestones are done." + (" What is left:" if found else "")
    return Section("plan", "How far it is, and what holds it up", text=said, lines=measure.listed(found))


def _step(step: Step) -> str:
    held = "; ".join(wait.said for wait in step.held_by)
    state = f"waits for {held}" if held else STATES[step.state][1].lower()
    late = "overdue, " if held and step.state == "overdue" else ""
    return f"{step.milestone}, by {day(step.milestone.due_on)} ({step.milestone.agency}): {late}{state}."


def _partners(room: Room, measure: Measure) -> Section:
    rows = [
        (
            cut(str(each.agency), 60),
            f"{each.assessment.score} of 4" if each.assessment else "not assessed",
            *((dollars(each.now), dollars(each.total)) if room.cost else ()),
        )
        for each in room.partners[: measure.rows]
    ]
    pays = (f"Pays, {years.label(room.year)}", "In all") if room.cost and room.year else ()
    return Section(
        "partners", "Partners, their readiness and what each pays" if room.cost else "Partners and their readiness",
        columns=("Partner", "Readiness", *pays), rows=rows, note=measure.left_out(room.partners).capitalize(),
    )  # fmt: skip


def _money(room: Room, measure: Measure) -> Section | None:
    if room.cost is None:
        return None
    sums = [room.cost.plan.sums[year] for year in room.cost.years]
    parties = f"{len(room.cost.plan.parties)} parties of the budget"
    lines = [
        f"{years.label(each.year)}: {dollars(each.to_share)} shared by the {parties}, "
        f"{dollars(min(each.sources, each.cash))} from other sources, {dollars(each.in_kind)} in kind."
        for each in sums
    ]
    return Section("money", "What it costs", lines=measure.listed([*room.cost.cliffs, *lines]))


def _law(room: Room, measure: Measure) -> Section | None:
    found = [
        f"{each.title}: {each.get_status_display().lower()}{f', {each.stands}' if each.stands else ''}. "
        f"It unblocks: {each.unblocks}"
        for each in room.changes
    ]
    return Section("law", "Changes in law that it needs", lines=measure.listed(found)) if found else None
