"""Starting an initiative, who takes part, putting it before its board, and how far it is."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from agencies.models import User
from portal.kernel import history
from portal.kernel.errors import Refused
from sharing_agreements.initiatives import frozen, policy, readers
from sharing_agreements.initiatives.lifecycle import S, move
from sharing_agreements.initiatives.models import Initiative, InitiativePartner, Proposal
from sharing_agreements.initiatives.steps import check_owner, end, note


@transaction.atomic(durable=True)
def start_initiative(
    *,
    actor: User,
    board_id: UUID,
    lead_id: UUID,
    title: str,
    purpose: str,
    owner_id: UUID,
    partner_ids: Iterable[UUID] = (),
) -> Initiative:
    """Begin an initiative of a board, as an idea that its partners read."""
    policy.may_start(actor, lead_id, board_id)
    initiative = Initiative(
        board_id=board_id, lead_id=lead_id, owner_id=owner_id, title=" ".join(title.split()), purpose=purpose.strip()
    )
    check_owner(initiative, owner_id)
    initiative.full_clean()
    history.save(initiative, actor=actor, reason="Started")
    for agency_id in (lead_id, *(each for each in dict.fromkeys(partner_ids) if each != lead_id)):
        _join(initiative, agency_id, actor)
    readers.reconcile(initiative)
    note("started", initiative, actor=actor, acting_agency_id=lead_id)
    return initiative


def _join(initiative: Initiative, agency_id: UUID, actor: User) -> None:
    agency = policy.active(agency_id)
    if agency is None:
        raise ValidationError({"agency": "Choose an agency that takes part in the portal."})
    made = InitiativePartner(initiative=initiative, agency=agency)
    made.full_clean()
    history.save(made, actor=actor, reason="Takes part")


@transaction.atomic(durable=True)
def change_initiative(*, actor: User, initiative_id: UUID, title: str, purpose: str) -> Initiative:
    """Say otherwise what it is for, as long as no board approved it."""
    initiative = Initiative.objects.for_update(initiative_id)
    policy.may_reword(actor, initiative)
    initiative.title, initiative.purpose = " ".join(title.split()), purpose.strip()
    initiative.full_clean()
    history.save(initiative, actor=actor, reason="Changed")
    note("changed", initiative, actor=actor)
    return initiative


@transaction.atomic(durable=True)
def name_owner(*, actor: User, initiative_id: UUID, owner_id: UUID) -> Initiative:
    """Let somebody else of the lead agency answer for it."""
    initiative = Initiative.objects.for_update(initiative_id)
    policy.may_change(actor, initiative)
    check_owner(initiative, owner_id)
    initiative.owner_id = owner_id
    history.save(initiative, actor=actor, reason="Owner named")
    note("owner_named", initiative, actor=actor, told=True, person=str(owner_id))
    return initiative


@transaction.atomic(durable=True)
def add_partner(*, actor: User, initiative_id: UUID, agency_id: UUID) -> Initiative:
    """Let an agency take part; its people read the initiative from now on."""
    initiative = Initiative.objects.for_update(initiative_id)
    policy.may_change(actor, initiative)
    _join(initiative, agency_id, actor)
    readers.reconcile(initiative)
    note("partner_added", initiative, actor=actor, told=True, agency=str(agency_id))
    return initiative


@transaction.atomic(durable=True)
def remove_partner(*, actor: User, initiative_id: UUID, agency_id: UUID, reason: str) -> Initiative:
    """Let an agency go that has no milestone left to see to and holds nothing up; it reads the initiative no more."""
    initiative = Initiative.objects.for_update(initiative_id)
    policy.may_change(actor, initiative)
    if not reason.strip():
        raise ValidationError({"reason": "Say why the agency takes no part any more."})
    if agency_id == initiative.lead_id:
        raise Refused("The lead agency takes part as long as there is an initiative.", code="lead")
    found = initiative.partners.filter(agency=agency_id).first()
    if found is None:
        raise Refused("This agency takes no part.", code="no_partner", repeated=True)
    open_ones = initiative.milestones.filter(done_on=None)
    if left := open_ones.filter(agency=agency_id).first():
        raise ValidationError(f"It sees to milestone {left}. Give that to another partner first.")
    if held := open_ones.filter(blocks__by_agency=agency_id, blocks__lifted_on=None).first():
        raise ValidationError(f"Milestone {held} waits for it. Change that first.")
    if offered := initiative.offers.filter(action__agency=agency_id).first():
        raise ValidationError(f"It offers {offered.action} to the budget. Have that taken back first.")
    history.delete(found, actor=actor, reason=reason.strip())
    readers.reconcile(initiative)
    note("partner_removed", initiative, actor=actor, agency=str(agency_id), reason=reason.strip()[:300])
    return initiative


@transaction.atomic(durable=True)
def propose(*, actor: User, initiative_id: UUID, reason: str) -> Proposal:
    """Freeze it as it stands and put it before its board; a member then moves to approve it."""
    initiative = Initiative.objects.for_update(initiative_id)
    policy.may_lead(actor, initiative)
    if not reason.strip():
        raise ValidationError({"reason": "Say why the board is to approve it; it stays with the proposal."})
    if not initiative.milestones.exists():
        raise Refused(
            "Add a milestone first: a board approves what is to be done, and until when.", code="no_milestone"
        )
    move(initiative, S.BEFORE_BOARD)
    history.save(initiative, actor=actor, reason="Put before the board")
    content = frozen.content_of(initiative)
    proposal = Proposal(
        initiative=initiative,
        number=initiative.proposals.count() + 1,
        content=content,
        sha256=frozen.sha256(content),
        reason=reason.strip(),
        by=actor,
    )
    proposal.full_clean()
    proposal.save(force_insert=True)
    said = {"proposal": proposal.number, "proposal_id": str(proposal.pk), "sha256": proposal.sha256}
    note("proposed", initiative, actor=actor, told=True, acting_agency_id=initiative.lead_id, **said)
    return proposal


@transaction.atomic(durable=True)
def take_back(*, actor: User, initiative_id: UUID) -> Initiative:
    """Take it back from the board, to change it; a motion on it has no object from then on."""
    initiative = Initiative.objects.for_update(initiative_id)
    policy.may_take_back(actor, initiative)
    move(initiative, S.IDEA)
    history.save(initiative, actor=actor, reason="Taken back")
    note("taken_back", initiative, actor=actor)
    return initiative


@transaction.atomic(durable=True)
def begin(*, actor: User, initiative_id: UUID) -> Initiative:
    """Set out: milestones count from now on."""
    initiative = Initiative.objects.for_update(initiative_id)
    policy.may_lead(actor, initiative)
    move(initiative, S.RUNNING)
    history.save(initiative, actor=actor, reason="Begun")
    note("begun", initiative, actor=actor, told=True)
    return initiative


@transaction.atomic(durable=True)
def complete(*, actor: User, initiative_id: UUID, outcome: str) -> Initiative:
    """Say that it has reached what it set out for."""
    initiative = Initiative.objects.for_update(initiative_id)
    policy.may_lead(actor, initiative)
    if left := initiative.milestones.filter(done_on=None).first():
        raise Refused(f"Milestone {left} is not done. Record it, or take it out of the plan.", code="milestones")
    end(initiative, S.COMPLETED, outcome, actor)
    note("completed", initiative, actor=actor, told=True)
    return initiative


@transaction.atomic(durable=True)
def end_initiative(*, actor: User, initiative_id: UUID, outcome: str) -> Initiative:
    """End it before that, with the reason. What was linked stays what it is."""
    initiative = Initiative.objects.for_update(initiative_id)
    policy.may_lead(actor, initiative)
    end(initiative, S.ENDED, outcome, actor)
    note("ended", initiative, actor=actor, told=True)
    return initiative
