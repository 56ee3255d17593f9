"""A privacy officer changes a disclosure rule, sees at once what it does to a record, and what the draft changes."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from privacy import commands
from tests import make

from .scene import DOCKET, POLICE, VICTIM, county, in_force
from .walking import Somebody

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_rule_is_tried_on_a_record_while_it_is_written(somebody: Somebody) -> None:
    scene = county()
    in_force(scene)
    officer = make.privacy_officer(scene.court)
    commands.start_new_version(actor=officer, policy_id=scene.court.privacy_policy.pk)
    keeper = somebody(officer.email)
    keeper.follows("Privacy policy", place="head")
    keeper.follows("Version 2")
    keeper.follows("Add a rule")
    keeper.part("Try it on a record").get_by_role("button", name="Show it").click()
    keeper.sees("On this record nothing changes for them", place="Try it on a record")
    keeper.sees("The rule is not complete yet", "Victim A", place="Try it on a record")
    keeper.chooses("Who looks", "Law enforcement agencies")
    keeper.chooses("At whom", "Victim")
    keeper.chooses("At which data", "Name and aliases")
    keeper.ticks("Shown", under="What they see")
    keeper.types("Reason", "an investigation needs it")
    keeper.chooses("Provision that it rests on", "1.1 Why this policy exists")
    keeper.sees(DOCKET, VICTIM, place="Try it on a record")
    expect(keeper.row(VICTIM).first).to_contain_text("Pseudonym")
    keeper.types("Docket number", "99-CR-1")
    keeper.page.keyboard.press("Enter")
    keeper.sees_heading("Add a rule")
    keeper.sees("No record of your agency that you see has this docket number", place="Try it on a record")
    keeper.presses("Save")
    keeper.follows("What it changes for whom")
    keeper.sees("1 agency sees something otherwise than now", "Some of it is shown more fully", "Victims")
    keeper.sees_nothing_of(VICTIM)


def test_a_rule_is_tried_without_script(somebody: Somebody) -> None:
    scene = county()
    in_force(scene)
    officer = make.privacy_officer(scene.court)
    draft = commands.start_new_version(actor=officer, policy_id=scene.court.privacy_policy.pk)
    keeper = somebody(officer.email, checks=False, java_script_enabled=False)
    keeper.goes_to(f"/privacy/versions/{draft.pk}/rules/new/")
    keeper.chooses("At whom", "Victim")
    keeper.presses("Show it", place="Try it on a record")
    keeper.chooses("As somebody of", POLICE)
    keeper.presses("Show it", place="Try it on a record")
    keeper.sees(DOCKET, "Victim A", place="Try it on a record")
    expect(keeper.field("At whom")).to_have_value("victim")
