"""The verbs of an impact assessment: the only writers here.

Each locks the policy's row first, as do those that change its words and that of the head who adopts it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import transaction
from django.db.models import Max

from agencies.models import User
from portal.audit.record import record
from portal.kernel import history
from portal.kernel.errors import Refused
from privacy.models import PolicyVersion, PrivacyPolicy

from . import policy, questionnaire
from .models import Answer, Assessment, Choice, Risk, newest
from .questionnaire import Question


class Given(NamedTuple):
    """An answer, and the one that its writer read before: None where there was none."""

    text: str
    choice: str = ""
    read: UUID | None = None


def _locked(version_id: UUID) -> PolicyVersion:
    """The version as it is once its policy's row is ours."""
    versions = PolicyVersion.objects.select_related("policy")
    try:
        PrivacyPolicy.objects.for_update(versions.get(pk=version_id).policy_id)
        return versions.get(pk=version_id)
    except ObjectDoesNotExist:
        raise Refused("This draft is gone: it was discarded while you were here.", code="gone") from None


def _begun(version: PolicyVersion, actor: User) -> Assessment:
    """The version's assessment; begun with the newest questionnaire where there is none."""
    if found := Assessment.objects.filter(version=version).first():
        return found
    made = Assessment(
        version=version,
        questionnaire=questionnaire.NEWEST,
        questions=list(questionnaire.questions(questionnaire.NEWEST)),
    )
    history.save(made, actor=actor, reason="Begun")
    return made


def _note(kind: str, version: PolicyVersion, actor: User, **detail: object) -> None:
    root = version.policy
    record(kind, root, actor=actor, acting_agency_id=root.agency_id, version=version.number, **detail)


@transaction.atomic(durable=True)
def answer(*, actor: User, version_id: UUID, answers: Mapping[str, Given]) -> list[Answer]:
    """Answer questions by their keys, or confirm what is taken over by giving it again.

    ValidationError where something is missing; Refused where somebody else answered meanwhile.
    """
    version = _locked(version_id)
    policy.may_assess(actor, version)
    assessment = _begun(version, actor)
    questions = questionnaire.questions(assessment.questionnaire)
    before = newest(version.answers.order_by("at", "id"))
    made = []
    for key, given in answers.items():
        if key not in questions:
            raise Refused("The questionnaire has no such question. Open it again.", code="unknown")
        stands = before.get(key)
        if given.read != (stands.pk if stands else None):
            raise Refused(
                f"Somebody else answered question {questions[key].number} meanwhile. Read that answer, then yours.",
                code="changed",
            )
        made.append(_answer(Answer(version=version, question=key, by=actor), questions[key], given))
    if not made:
        raise ValidationError("Answer at least one question, or confirm an answer.")
    Answer.objects.bulk_create(made)
    _note("policy.assessment_answered", version, actor, answers=len(made))
    return made


def _answer(made: Answer, question: Question, given: Given) -> Answer:
    made.choice, made.text = given.choice, given.text.strip()
    if question.has_choice != (made.choice in Choice.values):
        raise ValidationError(f"Question {question.number}: choose yes, no or not applicable.")
    if not made.text:
        raise ValidationError(f"Question {question.number}: write the answer in words.")
    return made


@transaction.atomic(durable=True)
def save_risk(*, actor: User, version_id: UUID, risk_id: UUID | None = None, **values: Any) -> Risk:
    """Enter a risk, or change one; one that was taken over is thereby looked through. `values`: see `Risk`."""
    version = _locked(version_id)
    policy.may_assess(actor, version)
    _begun(version, actor)
    risk = _risk(version, risk_id) if risk_id else Risk(version=version, number=_next_number(version))
    for name, value in values.items():
        setattr(risk, name, value.strip() if isinstance(value, str) else value)
    risk.harmed = sorted(set(risk.harmed))
    risk.taken_over = False
    _check(risk)
    risk.full_clean()
    history.save(risk, actor=actor, reason="Changed" if risk_id else "Entered")
    _note("policy.risk_changed" if risk_id else "policy.risk_entered", version, actor, risk=risk.number)
    return risk


def _risk(version: PolicyVersion, risk_id: UUID) -> Risk:
    try:
        return version.risks.get(pk=risk_id)
    except ObjectDoesNotExist:
        raise Refused("This risk is gone: it was removed while you were here.", code="gone") from None


def _next_number(version: PolicyVersion) -> int:
    return (version.risks.aggregate(last=Max("number"))["last"] or 0) + 1


def _check(risk: Risk) -> None:
    after: Iterable[tuple[str, int | None, int]] = (
        ("residual_likelihood", risk.residual_likelihood, risk.likelihood),
        ("residual_impact", risk.residual_impact, risk.impact),
    )
    wrong: dict[str, str] = {}
    for name, left, before in after:
        if risk.mitigation and left is None:
            wrong[name] = "Say what is left once the mitigation works."
        elif not risk.mitigation and left is not None:
            wrong["mitigation"] = "Say what is done about it, or leave open what is left after that."
        elif left is not None and left > before:
            wrong[name] = "A mitigation does not make it worse. Choose what it is before, or less."
    for thing in (risk.provision, risk.rule):
        if thing is not None and thing.version_id != risk.version_id:
            raise Refused("The provision or rule was removed while you were here. Choose again.", code="gone")
    if wrong:
        raise ValidationError(wrong)


@transaction.atomic(durable=True)
def remove_risk(*, actor: User, version_id: UUID, risk_id: UUID) -> PolicyVersion:
    """Take a risk out of a draft's assessment; its history stays."""
    version = _locked(version_id)
    policy.may_assess(actor, version)
    risk = _risk(version, risk_id)
    history.delete(risk, actor=actor, reason="Removed")
    _note("policy.risk_removed", version, actor, risk=risk.number)
    return version


@transaction.atomic(durable=True)
def show_risks(*, actor: User, version_id: UUID, is_public: bool) -> Assessment:
    """Choose whether risks and mitigations stand beside the version in public once it is published."""
    version = _locked(version_id)
    policy.may_assess(actor, version)
    found = _begun(version, actor)
    if found.is_public == is_public:
        raise Refused("It is so already.", code="same", repeated=True)
    found.is_public = is_public
    history.save(found, actor=actor, reason="Shown to everybody" if is_public else "Kept to the agency")
    _note("policy.assessment_shown" if is_public else "policy.assessment_hidden", version, actor)
    return found
