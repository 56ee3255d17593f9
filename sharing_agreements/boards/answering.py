"""For which agencies' privacy policies a board answers: those whose policy in force it adopted."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, Subquery

from privacy.development.models import Adoption
from privacy.models import PolicyVersion, PolicyVersionQuerySet

from .models import Board, Decision, Motion, MotionKind, PolicyReferral
from .models.motions import MotionQuerySet


def _adopting() -> MotionQuerySet:
    """Motions by which what is in force was adopted: decided once it was published, or the one by which the draft was.
    A draft that changed after its board had decided was adopted anew, by another."""
    by = Adoption.objects.filter(version=OuterRef("policy_version")).order_by("-at").values("motion")[:1]
    since = Decision.objects.filter(
        ballot__motion=OuterRef("pk"),
        outcome=Decision.Outcome.CARRIED,
        at__gte=OuterRef("policy_version__published_at"),
    )
    carried = Motion.objects.filter(kind=MotionKind.POLICY, status=Motion.Status.CARRIED)
    return carried.filter(Q(number=Subquery(by)) | Exists(since))


def answered_for(board: Board) -> PolicyVersionQuerySet:
    """Versions in force that the board adopted, by agency."""
    mine = _adopting().filter(board=board).values("policy_version")
    return _by_agency(PolicyVersion.objects.published().filter(pk__in=mine))


def boards_for(version: PolicyVersion) -> list[tuple[Board, list[PolicyVersion]]]:
    """The boards that answer for a version in force, each with the others for which it does."""
    boards = Board.objects.filter(pk__in=_adopting().filter(policy_version=version).values("board")).order_by("name")
    return [(board, list(answered_for(board).exclude(pk=version.pk))) for board in boards]


def drafts_before(board: Board) -> PolicyVersionQuerySet:
    """Drafts that agencies gave the board to adopt, by agency."""
    given = PolicyReferral.objects.standing().filter(board=board).values("version")
    return _by_agency(PolicyVersion.objects.filter(pk__in=given, status=PolicyVersion.Status.DRAFT))


def _by_agency(found: PolicyVersionQuerySet) -> PolicyVersionQuerySet:
    return found.select_related("policy__agency").order_by("policy__agency__name")
