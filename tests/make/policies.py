"""Privacy policies, reached by the commands that lead to them."""

from agencies.models import Agency, Membership, Role, User
from privacy import commands, standard
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
    return commands.publish(actor=actor, version_id=policy_draft(agency, title=title, actor=actor).pk)
