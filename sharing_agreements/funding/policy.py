"""Who enters programs, applies, and keeps awards, and when. Each check returns None or raises."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from agencies.models import Role, User
from agencies.policy import acts_for
from portal.kernel.errors import Refused

from .models import Application, Program
from .terms import match_given, match_needed

S = Application.Status
KEEPERS = (Role.DRAFTER, Role.ADMINISTRATOR)
"""Who sees to an agency's money in the portal: its applications and awards, and the budgets that it owns."""


def may_act(person: User, agency_id: UUID | None) -> None:
    """Enter programs and apply for an agency."""
    if agency_id is None or not acts_for(person, agency_id, *KEEPERS):
        raise PermissionDenied("Only drafters and administrators of an agency do that.")


def may_keep_program(person: User, program: Program) -> None:
    may_act(person, program.kept_by_id)


def may_apply(person: User, agency_id: UUID | None, program: Program) -> None:
    """Begin an application while the program takes any."""
    may_act(person, agency_id)
    _open(program)


def _open(program: Program) -> None:
    if program.deadline_on is not None and program.deadline_on < timezone.localdate():
        raise Refused(f"The deadline of {program} has passed.", code="deadline")


def may_work(person: User, application: Application) -> None:
    """Change a draft, its tasks and documents."""
    may_act(person, application.agency_id)
    if application.status != S.DRAFT:
        now = application.get_status_display().lower()
        raise Refused(f"The application is {now}, and stays as it is.", code="not_draft")


def may_submit(person: User, application: Application) -> None:
    """Record that a draft was sent: in time, all tasks done, with the match that the program asks for."""
    may_work(person, application)
    program = application.program
    _open(program)
    if undone := application.tasks.filter(done_on=None).count():
        raise Refused(f"{undone} {'task is' if undone == 1 else 'tasks are'} not done yet.", code="tasks")
    needed = match_needed(program, application.requested)
    if match_given(program, application.match_cash, application.match_in_kind) < needed:
        how = program.get_match_kind_display().lower()
        raise Refused(
            f"{program} asks for a match of {program.match_percent.normalize():f} % of the whole cost {how}: "
            f"${needed:,.2f}. Enter it in the application.",
            code="match",
        )
    same = Application.objects.filter(program=program, agency__state=application.agency.state)
    if program.one_a_state and same.filter(status__in=[S.SUBMITTED, S.AWARDED]).exists():
        raise Refused(f"{program} takes one application from each state, and has one.", code="one_a_state")


def may_withdraw(person: User, application: Application) -> None:
    may_act(person, application.agency_id)


def may_record_answer(person: User, application: Application) -> None:
    """Record what the funder answered."""
    may_act(person, application.agency_id)
    if application.status != S.SUBMITTED:
        raise Refused("An answer is recorded of an application that was submitted.", code="not_submitted")


def may_keep_award(person: User, application: Application) -> None:
    """Record drawdowns and reports."""
    may_act(person, application.agency_id)
    if application.status != S.AWARDED:
        raise Refused("The application has no award.", code="not_awarded")
