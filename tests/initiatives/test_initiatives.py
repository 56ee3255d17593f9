"""An initiative from idea to its end: who starts and leads it, how its board approves it, what the database refuses."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, transaction

from agencies.models import Membership
from portal.kernel.errors import Refused
from portal.notices.models import Notice
from sharing_agreements.boards import commands as boards
from sharing_agreements.initiatives import commands, frozen
from sharing_agreements.initiatives.lifecycle import MOVES
from sharing_agreements.initiatives.models import (
    Approval,
    Initiative,
    InitiativeGroupObjectPermission,
    Proposal,
)
from tests import make

from .conftest import OwnerSql, Scene

pytestmark = pytest.mark.django_db
S = Initiative.Status


def told(kind: str) -> set[str]:
    rows = Notice.objects.filter(event__kind=f"initiative.{kind}", channel="portal")
    return {str(row.recipient) for row in rows.select_related("recipient")}


def again(scene: Scene) -> Initiative:
    return Initiative.objects.get(pk=scene.initiative.pk)


def seen_by(membership: Membership) -> bool:
    return Initiative.objects.visible_to(membership.person, membership).exists()


def test_only_an_agency_with_a_seat_on_the_board_starts_one(scene: Scene) -> None:
    given: dict[str, Any] = {
        "title": "Another",
        "purpose": "Why.",
        "owner_id": scene.officer.pk,
        "board_id": scene.board.pk,
    }
    with pytest.raises(PermissionDenied, match="has a seat on the board"):
        commands.start_initiative(actor=scene.officer, lead_id=scene.police.pk, **given)
    with pytest.raises(PermissionDenied, match="drafters and administrators"):
        commands.start_initiative(actor=make.person(scene.court).person, lead_id=scene.court.pk, **given)
    with pytest.raises(ValidationError, match="works at the lead agency"):
        commands.start_initiative(actor=scene.lead, lead_id=scene.court.pk, **given)


def test_partners_read_an_idea_and_the_board_once_it_is_put_before_it(scene: Scene) -> None:
    member = make.chair_of(scene.board).memberships.get()
    assert seen_by(make.person(scene.police))
    assert not seen_by(make.person(make.agency()))
    assert not seen_by(member)
    make.initiative_proposed(scene.initiative)
    assert seen_by(member)


def test_who_audits_a_partner_reads_it(scene: Scene) -> None:
    auditor = make.auditor(scene.sheriff)
    assert Initiative.objects.visible_to(auditor, None).exists()
    assert not Initiative.objects.visible_to(make.auditor(make.agency()), None).exists()


def test_guardian_says_who_leads_fills_and_reads(scene: Scene) -> None:
    rows = InitiativeGroupObjectPermission.objects.filter(content_object=scene.initiative)
    held = {(row.group.agency.pk, row.permission.codename) for row in rows}
    read = {"view_initiative", "link_initiative"}
    assert held == {
        *((scene.court.pk, name) for name in {*read, "change_initiative"}),
        *((agency.pk, name) for agency in (scene.police, scene.sheriff) for name in read),
    }
    commands.remove_partner(
        actor=scene.lead, initiative_id=scene.initiative.pk, agency_id=scene.sheriff.pk, reason="Its council said no."
    )
    assert not rows.filter(group__agency=scene.sheriff).exists()
    assert not seen_by(make.person(scene.sheriff))


def test_who_reads_it_does_not_lead_it(scene: Scene) -> None:
    with pytest.raises(PermissionDenied, match="owner of the initiative"):
        commands.add_partner(actor=scene.officer, initiative_id=scene.initiative.pk, agency_id=make.agency().pk)


def test_the_owner_leads_it_without_an_office(scene: Scene) -> None:
    owner = make.person(scene.court).person
    commands.name_owner(actor=scene.lead, initiative_id=scene.initiative.pk, owner_id=owner.pk)
    assert str(owner) in told("owner_named")
    commands.change_initiative(actor=owner, initiative_id=scene.initiative.pk, title="New", purpose="Why.")
    assert again(scene).title == "New"


def test_a_new_partner_is_told(scene: Scene) -> None:
    joined = make.agency("D Probation")
    keeper = make.someone(joined, "agency_administrator")
    commands.add_partner(actor=scene.lead, initiative_id=scene.initiative.pk, agency_id=joined.pk)
    assert told("partner_added") == {str(keeper)}


def test_a_board_is_asked_for_something_that_has_milestones(scene: Scene) -> None:
    with pytest.raises(Refused, match="Add a milestone first"):
        commands.propose(actor=scene.lead, initiative_id=scene.initiative.pk, reason="Now.")


def test_what_is_before_the_board_stays_as_it_is_until_it_is_taken_back(scene: Scene) -> None:
    proposal = make.initiative_proposed(scene.initiative)
    assert proposal.sha256 == frozen.sha256(proposal.content)
    assert str(make.chair_of(scene.board)) in told("proposed")
    with pytest.raises(Refused, match="before the board as it stands"):
        make.milestone(scene.initiative, "Second step")
    motion = make.initiative_moved(proposal)
    commands.take_back(actor=scene.lead, initiative_id=scene.initiative.pk)
    make.milestone(scene.initiative, "Second step")
    with pytest.raises(Refused, match="not before the board any more"):
        boards.open_ballot(actor=make.chair_of(scene.board), motion_id=motion.pk)
    assert make.initiative_proposed(scene.initiative).number == 2


def test_it_is_not_taken_back_while_the_board_votes(scene: Scene) -> None:
    motion = make.initiative_moved(make.initiative_proposed(scene.initiative))
    boards.open_ballot(actor=make.chair_of(scene.board), motion_id=motion.pk)
    with pytest.raises(Refused, match="votes on it now"):
        commands.take_back(actor=scene.lead, initiative_id=scene.initiative.pk)


def test_the_board_approves_by_a_motion_that_carries(scene: Scene) -> None:
    made = make.initiative_approved(scene.initiative)
    assert made.status == S.APPROVED
    assert Approval.objects.get().proposal.initiative == made
    assert str(scene.officer) in told("approved")
    with pytest.raises(Refused, match="approved it in these words"):
        commands.change_initiative(actor=scene.lead, initiative_id=made.pk, title="Other", purpose="Other.")


def test_one_that_the_board_does_not_approve_is_an_idea_again(scene: Scene) -> None:
    motion = make.initiative_moved(make.initiative_proposed(scene.initiative))
    ballot = boards.open_ballot(actor=make.chair_of(scene.board), motion_id=motion.pk)
    for elector in ballot.electors.select_related("person"):
        motion.refresh_from_db()
        if motion.status == "voting":
            boards.cast_vote(actor=elector.person, ballot_id=ballot.pk, position="no", statement="Too early.")
    assert again(scene).status == S.IDEA
    assert str(scene.lead) in told("declined")
    assert not Approval.objects.exists()


def test_another_board_cannot_take_it_up(scene: Scene) -> None:
    proposal, elsewhere = make.initiative_proposed(scene.initiative), make.board()
    with pytest.raises(ValidationError, match="put before this board"):
        boards.move_motion(
            actor=make.chair_of(elsewhere), board_id=elsewhere.pk, kind="initiative", initiative_proposal_id=proposal.pk
        )


def test_it_ends_with_what_came_of_it_and_then_stays(scene: Scene) -> None:
    made = make.initiative_under_way(scene.initiative)
    with pytest.raises(Refused, match="is not done"):
        commands.complete(actor=scene.lead, initiative_id=made.pk, outcome="All of it.")
    with pytest.raises(ValidationError, match="Say what came of it"):
        commands.end_initiative(actor=scene.lead, initiative_id=made.pk, outcome=" ")
    commands.end_initiative(actor=scene.lead, initiative_id=made.pk, outcome="The vendor left.")
    assert again(scene).status == S.ENDED
    assert str(scene.officer) in told("ended")
    with pytest.raises(Refused, match="is over"):
        commands.add_partner(actor=scene.lead, initiative_id=made.pk, agency_id=make.agency().pk)


def test_every_status_has_its_moves() -> None:
    assert set(MOVES) == set(S)


def test_a_partner_goes_once_nothing_waits_for_it(scene: Scene) -> None:
    first = make.milestone(scene.initiative, "Interface tested", scene.police)
    gone: dict[str, Any] = {
        "actor": scene.lead,
        "initiative_id": scene.initiative.pk,
        "agency_id": scene.police.pk,
        "reason": "No.",
    }
    with pytest.raises(ValidationError, match="sees to milestone 1"):
        commands.remove_partner(**gone)
    commands.save_milestone(
        actor=scene.lead, initiative_id=scene.initiative.pk, milestone_id=first.pk, title=first.title,
        agency_id=scene.court.pk, due_on=first.due_on,
    )  # fmt: skip
    held = commands.block(actor=scene.lead, milestone_id=first.pk, by_agency_id=scene.police.pk, what="Accounts")
    with pytest.raises(ValidationError, match="waits for it"):
        commands.remove_partner(**gone)
    commands.remove_block(actor=scene.lead, block_id=held.pk)
    commands.remove_partner(**gone)
    with pytest.raises(Refused, match="lead agency takes part"):
        commands.remove_partner(**{**gone, "agency_id": scene.court.pk})


def test_the_database_takes_no_approval_without_a_decision(scene: Scene, owner_sql: OwnerSql) -> None:
    proposal = make.initiative_proposed(scene.initiative)
    motion = make.initiative_moved(proposal)
    with pytest.raises(IntegrityError, match="by a motion that carried"), transaction.atomic():
        Approval.objects.create(proposal=proposal, motion=motion.number)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk)._raw_delete("default")
    made = again(scene)
    made.status = S.APPROVED
    with pytest.raises(IntegrityError, match="once its board approved it"), transaction.atomic():
        made.save()
    made = again(scene)
    made.purpose = "Something else."
    with pytest.raises(IntegrityError, match="stays in the words"), transaction.atomic():
        made.save()
    motion.initiative_proposal = None
    with pytest.raises(IntegrityError, match="in the words in which it was made"), transaction.atomic():
        motion.save()
