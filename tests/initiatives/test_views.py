"""The pages of initiatives: the register, the room as different people read it, milestones, history."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from agencies.models import Role, User
from sharing_agreements.initiatives import commands
from tests import make

from .conftest import Scene

pytestmark = pytest.mark.django_db


def client(person: User) -> Client:
    made = Client()
    made.force_login(person)
    return made


def reads(person: User, name: str, *args: Any, **query: str) -> str:
    answer = client(person).get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.getvalue().decode() if answer.streaming else answer.content.decode()


def test_the_register_is_narrowed_by_title_board_partner_and_state(scene: Scene) -> None:
    other = make.initiative(scene.board, scene.court, title="Shared index of parties")
    assert "Shared index" in reads(scene.lead, "initiatives:list")
    assert "Shared index" not in reads(scene.officer, "initiatives:list"), "the police take no part in it"
    for query, seen in (
        ({"q": "warrants"}, False),
        ({"q": "index"}, True),
        ({"partner": str(scene.police.pk)}, False),
        ({"board": str(scene.board.pk)}, True),
        ({"state": "running"}, False),
    ):
        assert (other.title in reads(scene.lead, "initiatives:csv", **query)) is seen, query
    assert "No initiative fits" in reads(scene.lead, "initiatives:list", q="nothing of this name")


def test_who_reads_neither_agreement_nor_budget_sees_nothing_of_them(scene: Scene) -> None:
    draft = make.draft(scene.court, scene.police, make.record_set(scene.court))
    budget = make.budget(scene.board, scene.court, title="Costs of the court alone")
    for kind, thing in (("agreement", draft), ("budget", budget)):
        commands.link(actor=scene.lead, initiative_id=scene.initiative.pk, kind=kind, thing_id=thing.pk)
    make.budget_adopted(make.budget_version(budget))
    for name in ("initiatives:detail", "initiatives:things"):
        assert draft.number in reads(scene.lead, name, scene.initiative.pk)
        theirs = reads(scene.officer, name, scene.initiative.pk)
        assert draft.number not in theirs
        assert budget.title not in theirs
    assert "$4,000" in reads(scene.lead, "initiatives:detail", scene.initiative.pk)
    assert "Your agency does not read the budget." in reads(scene.officer, "initiatives:detail", scene.initiative.pk)


def test_the_picture_has_its_table_and_names_a_law_to_who_reads_it(scene: Scene) -> None:
    change = make.law_change(make.someone(scene.court, Role.PRIVACY_OFFICER), title="Addresses of jurors")
    held = make.milestone(scene.initiative, "Shown by name", scene.police)
    commands.block(actor=scene.lead, milestone_id=held.pk, by_change_id=change.pk)
    mine = reads(scene.lead, "initiatives:detail", scene.initiative.pk)
    assert '<svg class="p-pic p-pic--map"' in mine
    assert "Milestones, and what they wait for" in mine
    assert "Addresses of jurors" in mine
    for name in ("initiatives:detail", "initiatives:milestones", "initiatives:milestones_csv"):
        theirs = reads(scene.officer, name, scene.initiative.pk)
        assert "Addresses of jurors" not in theirs
        assert "a change in law that your agency does not read" in theirs


def test_milestones_are_narrowed_by_state_and_by_who_sees_to_them(scene: Scene) -> None:
    make.milestone(scene.initiative, "Agreed", scene.court)
    make.milestone(scene.initiative, "Built", scene.police, localdate() - timedelta(days=2))
    late = reads(scene.lead, "initiatives:milestones_csv", scene.initiative.pk, state="overdue")
    assert ("Built" in late, "Agreed" in late) == (True, False)
    mine = reads(scene.lead, "initiatives:milestones", scene.initiative.pk, agency=str(scene.court.pk))
    assert "1. Agreed" in mine
    assert "No milestone fits" in reads(scene.lead, "initiatives:milestones", scene.initiative.pk, state="done")


def test_a_stranger_gets_the_answer_of_what_never_was(scene: Scene) -> None:
    first = make.milestone(scene.initiative, "Agreed")
    stranger = client(make.person(make.agency(), (Role.ADMINISTRATOR,)).person)
    for name, key in (("initiatives:detail", scene.initiative.pk), ("initiatives:done", first.pk)):
        assert stranger.get(reverse(name, args=[key])).status_code == 404


def test_forms_say_what_to_do(scene: Scene) -> None:
    lead = client(scene.lead)
    given = {"title": "", "purpose": "", "board": "", "owner": ""}
    assert "This field is required" in lead.post(reverse("initiatives:new"), given).content.decode()
    taken = lead.post(reverse("initiatives:take_in", args=[scene.initiative.pk]), follow=True)
    assert "Link a budget that you keep first." in taken.content.decode()
    unknown = reverse("initiatives:link", args=[scene.initiative.pk, "nothing"])
    assert lead.get(unknown).status_code == 404


def test_names_of_other_agencies_people_are_offered_to_nobody(scene: Scene) -> None:
    make.person(scene.police, email="hidden@police.example", first_name="Hidden", last_name="Officer")
    for name in ("initiatives:milestone_new", "initiatives:owner"):
        assert "Hidden Officer" not in reads(scene.lead, name, scene.initiative.pk)


def test_auditors_read_the_history_and_names_of_what_they_read(scene: Scene) -> None:
    draft = make.draft(scene.court, scene.police, make.record_set(scene.court))
    first = make.milestone(scene.initiative, "Agreed", scene.police)
    commands.link(actor=scene.lead, initiative_id=scene.initiative.pk, kind="agreement", thing_id=draft.pk)
    commands.block(actor=scene.lead, milestone_id=first.pk, by_agency_id=scene.police.pk, what="Accounts")
    whole = reads(make.auditor(), "workbench:initiative_history", scene.initiative.pk)
    for said in (f"Link added: {draft}", "Milestone added: 1. Agreed", "1. Agreed waits for B Police", "Started"):
        assert said in whole
    part = reads(make.auditor(scene.sheriff), "workbench:initiative_history", scene.initiative.pk)
    assert "Link added: an agreement" in part
    assert draft.number not in part
