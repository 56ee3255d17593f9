"""Initiatives, reached by the commands that lead to them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils.timezone import localdate

from agencies.models import Agency, Role, User
from sharing_agreements.boards import commands as boards
from sharing_agreements.boards.models import Board, Motion
from sharing_agreements.initiatives import commands
from sharing_agreements.initiatives.models import Initiative, Milestone, Proposal

from .agreements import vote_through
from .budgets import chair_of
from .people import someone


def lead_of(of: Initiative) -> User:
    """Who leads it at its lead agency."""
    return someone(of.lead, Role.ADMINISTRATOR)


def initiative(
    on: Board, lead: Agency, *partners: Agency, title: str = "Integrated warrants", **more: Any
) -> Initiative:
    """An idea of an agency that has a seat on the board; its administrator owns it."""
    actor = someone(lead, Role.ADMINISTRATOR)
    given = {"purpose": "One search finds every warrant. Deputies see it at the stop.", "owner_id": actor.pk, **more}
    return commands.start_initiative(
        actor=actor, board_id=on.pk, lead_id=lead.pk, title=title, partner_ids=[each.pk for each in partners], **given
    )


def milestone(of: Initiative, title: str, agency: Agency | None = None, due_on: date | None = None) -> Milestone:
    """Due in sixty days, and the lead's, unless said otherwise."""
    return commands.save_milestone(
        actor=lead_of(of),
        initiative_id=of.pk,
        title=title,
        agency_id=(agency or of.lead).pk,
        due_on=due_on or localdate() + timedelta(days=60),
    )


def initiative_proposed(of: Initiative) -> Proposal:
    """Put before its board, with a milestone at least."""
    if not of.milestones.exists():
        milestone(of, "First step")
    return commands.propose(actor=lead_of(of), initiative_id=of.pk, reason="The partners are ready.")


def initiative_moved(proposal: Proposal) -> Motion:
    board = proposal.initiative.board
    return boards.move_motion(
        actor=chair_of(board), board_id=board.pk, kind=Motion.Kind.INITIATIVE, initiative_proposal_id=proposal.pk
    )


def initiative_approved(of: Initiative) -> Initiative:
    """The board approves it."""
    moved = initiative_moved(initiative_proposed(of))
    vote_through(boards.open_ballot(actor=chair_of(of.board), motion_id=moved.pk))
    return Initiative.objects.get(pk=of.pk)


def initiative_under_way(of: Initiative) -> Initiative:
    return commands.begin(actor=lead_of(of), initiative_id=initiative_approved(of).pk)
