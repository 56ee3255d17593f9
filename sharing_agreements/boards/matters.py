"""What a board can be asked to decide now: agreements by where they stand, and its other business."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q, QuerySet

from sharing_agreements import reviewing
from sharing_agreements.models import Agreement

from . import policy, proposing
from .models import Board, ChairSuspension, Motion, MotionKind, Sanction

S = Agreement.Status
K = MotionKind
SHOWN = 50


@dataclass(frozen=True)
class Choice:
    """One thing that can be moved: `key` is what the address carries."""

    key: str
    label: str


@dataclass(frozen=True)
class Matter:
    """One subject with what can be moved on it."""

    title: str
    text: str
    status: str = ""
    choices: list[Choice] = field(default_factory=list)


@dataclass(frozen=True)
class Group:
    """Subjects under a heading; `more` of them are not shown."""

    heading: str
    matters: list[Matter]
    more: int = 0


def groups(board: Board, words: str = "") -> list[Group]:
    """Everything that can be moved, agreements narrowed to those whose number or title holds the words."""
    before = Motion.objects.open().exclude(agreement=None).values("agreement")
    mine = Agreement.objects.filter(policy.responsibility([board.pk])).exclude(pk__in=before)
    if words:
        mine = mine.filter(Q(number__icontains=words) | Q(title__icontains=words))
    suspended_alone = set(ChairSuspension.objects.unratified().values_list("agreement", flat=True))
    awaiting = mine.filter(status__in=[S.IN_REVIEW, S.BEFORE_BOARD]).exclude(reviewing.under_way())
    standing = mine.filter(status__in=[S.IN_FORCE, S.SUSPENDED])
    return [
        _group("Agreements awaiting the board", awaiting, suspended_alone),
        _group("Agreements in force", standing, suspended_alone),
        Group("Other business", list(_other(board))),
    ]


def _group(heading: str, found: QuerySet[Agreement], suspended_alone: set[UUID]) -> Group:
    count = found.count()
    shown = [_matter(each, each.pk in suspended_alone) for each in found.order_by("number")[:SHOWN]]
    return Group(heading, shown, max(count - SHOWN, 0))


def _matter(agreement: Agreement, suspended_alone: bool) -> Matter:
    can = [kind for kind in policy.BALLOT_NEEDS if kind != K.RATIFY or suspended_alone]
    choices = [
        Choice(f"{kind}:{agreement.pk}", str(kind.label)) for kind in can if agreement.status in policy.moved_in(kind)
    ]
    return Matter(agreement.number, agreement.title, agreement.status, choices)


def _other(board: Board) -> Iterator[Matter]:
    yield Matter("Charter", "The rules by which the board decides.", choices=[Choice(K.CHARTER, "Amend the charter")])
    yield Matter(
        "Policy", "A policy that is published, or was given to the board.", choices=[Choice(K.POLICY, "Adopt a policy")]
    )
    for version in policy.budgets_before(board):
        about = f"Version {version.number}, formula “{version.formula_name}”."
        yield Matter(version.budget.title, about, choices=[Choice(f"{K.BUDGET}:{version.pk}", "Adopt it")])
    for proposal in proposing.initiatives().before(board):
        asked = f"Proposal {proposal.number}: {proposal.reason}"
        yield Matter(proposal.content["title"], asked, choices=[Choice(f"{K.INITIATIVE}:{proposal.pk}", "Approve it")])
    for change in policy.laws_before(board)[:SHOWN]:
        about = f"Change in law of {change.agency}, {change.get_status_display().lower()}. Unblocks: {change.unblocks}"
        yield Matter(change.title, about, choices=[Choice(f"{K.LAW}:{change.pk}", "Support it")])
    yield Matter("Agency", "A reprimand, a plan, or no access.", choices=[Choice(K.SANCTION, "Sanction an agency")])
    standing = Sanction.objects.filter(motion__board=board, lifted_at=None).select_related("agency")
    for sanction in standing.order_by("agency__name", "starts_at"):
        yield Matter(str(sanction), "A sanction that stands.", choices=[Choice(f"{K.LIFT}:{sanction.pk}", "Lift it")])
