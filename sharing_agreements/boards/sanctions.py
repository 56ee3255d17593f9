"""What a suspension of access by sanction closes, and what opens again when it is lifted.

A barred agency receives nothing under the agreements of the board that imposed it: those for which the board is
responsible now, and those that it approved, so that no change of charters opens what the board closed.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q, QuerySet

from agencies.models import User
from sharing_agreements import grants
from sharing_agreements.models import Agreement, AgreementQuerySet, Term

from . import policy
from .models import Motion, MotionKind, Sanction

OVER = (
    Agreement.Status.TERMINATED,
    Agreement.Status.SUPERSEDED,
    Agreement.Status.REJECTED,
    Agreement.Status.WITHDRAWN,
)


def suspensions() -> list[Sanction]:
    """Suspensions of access that stand, oldest first."""
    found = Sanction.objects.standing().filter(measure=Motion.Measure.SUSPENSION)
    return list(found.select_related("motion__board").order_by("starts_at", "pk"))


def barred() -> list[tuple[UUID, Q]]:
    """Agency -> the agreements, as a condition on them, under which a sanction keeps everything closed to it."""
    return [(each.agency_id, under(each)) for each in suspensions()]


def under(sanction: Sanction) -> Q:
    """The agreements of the board that imposed a sanction."""
    board = sanction.motion.board_id
    return policy.responsibility([board]) | Q(pk__in=_approved(board))


def _approved(board: UUID) -> QuerySet[Motion, UUID | None]:
    """Agreements that the board approved."""
    carried = Motion.objects.filter(board=board, kind=MotionKind.APPROVE, status=Motion.Status.CARRIED)
    return carried.values_list("agreement", flat=True)


def lock_reach(motion: Motion) -> None:
    """Lock the agreements that a decision of the motion may close or open, always in the same order.

    Drafts too: an agreement that enters into force meanwhile would else open what the sanction closes.
    """
    agencies = _agencies(motion)
    if agencies:
        list(_naming(agencies).select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk"))


def _agencies(motion: Motion) -> set[UUID]:
    """Agencies to which something may close or open by the motion."""
    if motion.kind in {MotionKind.SANCTION, MotionKind.LIFT} and motion.agency_id:
        return {motion.agency_id}
    if motion.kind == MotionKind.CHARTER:  # it may make the board responsible for more
        return {each.agency_id for each in suspensions() if each.motion.board_id == motion.board_id}
    return set()


def _naming(agencies: Collection[UUID]) -> AgreementQuerySet:
    shares = Term.objects.filter(recipient__in=agencies).values("version__agreement")
    return Agreement.objects.exclude(status__in=OVER).filter(pk__in=shares)


def reach(motion: Motion) -> AgreementQuerySet:
    """Agreements in force under which a suspension by this motion's board closes something to the agency."""
    mine = policy.responsibility([motion.board_id]) | Q(pk__in=_approved(motion.board_id))
    agencies = {motion.agency_id} if motion.agency_id else set()
    in_force = Agreement.objects.filter(mine, status=Agreement.Status.IN_FORCE)
    return in_force.filter(pk__in=_naming(agencies)).order_by("number")


def apply(motion: Motion, *, actor: User | None, reason: str) -> None:
    """Close and open what follows from the sanctions that stand now; the caller has locked the motion's reach."""
    agencies = _agencies(motion)
    found = _naming(agencies).filter(in_force_at__isnull=False).select_related("current_version", "lead_agency")
    grants.reconcile(*found.order_by("pk"), actor=actor, reason=reason)
