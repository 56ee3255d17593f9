"""Who starts, leads and fills an initiative, and when. Each check returns None or raises."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from agencies.models import Agency, Membership, User
from agencies.policy import acts_for
from portal.kernel.errors import Refused
from sharing_agreements.boards.models import Board, Motion, Seat
from sharing_agreements.funding.policy import KEEPERS

from .models import Block, Initiative, Milestone, Proposal

S = Initiative.Status


def boards_of(agency_id: UUID | None) -> QuerySet[Board]:
    """Boards on which the agency has a seat that somebody holds."""
    return Board.objects.filter(pk__in=Seat.objects.held().filter(agency=agency_id).values("board")).order_by("name")


def may_start(person: User, agency_id: UUID | None, board_id: UUID | None = None) -> None:
    """Begin an initiative: drafters and administrators of an agency that sits on the board."""
    if agency_id is None or not acts_for(person, agency_id, *KEEPERS):
        raise PermissionDenied("Only drafters and administrators of an agency start an initiative.")
    found = boards_of(agency_id)
    if not (found.filter(pk=board_id) if board_id else found).exists():
        raise PermissionDenied("An initiative is started by an agency that has a seat on the board.")


def _through(person: User, initiative: Initiative, codename: str) -> bool:
    """Whether the person sees to the matters of an agency whose group holds the permission on the initiative."""
    here = Membership.objects.acted_under(person).with_role(*KEEPERS).values_list("agency", flat=True)
    return Initiative.objects.held_by(list(here), codename).filter(pk=initiative.pk).exists()


def may_lead(person: User, initiative: Initiative) -> None:
    """Change it and say how far it is: the owner, and drafters and administrators of the lead agency."""
    if initiative.owner_id == person.pk and acts_for(person, initiative.lead_id):
        return
    if not _through(person, initiative, "change_initiative"):
        raise PermissionDenied(
            "Only the owner of the initiative, and drafters and administrators of its lead, do that."
        )


def may_change(person: User, initiative: Initiative) -> None:
    """Change partners and milestones: not while the board has it before it, and not once it is over."""
    may_lead(person, initiative)
    _not_over(initiative)
    if initiative.status == S.BEFORE_BOARD:
        raise Refused("It is before the board as it stands. Take it back to change it.", code="before_board")


def may_reword(person: User, initiative: Initiative) -> None:
    """Change title and purpose: what the board approved stays."""
    may_change(person, initiative)
    if initiative.status != S.IDEA:
        raise Refused(
            "The board approved it in these words. Start another initiative for another purpose.", code="approved"
        )


def may_link(person: User, initiative: Initiative) -> None:
    """Bring something into the room, or take it out."""
    if not _through(person, initiative, "link_initiative"):
        raise PermissionDenied("Only drafters and administrators of agencies that take part do that.")
    _not_over(initiative)


def _not_over(initiative: Initiative) -> None:
    if initiative.is_over:
        raise Refused(f"{initiative} is over, and stays as it is.", code="over", repeated=True)


def may_settle(person: User, milestone: Milestone) -> None:
    """Say that a milestone is done, or is not: who sees to it, and who leads."""
    initiative = milestone.initiative
    if not _sees_to(person, milestone.agency_id, milestone.person_id):
        may_lead(person, initiative)
    if initiative.status != S.RUNNING:
        raise Refused("Milestones are met while the initiative is under way.", code="not_running")


def may_assign(person: User, milestone: Milestone) -> None:
    """Name who sees to a milestone: drafters and administrators of the partner whose it is."""
    if not acts_for(person, milestone.agency_id, *KEEPERS):
        raise PermissionDenied("Only drafters and administrators of the agency that sees to it name somebody there.")
    _not_over(milestone.initiative)


def may_lift(person: User, block: Block) -> None:
    """Say that a partner gave what was needed: that partner, and who leads."""
    if block.by_agency_id is None:
        raise Refused("It lifts by itself when what it waits for has come.", code="by_itself")
    if not _sees_to(person, block.by_agency_id, None):
        may_lead(person, block.milestone.initiative)
    _not_over(block.milestone.initiative)


def _sees_to(person: User, agency_id: UUID, named: UUID | None) -> bool:
    return acts_for(person, agency_id, *KEEPERS) or (named == person.pk and acts_for(person, agency_id))


def may_take_back(person: User, initiative: Initiative) -> None:
    """Take it back from the board, as long as no ballot on it is open."""
    may_lead(person, initiative)
    if initiative.status != S.BEFORE_BOARD:
        raise Refused("It is not before the board.", code="not_before_board", repeated=True)
    if Motion.objects.filter(initiative_proposal__initiative=initiative, status=Motion.Status.VOTING).exists():
        raise Refused("The board votes on it now. Wait for its decision.", code="voting")


def may_be_approved(proposal: Proposal) -> None:
    """A board approves the newest proposal of what is before it."""
    initiative = proposal.initiative
    newest = not initiative.proposals.filter(number__gt=proposal.number).exists()
    if initiative.status != S.BEFORE_BOARD or not newest:
        raise Refused(f"{proposal} is not before the board any more.", code="moot")


def active(agency_id: UUID) -> Agency | None:
    return Agency.objects.filter(pk=agency_id, status=Agency.Status.ACTIVE).first()
