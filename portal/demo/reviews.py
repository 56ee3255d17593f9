"""A plan of reviews for research and user agreements, and a data use agreement that is in review."""

from __future__ import annotations

from collections.abc import Callable

from agencies.models import Agency, User
from sharing_agreements.boards.models import Board
from sharing_agreements.models import Agreement
from sharing_agreements.reviews import commands
from sharing_agreements.reviews.models import Discipline, Review

Find = Callable[[str], User]
KINDS = [str(Agreement.Kind.DATA_USE), str(Agreement.Kind.USER)]


def plan(board: Board, find: Find, *, privacy: Agency, law: Agency, technics: Agency) -> None:
    """Privacy first, then law and technics side by side; what is there already is left alone."""
    if board.review_plans.exists():
        return
    guidance = {
        Discipline.PRIVACY: "Are people protected who are not the subject: victims, witnesses, juveniles?",
        Discipline.LEGAL: "Does each party have the authority that it names?",
        Discipline.TECHNICAL: "Who holds the data where, and how does it come back?",
    }
    stages = [(1, Discipline.PRIVACY, privacy), (2, Discipline.LEGAL, law), (2, Discipline.TECHNICAL, technics)]
    commands.adopt_plan(
        actor=find("r.abernathy@corrections.example"),
        board_id=board.pk,
        stages=[
            {
                "step": step,
                "discipline": str(discipline),
                "agency_id": agency.pk,
                "days": 14,
                "guidance": guidance[discipline],
                "kinds": KINDS,
            }
            for step, discipline, agency in stages
        ],
        reason="Research and user agreements reach further than exchanges between parties.",
        after=0,
    )


def in_review(agreement: Agreement, find: Find) -> None:
    """The privacy officer has taken it, and asks for something at one clause."""
    officer = find("p.odhiambo@court.example")
    review = Review.objects.get(agreement=agreement, stage__discipline=Discipline.PRIVACY)
    commands.take(actor=officer, review_id=review.pk)
    clause = review.version.clauses.get(topic="dissemination")
    commands.remark(
        actor=officer,
        review_id=review.pk,
        clause_id=clause.pk,
        text="Say how small a group may be in a published table. Ten people is usual here.",
    )
