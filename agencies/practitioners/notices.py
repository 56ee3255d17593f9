"""Who is told of what happens among practitioners. No notice says who wrote, or what; it leads to a page that does."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from agencies.models import Membership, User
from agencies.notices import PRACTICE, portal_administrators
from portal.audit.models import Event
from portal.notices import said
from portal.notices.said import Said

from .models import GroupMember, Message, Report, WorkingGroup

People = QuerySet[User]


def _working() -> People:
    """Who works at an agency now."""
    return User.objects.filter(pk__in=Membership.objects.current().values("person"))


def _whose_profile(event: Event) -> People:
    return _working().filter(practitioner_profile=event.subject_id)


def _recipient(event: Event) -> People:
    return _working().filter(pk__in=Message.objects.filter(pk=event.subject_id).values("recipient"))


def _sender(event: Event) -> People:
    return _working().filter(pk__in=Message.objects.filter(pk=event.subject_id).values("sender"))


def _chairs(event: Event) -> People:
    return _in_the_group(event).filter(pk__in=_members(event).filter(is_chair=True).values("membership__person"))


def _members(event: Event) -> QuerySet[GroupMember]:
    return GroupMember.objects.current().filter(group=event.subject_id)


def _in_the_group(event: Event) -> People:
    return _working().filter(pk__in=_members(event).values("membership__person"))


def _the_member(event: Event) -> People:
    """Of whom it is said, wherever they stand in the group now."""
    place = GroupMember.objects.filter(pk=UUID(str(event.detail["member"])))
    return _working().filter(pk__in=place.values("membership__person"))


def _reported(event: Event, person: User) -> bool:
    return Report.objects.filter(pk=UUID(str(event.detail["report"])), settled_at=None).exists()


def _asks_still(event: Event, person: User) -> bool:
    return GroupMember.objects.asking().filter(pk=UUID(str(event.detail["member"]))).exists()


def _own(event: Event) -> str:
    return reverse("practitioners:mine")


def _moderation(event: Event) -> str:
    return reverse("practitioners:moderation")


def _message(event: Event) -> str:
    return reverse("practitioners:message", args=[event.subject_id])


def _group(event: Event) -> str:
    return reverse("practitioners:group", args=[event.subject_id])


def _groups(event: Event) -> str:
    return reverse("practitioners:groups")


REPORTS = "reported profiles and messages"

SAID = (
    Said(
        "profile.reported",
        "A profile of the directory is reported",
        "Somebody finds a profile harmful or false. Look at it, and hide it or let it stand.",
        portal_administrators,
        _moderation,
        PRACTICE,
        REPORTS,
        _reported,
    ),
    Said(
        "profile.hidden",
        "Your profile in the directory is hidden",
        "A moderator took it out of what others see. Your own page says why.",
        _whose_profile,
        _own,
        PRACTICE,
    ),
    Said(
        "profile.shown",
        "Your profile in the directory is shown again",
        "Others find it again.",
        _whose_profile,
        _own,
        PRACTICE,
    ),
    Said(
        "message.sent",
        "Somebody wrote to you through the directory",
        "Read it in the portal, where you can answer. Your address was not shown.",
        _recipient,
        _message,
        PRACTICE,
    ),
    Said(
        "message.reported",
        "A message between practitioners is reported",
        "Somebody finds a message that they got harmful. Read it, and say what you find.",
        portal_administrators,
        _moderation,
        PRACTICE,
        REPORTS,
        _reported,
    ),
    Said(
        "message.found_harmful",
        "A message of yours was found harmful",
        "A moderator read it after it was reported. You can write to nobody through the directory for 30 days.",
        _sender,
        _message,
        PRACTICE,
    ),
    Said(
        "working_group.asked",
        "Somebody asks to join {group}",
        "Admit them or refuse on the page of the group.",
        _chairs,
        _group,
        PRACTICE,
        "people who ask to join your working group",
        _asks_still,
    ),
    Said(
        "working_group.chair_named",
        "You chair {group}",
        "You admit members, announce what is to be known and keep the documents of the group.",
        _the_member,
        _group,
        PRACTICE,
    ),
    Said(
        "working_group.admitted",
        "You are in {group}",
        "Its page with members, announcements and documents is open to you.",
        _the_member,
        _group,
        PRACTICE,
    ),
    Said(
        "working_group.refused",
        "You were not admitted to {group}",
        "The list of working groups says why.",
        _the_member,
        _groups,
        PRACTICE,
    ),
    Said(
        "working_group.removed",
        "You are no longer in {group}",
        "The list of working groups says why.",
        _the_member,
        _groups,
        PRACTICE,
    ),
    Said(
        "working_group.announced",
        "There is news in {group}",
        "Read the announcement on the page of the group.",
        _in_the_group,
        _group,
        PRACTICE,
    ),
    Said(
        "working_group.closed",
        "{group} is closed",
        "Its page is no longer open. The list of working groups says why.",
        _in_the_group,
        _groups,
        PRACTICE,
    ),
)


def register() -> None:
    """Called once when the app is ready."""
    said.register(SAID, {"group": lambda event: WorkingGroup.objects.get(pk=event.subject_id)})
