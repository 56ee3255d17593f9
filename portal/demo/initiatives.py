"""One initiative under way: integrated warrants, with a milestone that a change in law holds up, and all that meets in
it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID

from django.utils.timezone import localdate

from agencies.models import Agency, User
from agencies.readiness.models import PlanAction
from privacy.law.models import LawChange
from sharing_agreements.boards import commands as boards
from sharing_agreements.boards.models import Ballot, Board, Motion
from sharing_agreements.funding.models import Application
from sharing_agreements.initiatives import commands
from sharing_agreements.initiatives.models import Initiative
from sharing_agreements.models import Agreement

Find = Callable[[str], User]
TITLE = "Integrated warrants in Cedar Basin"
PURPOSE = (
    "A deputy at a stop and a probation officer at a visit see every warrant of the county within a minute of its "
    "signature. Today a warrant goes out as a scanned page, and one in nine is served after it was recalled."
)
LAW = "Protected parties stay out of every index"


def load(board: Board, find: Find, partners: Sequence[Agency]) -> None:
    """What is there already is left alone. The partners: court, police, sheriff, probation; the court leads."""
    if Initiative.objects.exists():
        return
    court, keeper = partners[0], find("k.adeyemi@court.example")
    made = commands.start_initiative(
        actor=keeper,
        board_id=board.pk,
        lead_id=court.pk,
        title=TITLE,
        purpose=PURPOSE,
        owner_id=keeper.pk,
        partner_ids=[each.pk for each in partners],
    )
    _plan(made, keeper, partners)
    _approved(made, board, keeper, find("r.abernathy@corrections.example"))
    commands.begin(actor=keeper, initiative_id=made.pk)
    first = made.milestones.get(number=1)
    commands.milestone_done(actor=keeper, milestone_id=first.pk, done_on=first.due_on)
    _filled(made, board, keeper)


def _plan(made: Initiative, keeper: User, partners: Sequence[Agency]) -> None:
    court, police, sheriff, probation = partners
    ids: dict[int, UUID] = {}
    for number, (title, agency, days, waits) in enumerate(
        (
            ("Data elements of a warrant agreed", court, -40, ()),
            ("Security assessment of the exchange point", police, -5, ()),
            ("Warrant exchange built and tested", court, 110, (1, 2)),
            ("Deputies trained, cars equipped", sheriff, 160, (3,)),
            ("Protection orders shown to Probation by name", probation, 210, (3,)),
            ("First year's results published", court, 420, (4, 5)),
        ),
        1,
    ):
        milestone = commands.save_milestone(
            actor=keeper,
            initiative_id=made.pk,
            title=title,
            agency_id=agency.pk,
            due_on=localdate() + timedelta(days=days),
        )
        ids[number] = milestone.pk
        for other in waits:
            commands.block(actor=keeper, milestone_id=milestone.pk, by_milestone_id=ids[other])
    commands.block(
        actor=keeper, milestone_id=ids[3], by_agency_id=police.pk, what="Two testers and accounts in its test system"
    )
    change = LawChange.objects.get(agency=court, title=LAW)
    commands.block(actor=keeper, milestone_id=ids[5], by_change_id=change.pk)


def _approved(made: Initiative, board: Board, keeper: User, chair: User) -> None:
    reason = "Four agencies are ready to begin, and the grant pays the interface if it is built before it ends."
    proposal = commands.propose(actor=keeper, initiative_id=made.pk, reason=reason)
    motion = boards.move_motion(
        actor=chair, board_id=board.pk, kind=Motion.Kind.INITIATIVE, initiative_proposal_id=proposal.pk
    )
    ballot = boards.open_ballot(actor=chair, motion_id=motion.pk)
    for elector in ballot.electors.filter(conflict="").select_related("person").order_by("seat__number"):
        if Ballot.objects.get(pk=ballot.pk).motion.status == Motion.Status.VOTING:
            boards.cast_vote(actor=elector.person, ballot_id=ballot.pk, position="yes")


def _filled(made: Initiative, board: Board, keeper: User) -> None:
    """Agreements that the court leads, the budget, the grant, the bill; of two investments one is in the budget."""
    court = made.lead
    led = Agreement.objects.filter(lead_agency=court).order_by("number")[:2]
    things: list[tuple[str, UUID]] = [("agreement", each.pk) for each in led]
    things.append(("budget", board.budgets.get().pk))
    things += [("application", each.pk) for each in Application.objects.filter(agency=court, status="awarded")]
    things.append(("change", LawChange.objects.get(agency=court, title=LAW).pk))
    for kind, thing_id in things:
        commands.link(actor=keeper, initiative_id=made.pk, kind=kind, thing_id=thing_id)
    costing = PlanAction.objects.filter(agency=court, amount__isnull=False).order_by("number")
    offers = commands.offer_investments(actor=keeper, initiative_id=made.pk, action_ids=[each.pk for each in costing])
    commands.take_in(actor=keeper, initiative_id=made.pk, offer_ids=[offers[-1].pk])
