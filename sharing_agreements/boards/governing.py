"""What boards answer and do for agreements, the floor below."""

from django.db.models import Q

from agencies.models import User
from sharing_agreements.models import Agreement

from . import policy
from .models import Board
from .steps import drop_motions


class Boards:
    """Registered with sharing_agreements.governance when the app is ready."""

    def before(self, person: User) -> Q:
        """Agreements for which the person's boards are responsible, and those that came before them once."""
        mine = set(Board.objects.of_member(person).values_list("pk", flat=True))
        if not mine:
            return Q(pk__in=[])
        return policy.responsibility(mine) | Q(pk__in=Agreement.objects.filter(motions__board__in=mine).values("pk"))

    def responsible_for(self, agreement: Agreement) -> str | None:
        board = policy.responsible_board(agreement)
        return board.name if board else None

    def drop(self, agreement: Agreement, *, actor: User | None, reason: str) -> None:
        drop_motions(agreement, actor=actor, reason=reason)
