"""What happens to a board's business as a consequence: plain functions that commands share.

The caller holds the agreement's row lock and its transaction.
"""

from agencies.models import User
from portal.kernel import history
from sharing_agreements.models import Agreement
from sharing_agreements.steps import note

from .lifecycle import move
from .models import Motion


def drop_motions(agreement: Agreement, *, actor: User | None, reason: str) -> None:
    """Close the motion that is open on the agreement without a decision; votes cast on it decide nothing."""
    for motion in Motion.objects.open().filter(agreement=agreement):
        move(motion, Motion.Status.MOOT)
        history.save(motion, actor=actor, reason=reason)
        note(
            "agreement.motion_dropped",
            agreement,
            actor=actor,
            board=str(motion.board_id),
            motion=motion.number,
            motion_id=str(motion.pk),
            motion_kind=motion.kind,
            reason=reason,
        )
