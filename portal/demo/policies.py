"""How the demonstration's policies come to be: assessed, reviewed by a second person, adopted by the head; and one that
is in review and held up by a risk."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from agencies.models import User
from privacy import commands as privacy
from privacy.assessment import commands as assessment
from privacy.assessment import state
from privacy.development import commands
from privacy.development.fingerprint import version_sha256, words_sha256
from privacy.development.models import Finding
from privacy.models import PolicyVersion

ASSESSMENTS = Path(__file__).parent / "assessments"

SHORT = {
    "8.1": (Finding.PARTIALLY_MET, "It says who may analyse, and not yet who looks at what an analysis found."),
    "13.1": (Finding.PARTIALLY_MET, "Name the retention schedule, and where it can be read."),
}
"""What the reviewer found short in the standard text, by provision."""

NEXT = {
    "13.1": (
        "Records are kept as long as the retention schedule of the court says, and no longer. The schedule is adopted "
        "each January and stands on the page of the clerk of the court. Before a record is removed, its custodian is "
        "asked to confirm it."
    ),
    "14.2": (
        "An auditor who is independent of the daily work audits the use of the records every year, and at random in "
        "between. What the audit found is published in the portal within 60 days. Auditors see who looked at what and "
        "under which rule, without seeing the content of records."
    ),
}
"""What the next version of the court's policy says in place of it."""


def protected(draft: PolicyVersion, officer: User) -> None:
    """Where a victim can be reached is for police who protect them, after their supervisor has looked at the matter."""
    privacy.save_rule(
        actor=officer,
        version_id=draft.pk,
        recipient="law_enforcement",
        participant_role="victim",
        data_category="contact",
        purposes=["C", "D"],
        treatment="shown",
        reason="to protect a victim",
        provision_id=draft.provisions.get(number="10.7").pk,
        obligations=["stays", "supervisor", "notify_owner"],
        handling="Where the victim can be reached. Not for the defendant, the press or a report.",
    )


OPEN: dict[str, Any] = {
    "title": "A published finding of an audit lets readers guess about whom a case was",
    "harmed": ["victims", "subjects"],
    "likelihood": 3,
    "impact": 4,
    "owner": "Privacy officer",
}
"""A high risk of the next version, found after it was given to review, that nobody has mitigated yet."""


def assessed(draft: PolicyVersion, officer: User, file: str) -> None:
    """Answered and with its risks, as the file has them."""
    read = tomllib.loads((ASSESSMENTS / f"{file}.toml").read_text(encoding="utf-8"))
    choices = read["choices"]
    answers = {key: assessment.Given(text, choices.get(key, "")) for key, text in read["answers"].items()}
    assessment.answer(actor=officer, version_id=draft.pk, answers=answers)
    for risk in read["risks"]:
        number = risk.pop("provision", None)
        provision = draft.provisions.get(number=number) if number else None
        assessment.save_risk(actor=officer, version_id=draft.pk, provision=provision, **risk)


def shown(draft: PolicyVersion, officer: User) -> None:
    """Its risks stand beside the policy in public."""
    assessment.show_risks(actor=officer, version_id=draft.pk, is_public=True)


def looked_through_again(draft: PolicyVersion, officer: User) -> None:
    """What the next version took over of its assessment holds as it is."""
    now = state.of(draft)
    same = {key: assessment.Given(each.text, each.choice, each.pk) for key, each in now.answers.items()}
    assessment.answer(actor=officer, version_id=draft.pk, answers=same)
    for risk in now.risks:
        assessment.save_risk(actor=officer, version_id=draft.pk, risk_id=risk.pk)


def reviewed(draft: PolicyVersion, officer: User, reviewer: User) -> None:
    commands.ask_review(actor=officer, version_id=draft.pk)
    verdicts = {
        each.pk: commands.Verdict(*SHORT.get(each.number, (Finding.FULLY_MET, "")), words_sha256(each))
        for each in draft.provisions.all()
    }
    commands.mark_provisions(actor=reviewer, version_id=draft.pk, verdicts=verdicts)


def adopted(draft: PolicyVersion, head: User) -> None:
    commands.adopt(actor=head, version_id=draft.pk, sha256=version_sha256(draft))


def next_version(before: PolicyVersion, officer: User, reviewer: User) -> None:
    """A draft that answers the remarks: a provision is marked anew, another awaits it, a risk its mitigation."""
    draft = privacy.start_new_version(actor=officer, policy_id=before.policy_id)
    for number, text in NEXT.items():
        old = draft.provisions.get(number=number)
        privacy.save_provision(
            actor=officer,
            version_id=draft.pk,
            provision_id=old.pk,
            section=old.section,
            number=number,
            heading=old.heading,
            text=text,
        )
    looked_through_again(draft, officer)
    commands.ask_review(actor=officer, version_id=draft.pk)
    assessment.save_risk(actor=officer, version_id=draft.pk, **OPEN)
    changed = draft.provisions.get(number="13.1")
    verdict = commands.Verdict(Finding.FULLY_MET, "", words_sha256(changed))
    commands.mark_provisions(actor=reviewer, version_id=draft.pk, verdicts={changed.pk: verdict})
