"""Who may do what with a privacy policy, and when. Each check returns None or raises."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied

from agencies.models import Agency, Role, User
from agencies.policy import acts_for
from portal.kernel.errors import Refused

from .models import DisclosureRule, PolicyVersion, PrivacyPolicy, Provision
from .sections import SECTIONS, in_order

S = PolicyVersion.Status


def may_keep(person: User, agency_id: UUID | None) -> None:
    """Keep the privacy policy of an agency at all: its privacy officer, now."""
    if not acts_for(person, agency_id, Role.PRIVACY_OFFICER):
        raise PermissionDenied("Only the agency's privacy officer keeps its privacy policy.")


def may_draft(person: User, agency: Agency) -> None:
    """Begin an agency's first policy."""
    may_keep(person, agency.pk)
    if PrivacyPolicy.objects.filter(agency=agency).exists():
        raise Refused(f"{agency} has a privacy policy already. Start a new version of it.", code="has_policy")


def may_start_version(person: User, privacy_policy: PrivacyPolicy) -> None:
    """Begin the next version, as a copy of the published one."""
    may_keep(person, privacy_policy.agency_id)
    if draft := privacy_policy.versions.filter(status=S.DRAFT).first():
        raise Refused(f"Version {draft.number} is a draft already. Go on with it, or discard it.", code="has_draft")


def may_edit(person: User, version: PolicyVersion) -> None:
    """Change text and rules of a version, or discard it: while it is a draft."""
    may_keep(person, version.policy.agency_id)
    if version.status != S.DRAFT:
        raise Refused(
            f"Version {version.number} is {version.get_status_display().lower()}, and its text is final. "
            "Start a new version to change it.",
            code="final",
        )


def may_remove(person: User, part: Provision | DisclosureRule) -> None:
    """Take a provision or a rule out of a draft: nothing may rest on it."""
    may_edit(person, part.version)
    name = f"Provision {part.number}" if isinstance(part, Provision) else f"Rule {part.code}"
    if isinstance(part, Provision) and (codes := [rule.code for rule in in_order(part.rules.all())]):
        raise Refused(
            f"{name} is the source of {listed(codes)}. Give them another source or remove them first.", code="in_use"
        )
    if risks := [str(each) for each in part.risks.values_list("number", flat=True)]:
        raise Refused(
            f"{name} is named as what mitigates {listed(risks, 'risk')} of the impact assessment. "
            "Change that there first.",
            code="in_use",
        )


def may_publish(person: User, version: PolicyVersion) -> None:
    """Make a draft the policy in force: nothing may be missing. Review and adoption: `development.policy`."""
    may_edit(person, version)
    if missing := missing_before_publication(version):
        raise Refused("Before it can be published: " + " ".join(missing), code="incomplete")


def missing_before_publication(version: PolicyVersion) -> list[str]:
    """What is missing of the text, each as a sentence that says what to add; empty when it is complete."""
    provisions = {provision.pk: provision for provision in version.provisions.all()}
    covered = {provision.section for provision in provisions.values() if provision.text.strip()}
    missing = [
        f"add a provision to section {section.number}, {section.name.lower()}."
        for section in SECTIONS
        if section.number not in covered
    ]
    astray = [rule.code for rule in in_order(version.rules.all()) if rule.provision_id not in provisions]
    if astray:
        missing.append(f"name the provision of this version that {listed(astray)} rests on.")
    return missing


def listed(codes: list[str], what: str = "rule") -> str:
    """`rule R7`, or `rules R7, R8`."""
    return f"{what} {codes[0]}" if len(codes) == 1 else f"{what}s " + ", ".join(codes)
