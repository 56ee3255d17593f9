"""How the demonstration's policies come to be: reviewed by a second person, adopted by the head; and one in review."""

from __future__ import annotations

from agencies.models import User
from privacy import commands as privacy
from privacy.development import commands
from privacy.development.fingerprint import version_sha256, words_sha256
from privacy.development.models import Finding
from privacy.models import PolicyVersion

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
    """A draft that answers the remarks: one provision is marked anew, another awaits the reviewer."""
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
    commands.ask_review(actor=officer, version_id=draft.pk)
    changed = draft.provisions.get(number="13.1")
    verdict = commands.Verdict(Finding.FULLY_MET, "", words_sha256(changed))
    commands.mark_provisions(actor=reviewer, version_id=draft.pk, verdicts={changed.pk: verdict})
