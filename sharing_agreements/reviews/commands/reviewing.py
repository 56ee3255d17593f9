"""Taking a review, giving it on, remarking, and deciding it."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from agencies.models import Membership, User
from portal.kernel import history
from portal.kernel.clock import database_now
from portal.kernel.errors import Refused
from sharing_agreements import steps as agreement_steps
from sharing_agreements.models import Comment
from sharing_agreements.reviews import policy
from sharing_agreements.reviews.models import RemarkComment, Review, ReviewRemark
from sharing_agreements.reviews.steps import S, advance, note


def locked(review_id: UUID) -> Review:
    """The review with its agreement, which everything that changes either locks first."""
    key = Review.objects.values_list("agreement", flat=True).get(pk=review_id)
    agreement = agreement_steps.locked(key)
    Review.objects.for_update(review_id)
    found = Review.objects.select_related("version", "stage__agency", "stage__plan", "reviewer", "reviewer_agency")
    review = found.get(pk=review_id)
    review.agreement = agreement
    return review


def _give(review: Review, to: Membership | None) -> None:
    review.reviewer = to.person if to else None
    review.reviewer_agency = to.agency if to else None
    review.taken_at = database_now() if to else None


@transaction.atomic(durable=True)
def take(*, actor: User, review_id: UUID) -> Review:
    """Take a review: of several who could, the first has it."""
    review = locked(review_id)
    policy.may_take(actor, review)
    here = Membership.objects.acted_under(actor).with_role(review.stage.role)
    _give(review, here.select_related("person", "agency").get(agency=review.stage.agency_id))
    history.save(review, actor=actor, reason="Taken")
    note("review_taken", review, actor=actor, acting_agency_id=review.reviewer_agency_id)
    return review


@transaction.atomic(durable=True)
def give_back(*, actor: User, review_id: UUID) -> Review:
    """Leave a review to others who could take it. What was remarked stays."""
    review = locked(review_id)
    policy.may_give_back(actor, review)
    note("review_given_back", review, actor=actor, acting_agency_id=review.reviewer_agency_id)
    _give(review, None)
    history.save(review, actor=actor, reason="Given back")
    return review


@transaction.atomic(durable=True)
def delegate(*, actor: User, review_id: UUID, membership_id: UUID, reason: str) -> Review:
    """Give a review to somebody else, who alone decides it then."""
    review = locked(review_id)
    acting = policy.may_delegate(actor, review)
    if not reason.strip():
        raise ValidationError({"reason": "Say why you give it on; the new reviewer reads it."})
    could = policy.could_review(review, anywhere=policy.presides(actor, review))
    to = next((each for each in could if each.pk == membership_id), None)
    if to is None:
        raise ValidationError(
            {"membership": "Choose somebody of the list: who wrote the agreement does not review it."}
        )
    _give(review, to)
    history.save(review, actor=actor, reason=reason.strip())
    note(
        "review_delegated",
        review,
        actor=actor,
        acting_agency_id=acting,
        reviewer=str(to.person_id),
        given_because=reason.strip(),
    )
    return review


@transaction.atomic(durable=True)
def remark(*, actor: User, review_id: UUID, clause_id: UUID, text: str) -> ReviewRemark:
    """Ask for something at a clause. The drafters read it when the text is sent back."""
    review = locked(review_id)
    policy.may_decide(actor, review)
    clause = review.version.clauses.filter(pk=clause_id).first()
    if clause is None:
        raise ValidationError({"clause": "Choose a clause of the text under review."})
    if not text.strip():
        raise ValidationError({"text": "Say what is to change."})
    if review.remarks.filter(clause=clause, text=text.strip()).exists():
        raise Refused("You said this already; it is below.", code="said", repeated=True)
    made = ReviewRemark(review=review, clause=clause, text=text.strip(), author=actor)
    made.full_clean()
    history.save(made, actor=actor, reason="Remarked")
    return made


@transaction.atomic(durable=True)
def take_remark_back(*, actor: User, remark_id: UUID) -> None:
    """Take out a remark before the review is decided, one's own or that of who had it before; the history keeps it."""
    review = locked(ReviewRemark.objects.values_list("review", flat=True).get(pk=remark_id))
    policy.may_decide(actor, review)
    found = review.remarks.filter(pk=remark_id).first()
    if found is None:
        raise Refused("This remark was taken out already.", code="gone", repeated=True)
    history.delete(found, actor=actor, reason="Taken out")


@transaction.atomic(durable=True)
def approve(*, actor: User, review_id: UUID, sha256: str, opinion: str = "") -> Review:
    """Approve the text that was read, and open what waited for that. `sha256`: of the version that the page showed."""
    review = locked(review_id)
    if review.status == S.APPROVED and review.reviewer_id == actor.pk:
        raise Refused("You approved this text already.", code="approved", repeated=True)
    policy.may_decide(actor, review)
    if sha256 != review.version.sha256:
        raise Refused("The text is not the one that you were shown. Read it again, then approve it.", code="changed")
    if review.remarks.exists():
        raise Refused(
            "You ask for changes at a clause. Send the text back with them, or take them out before you approve.",
            code="remarks",
        )
    _decide(review, S.APPROVED, opinion, actor)
    acting = review.reviewer_agency_id
    note("review_approved", review, actor=actor, acting_agency_id=acting, sha256=review.version.sha256)
    advance(review.agreement)
    return review


@transaction.atomic(durable=True)
def send_back(*, actor: User, review_id: UUID, opinion: str) -> Review:
    """Back to the drafters: the text read stays as it is, a copy becomes the next draft, and each remark on a clause
    becomes a comment there, to be settled before it is submitted again."""
    review = locked(review_id)
    policy.may_decide(actor, review)
    if not opinion.strip():
        raise ValidationError({"opinion": "Say what is to change; the drafters read it."})
    _decide(review, S.SENT_BACK, opinion, actor)
    agreement_steps.back_to_draft(review.agreement, actor=actor, reason=f"Sent back: {review.stage}")
    _ask_for(review)
    note("review_sent_back", review, actor=actor, acting_agency_id=review.reviewer_agency_id)
    return review


def _decide(review: Review, to: Review.Status, opinion: str, actor: User) -> None:
    review.status, review.decided_at, review.opinion = to, database_now(), opinion.strip()
    review.full_clean()
    history.save(review, actor=actor, reason=review.get_status_display())


def _ask_for(review: Review) -> None:
    """Put the remarks where the drafters work: on the clauses of the next version."""
    version = review.agreement.current_version
    assert version is not None  # noqa: S101  (sending back began it)
    clauses = {clause.number: clause for clause in version.clauses.all()}
    for each in review.remarks.select_related("clause", "author"):
        clause = clauses[each.clause.number]
        comment = Comment(version=version, clause=clause, about=str(clause), text=each.text, author=each.author)
        comment.full_clean()
        history.save(comment, actor=each.author, reason=str(review.stage))
        RemarkComment.objects.create(remark=each, comment=comment)
