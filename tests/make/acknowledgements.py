"""What people accept before shared records open, accepted by the commands that they use."""

from agencies.models import RECORD_ROLES, Membership
from portal.acknowledgement import commands, due
from portal.acknowledgement.models import Acceptance, BehaviorRules

from .people import portal_administrator


def accepted(*members: Membership) -> list[Acceptance]:
    """Everything that each of these people must accept now, so that what is shared with them opens."""
    return [made for each in members for made in _accepted(each)]


def _accepted(member: Membership) -> list[Acceptance]:
    texts = [each.key for each in due.missing(member)]
    return commands.accept(actor=member.person, membership_id=member.pk, texts=texts) if texts else []


def everybody_accepted() -> None:
    """The same of everybody who looks at records anywhere."""
    accepted(*Membership.objects.current().with_role(*RECORD_ROLES).select_related("person", "agency"))


def behavior_rules(text: str = "I look only where my work needs it.") -> BehaviorRules:
    """The next text of the portal's rules of behavior, published."""
    last = due.rules_in_force()
    number = last.number + 1 if last else 1
    return commands.publish_rules(actor=portal_administrator(), number=number, text=text)
