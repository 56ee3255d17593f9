"""Milestones: who sees to them, what they wait for, when somebody is reminded."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from agencies.models import Role, User
from portal.kernel.errors import Refused
from portal.notices.models import Notice
from privacy.law import commands as law
from privacy.law.models import LawChange
from privacy.law.tasks import tell_of_effects
from sharing_agreements.initiatives import commands, tasks
from sharing_agreements.initiatives.models import Block, Initiative, Milestone
from sharing_agreements.initiatives.standing import Room
from sharing_agreements.initiatives.waiting import UNREAD, Step, blocks_of
from tests import make

from .conftest import OwnerSql, Scene
from .test_initiatives import told

pytestmark = pytest.mark.django_db
TODAY = localdate


def step(scene: Scene, milestone: Milestone, reader: User | None = None) -> Step:
    """A milestone as somebody reads it."""
    person = reader or scene.lead
    room = Room(Initiative.objects.get(pk=scene.initiative.pk), person, person.memberships.get())
    return next(each for each in room.steps if each.milestone.pk == milestone.pk)


def waits(scene: Scene, milestone: Milestone, by: Milestone) -> Block:
    return commands.block(actor=scene.lead, milestone_id=milestone.pk, by_milestone_id=by.pk)


def done(milestone: Milestone, actor: User, on: date | None = None) -> None:
    commands.milestone_done(actor=actor, milestone_id=milestone.pk, done_on=on or TODAY())


def enacted(change: LawChange, officer: User, effective_on: date) -> None:
    law.move_change(actor=officer, change_id=change.pk, to="drafted", on=TODAY())
    law.move_change(actor=officer, change_id=change.pk, to="enacted", on=TODAY(), effective_on=effective_on)


def test_a_partner_sees_to_a_milestone_and_no_stranger_does(scene: Scene) -> None:
    stranger = make.agency()
    with pytest.raises(ValidationError, match="takes part"):
        make.milestone(scene.initiative, "Trained", stranger)
    first = make.milestone(scene.initiative, "Trained", scene.police)
    assert first.number == 1
    with pytest.raises(ValidationError, match="of this title"):
        make.milestone(scene.initiative, "Trained")


def test_milestones_are_met_while_it_is_under_way_by_who_sees_to_them(scene: Scene) -> None:
    first = make.milestone(scene.initiative, "Trained", scene.police)
    with pytest.raises(Refused, match="while the initiative is under way"):
        done(first, scene.officer)
    make.initiative_under_way(scene.initiative)
    with pytest.raises(PermissionDenied):
        done(first, make.someone(scene.sheriff, Role.ADMINISTRATOR))
    with pytest.raises(ValidationError, match="still to come"):
        done(first, scene.officer, TODAY() + timedelta(days=1))
    done(first, scene.officer)
    with pytest.raises(Refused, match="done already"):
        done(first, scene.lead)
    assert step(scene, first).state == "done"
    commands.milestone_not_done(actor=scene.officer, milestone_id=first.pk, reason="Two cars are left.")
    assert step(scene, first).state == "planned"


def test_somebody_whom_the_partner_names_sees_to_it(scene: Scene) -> None:
    first = make.milestone(scene.initiative, "Trained", scene.police)
    named = make.person(scene.police).person
    with pytest.raises(PermissionDenied):
        commands.assign(actor=scene.lead, milestone_id=first.pk, person_id=named.pk)
    with pytest.raises(ValidationError, match="works at the agency"):
        commands.assign(actor=scene.officer, milestone_id=first.pk, person_id=scene.lead.pk)
    commands.assign(actor=scene.officer, milestone_id=first.pk, person_id=named.pk)
    assert told("milestone_assigned") == {str(named)}
    make.initiative_under_way(scene.initiative)
    done(first, named)


def test_a_milestone_waits_for_another_until_that_is_done(scene: Scene) -> None:
    first = make.milestone(scene.initiative, "Agreed", scene.court)
    second = make.milestone(scene.initiative, "Built", scene.police)
    waits(scene, second, first)
    make.initiative_under_way(scene.initiative)
    assert step(scene, second).state == "blocked"
    with pytest.raises(Refused, match=r"milestone 1\. Agreed"):
        done(second, scene.officer)
    done(first, scene.lead)
    assert str(scene.officer) in told("milestone_done")
    assert step(scene, second).state == "planned"
    done(second, scene.officer)


def test_milestones_do_not_wait_for_each_other_in_a_ring(scene: Scene) -> None:
    first, second, third = (make.milestone(scene.initiative, name) for name in ("One", "Two", "Three"))
    waits(scene, second, first)
    waits(scene, third, second)
    with pytest.raises(ValidationError, match="neither could ever begin"):
        waits(scene, first, third)
    with pytest.raises(ValidationError, match="neither could ever begin"):
        waits(scene, first, first)
    with pytest.raises(IntegrityError, match="in a ring"), transaction.atomic():
        Block.objects.create(milestone=first, by_milestone=third)
    elsewhere = make.milestone(make.initiative(scene.board, scene.court, title="Other"), "Elsewhere")
    with pytest.raises(ValidationError, match="of this initiative"):
        waits(scene, first, elsewhere)
    with pytest.raises(IntegrityError, match="another of its initiative"), transaction.atomic():
        Block.objects.create(milestone=first, by_milestone=elsewhere)


def test_a_partner_lifts_what_was_needed_of_it(scene: Scene) -> None:
    first = make.milestone(scene.initiative, "Built")
    with pytest.raises(ValidationError, match="what is needed"):
        commands.block(actor=scene.lead, milestone_id=first.pk, by_agency_id=scene.police.pk)
    held = commands.block(actor=scene.lead, milestone_id=first.pk, by_agency_id=scene.police.pk, what="Accounts")
    assert told("blocked") == {str(scene.officer)}
    with pytest.raises(PermissionDenied):
        commands.lift_block(actor=make.someone(scene.sheriff, Role.ADMINISTRATOR), block_id=held.pk)
    assert [wait.whom for wait in step(scene, first).held_by] == ["B Police"]
    commands.lift_block(actor=scene.officer, block_id=held.pk)
    assert step(scene, first).held_by == []
    with pytest.raises(Refused, match="given already"):
        commands.lift_block(actor=scene.officer, block_id=held.pk)


def test_a_change_in_law_holds_it_up_until_its_first_day_and_is_named_to_who_reads_it(scene: Scene) -> None:
    officer = make.someone(scene.court, Role.PRIVACY_OFFICER)
    change = make.law_change(officer)
    first = make.milestone(scene.initiative, "Shown by name")
    with pytest.raises(ValidationError, match="that you may read"):
        commands.block(
            actor=scene.lead, milestone_id=first.pk, by_change_id=make.law_change(make.privacy_officer(scene.police)).pk
        )
    commands.block(actor=scene.lead, milestone_id=first.pk, by_change_id=change.pk)
    assert change.title in step(scene, first).held_by[0].said
    assert step(scene, first, scene.officer).held_by[0].said == UNREAD
    assert [wait.said for wait in blocks_of(first, scene.officer)] == [UNREAD]
    assert change.title in blocks_of(first, scene.lead)[0].said
    enacted(change, officer, TODAY())
    assert step(scene, first).held_by == []
    second = make.milestone(scene.initiative, "After it")
    with pytest.raises(ValidationError, match="is in effect"):
        commands.block(actor=scene.lead, milestone_id=second.pk, by_change_id=change.pk)


def test_who_waits_for_a_law_is_told_before_it_takes_effect(scene: Scene) -> None:
    officer = make.someone(scene.court, Role.PRIVACY_OFFICER)
    change = make.law_change(officer)
    commands.link(actor=scene.lead, initiative_id=scene.initiative.pk, kind="change", thing_id=change.pk)
    make.initiative_under_way(scene.initiative)
    enacted(change, officer, TODAY() + timedelta(days=20))
    for _ in range(2):
        tell_of_effects()
    assert change.reminders.count() == 1
    rows = Notice.objects.filter(event__kind="law.change_takes_effect", channel="portal")
    assert {str(row.recipient) for row in rows} == {str(officer), str(scene.lead)}


def test_a_milestone_is_taken_out_of_the_plan_with_a_reason_until_somebody_was_reminded(scene: Scene) -> None:
    first, second = make.milestone(scene.initiative, "One"), make.milestone(scene.initiative, "Two")
    waits(scene, second, first)
    with pytest.raises(ValidationError, match="Say why"):
        commands.remove_milestone(actor=scene.lead, milestone_id=first.pk, reason="")
    commands.remove_milestone(actor=scene.lead, milestone_id=first.pk, reason="Not needed.")
    assert step(scene, second).waits == []
    assert Milestone.history.filter(id=first.pk, history_type="-").exists()


def test_who_sees_to_it_is_reminded_once_and_the_owner_hears_what_was_not_met(
    scene: Scene, owner_sql: OwnerSql
) -> None:
    first = make.milestone(scene.initiative, "Trained", scene.police, TODAY() + timedelta(days=7))
    make.initiative_under_way(scene.initiative)
    for _ in range(2):
        tasks.remind_of_milestones()
    assert told("milestone_due") == {str(scene.officer)}
    assert first.reminders.get().step == "soon"
    with pytest.raises(Refused, match="was reminded"):
        commands.remove_milestone(actor=scene.lead, milestone_id=first.pk, reason="No.")
    owner_sql(f"UPDATE initiatives_milestone SET due_on = '{TODAY() - timedelta(days=1)}' WHERE id = '{first.pk}'")
    tasks.remind_of_milestones()
    assert told("milestone_overdue") == {str(scene.officer), str(scene.lead)}
    assert step(scene, first).state == "overdue"


def test_nobody_is_reminded_of_what_is_only_an_idea(scene: Scene) -> None:
    make.milestone(scene.initiative, "Trained", scene.police, TODAY())
    tasks.remind_of_milestones()
    assert told("milestone_due") == set()
