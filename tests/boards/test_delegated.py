"""An administrative amendment is approved by the chair alone where the charter delegates that; nothing else is."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from portal.kernel.errors import Refused
from sharing_agreements import commands as agreements
from sharing_agreements.boards import commands, decisions, docket
from sharing_agreements.boards.decision_record import record_of
from sharing_agreements.boards.models import Decision, Motion
from sharing_agreements.boards.replay import replay
from sharing_agreements.models import Agreement, Grant
from tests import kept, make

from .conftest import Scene, set_up

pytestmark = pytest.mark.django_db


@kept.fixture
def scene() -> Scene:
    return set_up(chair_may_approve=True)


def amendment(scene: Scene, *, administrative: bool = True) -> Agreement:
    old = scene.in_force()
    drafted = make.reworded(make.change(old, is_administrative=administrative))
    return agreements.submit(actor=drafted.author, agreement_id=drafted.pk)


def approve(scene: Scene, agreement: Agreement, *, sha256: str = "") -> Agreement:
    version = agreement.current_version
    assert version is not None
    return commands.approve_by_chair(
        actor=scene.chair, board_id=scene.board.pk, agreement_id=agreement.pk, sha256=sha256 or version.sha256
    )


def test_the_chair_approves_words_and_the_parties_sign(scene: Scene) -> None:
    new = approve(scene, amendment(scene))
    assert new.status == "signing"
    make.signed_by_all(new)
    assert Grant.objects.live().get().version.agreement == new


def test_it_is_a_decision_with_a_record_that_can_be_replayed(scene: Scene) -> None:
    new = approve(scene, amendment(scene))
    decision = Decision.objects.get(ballot__motion__agreement=new)
    assert decision.outcome == Decision.Outcome.CARRIED
    assert replay(decision.ballot).faults == []
    said = str(record_of(decision).sections)
    assert "The charter leaves this to the chair" in said
    assert list(decisions.visible_to(scene.member(2)).filter(pk=decision.pk)) == [decision]
    assert not decisions.public().filter(pk=decision.pk).exists(), "before it shares anything"
    make.signed_by_all(new)
    assert decisions.public().filter(pk=decision.pk).exists()


def test_a_sanction_holds_for_what_the_chair_approved_alone(scene: Scene) -> None:
    make.signed_by_all(approve(scene, amendment(scene)))
    commands.move_motion(
        actor=scene.chair,
        board_id=scene.board.pk,
        kind="sanction",
        agency_id=scene.police.pk,
        measure="suspension",
        grounds="An audit.",
    )
    make.vote_through(commands.open_ballot(actor=scene.chair, motion_id=Motion.objects.latest("number").pk))
    make.amended(scene.board, responsible_for=["user_agreement"])
    assert not Grant.objects.live().exists(), "also where the board is responsible for it no more"


def test_the_chairs_docket_leads_to_it(scene: Scene) -> None:
    new = amendment(scene)
    titles = [item.title for item in docket.awaiting(scene.chair)]
    assert f"Approve {new.number} alone, or take it up" in titles


def test_a_substantive_amendment_takes_a_vote(scene: Scene) -> None:
    with pytest.raises(PermissionDenied, match="Only an administrative"):
        approve(scene, amendment(scene, administrative=False))


def test_without_delegation_in_the_charter_every_amendment_takes_a_vote() -> None:
    scene = set_up()
    with pytest.raises(PermissionDenied, match="a vote on every amendment"):
        approve(scene, amendment(scene))


def test_only_the_text_that_was_read_is_approved_and_once(scene: Scene) -> None:
    new = amendment(scene)
    with pytest.raises(Refused, match="Read it again"):
        approve(scene, new, sha256="0" * 64)
    approve(scene, new)
    with pytest.raises(Refused, match="nothing to approve alone"):
        approve(scene, new)


def test_nobody_but_the_chair_and_no_chair_of_a_party(scene: Scene) -> None:
    new = amendment(scene)
    version = new.current_version
    assert version is not None
    member = scene.member(2)
    with pytest.raises(PermissionDenied):
        commands.approve_by_chair(actor=member, board_id=scene.board.pk, agreement_id=new.pk, sha256=version.sha256)
    chairs = scene.board.seats.get(is_chair=True).agency
    old = make.agreement_in_force(scene.court, chairs, scene.cases)
    drafted = make.reworded(make.change(old, is_administrative=True))
    with pytest.raises(Refused, match="holds the seat of a party"):
        approve(scene, agreements.submit(actor=drafted.author, agreement_id=drafted.pk))


def test_the_page_shows_what_changes_and_approves_it(scene: Scene) -> None:
    new = amendment(scene)
    client = Client()
    client.force_login(scene.chair)
    assert "Approve alone" in client.get(reverse("agreements:detail", args=[new.pk])).content.decode()
    address = reverse("boards:approve_alone", args=[scene.board.pk, new.pk])
    shown = client.get(address).content.decode()
    assert "Each party pays its own costs" in shown
    assert new.current_version is not None
    client.post(address, {"sha256": new.current_version.sha256})
    history = client.get(reverse("agreements:history", args=[new.pk])).content.decode()
    assert "Approved by the chair, as the charter allows" in history
