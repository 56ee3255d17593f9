"""From submission through the stages of review to the board: who takes, gives on, approves, sends back."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.models import Membership, Role
from agencies.models import User as Person
from portal.audit.models import Event
from portal.kernel.errors import Refused
from sharing_agreements import commands as agreements
from sharing_agreements.boards import commands as boards
from sharing_agreements.models import Agreement, Comment
from sharing_agreements.reviews import commands, policy
from sharing_agreements.reviews.models import Review, ReviewRemark
from tests import make

from .conftest import Office

pytestmark = pytest.mark.django_db

S = Review.Status


def states(agreement: Agreement) -> dict[str, str]:
    """Discipline -> where its review of the current version stands."""
    version = Agreement.objects.get(pk=agreement.pk).current_version
    found = Review.objects.filter(version=version).select_related("stage")
    return {review.stage.discipline: review.status for review in found}


def passes(agreement: Agreement, *disciplines: str) -> None:
    for discipline in disciplines:
        make.passed(make.review(agreement, discipline))


def sent_back(agreement: Agreement, discipline: str = "privacy", *remarks: tuple[str, str]) -> Review:
    """A reviewer takes it, remarks on clauses, and sends the text back."""
    review = make.taken(make.review(agreement, discipline))
    assert review.reviewer is not None
    for number, text in remarks:
        clause = review.version.clauses.get(number=number)
        commands.remark(actor=review.reviewer, review_id=review.pk, clause_id=clause.pk, text=text)
    return commands.send_back(actor=review.reviewer, review_id=review.pk, opinion="Say who is told.")


# --- The way through ------------------------------------------------------------------------------------------------


def test_steps_open_one_after_another_and_then_the_board_takes_it_up(office: Office) -> None:
    agreement = office.submitted()
    assert states(agreement) == {"privacy": S.OPEN, "legal": S.WAITING, "technical": S.WAITING}
    with pytest.raises(Refused, match="Awaited: Privacy review, State Court Administration; Legal review"):
        make.motion(office.board, agreement)
    with pytest.raises(Refused, match="begins when the steps before it"):
        make.taken(make.review(agreement, "legal"))
    passes(agreement, "privacy")
    assert states(agreement) == {"privacy": S.APPROVED, "legal": S.OPEN, "technical": S.OPEN}
    passes(agreement, "technical")
    with pytest.raises(Refused, match="Awaited: Legal review, State Court Administration\\."):
        make.motion(office.board, agreement)
    passes(agreement, "legal")
    assert make.carry(make.ballot(office.board, agreement)).status == Agreement.Status.SIGNING


@pytest.mark.parametrize("kind", ["approve", "send_back", "reject"])
def test_no_motion_of_any_kind_takes_up_what_is_in_review(office: Office, kind: str) -> None:
    agreement = office.submitted()
    with pytest.raises(Refused) as no:
        make.motion(office.board, agreement, kind)
    assert no.value.code == "in_review"


def test_a_board_without_a_plan_takes_up_what_is_submitted(office: Office) -> None:
    make.plan(office.board)
    agreement = office.submitted()
    assert states(agreement) == {}
    assert make.motion(office.board, agreement)


def test_only_stages_for_its_kind_are_passed(office: Office) -> None:
    make.plan(
        office.board,
        make.stage("privacy", office.administration, kinds=["data_use"]),
        make.stage("legal", office.administration, kinds=["mou", "data_use"]),
    )
    assert states(office.submitted()) == {"legal": S.OPEN}


@pytest.mark.parametrize("takes", [False, True])
def test_an_administrative_amendment_passes_the_stages_that_say_so(office: Office, takes: bool) -> None:
    make.plan(office.board)
    make.amended(office.board, chair_may_approve=True)
    in_force = make.through(make.draft(office.court, office.police, office.cases))
    make.plan(office.board, make.stage("legal", office.administration, takes_administrative=takes))
    amendment = make.reworded(make.change(in_force, is_administrative=True))
    submitted = agreements.submit(actor=amendment.author, agreement_id=amendment.pk)
    sha256 = submitted.current_version.sha256 if submitted.current_version else ""

    def approves() -> Any:
        return boards.approve_by_chair(
            actor=office.chair, board_id=office.board.pk, agreement_id=submitted.pk, sha256=sha256
        )

    if takes:
        with pytest.raises(Refused, match="still in review"):
            approves()
        passes(submitted, "legal")
    approves()
    assert Agreement.objects.get(pk=submitted.pk).status == Agreement.Status.SIGNING


def test_a_new_plan_holds_for_what_is_submitted_from_then_on(office: Office) -> None:
    before = office.submitted()
    make.plan(office.board, make.stage("legal", office.administration))
    assert set(states(before)) == {"privacy", "legal", "technical"}
    after = make.submitted(office.court, office.police, make.record_set(office.court, "Warrants"))
    assert states(after) == {"legal": S.OPEN}


# --- Taking and giving on -------------------------------------------------------------------------------------------


def test_only_the_office_of_the_agency_takes_a_review(office: Office) -> None:
    review = make.review(office.submitted())
    for other in (
        make.someone(office.court, Role.PRIVACY_OFFICER),
        make.person(office.administration, roles=(Role.CLERK,)).person,
        office.counsel,
        office.chair,
    ):
        with pytest.raises(PermissionDenied):
            commands.take(actor=other, review_id=review.pk)
    assert commands.take(actor=office.privacy, review_id=review.pk).reviewer == office.privacy


def test_a_second_officer_finds_it_taken_until_it_is_given_back(office: Office) -> None:
    review = make.taken(make.review(office.submitted()), office.privacy)
    second = make.person(office.administration, roles=(Role.PRIVACY_OFFICER,)).person
    with pytest.raises(Refused, match="has taken this review"):
        commands.take(actor=second, review_id=review.pk)
    with pytest.raises(PermissionDenied):
        commands.give_back(actor=second, review_id=review.pk)
    commands.give_back(actor=office.privacy, review_id=review.pk)
    assert commands.take(actor=second, review_id=review.pk).reviewer == second


def test_what_a_reviewer_who_left_had_taken_can_be_taken(office: Office) -> None:
    leaver = make.person(office.administration, roles=(Role.PRIVACY_OFFICER,))
    review = make.taken(make.review(office.submitted()), leaver.person)
    from agencies import commands as agencies  # noqa: PLC0415

    administrator = make.administrator_of(office.administration)
    assert administrator is not None
    agencies.end_membership(actor=administrator, membership_id=leaver.pk, reason="Left.")
    with pytest.raises(PermissionDenied):
        commands.approve(actor=leaver.person, review_id=review.pk, sha256=review.version.sha256)
    assert commands.take(actor=office.privacy, review_id=review.pk).reviewer == office.privacy


def test_who_wrote_a_part_of_it_reviews_nothing_of_it(office: Office) -> None:
    both = make.person(office.court, roles=(Role.DRAFTER, Role.COUNSEL)).person
    make.plan(office.board, make.stage("legal", office.court))
    agreement = make.draft(office.court, office.police, office.cases)
    agreements.save_clause(
        actor=both, agreement_id=agreement.pk, number="9.9", topic="other", heading="Costs", text="Each pays its own."
    )
    agreements.submit(actor=agreement.author, agreement_id=agreement.pk)
    review = make.review(agreement, "legal")
    with pytest.raises(PermissionDenied, match="you wrote a part"):
        commands.take(actor=both, review_id=review.pk)
    other = make.person(office.court, roles=(Role.COUNSEL,))
    assert both not in [each.person for each in policy.could_review(review, anywhere=True)]
    assert commands.take(actor=other.person, review_id=review.pk)


def member(agency: Any, *roles: str) -> Membership:
    return make.person(agency, roles=roles)


def delegate(review: Review, by: Person, to: Membership, reason: str = "On leave.") -> Review:
    return commands.delegate(actor=by, review_id=review.pk, membership_id=to.pk, reason=reason)


def test_the_reviewer_gives_it_to_a_colleague_who_alone_decides_then(office: Office) -> None:
    review = make.taken(make.review(office.submitted()), office.privacy)
    colleague = member(office.administration, Role.PRIVACY_OFFICER)
    delegate(review, office.privacy, colleague)
    with pytest.raises(PermissionDenied):
        commands.approve(actor=office.privacy, review_id=review.pk, sha256=review.version.sha256)
    commands.approve(actor=colleague.person, review_id=review.pk, sha256=review.version.sha256)
    assert Review.objects.get(pk=review.pk).status == S.APPROVED


def test_only_the_chair_gives_it_to_the_office_of_another_agency(office: Office) -> None:
    review = make.taken(make.review(office.submitted()), office.privacy)
    elsewhere = member(office.police, Role.PRIVACY_OFFICER)
    with pytest.raises(ValidationError, match="Choose somebody of the list"):
        delegate(review, office.privacy, elsewhere)
    for agency in (office.police, office.administration):
        with pytest.raises(ValidationError, match="Choose somebody of the list"):
            delegate(review, office.chair, member(agency, Role.CLERK))
    delegate(review, office.chair, elsewhere)
    told = Event.objects.get(kind="agreement.review_delegated")
    assert told.acting_agency_id == office.board.seats.get(is_chair=True).agency_id
    commands.approve(actor=elsewhere.person, review_id=review.pk, sha256=review.version.sha256)


def test_nobody_else_gives_a_review_away(office: Office) -> None:
    review = make.taken(make.review(office.submitted()), office.privacy)
    to = member(office.administration, Role.CLERK)
    second = member(office.administration, Role.PRIVACY_OFFICER)
    for other in (second.person, office.counsel, make.someone(office.court, Role.DRAFTER)):
        with pytest.raises(PermissionDenied):
            delegate(review, other, to)
    with pytest.raises(ValidationError, match="Say why"):
        delegate(review, office.privacy, to, reason=" ")


# --- Approval, and its text -----------------------------------------------------------------------------------------


def test_an_approval_is_of_the_text_that_was_shown(office: Office) -> None:
    review = make.taken(make.review(office.submitted()))
    assert review.reviewer is not None
    with pytest.raises(Refused, match="not the one that you were shown"):
        commands.approve(actor=review.reviewer, review_id=review.pk, sha256="0" * 64)
    commands.approve(actor=review.reviewer, review_id=review.pk, sha256=review.version.sha256, opinion="In order.")
    with pytest.raises(Refused) as again:
        commands.approve(actor=review.reviewer, review_id=review.pk, sha256=review.version.sha256)
    assert again.value.repeated


def test_nobody_approves_beside_their_own_remarks(office: Office) -> None:
    review = make.taken(make.review(office.submitted()))
    assert review.reviewer is not None
    clause = review.version.clauses.get(number="3.1")
    note = commands.remark(actor=review.reviewer, review_id=review.pk, clause_id=clause.pk, text="Which sets?")
    with pytest.raises(Refused, match="Send the text back with them"):
        commands.approve(actor=review.reviewer, review_id=review.pk, sha256=review.version.sha256)
    commands.take_remark_back(actor=review.reviewer, remark_id=note.pk)
    commands.approve(actor=review.reviewer, review_id=review.pk, sha256=review.version.sha256)


def test_an_approval_holds_when_the_same_text_is_submitted_again(office: Office) -> None:
    agreement = office.submitted()
    passes(agreement, "privacy")
    sent_back(agreement, "legal")
    assert Agreement.objects.get(pk=agreement.pk).status == Agreement.Status.DRAFT
    agreements.submit(actor=agreement.author, agreement_id=agreement.pk)
    assert states(agreement) == {"privacy": S.APPROVED, "legal": S.OPEN, "technical": S.OPEN}
    carried = make.review(agreement, "privacy")
    assert carried.carried_from is not None
    assert (carried.reviewer, carried.decided_at) == (carried.carried_from.reviewer, carried.carried_from.decided_at)
    passes(agreement, "legal", "technical")
    assert make.motion(office.board, agreement)


CHANGES: dict[str, Any] = {
    "a word": lambda a: make.reworded(a),
    "the purpose": lambda a: _edited(a, purpose="To share more."),
    "a day": lambda a: _edited(a, withdrawal_days=60),
    "a term": lambda a: agreements.remove_term(
        actor=a.author, agreement_id=a.pk, term_id=a.current_version.terms.get(code="T2").pk
    ),
    "an attachment": lambda a: make.attached(a),
    "an obligation": lambda a: make.obligation(a),
    "the law of a clause": lambda a: make.resting(a, make.authority()),
    "the title": lambda a: _edited(a, title="Another title"),
}


def _edited(agreement: Agreement, **values: Any) -> None:
    version = agreement.current_version
    assert version is not None
    given = {"title": agreement.title, "purpose": version.purpose, "effective_on": version.effective_on, **values}
    agreements.edit_version(actor=agreement.author, agreement_id=agreement.pk, ends_on=version.ends_on, **given)


@pytest.mark.parametrize("change", CHANGES)
def test_an_approval_lapses_on_any_change_of_text_or_terms(office: Office, change: str) -> None:
    drafted = make.draft(office.court, office.police, office.cases)
    make.add_term(drafted, make.record_set(office.court, "Warrants"), office.police)
    agreement = agreements.submit(actor=drafted.author, agreement_id=drafted.pk)
    passes(agreement, "privacy")
    agreements.take_back(actor=drafted.author, agreement_id=drafted.pk, reason="One more thing.")
    CHANGES[change](Agreement.objects.select_related("current_version").get(pk=drafted.pk))
    agreements.submit(actor=drafted.author, agreement_id=drafted.pk)
    assert states(agreement) == {"privacy": S.OPEN, "legal": S.WAITING, "technical": S.WAITING}


def test_an_approval_holds_again_when_the_text_is_what_it_was(office: Office) -> None:
    """Version 2 said something else, version 3 says what version 1 said."""
    agreement = office.submitted()
    passes(agreement, "privacy")
    for title in ("Another title", "Case exchange"):
        agreements.take_back(actor=agreement.author, agreement_id=agreement.pk, reason="The title.")
        _edited(Agreement.objects.select_related("current_version").get(pk=agreement.pk), title=title)
        agreements.submit(actor=agreement.author, agreement_id=agreement.pk)
    assert states(agreement)["privacy"] == S.APPROVED


# --- Sending back ---------------------------------------------------------------------------------------------------


def test_remarks_become_comments_to_settle_before_it_is_submitted_again(office: Office) -> None:
    agreement = office.submitted()
    review = sent_back(agreement, "privacy", ("3.1", "Which record sets?"), ("1", "Whose law?"))
    now = Agreement.objects.get(pk=agreement.pk)
    assert (now.status, states(now)) == (Agreement.Status.DRAFT, {})
    found = Comment.objects.filter(version=now.current_version).order_by("about")
    assert [(each.about.split()[0], each.text, each.author) for each in found] == [
        ("1", "Whose law?", review.reviewer),
        ("3.1", "Which record sets?", review.reviewer),
    ]
    with pytest.raises(Refused, match=r"settle the comments on clause 1 and 3\.1"):
        agreements.submit(actor=now.author, agreement_id=now.pk)
    for each in found:
        agreements.resolve(actor=now.author, comment_id=each.pk, resolution="Said.")
    agreements.submit(actor=now.author, agreement_id=now.pk)
    assert ReviewRemark.objects.filter(review=review).count() == 2, "what was asked for stays with the review"


def test_the_others_close_when_one_sends_it_back(office: Office) -> None:
    agreement = office.submitted()
    passes(agreement, "privacy")
    old = {each.stage.discipline: each for each in Review.objects.filter(agreement=agreement)}
    make.taken(old["technical"])
    sent_back(agreement, "legal")
    now = {name: Review.objects.get(pk=each.pk).status for name, each in old.items()}
    assert now == {"privacy": S.APPROVED, "legal": S.SENT_BACK, "technical": S.CLOSED}
    with pytest.raises(Refused, match="no longer in review"):
        commands.approve(actor=office.security, review_id=old["technical"].pk, sha256=old["technical"].version.sha256)


@pytest.mark.parametrize("way", ["take_back", "withdraw"])
def test_reviews_close_when_the_lead_agency_calls_it_back(office: Office, way: str) -> None:
    agreement = office.submitted()
    review = make.taken(make.review(agreement))
    getattr(agreements, way)(actor=agreement.author, agreement_id=agreement.pk, reason="Not now.")
    assert Review.objects.get(pk=review.pk).status == S.CLOSED
    assert not Review.objects.to_do_for(office.privacy).exists()


def test_a_reviewer_says_what_is_to_change(office: Office) -> None:
    review = make.taken(make.review(office.submitted()))
    assert review.reviewer is not None
    with pytest.raises(ValidationError, match="Say what is to change"):
        commands.send_back(actor=review.reviewer, review_id=review.pk, opinion="  ")
    assert Review.objects.get(pk=review.pk).status == S.OPEN


# --- The plan -------------------------------------------------------------------------------------------------------


def test_going_without_reviews_is_said_in_so_many_words(office: Office) -> None:
    values: dict[str, Any] = {"actor": office.chair, "board_id": office.board.pk, "reason": "None.", "after": 1}
    stage = make.stage("legal", office.court)
    for stages, without in (([], False), ([stage], True)):
        with pytest.raises(ValidationError, match="not both"):
            commands.adopt_plan(stages=stages, without=without, **values)
    assert not commands.adopt_plan(stages=[], without=True, **values).stages.exists()


def adopt(office: Office, by: Person, *stages: dict[str, Any], after: int = 1, reason: str = "Law changed.") -> Any:
    return commands.adopt_plan(actor=by, board_id=office.board.pk, stages=list(stages), reason=reason, after=after)


def test_only_the_chair_adopts_a_plan(office: Office) -> None:
    stage = make.stage("legal", office.court)
    member = office.board.seats.get(number=2).holder
    assert member is not None
    for other in (member, office.privacy, make.portal_administrator(), make.someone(office.court, Role.DRAFTER)):
        with pytest.raises(PermissionDenied):
            adopt(office, other, stage)
    assert adopt(office, office.chair, stage).number == 2


def test_a_plan_says_why_once_and_what_it_was_made_from(office: Office) -> None:
    stage = make.stage("legal", office.court)
    with pytest.raises(ValidationError, match="Say why"):
        adopt(office, office.chair, stage, reason="")
    with pytest.raises(ValidationError, match="has this stage already"):
        adopt(office, office.chair, stage, make.stage("legal", office.court, step=2))
    with pytest.raises(ValidationError, match="takes no part"):
        adopt(office, office.chair, make.stage("legal", make.agency(active=False)))
    for wrong in ({"step": 0}, {"step": 10}, {"days": 0}, {"days": 181}, {"discipline": "other"}):
        with pytest.raises(ValidationError):
            adopt(office, office.chair, {**stage, **wrong})
    adopt(office, office.chair, stage)
    with pytest.raises(Refused, match="Another plan was adopted"):
        adopt(office, office.chair, stage)
    with pytest.raises(Refused) as same:
        adopt(office, office.chair, stage, after=2)
    assert same.value.repeated
    assert office.board.review_plans.count() == 2
