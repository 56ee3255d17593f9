"""Who is in the directory, who writes to whom, who moderates, who leads working groups. Each returns None or raises."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db.models.functions import Now

from agencies.models import Membership, User
from agencies.policy import keeps_portal
from portal.audit.models import Event
from portal.kernel.errors import Refused

from .models import GroupMember, Message, Profile, Report, WorkingGroup

A_DAY = timedelta(days=1)
MOST_A_DAY = 5
"""Messages that one person writes in a day."""
SILENT_FOR = timedelta(days=30)
"""After a message of theirs was found harmful, a person writes nobody for so long."""
ANSWERED_WITHIN = timedelta(days=30)


def works(person: User) -> bool:
    """Whether the person acts for an agency now."""
    return Membership.objects.acted_under(person).exists()


# --- The directory --------------------------------------------------------------------------------------------------


def may_join(person: User) -> None:
    """Show oneself in the directory, and change what one shows."""
    if not works(person):
        raise PermissionDenied("Only somebody who works at an agency is in the directory.")


def may_report(person: User, about: User) -> None:
    if not User.objects.filter(pk=person.pk, is_active=True).exists():
        raise PermissionDenied("Only somebody with an active account reports anything.")
    if person.pk == about.pk:
        raise Refused("These are your own words. Change them, or leave the directory.", code="own")
    if Report.objects.filter(by=person.pk, about=about.pk, settled_at=None).exists():
        raise Refused("You reported this already; a moderator looks at it.", code="reported", repeated=True)


def may_moderate(person: User) -> None:
    """Look at what is reported, hide a profile, show it again: whoever keeps the portal."""
    if not keeps_portal(person):
        raise PermissionDenied("Only a portal administrator moderates the directory.")


def may_hide(person: User, profile: Profile) -> None:
    may_moderate(person)
    if profile.hidden_at is not None:
        raise Refused("This profile is hidden already.", code="hidden", repeated=True)


def may_show(person: User, profile: Profile) -> None:
    may_moderate(person)
    if profile.hidden_at is None:
        raise Refused("This profile is not hidden.", code="shown", repeated=True)


def may_settle(person: User, report: Report) -> None:
    may_moderate(person)
    if report.settled_at is not None:
        raise Refused("This report is settled already.", code="settled", repeated=True)


# --- Messages -------------------------------------------------------------------------------------------------------


def may_write(person: User, profile: Profile) -> None:
    """Write to somebody who is in the directory and takes messages."""
    _may_send(person)
    if profile.person_id == person.pk:
        raise Refused("This is your own profile.", code="own")
    if not Profile.objects.listed().filter(pk=profile.pk, takes_messages=True).exists():
        raise Refused(f"{profile} takes no messages.", code="no_messages")


def may_answer(person: User, message: Message) -> None:
    """Answer a message that one got, as long as its sender is still there to read it."""
    _may_send(person)
    if message.recipient_id != person.pk:
        raise PermissionDenied("Only whom a message was written to answers it.")
    fresh = Message.objects.filter(pk=message.pk, sent_at__gt=Now() - ANSWERED_WITHIN)
    if not fresh.filter(sender_membership__in=Membership.objects.current()).exists():
        raise Refused(
            f"{message.sender} can't be answered any more: the message is old, or they have left.", code="too_late"
        )


def _may_send(person: User) -> None:
    if not works(person):
        raise PermissionDenied("Only somebody who works at an agency writes messages.")
    if Report.objects.filter(about=person.pk, of_message=True, upheld=True, settled_at__gt=Now() - SILENT_FOR).exists():
        raise Refused(
            f"A message of yours was found harmful. You can write again {SILENT_FOR.days} days after that.",
            code="silenced",
        )
    if Event.objects.filter(kind="message.sent", actor=person.pk, at__gt=Now() - A_DAY).count() >= MOST_A_DAY:
        raise Refused(f"You wrote {MOST_A_DAY} messages within a day. Write again tomorrow.", code="many")


def may_delete(person: User, message: Message) -> None:
    if message.recipient_id != person.pk:
        raise PermissionDenied("Only whom a message was written to deletes it.")
    if message.reports.filter(settled_at=None).exists():
        raise Refused("A moderator looks at this message. Delete it when they are done.", code="reported")


def may_report_message(person: User, message: Message) -> None:
    if message.recipient_id != person.pk:
        raise PermissionDenied("Only whom a message was written to reports it.")
    may_report(person, message.sender)


# --- Working groups -------------------------------------------------------------------------------------------------


def may_open_group(person: User) -> None:
    """Open and close groups, and name their chairs: whoever keeps the portal."""
    if not keeps_portal(person):
        raise PermissionDenied("Only a portal administrator opens and closes working groups.")


def _must_be_open(group: WorkingGroup) -> None:
    if group.closed_at is not None:
        raise Refused(f"{group} is closed.", code="closed", repeated=True)


def may_close_group(person: User, group: WorkingGroup) -> None:
    may_open_group(person)
    _must_be_open(group)


def may_ask_to_join(person: User, group: WorkingGroup) -> None:
    if not works(person):
        raise PermissionDenied("Only somebody who works at an agency joins a working group.")
    _must_be_open(group)
    mine = GroupMember.objects.filter(group=group.pk, ended_at=None)
    if mine.filter(membership__in=Membership.objects.acted_under(person)).exists():
        raise Refused(f"You are in {group}, or asked to be.", code="asked", repeated=True)


def place_of(person: User, group: WorkingGroup) -> GroupMember | None:
    """The person's place in the group, under the membership for which they act."""
    acting = Membership.objects.acted_under(person)
    return GroupMember.objects.current().filter(group=group.pk, membership__in=acting).order_by("-is_chair").first()


def may_leave_group(person: User, group: WorkingGroup) -> None:
    if place_of(person, group) is None:
        raise Refused(f"You are not in {group}.", code="not_in_it", repeated=True)


def may_lead(person: User, group: WorkingGroup) -> None:
    """Admit and remove members, announce, keep documents: a chair."""
    place = place_of(person, group)
    if place is None or not place.is_chair:
        raise PermissionDenied("Only a chair of the working group does this.")
    _must_be_open(group)


def may_decide_on(person: User, member: GroupMember) -> None:
    """Admit somebody who asked, or refuse."""
    may_lead(person, member.group)
    if not GroupMember.objects.asking().filter(pk=member.pk).exists():
        raise Refused(f"{member} is answered already, or has left.", code="answered", repeated=True)


def may_remove(person: User, member: GroupMember) -> None:
    """Somebody else; who chairs is replaced by whoever keeps the portal."""
    may_lead(person, member.group)
    if member.ended_at is not None or member.admitted_at is None:
        raise Refused(f"{member} is not in {member.group}.", code="not_in_it", repeated=True)
    if member.is_chair:
        raise Refused("A chair leaves, or a portal administrator names another one.", code="chair")
