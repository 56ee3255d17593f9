"""Practitioners who opted in, what they write, and their working groups, by the commands that lead to them."""

from itertools import count
from typing import Any

from agencies.models import Membership, User
from agencies.practitioners import commands
from agencies.practitioners.models import GroupMember, Message, Profile, WorkingGroup

from .people import portal_administrator

SHOWN: dict[str, Any] = {
    "shows_agency": True,
    "shows_title": False,
    "shows_state": True,
    "experience": ["privacy"],
    "about": "Wrote our policy.",
    "takes_messages": True,
}
_n = count(1)


def profile(of: Membership, **shown: Any) -> Profile:
    """The person shows themselves in the directory."""
    return commands.join(actor=of.person, **{**SHOWN, **shown})


def wrote(sender: Membership, to: Profile, text: str = "How did you begin?") -> Message:
    return commands.write(actor=sender.person, profile_id=to.pk, text=text)


def working_group(chair: Membership) -> WorkingGroup:
    """A group that somebody chairs, who is in the directory for that."""
    known = Profile.objects.filter(person=chair.person).first() or profile(chair)
    return commands.open_group(
        actor=portal_administrator(), name=f"Group {next(_n)}", purpose="Forms that fit all.", chair_id=known.pk
    )


def admitted(group: WorkingGroup, person: User) -> GroupMember:
    """Somebody who asked to join and was admitted by the chair."""
    asked = commands.ask_to_join(actor=person, group_id=group.pk)
    chair = group.members.get(is_chair=True).membership.person
    return commands.admit(actor=chair, member_id=asked.pk)
