"""The preview of an agreement is what access is once it is in force, since it asks the decision itself."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.models import Role
from portal.acknowledgement.commands import pretend_accepted
from portal.acknowledgement.models import Acceptance
from portal.workbench.impact import access, changes, impact_of, people
from sharing_agreements import commands, grants
from sharing_agreements.boards import commands as boards
from sharing_agreements.models import Agreement, Grant
from tests import kept, make

pytestmark = pytest.mark.django_db


class Scene:
    """A court with two record sets and a policy, two recipients with people; somebody there is not trained."""

    def __init__(self) -> None:
        make.the_board()
        self.court = make.agency("Cedar Court", kind="court")
        make.policy(self.court)
        self.police, self.sheriff = make.agency("Cedar Police"), make.agency("Cedar Sheriff")
        self.cases, self.youth = make.record_set(self.court, "Cases"), make.record_set(self.court, "Youth")
        for number in range(3):
            make.record(self.cases, title=f"State v. Number{number}")
        make.record(self.cases, title="State v. Sealed", sealed=True)
        make.record(self.youth, title="In re A", juvenile=True)
        for agency, count in ((self.police, 2), (self.sheriff, 1)):
            for _ in range(count):
                make.person(agency)
        make.person(self.police, trained=False)
        make.person(self.police, roles=(Role.SIGNATORY,))


@kept.fixture
def scene() -> Scene:
    return Scene()


def fresh(agreement: Agreement) -> Agreement:
    return Agreement.objects.select_related("current_version", "lead_agency", "follows").get(pk=agreement.pk)


def words(agreement: Agreement) -> dict[tuple[str, str], str]:
    return {(each.agency.name, each.record_set.name): each.word for each in changes(impact_of(fresh(agreement)))}


def amended(scene: Scene, old: Agreement) -> Agreement:
    """Another action, another set, another recipient, and one term less."""
    drafted = make.change(old)
    version = drafted.current_version
    assert version is not None
    keys = [scene.police.pk, scene.sheriff.pk]
    commands.set_parties(actor=drafted.author, agreement_id=drafted.pk, agency_ids=keys)
    make.add_term(drafted, scene.youth, scene.police, includes_juvenile=True, purposes=["C", "D"])
    make.add_term(drafted, scene.cases, scene.sheriff, participant_roles=["defendant"], actions=["search"])
    commands.remove_term(actor=drafted.author, agreement_id=drafted.pk, term_id=version.terms.get(code="T1").pk)
    return drafted


def test_the_preview_of_an_agreement_is_what_access_is_afterwards(scene: Scene) -> None:
    drafted = make.draft(scene.court, scene.police, scene.cases)
    found = impact_of(fresh(drafted))
    assert found.before[scene.police.pk].sets == {}
    assert found.after is not None
    assert found.after[scene.police.pk].sets[scene.cases.pk].records == 3, "a sealed one is not counted"
    assert (found.after[scene.police.pk].people, people(found)) == (2, {"gain": 2, "lose": 0, "keep": 0})
    make.through(drafted)
    assert access({scene.police.pk: {scene.cases.pk}}) == found.after


def test_the_preview_of_an_amendment_is_what_access_is_afterwards(scene: Scene) -> None:
    old = make.agreement_in_force(scene.court, scene.police, scene.cases)
    drafted = amended(scene, old)
    found = impact_of(fresh(drafted))
    assert words(drafted) == {
        ("Cedar Police", "Cases"): "lost",
        ("Cedar Police", "Youth"): "gained",
        ("Cedar Sheriff", "Cases"): "gained",
    }
    assert people(found) == {"gain": 1, "lose": 0, "keep": 2}
    make.through(drafted)
    pairs = {scene.police.pk: {scene.cases.pk, scene.youth.pk}, scene.sheriff.pk: {scene.cases.pk}}
    assert access(pairs) == found.after


def test_what_another_agreement_opens_stays_open_in_the_preview(scene: Scene) -> None:
    make.agreement_in_force(scene.court, scene.police, scene.cases)
    old = make.agreement_in_force(scene.court, scene.police, scene.cases)
    assert words(amended(scene, old))["Cedar Police", "Cases"] == "same"


def test_an_agency_whose_access_is_suspended_gains_nothing_in_the_preview(scene: Scene) -> None:
    drafted = make.draft(scene.court, scene.police, scene.cases)
    board = make.the_board()
    chair = board.seats.get(is_chair=True).holder
    assert chair is not None
    moved = boards.move_motion(
        actor=chair,
        board_id=board.pk,
        kind="sanction",
        agency_id=scene.police.pk,
        measure="suspension",
        grounds="For late audits.",
    )
    make.vote_through(boards.open_ballot(actor=chair, motion_id=moved.pk))
    found = impact_of(fresh(drafted))
    assert found.after is not None
    assert found.after[scene.police.pk].sets == {}
    assert people(found) == {"gain": 0, "lose": 0, "keep": 0}


def test_a_preview_leaves_nothing_behind(scene: Scene) -> None:
    old = make.agreement_in_force(scene.court, scene.police, scene.cases)
    drafted = amended(scene, old)
    before = list(Grant.objects.order_by("pk").values())
    with connection.cursor() as cursor:
        impact_of(fresh(drafted))
        cursor.execute("SELECT current_setting('portal.membership', true)")
        assert cursor.fetchone()[0] in (None, "")
    assert list(Grant.objects.order_by("pk").values()) == before
    assert not Acceptance.objects.exists(), "it counts people as if they had accepted, and nobody did"
    assert not any(grants.drift().values())


def test_that_everybody_accepts_is_pretended_in_the_same_statements_for_any_number(scene: Scene) -> None:
    make.agreement_in_force(scene.court, scene.police, scene.cases)

    def statements() -> int:
        with transaction.atomic(), CaptureQueriesContext(connection) as caught:
            pretend_accepted(scene.police)
            transaction.set_rollback(True)
        return len(caught)

    few = statements()
    for _ in range(5):
        make.person(scene.police)
    assert statements() == few


def test_who_may_not_see_the_draft_sees_no_preview_of_it(scene: Scene) -> None:
    drafted = make.draft(scene.court, scene.police, scene.cases)
    address = reverse("workbench:impact", args=[drafted.pk])
    for agency, status in ((scene.court, 200), (scene.police, 404), (scene.sheriff, 404)):
        client = Client()
        client.force_login(make.person(agency).person)
        assert client.get(address).status_code == status


def test_the_page_says_what_opens_and_what_is_withheld(scene: Scene) -> None:
    drafted = make.draft(scene.court, scene.police, scene.cases)
    client = Client()
    client.force_login(drafted.author)
    text = client.get(reverse("workbench:impact", args=[drafted.pk])).content.decode()
    assert "2 people gain access" in text
    assert "Opens" in text
    assert "Pseudonym" in text
    assert "Sealed" not in text
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("workbench:impact", args=[drafted.pk]))
    assert not [each for each in queries if "FOR NO KEY UPDATE" in each["sql"]], "a look locks nothing"
