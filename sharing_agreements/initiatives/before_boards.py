"""What boards, a floor below, ask of the initiatives that were put before them."""

from __future__ import annotations

from django.db.models import OuterRef, QuerySet, Subquery

from agencies.models import User
from sharing_agreements.boards.models import Board

from . import policy, steps
from .models import Initiative, Proposal


class Proposals:
    """Registered with sharing_agreements.boards when the app is ready."""

    def before(self, board: Board) -> QuerySet[Proposal]:
        newest = Proposal.objects.filter(initiative=OuterRef("initiative")).order_by("-number").values("pk")[:1]
        awaiting = Proposal.objects.filter(
            initiative__board=board, initiative__status=Initiative.Status.BEFORE_BOARD, pk=Subquery(newest)
        )
        return awaiting.select_related("initiative").order_by("initiative__title")

    def may_be_approved(self, proposal: Proposal) -> None:
        policy.may_be_approved(proposal)

    def approve(self, proposal: Proposal, *, motion: str, actor: User | None) -> None:
        steps.approve(proposal, motion=motion, actor=actor)

    def decline(self, proposal: Proposal, *, motion: str, actor: User | None) -> None:
        steps.decline(proposal, motion=motion, actor=actor)
