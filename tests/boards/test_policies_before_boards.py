"""A board adopts the draft of an agency's privacy policy: given to it by who keeps it, voted on word by word."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from agencies.models import Role, User
from portal.kernel.clock import database_now
from portal.kernel.errors import Refused
from portal.kernel.ids import uuid7
from portal.notices import kinds
from portal.notices.models import Notice
from privacy import commands as privacy
from privacy.development.fingerprint import version_sha256
from privacy.development.models import Adoption
from privacy.development.progress import adoption_of
from privacy.models import PolicyVersion
from sharing_agreements.boards import commands, policy
from sharing_agreements.boards.answering import answered_for
from sharing_agreements.boards.models import Ballot, Decision, Motion, PolicyReferral, Vote
from sharing_agreements.boards.motion_forms import PolicyForm
from tests import make

from .conftest import OwnerSql, Scene
from .test_ballots import past
from .test_views import at, client_of, read

pytestmark = pytest.mark.django_db


def reviewed(scene: Scene) -> tuple[PolicyVersion, User]:
    officer = make.privacy_officer(scene.court)
    return make.reviewed(make.policy_draft(scene.court, actor=officer), by=officer), officer


def referred(scene: Scene) -> tuple[PolicyVersion, User]:
    draft, officer = reviewed(scene)
    commands.refer_policy(actor=officer, board_id=scene.board.pk, version_id=draft.pk)
    return draft, officer


def moved(scene: Scene, draft: PolicyVersion) -> Motion:
    return commands.move_motion(actor=scene.chair, board_id=scene.board.pk, kind="policy", policy_version_id=draft.pk)


def change(draft: PolicyVersion, officer: User) -> None:
    first = draft.provisions.all()[0]
    privacy.save_provision(
        actor=officer, version_id=draft.pk, provision_id=first.pk, section=first.section, number=first.number,
        heading=first.heading, text=f"{first.text} And more.",
    )  # fmt: skip


def test_a_draft_that_a_board_adopted_is_published(scene: Scene) -> None:
    draft, officer = referred(scene)
    motion = moved(scene, draft)
    make.vote_through(commands.open_ballot(actor=scene.chair, motion_id=motion.pk))
    held = adoption_of(PolicyVersion.objects.get(pk=draft.pk))
    assert held is not None
    assert (held.by, held.adopter) == (None, f"{scene.board.name}, motion {motion.number}")
    privacy.publish(actor=officer, version_id=draft.pk)
    page = Client().get(reverse("public:policy", args=[draft.policy_id])).content.decode()
    assert f"adopted by {scene.board.name}, motion {motion.number}" in page


def test_a_board_reads_the_assessment_and_adopts_nothing_past_it(scene: Scene) -> None:
    draft, officer = referred(scene)
    page = read(client_of(scene.chair).get(reverse("boards:policy_draft", args=[scene.board.pk, draft.pk])))
    assert "Somebody is mistaken for another" in page
    assert "Looked into." in page
    motion = moved(scene, draft)
    make.risk(draft, by=officer, likelihood=4, impact=5)
    with pytest.raises(Refused, match="mitigate risk 2"):
        commands.open_ballot(actor=scene.chair, motion_id=motion.pk)


def test_a_board_answers_for_the_policies_in_force_that_it_adopted(scene: Scene) -> None:
    draft, officer = referred(scene)
    board = reverse("boards:detail", args=[scene.board.pk])
    assert "A draft is before it" in read(client_of(scene.chair).get(board))
    make.vote_through(commands.open_ballot(actor=scene.chair, motion_id=moved(scene, draft).pk))
    privacy.publish(actor=officer, version_id=draft.pk)
    other = make.policy(scene.police)
    make.vote_through(commands.open_ballot(actor=scene.chair, motion_id=moved(scene, other).pk))
    page = read(client_of(scene.chair).get(board))
    assert "Privacy policies for which it answers" in page
    assert reverse("public:policy", args=[draft.policy_id]) in page
    assert "A draft is before it" not in page
    text = read(Client().get(reverse("public:policy", args=[draft.policy_id])))
    assert f"{scene.board} answers for this policy, and for that of" in text
    assert reverse("public:policy", args=[other.policy_id]) in text
    following = privacy.start_new_version(actor=officer, policy_id=draft.policy_id)
    make.published(following, by=officer)
    assert list(answered_for(scene.board)) == [other], "the head adopted what followed"


def test_one_text_has_one_fingerprint(scene: Scene) -> None:
    draft, _ = referred(scene)
    motion = moved(scene, draft)
    chair, sha256 = client_of(scene.chair), version_sha256(draft)
    for address in (at("motion", motion.pk), reverse("boards:policy_draft", args=[scene.board.pk, draft.pk])):
        page = read(chair.get(address))
        assert f"sha256 {sha256}" in page
        assert "disclosure rules and impact assessment" in page
    assert commands.open_ballot(actor=scene.chair, motion_id=motion.pk).sha256 == sha256


def test_a_lost_motion_adopts_nothing(scene: Scene) -> None:
    draft, officer = referred(scene)
    ballot = commands.open_ballot(actor=scene.chair, motion_id=moved(scene, draft).pk)
    for number in (1, 2, 3):
        commands.cast_vote(actor=scene.member(number), ballot_id=ballot.pk, position="no", statement="Not yet.")
    assert Decision.objects.get(ballot=ballot).outcome == "lost"
    assert not Adoption.objects.exists()
    with pytest.raises(Refused, match="or a board, adopt it"):
        privacy.publish(actor=officer, version_id=draft.pk)


def test_a_change_of_the_draft_voids_the_ballot(scene: Scene) -> None:
    draft, officer = referred(scene)
    ballot = commands.open_ballot(actor=scene.chair, motion_id=moved(scene, draft).pk)
    change(draft, officer)
    for number in (1, 2, 3):
        with pytest.raises(Refused, match="no longer the one on which the ballot opened"):
            commands.cast_vote(actor=scene.member(number), ballot_id=ballot.pk, position="yes")
    assert not Vote.objects.exists(), "nobody votes on words that they cannot read"
    assert not Adoption.objects.exists()


def test_the_public_page_names_no_board_that_adopted_another_text(scene: Scene) -> None:
    draft, officer = referred(scene)
    make.vote_through(commands.open_ballot(actor=scene.chair, motion_id=moved(scene, draft).pk))
    change(draft, officer)
    make.published(draft, by=officer)
    page = Client().get(reverse("public:policy", args=[draft.policy_id])).content.decode()
    assert scene.board.name not in page


def test_a_change_after_the_adoption_ends_it(scene: Scene) -> None:
    draft, officer = referred(scene)
    make.vote_through(commands.open_ballot(actor=scene.chair, motion_id=moved(scene, draft).pk))
    change(draft, officer)
    assert adoption_of(PolicyVersion.objects.get(pk=draft.pk)) is None
    with pytest.raises(Refused):
        privacy.publish(actor=officer, version_id=draft.pk)


def test_no_ballot_opens_on_a_draft_that_is_not_reviewed_as_it_reads(scene: Scene) -> None:
    draft, officer = referred(scene)
    motion = moved(scene, draft)
    change(draft, officer)
    with pytest.raises(Refused, match="let a second person review"):
        commands.open_ballot(actor=scene.chair, motion_id=motion.pk)
    assert not Ballot.objects.exists()


def test_only_a_draft_that_was_given_to_this_board_is_moved_there(scene: Scene) -> None:
    draft, officer = reviewed(scene)
    with pytest.raises(ValidationError, match="given to this board"):
        moved(scene, draft)
    other = make.board()
    commands.refer_policy(actor=officer, board_id=other.pk, version_id=draft.pk)
    with pytest.raises(ValidationError, match="given to this board"):
        moved(scene, draft)
    field = PolicyForm(subject=Motion(board=scene.board)).fields["policy_version"]
    assert draft not in field.queryset  # type: ignore[attr-defined]
    field = PolicyForm(subject=Motion(board=other)).fields["policy_version"]
    assert draft in field.queryset  # type: ignore[attr-defined]


def test_who_keeps_the_policy_gives_a_reviewed_draft_once(scene: Scene) -> None:
    officer = make.privacy_officer(scene.court)
    draft = make.assessed(make.policy_draft(scene.court, actor=officer), by=officer)
    with pytest.raises(Refused, match="ask for a review"):
        commands.refer_policy(actor=officer, board_id=scene.board.pk, version_id=draft.pk)
    make.reviewed(draft, by=officer)
    for somebody in (
        scene.chair,
        make.person(scene.court, roles=(Role.COUNSEL,)).person,
        make.person(scene.police).person,
    ):
        with pytest.raises(PermissionDenied):
            commands.refer_policy(actor=somebody, board_id=scene.board.pk, version_id=draft.pk)
    commands.refer_policy(actor=officer, board_id=scene.board.pk, version_id=draft.pk)
    with pytest.raises(Refused, match="has this draft already"):
        commands.refer_policy(actor=officer, board_id=scene.board.pk, version_id=draft.pk)
    published = make.policy(scene.police)
    with pytest.raises(Refused):
        commands.refer_policy(
            actor=make.privacy_officer(scene.police), board_id=scene.board.pk, version_id=published.pk
        )


def test_the_agency_whose_policy_it_is_does_not_vote_on_it(scene: Scene) -> None:
    draft, _ = referred(scene)
    motion = moved(scene, draft)
    works = make.person(scene.court, roles=(Role.ADMINISTRATOR,)).person
    assert "whose policy it is" in policy.conflict_of(works, scene.board.seats.all()[0], motion)


def test_members_of_the_board_read_the_draft_and_nobody_else(scene: Scene) -> None:
    draft, officer = reviewed(scene)
    address = reverse("boards:policy_draft", args=[scene.board.pk, draft.pk])
    assert client_of(scene.chair).get(address).status_code == 404, "not before it is given to the board"
    commands.refer_policy(actor=officer, board_id=scene.board.pk, version_id=draft.pk)
    assert draft.provisions.all()[0].heading in read(client_of(scene.chair).get(address))
    for stranger in (
        make.person(scene.court).person,
        make.person(scene.police).person,
        make.board().seats.all()[0].holder,
    ):
        assert stranger is not None
        assert client_of(stranger).get(address).status_code == 404
    assert client_of(make.auditor()).get(address).status_code == 200


def test_a_draft_is_given_and_moved_by_form(scene: Scene) -> None:
    draft, officer = reviewed(scene)
    keeper, chair = client_of(officer), client_of(scene.chair)
    assert reverse("boards:refer", args=[draft.pk]) in read(keeper.get(reverse("privacy:version", args=[draft.pk])))
    sent = keeper.post(reverse("boards:refer", args=[draft.pk]), {"board": str(scene.board.pk)}, follow=True)
    assert "The board has the draft" in read(sent)
    chair.post(at("move", scene.board.pk), {"matter": "policy", "policy_version": str(draft.pk)})
    page = read(chair.get(at("motion", Motion.objects.get().pk)))
    assert reverse("boards:policy_draft", args=[scene.board.pk, draft.pk]) in page
    assert "the draft is adopted, and its agency can publish it" in page


def test_a_draft_before_a_board_is_not_thrown_away(scene: Scene) -> None:
    draft, officer = referred(scene)
    with pytest.raises(Refused, match="its file keeps it"):
        privacy.discard_draft(actor=officer, version_id=draft.pk)
    assert draft.provisions.exists()


def test_the_database_refuses_an_adoption_that_no_board_decided(scene: Scene, owner_sql: OwnerSql) -> None:
    draft, officer = referred(scene)
    motion = moved(scene, draft)
    forged = {"version": draft, "sha256": "0" * 64}
    for values in (
        {"title": scene.board.name, "motion": motion.number},  # it did not carry
        {"title": scene.board.name, "motion": "CGB-2026-999"},
        {"title": scene.board.name},
        {"by": officer, "motion": motion.number},
    ):
        with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
            Adoption.objects.create(**forged, **values)
    with pytest.raises(DatabaseError), transaction.atomic():
        PolicyReferral.objects.all().delete()


# --- Taken back -------------------------------------------------------------------------------------------------------


def taken_back(draft: PolicyVersion, officer: User) -> None:
    commands.take_back_policy(actor=officer, referral_id=draft.board_referrals.standing().get().pk)


def test_a_draft_that_was_taken_back_is_read_and_adopted_by_nobody_on_the_board(scene: Scene) -> None:
    draft, officer = referred(scene)
    ballot = commands.open_ballot(actor=scene.chair, motion_id=moved(scene, draft).pk)
    taken_back(draft, officer)
    pages = [reverse(f"boards:{name}", args=[scene.board.pk, draft.pk]) for name in ("policy_draft", "policy_changes")]
    for address in (*pages, reverse("workbench:publication", args=[draft.pk])):
        assert client_of(scene.chair).get(address).status_code == 404
    with pytest.raises(Refused):
        commands.cast_vote(actor=scene.member(1), ballot_id=ballot.pk, position="yes")
    with pytest.raises(ValidationError, match="given to this board"):
        moved(scene, draft)
    assert not Adoption.objects.exists()
    commands.refer_policy(actor=officer, board_id=scene.board.pk, version_id=draft.pk)
    assert client_of(scene.chair).get(pages[0]).status_code == 200


def test_taking_a_draft_back_ends_its_motion_and_its_ballot(scene: Scene) -> None:
    draft, officer = referred(scene)
    motion = moved(scene, draft)
    ballot = commands.open_ballot(actor=scene.chair, motion_id=motion.pk)
    voter = scene.member(2)
    commands.cast_vote(actor=voter, ballot_id=ballot.pk, position="yes")
    left = scene.board.seats.get(holder=voter)
    commands.vacate_seat(actor=make.portal_administrator(), seat_id=left.pk, reason="Left")
    taken_back(draft, officer)
    motion.refresh_from_db()
    decision = Decision.objects.get(ballot=ballot)
    assert (motion.status, decision.outcome) == ("moot", "cancelled")
    newest = motion.history.latest()
    assert (newest.history_user, newest.history_change_reason) == (officer, "Its agency took the draft back")
    told = Notice.objects.filter(event__kind="board.motion_dropped", channel="portal")
    assert {scene.chair.pk, voter.pk} <= set(told.values_list("recipient", flat=True))
    words = kinds.words(told[0].event, scene.chair)
    assert words is not None
    assert "Its agency took the draft back before a decision" in words.body
    assert "no vote counts" in words.body
    assert not Notice.objects.filter(event__kind="policy.referral_taken_back").exists(), "once is enough"
    page = read(client_of(scene.chair).get(at("motion", motion.pk)))
    assert "Its agency took the draft back" in page
    assert reverse("boards:policy_draft", args=[scene.board.pk, draft.pk]) not in page, "it is theirs to read no more"
    commands.refer_policy(actor=officer, board_id=scene.board.pk, version_id=draft.pk)
    again = moved(scene, draft)
    assert again.number != motion.number
    make.vote_through(commands.open_ballot(actor=scene.chair, motion_id=again.pk))
    assert Adoption.objects.exists()


def test_the_board_is_told_of_a_draft_that_was_taken_back_before_a_motion(scene: Scene) -> None:
    draft, officer = referred(scene)
    taken_back(draft, officer)
    told = Notice.objects.filter(event__kind="policy.referral_taken_back")
    assert set(told.values_list("recipient", flat=True)) >= {scene.chair.pk}


def test_a_result_that_stands_is_not_taken_back_before_it_is_written_down(scene: Scene, owner_sql: OwnerSql) -> None:
    draft, officer = referred(scene)
    ballot = commands.open_ballot(actor=scene.chair, motion_id=moved(scene, draft).pk)
    past(ballot, owner_sql)
    with pytest.raises(Refused, match="is over, and its result stands"):
        taken_back(draft, officer)
    commands.settle(ballot_id=ballot.pk)
    taken_back(draft, officer)


def test_the_database_keeps_no_motion_on_a_draft_that_was_taken_back(scene: Scene) -> None:
    draft, officer = referred(scene)
    motion = moved(scene, draft)
    given = draft.board_referrals.standing().get()
    given.taken_back_at, given.taken_back_by = database_now(), officer
    with pytest.raises(IntegrityError, match="it ends first"), transaction.atomic():
        given.save(update_fields=["taken_back_at", "taken_back_by"])
    taken_back(draft, officer)
    motion.pk, motion.number = uuid7(), "CGB-2026-998"
    with pytest.raises(IntegrityError, match="that it was given"), transaction.atomic():
        motion.save(force_insert=True)


def test_what_a_board_adopted_is_not_taken_back_and_nothing_is_twice(scene: Scene, owner_sql: OwnerSql) -> None:
    draft, officer = referred(scene)
    with pytest.raises(PermissionDenied):
        taken_back(draft, scene.chair)
    make.vote_through(commands.open_ballot(actor=scene.chair, motion_id=moved(scene, draft).pk))
    with pytest.raises(Refused, match="has adopted this draft"):
        taken_back(draft, officer)
    change(draft, officer)
    given = draft.board_referrals.standing().get()
    taken_back(draft, officer)
    with pytest.raises(Refused, match="does not have this draft any more"):
        commands.take_back_policy(actor=officer, referral_id=given.pk)
    given.refresh_from_db()
    given.taken_back_at = None
    given.taken_back_by = None
    with pytest.raises(IntegrityError, match="stays so"), transaction.atomic():
        given.save(update_fields=["taken_back_at", "taken_back_by"])
    given.refresh_from_db()
    given.version = make.policy(scene.police)
    with pytest.raises(DatabaseError), transaction.atomic():
        given.save(update_fields=["version"])


def test_a_member_reads_what_changes_and_for_whom_before_the_vote(scene: Scene) -> None:
    first, officer = reviewed(scene)
    make.published(first, by=officer)
    draft = privacy.start_new_version(actor=officer, policy_id=first.policy_id)
    change(draft, officer)
    make.reviewed(draft, by=officer)
    commands.refer_policy(actor=officer, board_id=scene.board.pk, version_id=draft.pk)
    chair = client_of(scene.chair)
    page = read(chair.get(reverse("boards:policy_draft", args=[scene.board.pk, draft.pk])))
    for name, args, words in (
        ("boards:policy_changes", [scene.board.pk, draft.pk], "And more."),
        ("workbench:publication", [draft.pk], "Nobody sees anything otherwise than now."),
    ):
        address = reverse(name, args=args)
        assert address in page
        assert words in read(chair.get(address))
        assert client_of(make.person(scene.police).person).get(address).status_code == 404


def test_it_is_taken_back_by_button(scene: Scene) -> None:
    draft, officer = referred(scene)
    keeper, page = client_of(officer), reverse("boards:refer", args=[draft.pk])
    button = reverse("boards:policy_take_back", args=[draft.board_referrals.get().pk])
    assert button in read(keeper.get(page))
    assert client_of(scene.chair).post(button).status_code == 404
    assert "The draft is taken back" in read(keeper.post(button, follow=True))
    assert "took it back on" in read(keeper.get(page))
