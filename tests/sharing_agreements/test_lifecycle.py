"""The tables of moves are whole, and docs/lifecycle.md shows them as they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from portal.kernel.errors import Refused
from sharing_agreements import diagrams, lifecycle
from sharing_agreements.boards import lifecycle as motions
from sharing_agreements.boards.management.commands import draw_lifecycles
from sharing_agreements.boards.models import Motion
from sharing_agreements.models import Agreement

S = Agreement.Status


def reachable(moves: dict[str, frozenset[str]], start: str) -> set[str]:
    found, left = {start}, [start]
    while left:
        new = moves[left.pop()] - found
        found |= new
        left += new
    return found


@pytest.mark.parametrize(
    ("table", "statuses", "start"),
    [(lifecycle.MOVES, S, S.DRAFT), (motions.MOVES, Motion.Status, Motion.Status.MOVED)],
)
def test_every_status_has_its_moves_and_can_be_reached(table: dict[Any, Any], statuses: Any, start: str) -> None:
    assert set(table) == set(statuses)
    assert set().union(*table.values()) <= set(statuses)
    assert reachable(table, start) == set(statuses)


@pytest.mark.parametrize("status", list(S))
@pytest.mark.parametrize("to", list(S))
def test_a_move_is_made_exactly_when_the_table_has_it(status: S, to: S) -> None:
    agreement = Agreement(number="MOU-2026-001", status=status)
    if to in lifecycle.MOVES[status]:
        lifecycle.move(agreement, to)
        assert agreement.status == to
    else:
        with pytest.raises(Refused) as why:
            lifecycle.move(agreement, to)
        assert (why.value.code, agreement.status) == ("bad_move", status)


@pytest.mark.parametrize("status", list(Motion.Status))
@pytest.mark.parametrize("to", list(Motion.Status))
def test_a_motion_moves_exactly_as_its_table_says(status: Motion.Status, to: Motion.Status) -> None:
    motion = Motion(number="2026-001", status=status)
    if to in motions.MOVES[status]:
        motions.move(motion, to)
        assert motion.status == to
    else:
        with pytest.raises(Refused, match="Reload"):
            motions.move(motion, to)


def test_only_in_force_opens_records() -> None:
    assert {S.IN_FORCE} == lifecycle.OPENS_RECORDS


def test_the_page_of_lifecycles_is_current() -> None:
    call_command("draw_lifecycles", check=True)


def test_an_outdated_page_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "lifecycle.md"
    page.write_text(draw_lifecycles.PAGE.read_text().replace("draft --> in_review", "draft --> in_force"))
    monkeypatch.setattr(draw_lifecycles, "PAGE", page)
    with pytest.raises(SystemExit):
        call_command("draw_lifecycles", check=True)
    assert "out of date" in capsys.readouterr().err
    call_command("draw_lifecycles")
    call_command("draw_lifecycles", check=True)


def test_a_diagram_names_every_move_once() -> None:
    drawn = diagrams.state_diagram(lifecycle.MOVES, S.DRAFT).splitlines()
    moves = [line.strip() for line in drawn if "-->" in line and "[*]" not in line]
    assert len(moves) == len(set(moves)) == sum(len(targets) for targets in lifecycle.MOVES.values())
