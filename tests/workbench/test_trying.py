"""A rule tried before it is saved, and a draft before it is published: equal to what they do, telling nothing new."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from agencies.models import Role, User
from portal.acknowledgement.models import Acceptance
from portal.records.decision import Viewer, decide, see_as
from portal.records.decision.rules import rules_of
from portal.records.models import AccessEntry
from portal.records.shown import case_file
from portal.workbench.publication import effects_of
from portal.workbench.sights import Sight
from portal.workbench.trying import attempt
from privacy import commands
from privacy.models import DisclosureRule, PolicyVersion
from sharing_agreements.models import Action
from tests import kept, make

pytestmark = pytest.mark.django_db

RULE: dict[str, Any] = {
    "recipient": "law_enforcement",
    "participant_role": "victim",
    "data_category": "name",
    "purposes": ["C"],
    "treatment": "shown",
    "reason": "an investigation needs it",
}
VICTIM, ACCUSED = "Vesna Quagmire", "Dane Halvorsen"


class Scene:
    """A court's case with a victim, open to the police by an agreement; the court's policy has a draft."""

    def __init__(self) -> None:
        board = make.the_board()
        self.court, self.police = make.agency("Cedar Court", kind="court"), make.agency("Cedar Police")
        self.officer = make.privacy_officer(self.court)
        self.in_force = make.policy(self.court)
        self.cases = make.record_set(self.court, "Cases")
        self.record = make.record(
            self.cases,
            docket_number="26-CR-77001",
            participants=[("defendant", ACCUSED), ("victim", VICTIM, {"contact": "9 Elm Street"})],
            charges=["Burglary"],
            entries=[f"Plea of {ACCUSED}"],
        )
        self.clerk = make.person(self.police)
        make.agreement_in_force(self.court, self.police, self.cases, on=board)
        self.draft = commands.start_new_version(actor=self.officer, policy_id=self.in_force.policy_id)

    def rule(self, **fields: Any) -> DisclosureRule:
        given = RULE | {
            "provision_id": self.draft.provisions.all()[0].pk,
        }
        return commands.save_rule(actor=self.officer, version_id=self.draft.pk, **given | fields)

    def form(self, **fields: Any) -> dict[str, Any]:
        given = RULE | {
            "provision": self.draft.provisions.all()[0].pk,
            "try-agency": self.police.pk,
            "try-purpose": "C",
            "try-record": "",
        }
        return given | fields


@kept.fixture
def scene() -> Scene:
    return Scene()


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def tried(scene: Scene, **fields: Any) -> str:
    address = reverse("workbench:try_rule", args=[scene.draft.pk])
    answer = client_of(scene.officer).post(address, scene.form(**fields))
    assert answer.status_code == 200
    return answer.content.decode().split('id="tried"')[1]


def everything() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in (DisclosureRule, Acceptance, PolicyVersion)}


def test_a_rule_in_the_form_is_tried_on_a_record_and_nothing_is_saved(scene: Scene) -> None:
    before = everything()
    text = tried(scene)
    assert "What changes on this record" in text
    assert "Victim A" not in text.split("as they would see it")[1], "the victim's name is shown by the rule"
    assert VICTIM in text
    assert everything() == before
    assert VICTIM not in tried(scene, treatment="withheld").split("as they would see it")[1]


def test_what_was_typed_stands_in_the_form_again(scene: Scene) -> None:
    asks = ["notify_owner", "stays", "supervisor"]
    address = reverse("workbench:try_rule", args=[scene.draft.pk])
    answer = client_of(scene.officer).post(
        address, scene.form(obligations=asks, purposes=["C", "D"], handling="Quietly.")
    )
    initial = answer.context["form"].initial
    assert sorted(initial["obligations"]) == asks
    assert initial["purposes"] == ["C", "D"]
    assert initial["handling"] == "Quietly."


def test_the_first_button_of_the_editor_saves_nothing(scene: Scene) -> None:
    text = client_of(scene.officer).get(reverse("privacy:add_rule", args=[scene.draft.pk])).content.decode()
    form = text.split('id="rule"')[1]
    first = form[form.index("<button") : form.index("</button>")]
    assert reverse("workbench:try_rule", args=[scene.draft.pk]) in first


def test_opening_the_editor_looks_at_no_record(scene: Scene) -> None:
    address = reverse("workbench:try_rule", args=[scene.draft.pk])
    fields = {key: value for key, value in scene.form().items() if not key.startswith("try-")}
    text = client_of(scene.officer).post(address, fields).content.decode()
    assert 'name="try-agency"' in text
    assert 'id="tried"' not in text
    wrong = client_of(scene.officer).post(address, scene.form(**{"try-record": "x" * 61})).content.decode()
    assert 'id="tried"' not in wrong
    assert not AccessEntry.objects.exists()
    assert client_of(scene.officer).get(address).headers["Location"] == reverse(
        "privacy:version", args=[scene.draft.pk]
    )


def test_a_rule_that_asks_for_a_supervisor_is_tried_as_if_one_had_approved(scene: Scene) -> None:
    text = tried(scene, obligations=["supervisor"])
    assert "once a supervisor approved" in text.split("as they would see it")[0]
    assert VICTIM in text.split("as they would see it")[1]


def test_a_dated_rule_is_tried_as_on_a_day_of_its_own_and_listed_before_publication(scene: Scene) -> None:
    days = {"effective_from": "2090-01-01", "effective_to": "2090-12-31"}
    assert VICTIM in tried(scene, **days).split("as they would see it")[1]
    rule = scene.rule(effective_from=date(2090, 1, 1))
    page = client_of(scene.officer).get(reverse("workbench:publication", args=[scene.draft.pk])).content.decode()
    assert "Nobody sees anything otherwise than now" in page
    assert f"<strong>{rule.code}</strong> From Jan 1, 2090: Law enforcement agencies see" in page


def test_a_rule_that_is_not_complete_leaves_the_draft_as_it_is(scene: Scene) -> None:
    text = tried(scene, treatment="")
    assert "not complete yet" in text
    assert "nothing changes for them" in text


def test_an_edited_rule_stands_in_place_of_the_one_saved(scene: Scene) -> None:
    saved = scene.rule(treatment="shown")
    assert VICTIM in tried(scene, rule=saved.pk).split("as they would see it")[1]
    assert VICTIM not in tried(scene, rule=saved.pk, treatment="withheld").split("as they would see it")[1]


def test_what_is_tried_is_what_they_see_once_it_is_published(scene: Scene) -> None:
    scene.rule(treatment="masked")
    scene.rule(participant_role="defendant", data_category="charges", treatment="withheld", reason="not theirs")
    reader = decide(Viewer(scene.officer.memberships.get().pk, Action.VIEW))
    see_as(reader.viewer)
    trial = attempt(reader, scene.record.pk, scene.police, "C", rules_of(scene.draft))
    assert trial is not None
    assert trial.case is not None
    assert {(line.whose, str(line.category), line.after.treatment) for line in trial.changes} == {
        (VICTIM, "name", "masked"),
        (f"{ACCUSED}, 1", "charges", "withheld"),
    }
    make.published(scene.draft, by=scene.officer)
    make.accepted(scene.clerk)
    theirs = decide(Viewer(scene.clerk.pk, Action.VIEW, "C"))
    see_as(theirs.viewer)
    now = case_file(theirs, scene.record.pk)
    assert now is not None
    assert (now.people, now.charges, now.free_text) == (trial.case.people, trial.case.charges, trial.case.free_text)


def test_who_tries_a_rule_reads_nothing_that_their_own_agency_withholds_from_them(scene: Scene) -> None:
    own = {"recipient": "own_agency", "purposes": [], "treatment": "withheld", "reason": "not needed here"}
    scene.rule(**own)
    make.published(scene.draft, by=scene.officer)
    scene.draft = commands.start_new_version(actor=scene.officer, policy_id=scene.in_force.policy_id)
    text = tried(scene)
    assert VICTIM not in text
    assert "2 values that they would see are withheld from you" in " ".join(text.split())


def test_what_keeps_a_record_closed_to_them_is_said(scene: Scene) -> None:
    text = tried(scene, **{"try-purpose": "H"})
    assert "They see nothing of it" in text
    assert "Purpose H is permitted" in text
    assert VICTIM not in text


def test_a_record_is_found_by_its_number_among_those_of_the_agency_that_one_sees(scene: Scene) -> None:
    elsewhere = make.record_set(scene.police, "Incidents")
    make.record(elsewhere, docket_number="26-CR-88001")
    make.record(scene.cases, docket_number="26-CR-77002", sealed=True)
    assert "26-CR-77001" in tried(scene, **{"try-record": "26 cr 77001"})
    for hidden in ("26-CR-88001", "26-CR-77002", "99-CR-1", "none", "26-CR-%00"):
        assert "No record of your agency that you see" in tried(scene, **{"try-record": hidden}), hidden


def test_each_trial_is_in_the_access_log(scene: Scene) -> None:
    tried(scene)
    entry = AccessEntry.objects.latest("at")
    assert (entry.person_id, entry.record_ids, entry.outcome) == (scene.officer.pk, [scene.record.pk], "shown")


def test_only_who_keeps_the_policy_tries_rules_and_on_drafts_alone(scene: Scene) -> None:
    counsel = make.person(scene.court, roles=(Role.COUNSEL,)).person
    for person in (counsel, scene.clerk.person):
        address = reverse("workbench:try_rule", args=[scene.draft.pk])
        assert client_of(person).post(address, scene.form()).status_code == 404
    address = reverse("workbench:try_rule", args=[scene.in_force.pk])
    assert client_of(scene.officer).post(address, scene.form()).status_code == 404


def test_the_effects_of_a_publication_are_what_is_seen_after_it(scene: Scene) -> None:
    make.record(scene.cases, participants=[("victim", "Ona Petrov"), ("witness", "Ike Ames")])
    make.record(scene.cases, participants=[("victim", "Hidden Sealed")], sealed=True)
    scene.rule(treatment="shown")
    scene.rule(participant_role="witness", data_category="birth_date", treatment="shown", purposes=[])
    found = {each.agency.name: each for each in effects_of(scene.draft)[0]}
    theirs = {effect.subject: effect for effect in found["Cedar Police"].effects}
    assert {key: effect.people_on_records for key, effect in theirs.items()} == {
        ("victim", "name"): 2,
        ("witness", "birth_date"): 1,
    }
    assert all(effect.shows_more for effect in theirs.values())
    assert found["Cedar Court"].effects == ()
    make.published(scene.draft, by=scene.officer)
    make.accepted(scene.clerk)
    for purpose in ("C",):
        disclosure = decide(Viewer(scene.clerk.pk, Action.VIEW, purpose)).disclosure
        for (role, category), effect in theirs.items():
            assert Sight.of(disclosure.ruling(scene.cases.pk, role, category)) == effect.after


def said(sight: Sight) -> str:
    return f"{sight.label}: {sight.asked}" if sight.asked else sight.label


def effects(scene: Scene) -> list[tuple[str, str, list[str], bool]]:
    found = {each.agency.name: each for each in effects_of(scene.draft)[0]}
    return [
        (said(each.before), said(each.after), sorted({purpose for purpose, _ in each.asked}), each.shows_more)
        for each in found["Cedar Police"].effects
    ]


def test_a_rule_for_another_purpose_is_no_silence(scene: Scene) -> None:
    scene.clerk.refresh_from_db()
    make.agreement_in_force(scene.court, scene.police, scene.cases, on=make.the_board(), purposes=["C", "D"])
    saved = scene.rule(treatment="shown", purposes=["C"])
    make.published(scene.draft, by=scene.officer)
    scene.draft = commands.start_new_version(actor=scene.officer, policy_id=scene.in_force.policy_id)
    rule_id = scene.draft.rules.get(code=saved.code).pk
    scene.rule(rule_id=rule_id, treatment="shown", purposes=["D"])
    assert sorted(effects(scene)) == [
        ("Pseudonym", "Shown", ["D"], True),
        ("Shown", "Pseudonym", ["C"], False),
    ]
    scene.rule(rule_id=rule_id, treatment="shown", purposes=[])
    assert effects(scene) == [("Pseudonym", "Shown", ["D"], True)]


def test_less_asked_for_the_same_data_shows_more(scene: Scene) -> None:
    saved = scene.rule(treatment="shown", obligations=["stays", "supervisor"])
    make.published(scene.draft, by=scene.officer)
    scene.draft = commands.start_new_version(actor=scene.officer, policy_id=scene.in_force.policy_id)
    rule_id = scene.draft.rules.get(code=saved.code).pk
    scene.rule(rule_id=rule_id, treatment="shown", obligations=["stays"])
    assert [(before, after, more) for before, after, _, more in effects(scene)] == [
        ("Shown: in the portal only, once a supervisor approved", "Shown: in the portal only", True)
    ]
    scene.rule(rule_id=rule_id, treatment="withheld", reason="not any more")
    assert ("Shown: in the portal only, once a supervisor approved", "Withheld", ["C"], False) in effects(scene)


def test_a_look_at_the_effects_leaves_nothing_behind(scene: Scene) -> None:
    before = everything()
    effects_of(scene.draft)
    assert everything() == before
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('portal.membership', true)")
        assert cursor.fetchone()[0] in (None, "")


def test_the_page_of_effects_shows_first_what_is_shown_more_fully(scene: Scene) -> None:
    scene.rule(treatment="shown")
    scene.rule(participant_role="defendant", treatment="withheld", reason="not theirs")
    text = client_of(scene.officer).get(reverse("workbench:publication", args=[scene.draft.pk])).content.decode()
    assert "1 agency sees something otherwise than now" in text
    assert text.index("Victims") < text.index("Defendants")
    assert VICTIM not in text
