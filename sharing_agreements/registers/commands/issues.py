"""Answers to what a list leaves open. An answer holds for its source value, in later snapshots too."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from agencies.models import Agency, User
from portal.audit.record import record
from portal.kernel import history
from portal.kernel.days import plausible
from portal.kernel.errors import Refused
from sharing_agreements.registers import policy
from sharing_agreements.registers.models import Issue, Register

from .entries import settle_again
from .snapshots import newest

A = Issue.About
S = Issue.Status


@transaction.atomic(durable=True)
def resolve(
    *, actor: User, issue_id: UUID, agency_id: UUID | None = None, day: date | None = None, reason: str = ""
) -> Issue:
    """Say which agency is meant, or which day; a later answer takes the place of an earlier one."""
    issue = _locked(issue_id)
    policy.may_answer(actor, issue)
    if issue.about == A.TWICE:
        raise Refused("Dismiss this one with the reason why the list has it twice.", code="dismiss")
    if issue.about == A.AGENCY:
        agency = Agency.objects.filter(pk=agency_id).first() if agency_id else None
        if agency is None:
            raise ValidationError({"agency": "Choose the agency that is meant."})
        return _answer(issue, S.RESOLVED, actor=actor, agency=agency, reason=reason)
    if day is None:
        raise ValidationError({"day": "State the day that is meant."})
    plausible(day)
    return _answer(issue, S.RESOLVED, actor=actor, day=day, reason=reason)


@transaction.atomic(durable=True)
def dismiss(*, actor: User, issue_id: UUID, reason: str) -> Issue:
    """Leave it open for good: the entries keep what the list says, and no agency or day is taken from it."""
    issue = _locked(issue_id)
    policy.may_answer(actor, issue)
    if not reason.strip():
        raise ValidationError({"reason": "Say why this needs no answer."})
    return _answer(issue, S.DISMISSED, actor=actor, reason=reason)


def _answer(
    issue: Issue,
    status: Issue.Status,
    *,
    actor: User,
    reason: str,
    agency: Agency | None = None,
    day: date | None = None,
) -> Issue:
    """Write an answer; the same one again changes nothing."""
    reason = " ".join(reason.split())
    if (issue.status, issue.agency, issue.day, issue.reason) == (status, agency, day, reason):
        return issue
    issue.status, issue.agency, issue.day, issue.reason = status, agency, day, reason
    issue.answered_by, issue.answered_at = actor, timezone.now()
    issue.full_clean(exclude=["source_key", "candidates"])
    history.save(issue, actor=actor, reason=reason or status.label)
    register = issue.register
    record(f"register.issue_{status}", register, actor=actor, acting_agency_id=register.owner_id, issue=str(issue.pk))
    last = newest(register)
    assert last is not None  # noqa: S101  (an issue comes from a commit)
    last.register = register
    settle_again(register, last, actor=actor, reason=f"{issue.get_about_display()}: {status.label.lower()}")
    return issue


def _locked(issue_id: UUID) -> Issue:
    """An issue whose register is locked. A commit may have taken it away meanwhile."""
    known = Issue.objects.filter(pk=issue_id).first()
    register = Register.objects.for_update(known.register_id) if known else None
    issue = Issue.objects.select_for_update(of=("self",)).filter(pk=issue_id).first()
    if register is None or issue is None:
        raise Refused("Nothing asks this any more: the newest snapshot has another value.", code="gone")
    issue.register = register
    return issue
