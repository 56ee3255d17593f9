"""Who plans stages of review, who takes, gives on and decides a review, and when. Each check returns None or raises."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied

from agencies.models import Auditor, Membership, User
from agencies.policy import acts_for, works_at
from portal.audit.models import Event
from portal.kernel.errors import Refused
from sharing_agreements.boards import policy as boards
from sharing_agreements.boards.models import Board, Seat
from sharing_agreements.models import Agreement
from sharing_agreements.models.comments import reads

from .models import Review, ReviewRemark, ReviewStage

S = Review.Status
DRAFTING = ("agreement.drafted", "agreement.edited", "agreement.submitted")


def may_plan(person: User, board: Board) -> None:
    """Adopt the board's plan of reviews: its chair. Every plan stays, with who adopted it and why."""
    boards.may_preside(person, board)


def writers(agreement: Agreement) -> set[UUID]:
    """Whoever wrote any of the agreement's text, and is not to review it."""
    mine = Event.objects.filter(subject_label=Agreement._meta.label, subject_id=agreement.pk, kind__in=DRAFTING)
    wrote = mine.exclude(actor=None).order_by().values_list("actor", flat=True).distinct()
    return {agreement.author_id, *(key for key in wrote if key is not None)}


def may_take(person: User, review: Review) -> None:
    """Take an open review that nobody has, or whose reviewer works there no more."""
    if not acts_for(person, review.stage.agency_id, review.stage.role):
        role = review.stage.role.label.lower()
        raise PermissionDenied(f"Only a {role} of {review.stage.agency} takes this review.")
    _is_open(review)
    _not_own(person, review)
    if review.reviewer_id == person.pk:
        raise Refused("You have this review already.", code="taken", repeated=True)
    if review.reviewer is not None and works_at(review.reviewer, review.reviewer_agency_id):
        raise Refused(f"{review.reviewer} has taken this review.", code="taken")


def may_give_back(person: User, review: Review) -> None:
    """Leave a review to others of the agency that it was given to."""
    _is_mine(person, review)
    _is_open(review)


def may_delegate(person: User, review: Review) -> UUID | None:
    """Give a review to somebody else: its reviewer, whoever could take it, and the chair of the board.

    Returns the agency for which the person does that.
    """
    acting = None
    if review.reviewer_id == person.pk and acts_for(person, review.reviewer_agency_id):
        acting = review.reviewer_agency_id
    elif review.reviewer_id is None and acts_for(person, review.stage.agency_id, review.stage.role):
        acting = review.stage.agency_id
    elif (chair := _chair(person, review)) is not None:
        acting = chair.agency_id
    else:
        raise PermissionDenied("Only its reviewer, whoever could take it, and the chair give a review to somebody.")
    _is_open(review)
    return acting


def _chair(person: User, review: Review) -> Seat | None:
    mine = Seat.objects.in_office().filter(holder=person.pk, is_chair=True)
    return mine.filter(board=review.stage.plan.board_id).first()


def presides(person: User, review: Review) -> bool:
    """Whether the person is the chair of the board whose plan the stage is of."""
    return _chair(person, review) is not None


def could_review(review: Review, *, anywhere: bool) -> list[Membership]:
    """To whom it can be given: the office of the agency; for the chair, `anywhere`, that office of any agency."""
    found = Membership.objects.current().with_role(review.stage.role).exclude(person=review.reviewer_id)
    if not anywhere:
        found = found.filter(agency=review.stage.agency_id)
    found = found.exclude(person__in=writers(review.agreement)).select_related("person", "agency")
    return list(found.order_by("person__last_name", "person__email", "agency__name"))


def may_decide(person: User, review: Review) -> None:
    """Approve the text, send it back, or remark on a clause: the reviewer."""
    _is_mine(person, review)
    _is_open(review)
    _not_own(person, review)


def reads_opinion(person: User, membership: Membership | None, review: Review) -> bool:
    """Whether the person reads what the reviewer says: who drafts, who reviews, the board, and who audits.

    Other parties see that the stage approved, and when; counsel's advice is for whom it is given to.
    """
    if membership is not None and membership.agency_id == review.agreement.lead_agency_id:
        return True
    if Review.objects.read_by_office(person).filter(version=review.version_id).exists():
        return True
    if Board.objects.of_member(person).filter(pk=review.stage.plan.board_id).exists():
        return True
    audited = Auditor.objects.current().filter(person=person)
    return audited.filter(agency=None).exists() or audited.filter(agency=review.agreement.lead_agency_id).exists()


def reads_settled(person: User, membership: Membership | None, remark: ReviewRemark) -> bool:
    """Whether the person reads how a remark was settled: who made it, as long as the review is theirs to read, and who
    reads what is said of the drafts of the lead agency."""
    return remark.author_id == person.pk or reads(person, membership, remark.review.agreement.lead_agency_id)


def may_hold(stages: list[ReviewStage]) -> list[str]:
    """Stages that nobody could take today, each as a sentence; a plan with such is adopted, and they are assigned."""
    return [
        f"{stage.agency} has no {stage.role.label.lower()}: nobody there could take its {stage.discipline} review."
        for stage in stages
        if not _has_office(stage.agency_id, stage)
    ]


def _has_office(agency_id: UUID, stage: ReviewStage) -> bool:
    return Membership.objects.current().with_role(stage.role).filter(agency=agency_id).exists()


def _is_mine(person: User, review: Review) -> None:
    if review.reviewer_id != person.pk or not acts_for(person, review.reviewer_agency_id):
        raise PermissionDenied("Only the reviewer who took it does that.")


def _is_open(review: Review) -> None:
    if review.status in {S.APPROVED, S.SENT_BACK}:
        done = "approved the text" if review.status == S.APPROVED else "sent the text back"
        raise Refused(f"This review is done: {review.reviewer} {done}.", code="decided")
    if review.status == S.WAITING:
        raise Refused("This review begins when the steps before it have approved.", code="waits")
    current = review.agreement.current_version_id == review.version_id
    if review.status != S.OPEN or not current or review.agreement.status != Agreement.Status.IN_REVIEW:
        raise Refused(f"{review.agreement.number} is no longer in review, so there is nothing to do.", code="closed")


def _not_own(person: User, review: Review) -> None:
    if person.pk in writers(review.agreement):
        raise PermissionDenied("Somebody else reviews it: you wrote a part of this agreement.")
