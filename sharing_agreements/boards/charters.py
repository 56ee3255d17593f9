"""What a charter says rule by rule, and what another says differently."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.fields import ArrayField

from portal.audit.models import Event

from .charter_forms import GROUPS, RulesForm
from .models import Board, Charter, Motion, MotionKind
from .policy import charter_rules
from .wording import charter_before


def label_of(name: str) -> str:
    """The rule's name, as the form has it."""
    return str(RulesForm.base_fields[name].label)


def value_of(name: str, value: Any) -> str | None:
    """A rule's value in the words of its choices; None where it says nothing."""
    field = Charter._meta.get_field(name)
    if isinstance(field, ArrayField):
        words = dict(field.base_field.choices or [])
        return ", ".join(sorted(str(words.get(each, each)) for each in value)) or None
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if value in {None, ""}:
        return None
    return str(dict(field.choices or []).get(value, value))  # type: ignore[union-attr]


def rules_of(charter: Charter) -> list[tuple[str, list[tuple[str, str | None]]]]:
    """Every rule with its value, by the groups of the form."""
    return [
        (title, [(label_of(name), value_of(name, getattr(charter, name))) for name in names])
        for title, _, names in GROUPS
    ]


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[list[str | None]]:
    """Rules that differ: their name, the value before, the value after."""
    found: list[list[str | None]] = []
    for _, _, names in GROUPS:
        for name in names:
            old, new = value_of(name, before[name]), value_of(name, after.get(name, before[name]))
            if old != new:
                found.append([label_of(name), old, new])
    return found


def proposed_changes(motion: Motion) -> list[list[str | None]]:
    """What a motion to amend the charter changes, rule by rule; nothing of other motions."""
    before = charter_before(motion) if motion.proposed is not None else None
    if motion.proposed is None or before is None:
        return []
    return changes(charter_rules(before), motion.proposed)


def _adoptions(board: Board) -> Any:
    return Event.objects.filter(
        subject_label=Board._meta.label, subject_id=board.pk, kind="board.charter_adopted"
    ).select_related("actor")


@dataclass(frozen=True)
class Adoption:
    """How a charter came to be: by a motion of the board, or entered by whoever set the board up."""

    motion: Motion | None
    entered_by: str


def adoption(charter: Charter) -> Adoption:
    event = _adoptions(charter.board).filter(detail__charter=charter.number).first()
    if event is None:
        return Adoption(None, "")
    number = event.detail.get("motion")
    moved = Motion.objects.filter(board=charter.board, number=number, kind=MotionKind.CHARTER)
    motion = moved.select_related("mover__agency", "mover__holder").first() if number else None
    return Adoption(motion, "" if motion else str(event.actor or ""))
