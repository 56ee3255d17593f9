"""Who assesses the readiness of an agency, reviews it, shows it and plans, and when. Each check returns or raises."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet

from agencies.models import Membership, MembershipQuerySet, Role, User
from agencies.policy import acts_for, works_at
from portal.kernel.errors import Refused

from . import state
from .models import Assessment, PlanAction

S = Assessment.Status
WRITERS = (Role.ADMINISTRATOR, Role.DRAFTER)
"""Who plans sharing for an agency: who administers it, and who drafts its agreements."""
OFFICES = tuple(role for role in Role if role != Role.CLERK)


def may_write(person: User, agency_id: UUID | None) -> None:
    """Assess an agency and plan for it at all."""
    if not acts_for(person, agency_id, *WRITERS):
        raise PermissionDenied("Only an administrator or agreement drafter of the agency assesses its readiness.")


def may_begin(person: User, agency_id: UUID | None) -> None:
    """Begin the next version."""
    may_write(person, agency_id)
    if is_open := Assessment.objects.filter(agency=agency_id).exclude(status=S.REVIEWED).first():
        raise Refused(
            f"Version {is_open.number} is {is_open.get_status_display().lower()}. Go on with it.",
            code="open",
            repeated=True,
        )


def may_edit(person: User, assessment: Assessment) -> None:
    """Answer questions and add what shows it: while it is a draft."""
    may_write(person, assessment.agency_id)
    if assessment.status == S.IN_REVIEW:
        raise Refused("It is in review. The reviewer can send it back, so that it can be changed.", code="in_review")
    if assessment.status == S.REVIEWED:
        raise Refused(f"Version {assessment.number} is reviewed and final. Begin the next one.", code="final")


def may_submit(person: User, assessment: Assessment) -> None:
    """Give it to a second person: once every question is answered."""
    if assessment.status == S.IN_REVIEW:
        raise Refused("It is in review already.", code="in_review", repeated=True)
    may_edit(person, assessment)
    if state.of(assessment).missing:
        raise Refused("It is not complete yet. The page says what is missing.", code="incomplete")


def writers(assessment: Assessment) -> QuerySet[User]:
    """Everybody who wrote something of this version; what was taken over from another one does not count."""
    answered = assessment.answers.filter(taken_over=False).values("by")
    added = assessment.evidence.filter(taken_over=False).values("added_by")
    return User.objects.filter(Q(pk__in=answered) | Q(pk__in=added) | Q(pk=assessment.submitted_by_id))


def reviewers(assessment: Assessment) -> MembershipQuerySet:
    """People of the agency who wrote nothing of it: those with an office, or where there is none, anybody there."""
    current = Membership.objects.current().filter(agency=assessment.agency_id)
    others = current.exclude(person__in=writers(assessment))
    office = others.with_role(*OFFICES)
    return office if office.exists() else others


def may_review(person: User, assessment: Assessment) -> None:
    """Accept it, or send it back: a second person of the agency."""
    if not acts_for(person, assessment.agency_id):
        raise PermissionDenied("Only people of the agency review its readiness.")
    if assessment.status != S.IN_REVIEW:
        raise Refused("It is not in review. Reload the page to see where it stands.", code="not_in_review")
    if writers(assessment).filter(pk=person.pk).exists():
        raise Refused("You wrote a part of it. Somebody else of the agency reviews it.", code="own_words")
    if not reviewers(assessment).filter(person=person.pk).exists():
        raise PermissionDenied("Somebody with an office at the agency reviews it.")


def may_show(person: User, assessment: Assessment) -> None:
    """Choose which agencies read the answers, once it is reviewed."""
    may_write(person, assessment.agency_id)
    if assessment.status != S.REVIEWED:
        raise Refused("It is shown to others once it is reviewed.", code="not_reviewed")


# --- The plan -------------------------------------------------------------------------------------------------------


def may_change_action(person: User, action: PlanAction) -> None:
    may_write(person, action.agency_id)
    if action.status in {PlanAction.Status.DONE, PlanAction.Status.GIVEN_UP}:
        raise Refused(f"Action {action.number} is closed. Take it up again to change it.", code="closed")


def may_move_action(person: User, action: PlanAction) -> None:
    """Say where an action stands: its owner, and whoever plans."""
    if action.owner_id != person.pk or not acts_for(person, action.agency_id):
        may_write(person, action.agency_id)


def may_own(person: User, agency_id: UUID) -> None:
    if not works_at(person, agency_id):
        raise PermissionDenied("Whoever answers for an action works at the agency.")
