"""The next version of a policy starts from the assessment of the one before, to be looked through again."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from agencies.models import User
from portal.kernel import history
from privacy.models import DisclosureRule, PolicyVersion, Provision

from . import questionnaire, state
from .models import Answer, Assessment, Risk


def carry(
    source: PolicyVersion,
    version: PolicyVersion,
    provisions: Mapping[UUID, Provision],
    rules: Mapping[UUID, DisclosureRule],
    actor: User,
) -> None:
    """Take over answers, as of who gave them and when, and risks. Whether they are shown is chosen anew."""
    old, reason = state.of(source), f"Copied from version {source.number}"
    if old.assessment is None:
        return
    asked = list(questionnaire.questions(questionnaire.NEWEST))
    made = Assessment(version=version, questionnaire=questionnaire.NEWEST, questions=asked)
    history.save(made, actor=actor, reason=reason)
    Answer.objects.bulk_create(
        Answer(
            version=version,
            question=key,
            choice=each.choice,
            text=each.text,
            by=each.by,
            at=each.at,
            taken_over=True,
        )
        for key, each in old.answers.items()
        if key in asked
    )
    for risk in old.risks:
        risk.pk, risk._state.adding = Risk._meta.pk.get_default(), True
        risk.version, risk.taken_over = version, True
        risk.provision = provisions[risk.provision_id] if risk.provision_id else None
        risk.rule = rules[risk.rule_id] if risk.rule_id else None
        history.save(risk, actor=actor, reason=reason)


def discard(version: PolicyVersion, actor: User) -> None:
    """Take the risks and the assessment away with a draft; their history stays."""
    for part in (*version.risks.all(), *Assessment.objects.filter(version=version)):
        history.delete(part, actor=actor, reason="Draft discarded")
