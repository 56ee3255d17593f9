"""Plans of reviews, and reviews passed, by the commands that lead there."""

from __future__ import annotations

from typing import Any

from agencies.models import Agency, User
from sharing_agreements.boards.models import Board
from sharing_agreements.models import Agreement
from sharing_agreements.reviews import commands
from sharing_agreements.reviews.models import Discipline, Review, ReviewPlan

from .people import someone


def stage(discipline: str, agency: Agency, *, step: int = 1, days: int = 14, **more: Any) -> dict[str, Any]:
    """A stage of a plan, as the command takes it."""
    given = {"guidance": "", "kinds": [], "takes_administrative": False, **more}
    return {"discipline": str(discipline), "agency_id": agency.pk, "step": step, "days": days, **given}


def plan(board: Board, *stages: dict[str, Any], reason: str = "As the charter asks.") -> ReviewPlan:
    """The chair adopts a plan of these stages."""
    chair = board.seats.get(is_chair=True, ended_at=None).holder
    assert chair is not None
    before = board.review_plans.count()
    values = {"stages": list(stages), "reason": reason, "without": not stages}
    return commands.adopt_plan(actor=chair, board_id=board.pk, after=before, **values)  # type: ignore[arg-type]


def review(agreement: Agreement, discipline: str = Discipline.PRIVACY) -> Review:
    """The review of the current version by this discipline, as it is now."""
    version = Agreement.objects.get(pk=agreement.pk).current_version
    found = Review.objects.select_related("stage__agency", "agreement", "version")
    return found.get(version=version, stage__discipline=discipline)


def reviewer(of: Review) -> User:
    """Who could take it."""
    return someone(of.stage.agency, of.stage.role)


def taken(of: Review, by: User | None = None) -> Review:
    return commands.take(actor=by or reviewer(of), review_id=of.pk)


def passed(of: Review, by: User | None = None) -> Review:
    """Taken and approved."""
    done = taken(of, by)
    assert done.reviewer is not None
    return commands.approve(actor=done.reviewer, review_id=of.pk, sha256=done.version.sha256)
