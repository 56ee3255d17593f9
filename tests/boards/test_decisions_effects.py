"""What follows from a decision, asked of the access decision itself, with no worker running.

Every check opens, lists, counts and explains a record of the court as a clerk of the police would. Those on sanctions,
sending back, rejection and termination were seen red with `grants._barred_from` and the effects emptied.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.core import mail
from django.db import transaction

from agencies.models import Agency, Membership, RecordSet
from portal.audit.models import Event
from portal.notices.models import Notice
from portal.records.decision import Viewer
from portal.records.models import Record
from sharing_agreements import grants
from sharing_agreements.boards import commands
from sharing_agreements.boards.models import Ballot, Motion, Sanction
from sharing_agreements.models import Action, Agreement, Grant
from tests import kept, make
from tests.make.agreements import vote_through
from tests.records.scene import answers

from .conftest import Scene, set_up

pytestmark = pytest.mark.django_db

S = Agreement.Status
HEALTHY = {"stale": 0, "missing": 0, "barred": 0}


@dataclass
class Shared:
    """A record of the court, and clerks of the police and of another department."""

    scene: Scene
    record: Record
    clerk: Membership
    other: Membership

    def opens(self) -> bool:
        """Whether the police open the record now; every way to ask says the same."""
        return self.opens_to(self.clerk)

    def opens_to(self, clerk: Membership) -> bool:
        make.accepted(clerk)
        said = set(answers(Viewer(clerk.pk, Action.VIEW, "C"), self.record).values())
        assert len(said) == 1
        return said.pop()

    def decided(self, kind: str, agreement: Agreement | None = None, **values: Any) -> Motion:
        """A motion that carries."""
        values = {"grounds": "For late audits."} | values if kind == "sanction" else make.needed_to_move(kind) | values
        moved = commands.move_motion(
            actor=self.scene.chair,
            board_id=self.scene.board.pk,
            kind=kind,
            agreement_id=agreement.pk if agreement else None,
            **values,
        )
        opened = commands.open_ballot(actor=self.scene.chair, motion_id=moved.pk)
        vote_through(opened)
        return Motion.objects.get(pk=moved.pk)

    def suspends(self, agency: Agency | None = None) -> Sanction:
        """Access of an agency, by default of the police, is suspended."""
        motion = self.decided("sanction", agency_id=(agency or self.scene.police).pk, measure="suspension")
        return Sanction.objects.get(motion=motion)


def shared_in(scene: Scene) -> Shared:
    make.policy(scene.court)
    return Shared(
        scene, make.record(scene.cases), make.person(scene.police), make.person(make.agency("Tolland Sheriff"))
    )


@kept.fixture
def shared(scene: Scene) -> Shared:
    return shared_in(scene)


def fresh(agreement: Agreement) -> Agreement:
    return Agreement.objects.get(pk=agreement.pk)


# --- Agreements -----------------------------------------------------------------------------------------------------


def test_approval_opens_nothing_before_every_party_has_signed(shared: Shared) -> None:
    made = shared.scene.submitted()
    shared.decided("approve", made)
    assert fresh(made).status == S.SIGNING
    assert not shared.opens()
    make.signed_by_all(fresh(made))
    assert shared.opens()


def test_what_is_sent_back_is_a_draft_with_conditions_and_the_drafter_is_told(shared: Shared) -> None:
    made = shared.scene.submitted()
    shared.decided("send_back", made, conditions="Name the retention period in clause 7.")
    after = fresh(made)
    assert after.status == S.DRAFT
    assert after.current_version is not None
    assert (after.current_version.number, after.current_version.frozen_at) == (2, None)
    event = Event.objects.get(kind="agreement.sent_back", subject_id=made.pk)
    assert event.detail["conditions"] == "Name the retention period in clause 7."
    assert Notice.objects.filter(event=event, recipient=made.author).exists()
    assert not shared.opens()
    assert mail.outbox == []  # the worker is down, and nothing waited for it


def test_a_rejected_agreement_stays_closed_for_good(shared: Shared) -> None:
    made = shared.scene.submitted()
    shared.decided("reject", made)
    assert fresh(made).status == S.REJECTED
    assert not shared.opens()


def test_termination_closes_what_was_open_in_the_transaction_of_the_decision(shared: Shared) -> None:
    made = shared.scene.in_force()
    assert shared.opens()
    shared.decided("terminate", made)
    assert fresh(made).status == S.TERMINATED
    assert not shared.opens()
    assert not Grant.objects.filter(revoked_at=None).exists()
    assert dict(grants.drift()) == HEALTHY
    assert fresh(made).motions.open().count() == 0


def test_suspension_closes_and_resumption_opens(shared: Shared) -> None:
    made = shared.scene.in_force()
    shared.decided("suspend", made)
    assert not shared.opens()
    shared.decided("resume", made)
    assert shared.opens()


# --- Sanctions ------------------------------------------------------------------------------------------------------


def test_a_suspension_of_access_closes_every_grant_of_the_agency_and_lifting_it_opens_them(shared: Shared) -> None:
    scene = shared.scene
    scene.in_force()
    make.agreement_in_force(scene.court, shared.other.agency, scene.cases)
    assert shared.opens()
    sanction = shared.suspends()
    assert not shared.opens()
    assert shared.opens_to(shared.other), "another agency keeps what it has"
    assert dict(grants.drift()) == HEALTHY
    assert grants.heal() == 0
    shared.decided("lift", lifts_id=sanction.pk)
    assert shared.opens()
    assert dict(grants.drift()) == HEALTHY


@pytest.mark.parametrize("measure", ["reprimand", "plan"])
def test_other_measures_close_nothing(shared: Shared, measure: str) -> None:
    shared.scene.in_force()
    shared.decided("sanction", agency_id=shared.scene.police.pk, measure=measure)
    assert shared.opens()


def test_nothing_reopens_it_before_it_is_lifted(shared: Shared) -> None:
    scene = shared.scene
    first = scene.in_force()
    shared.suspends()
    shared.decided("suspend", first)
    shared.decided("resume", first)
    assert not shared.opens(), "resumed"
    second = scene.in_force()
    assert fresh(second).status == S.IN_FORCE
    assert not shared.opens(), "a new agreement"
    grants.heal()
    assert not shared.opens(), "the nightly check"
    assert dict(grants.drift()) == HEALTHY


def test_a_suspended_agreement_stays_closed_when_the_sanction_is_lifted(shared: Shared) -> None:
    made = shared.scene.in_force()
    sanction = shared.suspends()
    shared.decided("suspend", made)
    shared.decided("lift", lifts_id=sanction.pk)
    assert not shared.opens()
    shared.decided("resume", made)
    assert shared.opens()


def test_two_sanctions_both_have_to_be_lifted(shared: Shared) -> None:
    shared.scene.in_force()
    first, second = shared.suspends(), shared.suspends()
    shared.decided("lift", lifts_id=first.pk)
    assert not shared.opens()
    shared.decided("lift", lifts_id=second.pk)
    assert shared.opens()


def test_agreements_of_another_board_stay_open(db: None) -> None:
    shared = shared_in(set_up(responsible_for=["user_agreement"]))
    elsewhere = make.board(responsible_for=["mou"])
    make.agreement_in_force(shared.scene.court, shared.scene.police, shared.scene.cases, on=elsewhere)
    shared.suspends()
    assert shared.opens()


def test_a_charter_that_makes_the_board_responsible_for_more_closes_that_too(db: None) -> None:
    shared = shared_in(set_up(responsible_for=["user_agreement"], states=["CA"]))
    elsewhere = make.board(responsible_for=["mou"])
    make.agreement_in_force(shared.scene.court, shared.scene.police, shared.scene.cases, on=elsewhere)
    shared.suspends()
    assert shared.opens()
    make.amended(shared.scene.board, responsible_for=["user_agreement", "mou"])
    assert not shared.opens()


def test_a_board_that_gives_responsibility_up_does_not_open_what_it_closed(shared: Shared) -> None:
    made = shared.scene.in_force()
    shared.suspends()
    make.amended(shared.scene.board, responsible_for=["user_agreement"])
    again = Agreement.objects.select_related("current_version", "lead_agency").get(pk=made.pk)
    with transaction.atomic():
        grants.reconcile(again, actor=None, reason="Again")
    assert not shared.opens()


def test_the_nightly_check_closes_what_is_open_to_a_barred_agency(
    shared: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared.scene.in_force()
    with monkeypatch.context() as broken:
        broken.setattr("sharing_agreements.boards.sanctions.apply", lambda *given, **more: None)
        shared.suspends()
    assert shared.opens()
    assert dict(grants.drift()) == {**HEALTHY, "barred": 1}
    assert grants.heal() == 2  # the grant and its row
    assert not shared.opens()
    assert dict(grants.drift()) == HEALTHY


# --- Charters and policies ------------------------------------------------------------------------------------------


def test_an_adopted_charter_rules_the_next_ballot_and_not_the_open_one(shared: Shared) -> None:
    scene = shared.scene
    opened = make.ballot(scene.board, scene.submitted())
    make.amended(scene.board, threshold="unanimous")
    later = make.ballot(scene.board, scene.submitted())
    assert [Ballot.objects.get(pk=each.pk).rule["threshold"] for each in (opened, later)] == ["majority", "unanimous"]


def test_an_adopted_policy_says_who_adopted_it(shared: Shared) -> None:
    version = shared.scene.court.privacy_policy.versions.get()
    motion = shared.decided("policy", policy_version_id=version.pk)
    event = Event.objects.get(kind="policy.adopted", subject_id=version.pk)
    assert (event.detail["board"], event.detail["motion"]) == (shared.scene.board.name, motion.number)


def test_a_set_stays_open_that_another_agreement_of_another_board_opens(db: None) -> None:
    shared = shared_in(set_up(responsible_for=["user_agreement"]))
    elsewhere = make.board(responsible_for=["mou"])
    more: RecordSet = make.record_set(shared.scene.court)
    make.agreement_in_force(shared.scene.court, shared.scene.police, more, on=elsewhere)
    shared.suspends()
    assert Grant.objects.live().filter(recipient=shared.scene.police).count() == 1
