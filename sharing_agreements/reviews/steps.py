"""What happens to the reviews of an agreement as a consequence: plain functions that commands share.

The caller holds the agreement's row lock and its transaction.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from agencies.models import User
from portal.kernel import history
from portal.kernel.clock import database_now
from sharing_agreements import fingerprint
from sharing_agreements import steps as agreement_steps
from sharing_agreements.models import Agreement, AgreementVersion, first_moment

from .models import Review, ReviewQuerySet, ReviewStage
from .planning import stages_for

S = Review.Status
SHOWN = ("stage__agency", "reviewer", "version", "carried_from")
"""What the steps on a page are worded from."""


def note(kind: str, review: Review, *, actor: User | None, acting_agency_id: UUID | None = None, **detail: Any) -> None:
    """Record what happened to a review in the life of its agreement; what the reviewer says stays with the review."""
    agreement_steps.note(
        f"agreement.{kind}",
        review.agreement,
        actor=actor,
        acting_agency_id=acting_agency_id,
        review=str(review.pk),
        stage=str(review.stage),
        board=str(review.stage.plan.board_id),
        **detail,
    )


def of_current(agreement: Agreement) -> ReviewQuerySet:
    """The reviews of the version that stands now."""
    found = Review.objects.filter(agreement=agreement, version=agreement.current_version_id)
    return found.select_related("stage__agency", "stage__plan", "reviewer", "reviewer_agency", "version")


def reviews_of(version: AgreementVersion) -> list[Review]:
    """The reviews of a version, the first step first."""
    return list(version.reviews.select_related(*SHOWN))


def begin(agreement: Agreement, *, actor: User) -> None:
    """Set up the stages of a version that was submitted. Where one approved this very text before, that holds."""
    version = agreement.current_version
    assert version is not None  # noqa: S101  (it was submitted)
    content = fingerprint.content_sha256(version)
    for stage in stages_for(agreement):
        review = Review(agreement=agreement, version=version, stage=stage, content_sha256=content)
        if (approval := _approval(agreement, stage, content)) is not None:
            _carry(approval, review)
        review.full_clean()
        history.save(review, actor=actor, reason="Submitted for review")
        if review.carried_from is not None:
            note("review_carried", review, actor=None, of_version=review.carried_from.version.number)
    if of_current(agreement).exists():
        advance(agreement)


def _approval(agreement: Agreement, stage: ReviewStage, content: str) -> Review | None:
    """The last approval of the same text by the same stage, of whichever plan."""
    approved = Review.objects.filter(agreement=agreement, content_sha256=content, status=S.APPROVED)
    same = approved.filter(stage__discipline=stage.discipline, stage__agency=stage.agency_id)
    return same.select_related("version").order_by("pk").last()


def _carry(approval: Review, review: Review) -> None:
    names = ("status", "opened_at", "due_at", "reviewer", "reviewer_agency", "taken_at", "decided_at", "opinion")
    for name in names:
        setattr(review, name, getattr(approval, name))
    review.carried_from = approval


def advance(agreement: Agreement) -> None:
    """Open the first step that has not approved; after the last the board may take the agreement up."""
    reviews = list(of_current(agreement))
    undone = [review for review in reviews if review.status != S.APPROVED]
    if not undone:
        note("reviewed", reviews[-1], actor=None)
        return
    step, now = min(review.stage.step for review in undone), database_now()
    for review in undone:
        if review.stage.step == step and review.status == S.WAITING:
            review.agreement = agreement
            review.status, review.opened_at, review.due_at = S.OPEN, now, due_at(review.stage, now)
            history.save(review, actor=None, reason=f"Step {step} began")
            note("review_opened", review, actor=None)


def due_at(stage: ReviewStage, opened_at: datetime) -> datetime:
    """The end of the last day of a stage, on the clock of the agency that reviews."""
    zone = stage.agency.time_zone
    day = opened_at.astimezone(ZoneInfo(zone)).date() + timedelta(days=stage.days + 1)
    return first_moment(day, zone)


def end(agreement: Agreement, *, actor: User | None, reason: str) -> None:
    """Close what is not decided: the text is another now, or none. Approvals stay, of the text that they are of."""
    for review in of_current(agreement).filter(status__in=[S.WAITING, S.OPEN]):
        review.status = S.CLOSED
        history.save(review, actor=actor, reason=reason)
