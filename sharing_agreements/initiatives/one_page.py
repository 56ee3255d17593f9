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

from .pictures import STATES, cut, day, who
from .standing import Room

REST = "the rest is on the initiative's page in the portal"


@dataclass(frozen=True)
class Measure:
    """How much of each part stands on the page: rows of tables and lists, and letters of what people wrote."""

    rows: int
    letters: int

    def text(self, words: str) -> str:
        if len(words) <= self.letters:
            return words
        return f"{words[: self.letters].rsplit(' ', 1)[0].rstrip(' .,;:')} … (cut: {REST})"

    def listed(self, found: Sequence[str]) -> list[str]:
        if len(found) <= self.rows:
            return [cut(each, self.cell * 2) for each in found]
        return [
            *(cut(each, self.cell * 2) for each in found[: self.rows]),
            f"And {len(found) - self.rows} more: {REST}.",
        ]

    @property
    def cell(self) -> int:
        """Letters of a cell."""
        return max(20, min(90, self.letters // 6))

    def left_out(self, found: Sequence[object]) -> str:
        return f"{len(found) - self.rows} more are not shown: {REST}." if len(found) > self.rows else ""


MEASURES = (
    Measure(14, 1200),
    Measure(10, 900),
    Measure(8, 700),
    Measure(6, 500),
    Measure(5, 400),
    Measure(4, 300),
    Measure(3, 200),
    Measure(2, 120),
    Measure(1, 80),
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
        _held(room, measure),
        _partners(room, measure),
        _money(room, measure),
        _law(room, measure),
    ]


def _plan(room: Room, measure: Measure) -> Section:
    """Milestones: what is not done first, since that is what is asked about; by their days."""
    said = f"{room.done} of {len(room.steps)} milestones are done."
    steps = [step for step in room.steps if step.state != "done"] + [
        step for step in room.steps if step.state == "done"
    ]
    rows = [
        (
            cut(str(step.milestone), measure.cell),
            cut(who(step), measure.cell),
            f"done {day(step.milestone.done_on)}" if step.milestone.done_on else f"by {day(step.milestone.due_on)}",
            STATES[step.state][1],
        )
        for step in steps[: measure.rows]
    ]
    return Section(
        "plan", "How far it is", text=said, columns=("Milestone", "Who", "When", "State"), rows=rows,
        note=measure.left_out(steps),
    )  # fmt: skip


def _held(room: Room, measure: Measure) -> Section | None:
    found = [f"{step.milestone} waits for {'; '.join(wait.said for wait in step.held_by)}" for step in room.held]
    return Section("held", "What holds it up", lines=measure.listed(found)) if found else None


def _partners(room: Room, measure: Measure) -> Section:
    rows = [
        (
            cut(str(each.agency), measure.cell),
            f"{each.assessment.score} of 4" if each.assessment else "not assessed",
            *((dollars(each.now), dollars(each.total)) if room.cost else ()),
        )
        for each in room.partners[: measure.rows]
    ]
    pays = (f"Pays, {years.label(room.year)}", "In all") if room.cost and room.year else ()
    return Section(
        "partners", "Partners, their readiness and what each pays" if room.cost else "Partners and their readiness",
        columns=("Partner", "Readiness", *pays), rows=rows, note=measure.left_out(room.partners),
    )  # fmt: skip


def _money(room: Room, measure: Measure) -> Section | None:
    if room.cost is None:
        return None
    cost = room.cost
    sums = [cost.plan.sums[year] for year in cost.years]
    lines = [
        f"{years.label(each.year)}: {dollars(each.cash)} in money, {dollars(each.in_kind)} in kind; "
        f"{dollars(min(each.sources, each.cash))} from other sources, {dollars(each.to_share)} from the partners."
        for each in sums
    ]
    return Section("money", "What it costs", lines=measure.listed([*cost.cliffs, *lines]))


def _law(room: Room, measure: Measure) -> Section | None:
    found = [
        f"{each.title}: {each.get_status_display().lower()}{f', {each.stands}' if each.stands else ''}. "
        f"It unblocks: {each.unblocks}"
        for each in room.changes
    ]
    return Section("law", "Changes in law that it needs", lines=measure.listed(found)) if found else None
