"""What marks and adoptions are pinned to: a provision with its rules, and the whole of a version."""

from __future__ import annotations

import json
from hashlib import sha256
from uuid import UUID

from privacy.assessment import state
from privacy.models import DisclosureRule, PolicyVersion, Provision
from privacy.sections import in_order

FIELD, RULE = "\x1f", "\x1e"
"""What stands before each rule, and between what it says: neither can be typed."""


def words_sha256(provision: Provision) -> str:
    """SHA-256 of number, heading and text, with the rules that rest on them; the database reckons it alike when a mark
    is written, and asks it of each mark before an adoption (development migration 0006)."""
    rules = "".join(
        RULE + FIELD.join(_said(rule)) for rule in sorted(provision.rules.all(), key=lambda each: each.code)
    )
    return sha256(("\n".join([provision.number, provision.heading, provision.text]) + rules).encode()).hexdigest()


def _said(rule: DisclosureRule) -> list[str]:
    days = (rule.effective_from, rule.effective_to)
    return [
        rule.code,
        rule.recipient,
        rule.participant_role,
        rule.data_category,
        ",".join(rule.purposes),
        rule.treatment,
        rule.reason,
        ",".join(rule.obligations),
        rule.handling,
        *(day.isoformat() if day else "" for day in days),
    ]


COVERS = "title, summary, contact, provisions with their law, disclosure rules and impact assessment"
"""Of what a version's SHA-256 is, for whoever compares it."""


def version_sha256(version: PolicyVersion) -> str:
    """SHA-256 of all that a version says (`COVERS`), as JSON in UTF-8 with sorted keys and no spaces."""
    canonical = json.dumps(
        {**_content(version), **_assessed(version)}, sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    return sha256(canonical.encode()).hexdigest()


def _content(version: PolicyVersion) -> dict[str, object]:
    law: dict[UUID, list[str]] = {}
    cited = Provision.objects.filter(version=version, citations__isnull=False)
    for provision, authority in cited.values_list("pk", "citations__authority"):
        law.setdefault(provision, []).append(str(authority))
    numbers = {each.pk: each.number for each in version.provisions.all()}
    return {
        "title": version.policy.title,
        "number": version.number,
        "summary": version.summary,
        "officer": [version.officer_name, version.officer_email, version.officer_phone],
        "provisions": [
            [p.section, p.number, p.heading, p.text, sorted(p.principles), sorted(law.get(p.pk, []))]
            for p in in_order(version.provisions.all())
        ],
        "rules": [
            {
                "code": rule.code,
                "recipient": rule.recipient,
                "participant_role": rule.participant_role,
                "data_category": rule.data_category,
                "purposes": sorted(rule.purposes),
                "treatment": rule.treatment,
                "reason": rule.reason,
                # Left out where there are none, so that adoptions from before rules had them hold.
                **({"obligations": sorted(rule.obligations)} if rule.obligations else {}),
                **({"handling": rule.handling} if rule.handling else {}),
                **({"from": rule.effective_from.isoformat()} if rule.effective_from else {}),
                **({"to": rule.effective_to.isoformat()} if rule.effective_to else {}),
                "provision": numbers.get(rule.provision_id),
            }
            for rule in in_order(version.rules.all())
        ],
    }


def _assessed(version: PolicyVersion) -> dict[str, object]:
    """The impact assessment; nothing for a version that was adopted before there were any."""
    now = state.of(version)
    if now.assessment is None:
        return {}
    return {
        "assessment": {
            "questionnaire": now.assessment.questionnaire,
            "is_public": now.assessment.is_public,
            "answers": {key: [each.choice, each.text, each.taken_over] for key, each in now.answers.items()},
            "risks": [
                {
                    "number": risk.number,
                    "title": risk.title,
                    "harmed": sorted(risk.harmed),
                    "levels": [risk.likelihood, risk.impact, risk.residual_likelihood, risk.residual_impact],
                    "mitigation": risk.mitigation,
                    "owner": risk.owner,
                    "provision": risk.provision.number if risk.provision else None,
                    "rule": risk.rule.code if risk.rule else None,
                    "taken_over": risk.taken_over,
                }
                for risk in now.risks
            ],
        }
    }
