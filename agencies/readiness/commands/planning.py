"""What an agency does about what it lacks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max

from agencies.models import Agency, User
from agencies.readiness import due, lifecycle, policy, questionnaire
from agencies.readiness.models import PlanAction, Reminder
from portal.audit.record import record
from portal.kernel import history
from portal.notices.tell import tell

A = PlanAction.Status


def _note(kind: str, action: PlanAction, actor: User | None, **detail: object) -> None:
    event = record(
        f"plan_action.{kind}", action, actor=actor, acting_agency_id=action.agency_id, number=action.number, **detail
    )
    tell(event)


@transaction.atomic(durable=True)
def add_action(*, actor: User, agency_id: UUID, **values: Any) -> PlanAction:
    """Plan something. `values`: see `PlanAction`, from `dimension` to `first_fiscal_year`."""
    Agency.objects.for_update(agency_id)
    policy.may_write(actor, agency_id)
    last = PlanAction.objects.filter(agency=agency_id).aggregate(last=Max("number"))["last"] or 0
    made = PlanAction(agency_id=agency_id, number=last + 1)
    _write(made, values, actor, "Planned")
    _note("added", made, actor)
    return made


@transaction.atomic(durable=True)
def change_action(*, actor: User, action_id: UUID, **values: Any) -> PlanAction:
    """Change what is planned, by when, by whom and at what cost."""
    found = PlanAction.objects.for_update(action_id)
    policy.may_change_action(actor, found)
    before = found.owner_id
    _write(found, values, actor, "Changed")
    _note("changed" if found.owner_id == before else "given", found, actor)
    return found


def _write(action: PlanAction, values: dict[str, Any], actor: User, reason: str) -> None:
    for name, value in values.items():
        setattr(action, name, value.strip() if isinstance(value, str) else value)
    if action.dimension not in {each.key for each in questionnaire.dimensions(questionnaire.NEWEST)}:
        raise ValidationError({"dimension": "Choose one of the dimensions."})
    _check_investment(action)
    try:
        policy.may_own(action.owner, action.agency_id)
    except PermissionDenied as no:
        raise ValidationError({"owner": str(no)}) from None
    action.full_clean()
    history.save(action, actor=actor, reason=reason)


def _check_investment(action: PlanAction) -> None:
    if action.amount is None:
        action.recurs, action.first_fiscal_year = "", None
    elif not action.recurs:
        raise ValidationError({"recurs": "Say whether it is paid once or each year."})
    elif action.first_fiscal_year is None:
        raise ValidationError({"first_fiscal_year": "Say in which fiscal year it begins."})


@transaction.atomic(durable=True)
def move_action(*, actor: User, action_id: UUID, to: str, outcome: str = "") -> PlanAction:
    """Say that an action is begun, done, given up or taken up again; `outcome`: what came of it, or why not."""
    found = PlanAction.objects.for_update(action_id)
    policy.may_move_action(actor, found)
    lifecycle.move_action(found, A(to))
    found.outcome = outcome.strip() if found.status in {A.DONE, A.GIVEN_UP} else ""
    if found.status in {A.DONE, A.GIVEN_UP} and not found.outcome:
        raise ValidationError({"outcome": "Say what came of it, or why it is given up."})
    history.save(found, actor=actor, reason=found.outcome or found.get_status_display())
    _note("moved", found, actor, to=found.get_status_display().lower())
    return found


@transaction.atomic(durable=True)
def remind_of_action(*, action_id: UUID) -> Reminder | None:
    """Tell the owner that an action comes due; who plans for the agency too once it is overdue. Each once."""
    found = PlanAction.objects.for_update(action_id)
    day = due.action_on(found)
    step = due.step_of(found.agency, day) if day else None
    if day is None or step is None or found.reminders.filter(due_on=day, step=step).exists():
        return None
    made = Reminder.objects.create(action=found, due_on=day, step=step)
    _note(f"due_{step}", found, None, due_on=day.isoformat())
    return made
