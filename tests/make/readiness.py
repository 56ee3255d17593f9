"""The readiness of agencies, reached by the commands that lead to it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from agencies.models import Agency, Role, User
from agencies.readiness import commands, policy, state
from agencies.readiness.commands import Given
from agencies.readiness.models import Assessment, PlanAction

from .people import administrator_of, person


def planner(agency: Agency) -> User:
    """Somebody who assesses the agency: its administrator, or a new one."""
    return administrator_of(agency) or person(agency, (Role.ADMINISTRATOR,), trained=False).person


def readiness(agency: Agency, *, by: User | None = None) -> Assessment:
    """A draft of the agency's next version, nothing of it answered here."""
    return commands.begin(actor=by or planner(agency), agency_id=agency.pk)


def answered(draft: Assessment, levels: Mapping[str, int] | None = None, *, by: User | None = None) -> Assessment:
    """A draft whose every question is answered: at level 3, or as `levels` says by its key."""
    now = state.of(draft)
    given = {
        key: Given((levels or {}).get(key, 3), "medium", "", now.answers[key].pk if key in now.answers else None)
        for key in now.questions
    }
    commands.answer(actor=by or planner(draft.agency), assessment_id=draft.pk, answers=given)
    return draft


def given_to_review(agency: Agency, levels: Mapping[str, int] | None = None) -> Assessment:
    draft = answered(readiness(agency), levels)
    return commands.submit(actor=planner(agency), assessment_id=draft.pk)


def assessed_readiness(agency: Agency, levels: Mapping[str, int] | None = None) -> Assessment:
    """A reviewed version of the agency."""
    given = given_to_review(agency, levels)
    second = policy.reviewers(given).select_related("person").first()
    who = second.person if second else person(agency, (Role.SUPERVISOR,), trained=False).person
    return commands.accept(actor=who, assessment_id=given.pk)


def plan_action(agency: Agency, *, by: User | None = None, **values: Any) -> PlanAction:
    """An action for governance in sixty days, which costs nothing unless said otherwise."""
    actor = by or planner(agency)
    said = {
        "dimension": "governance",
        "gap": "No charter gives the board its powers.",
        "action": "Write a charter with the partners",
        "owner": actor,
        "due_on": agency.today + timedelta(days=60),
    }
    return commands.add_action(actor=actor, agency_id=agency.pk, **{**said, **values})
