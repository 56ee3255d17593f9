"""What boards answer and do for agreements, the floor below."""

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from agencies.models import User
from portal.kernel.policy import allows
from sharing_agreements.models import Agreement

from . import chair_policy, policy, sanctions
from .models import Board, Motion
from .steps import drop_motions


class Boards:
    """Registered with sharing_agreements.governance when the app is ready."""

    def before(self, person: User) -> Q:
        """Agreements for which the person's boards are responsible, and those that came before them once.

        And whatever the person is to vote on now, though they left the board since.
        """
        voting = Q(pk__in=Motion.objects.voted_on_by(person).values("agreement"))
        mine = set(Board.objects.of_member(person).values_list("pk", flat=True))
        if not mine:
            return voting
        return (
            voting
            | policy.responsibility(mine)
            | Q(pk__in=Agreement.objects.filter(motions__board__in=mine).values("pk"))
        )

    def responsible_for(self, agreement: Agreement) -> str | None:
        board = policy.responsible_board(agreement)
        return board.name if board else None

    def actions(self, person: User, agreement: Agreement) -> list[dict[str, Any]]:
        """A member takes up what was submitted; the chair suspends alone where the charter allows it."""
        found: list[dict[str, Any]] = []
        board = policy.responsible_board(agreement)
        if board and allows(policy.may_move, person, board, Motion.Kind.APPROVE, agreement):
            href = f"{reverse('boards:move', args=[board.pk])}?matter={Motion.Kind.APPROVE}:{agreement.pk}"
            found.append({"label": "Take it up", "href": href, "main": True})
        if board and allows(chair_policy.may_approve_alone, person, board, agreement):
            href = reverse("boards:approve_alone", args=[board.pk, agreement.pk])
            found.append({"label": "Approve alone", "href": href})
        if board and allows(chair_policy.may_suspend_alone, person, board, agreement):
            href = f"{reverse('boards:suspend', args=[board.pk])}?agreement={agreement.pk}"
            found.append({"label": "Suspend", "href": href})
        return found

    def drop(self, agreement: Agreement, *, actor: User | None, reason: str) -> None:
        drop_motions(agreement, actor=actor, reason=reason)

    def barred(self) -> list[tuple[UUID, Q]]:
        return sanctions.barred()
