"""Privacy policies, reached by the commands that lead to them."""

from typing import Any

from agencies.models import Agency, Membership, Role, User
from privacy import commands, standard
from privacy.assessment import commands as assessment
from privacy.assessment import state
from privacy.assessment.models import Risk
from privacy.development import commands as development
from privacy.development import policy as may
from privacy.development import progress
from privacy.development.fingerprint import version_sha256, words_sha256
from privacy.development.models import Adoption, Finding
from privacy.models import PolicyVersion

from .people import person


def privacy_officer(agency: Agency) -> User:
    """Somebody who keeps the agency's policy: the one it has, or a new one."""
    there = Membership.objects.current().filter(agency=agency).with_role(Role.PRIVACY_OFFICER).first()
    return (there or person(agency, roles=(Role.PRIVACY_OFFICER,))).person


def policy_draft(agency: Agency, *, title: str = "", actor: User | None = None) -> PolicyVersion:
    """The agency's first draft, with the standard provisions and rules."""
    return commands.draft_policy(
        actor=actor or privacy_officer(agency),
        agency_id=agency.pk,
        title=title or f"Privacy policy of {agency}",
        summary=standard.summary(),
        officer_name="Dana Whitfield",
        officer_email="privacy@agency.example",
        officer_phone="555-0142",
    )


def policy(agency: Agency, *, title: str = "") -> PolicyVersion:
    """A published policy with the standard provisions and rules."""
    actor = privacy_officer(agency)
    return published(policy_draft(agency, title=title, actor=actor), by=actor)


def published(draft: PolicyVersion, *, by: User) -> PolicyVersion:
    """A draft that was reviewed and adopted and is in force."""
    adopted(draft, by=by)
    return commands.publish(actor=by, version_id=draft.pk)


def adopted(draft: PolicyVersion, *, by: User) -> Adoption:
    """A draft that a second person reviewed and the head of the agency adopted. `by`: who asks for the review."""
    reviewed(draft, by=by)
    wrote, heads = progress.drafters(draft), may.heads(draft.policy.agency_id).select_related("person")
    head = heads.exclude(person__in=wrote).first() or person(draft.policy.agency, (Role.ADMINISTRATOR,))
    now = PolicyVersion.objects.get(pk=draft.pk)
    return development.adopt(actor=head.person, version_id=draft.pk, sha256=version_sha256(now))


def assessed(draft: PolicyVersion, *, by: User) -> PolicyVersion:
    """A draft whose impact assessment is complete: what is open of it is answered, and what is taken over confirmed."""
    now = state.of(draft)
    open_ = [*now.unanswered, *now.to_confirm]
    if open_:
        read = {key: each.pk for key, each in now.answers.items()}
        given = {
            each.key: assessment.Given("Looked into.", "no" if each.has_choice else "", read.get(each.key))
            for each in open_
        }
        assessment.answer(actor=by, version_id=draft.pk, answers=given)
    for each in now.risks:
        if each.taken_over:
            assessment.save_risk(actor=by, version_id=draft.pk, risk_id=each.pk)
    if not now.risks:
        risk(draft, by=by)
    return draft


def risk(draft: PolicyVersion, *, by: User, likelihood: int = 1, impact: int = 3, **values: Any) -> Risk:
    """A risk of the draft, a low one unless said otherwise, without a mitigation."""
    said = {"title": "Somebody is mistaken for another", "harmed": ["subjects"], **values}
    return assessment.save_risk(actor=by, version_id=draft.pk, likelihood=likelihood, impact=impact, **said)


def reviewed(draft: PolicyVersion, *, by: User, finding: str = Finding.FULLY_MET, remark: str = "") -> PolicyVersion:
    """A draft that is assessed, and whose provisions were each marked by somebody who did not write them."""
    assessed(draft, by=by)
    if not progress.asked(draft):
        development.ask_review(actor=by, version_id=draft.pk)
    able = list(may.reviewers(draft.policy.agency_id).select_related("person").order_by("started_at"))
    while left := progress.of(draft).unreviewed:
        who = next((each.person for each in able if each.person_id not in left[0].writers), None)
        reviewer = who or person(draft.policy.agency, (Role.ADMINISTRATOR,)).person
        verdicts = {
            each.pk: development.Verdict(finding, remark, words_sha256(each))
            for each in left
            if reviewer.pk not in each.writers
        }
        development.mark_provisions(actor=reviewer, version_id=draft.pk, verdicts=verdicts)
    return draft
